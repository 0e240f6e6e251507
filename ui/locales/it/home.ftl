# Oggi: each child's day, and the wallet.

home-now = Sono le { $time }
home-now-one = È l'{ $time }

home-eats = Oggi mangia a scuola
home-does-not-eat = Oggi non mangia
home-not-booked = Oggi non è prenotato
home-closed = Oggi la mensa non c'è
home-next = Il prossimo pasto è { $day }.

home-cancel = Oggi non mangia
home-cancel-label = { $name }: oggi non mangia
home-undo = Ho cambiato idea: mangia
home-undo-label = { $name }: ho cambiato idea, mangia
home-book = Prenota il pasto di oggi
home-book-label = { $name }: prenota il pasto di oggi

home-cancelled-at = Disdetta registrata { $at }
home-cancelled-number = n. { $number } · il pasto non sarà addebitato
home-restored-at = Pasto rimesso { $at }
home-number = n. { $number }
home-other-cancelled = Disdetto da un altro adulto della famiglia { $at }
home-other-restored = Rimesso da un altro adulto della famiglia { $at }

home-last-minutes = Manca poco. Se non riesci qui, chiama subito.
home-over = Non si può più cambiare: si poteva fino { $at }.
home-over-plain = Non si può più cambiare.
home-over-charged = Il pasto sarà addebitato. Se non può mangiare, avvisa l'ufficio mensa.
home-over-not-charged = Il pasto non sarà addebitato.
home-no-right = Puoi guardare, ma non cambiare i pasti di { $name }.

home-refused = Non è cambiato niente

home-said-cancelled = { $name }: disdetta registrata { $at }, numero { $number }.
home-said-restored = { $name }: pasto registrato { $at }, numero { $number }.

home-all-absent = Tutti assenti oggi
home-all-title = { $count ->
    [one] { $names } oggi non mangia
   *[other] { $names } oggi non mangiano
}
home-asked-late = È tardi per disdire oggi
home-asked-late-at = Si poteva fino { $at }. Se non può mangiare, chiama l'ufficio mensa.
home-asked-nothing = Oggi non c'è niente da disdire
home-asked-nothing-hint = Qui sotto vedi com'è segnato oggi.
home-all-meals = Non saranno addebitati
home-all-refused = { $name }: { $why }
home-all-until = Puoi ripensarci fino { $at }.
home-all-confirm = { $count ->
    [one] Conferma la disdetta
   *[other] Conferma le { $count } disdette
}
home-all-done = { $count ->
    [one] Una disdetta registrata { $at }.
   *[other] { $count } disdette registrate { $at }.
}

home-wallet = Nel portafoglio
home-wallet-of = Nel portafoglio di { $names }
home-lasts = bastano fino a { $day }
home-owed = da pagare
home-top-up = Ricarica

home-empty = Non vedo nessun bambino iscritto
home-empty-hint = L'iscrizione alla mensa si fa in Comune. Se l'hai già fatta, chiama l'ufficio.
