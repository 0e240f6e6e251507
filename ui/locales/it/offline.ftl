# Without a network: what waits to be sent, and what became of it.

offline-waiting = Non ancora inviata
offline-waiting-cancel = La disdetta di { $name } ({ $day }) parte da sola appena torna la rete, se il portale la riceve prima dell'orario limite.
offline-waiting-restore = Il pasto di { $name } ({ $day }) viene rimesso da solo appena torna la rete, se il portale lo riceve prima dell'orario limite.
offline-until = Orario limite: { $at }
offline-soon = Non ancora inviata: manca poco
offline-soon-hint = Senza rete può non arrivare in tempo. Chiama subito l'ufficio mensa.
offline-passed = Non inviata: è tardi
offline-passed-hint = { $name }, { $day }: la rete non è tornata prima dell'orario limite e non è partito niente. Chiama l'ufficio mensa.
offline-unknown = Non so se è arrivata
offline-unknown-hint = { $name }, { $day }: il portale non ha risposto in tempo. Appena risponde te lo dico; intanto chiama l'ufficio mensa.
offline-late = Non inviata: è tardi
offline-late-hint = { $name }, { $day }: la rete è tornata dopo l'orario limite e non è cambiato niente. Chiama l'ufficio mensa.
offline-overtaken = Non inviata: qualcuno ha scelto dopo di te
offline-overtaken-cancel = { $name }, { $day }: { $at } un altro adulto della famiglia ha rimesso il pasto. La tua disdetta era ferma senza rete: per ora vale la sua scelta.
offline-overtaken-restore = { $name }, { $day }: { $at } un altro adulto della famiglia ha disdetto il pasto. La tua richiesta era ferma senza rete: per ora vale la sua scelta.
offline-same = Non serviva inviarla
offline-same-other = { $name }, { $day }: un altro adulto della famiglia l'aveva già fatto. È come volevi tu.
offline-same-mine = { $name }, { $day }: era già così.
offline-refused = Non è cambiato niente
offline-try = Riprova ora
offline-anyway = Invia lo stesso la mia
offline-close = Ho capito
offline-withdraw = Non inviarla più
offline-said-ended = Una richiesta che era ferma senza rete non è stata inviata.
offline-later = { $count ->
    [one] Invia appena torna la rete
   *[other] Invia tutte e { $count } appena torna la rete
}
offline-later-hint = Senza rete non posso dirti quanto cambia. Ogni giorno parte da solo quando torna, se è prima del suo orario limite.
offline-all = Senza rete segna i figli uno per uno: ogni disdetta parte da sola quando torna.
offline-other-day = Non so com'è oggi
offline-other-day-hint = Senza rete ho solo i dati di { $day }. Il calendario mostra i giorni che conosco; per cambiare il pasto di oggi chiama l'ufficio mensa.
