# Portafoglio: how long the money lasts, and where it went.

wallet-of = Portafoglio di { $names }
wallet-family = Portafoglio della famiglia
wallet-lasts = bastano fino a { $day }
wallet-short = il saldo non basta per il prossimo pasto
wallet-nothing-ahead = per ora non ci sono pasti in programma
wallet-debt = Mancano { $amount } per tornare in pari
wallet-top-up = Ricarica
wallet-not-yours = Il portafoglio non lo vedi
wallet-not-yours-hint = Chi ti ha dato l'accesso non ti fa vedere soldi e ricariche. Se ti servono, chiedilo a un genitore.
wallet-not-yours-act = Vedi cosa puoi fare
wallet-empty = Non vedo nessun portafoglio
wallet-empty-hint = Il portafoglio nasce con l'iscrizione alla mensa. Se tuo figlio è già iscritto, chiama l'ufficio.

wallet-movements = Movimenti
wallet-which = Portafoglio di cui vedere i movimenti
wallet-whose = Di chi
wallet-everybody = Tutti
wallet-when = Periodo
wallet-always = Sempre
wallet-this-month = Questo mese
wallet-three-months = Ultimi 3 mesi
wallet-school-year = Anno scolastico
wallet-dates = Scegli le date
wallet-from = Dal giorno
wallet-to = Al giorno
wallet-dates-wrong = Il primo giorno viene dopo l'ultimo. Scambiali.
wallet-dates-missing = Scegli i due giorni.
wallet-count = { $count ->
    [one] { $count } movimento
   *[other] { $count } movimenti
}
wallet-count-more = I { $count } movimenti più recenti
wallet-said = { $what }. { $whose }, { $when }.
wallet-said-dates = da { $from } a { $to }
wallet-none = Nessun movimento
wallet-none-hint = In questo periodo non è stato pagato né addebitato niente. Prova con un periodo più lungo.
wallet-none-yet = Qui vedrai le ricariche e i pasti, appena ce ne sono.
wallet-more = Mostra altri

wallet-kind-top-up = Ricarica pagoPA
wallet-kind-top-up-of = Ricarica pagoPA per { $name }
wallet-kind-meal = Pasto
wallet-kind-meal-of = Pasto di { $name }
wallet-kind-charge-undone = Addebito annullato
wallet-kind-charge-undone-of = Addebito annullato per { $name }
wallet-kind-credit-undone = Accredito annullato
wallet-kind-credit-undone-of = Accredito annullato per { $name }
wallet-kind-adjustment = Correzione dell'ufficio mensa
wallet-kind-adjustment-of = Correzione dell'ufficio mensa per { $name }
wallet-kind-opening = Saldo iniziale
wallet-kind-opening-of = Saldo iniziale di { $name }
