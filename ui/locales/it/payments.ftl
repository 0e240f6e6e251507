# Pagamenti: what is to be paid, what was paid, one payment for several notices.

payments-title = Pagamenti
payments-due = Da pagare
payments-due-sum = { $count ->
    [one] { $count } avviso, { $amount }
   *[other] { $count } avvisi, { $amount }
}
payments-due-one = { $what }, { $when }
payments-due-first = { $what }, il primo { $when }
payments-verifying-sum = { $count ->
    [one] Stiamo verificando un pagamento di { $amount }
   *[other] Stiamo verificando { $count } pagamenti, { $amount } in tutto
}
payments-link = Avvisi e ricevute
payments-link-hint = Quello che c'è da pagare, quello che hai pagato, le ricevute.

payments-choose = Scegli gli avvisi da pagare insieme, al massimo { $most }.
payments-fee = Un solo pagamento, una sola commissione: la decide chi scegli per pagare e la vedi prima di confermare.
payments-full = In un pagamento ci stanno al massimo { $most } avvisi. Paga questi: gli altri restano qui, per un altro pagamento.
payments-bar = Avvisi scelti
payments-chosen-sum = { $what }, { $amount }
payments-chosen = { $count ->
    [one] 1 avviso scelto
   *[other] { $count } avvisi scelti
}
payments-pay = { $count ->
    [one] Paga 1 avviso: { $amount }
   *[other] Paga { $count } avvisi: { $amount }
}
payments-unanswered = Non so se il portale l'ha ricevuto. Premi ancora «Paga»: non paghi due volte.
payments-open-notice = Apri o stampa l'avviso
payments-nothing-due = Niente da pagare
payments-nothing-due-hint = Quando l'ufficio mensa emette un avviso, lo trovi qui.
payments-under-way = In corso
payments-history = Pagati e annullati
payments-shown = { $count } pagamenti in elenco
payments-years = Quanto hai pagato
payments-years-hint = Serve per la dichiarazione dei redditi. Le commissioni di chi ha incassato non sono comprese.
payments-year = { $count ->
    [one] Nel { $year } hai pagato { $amount } (1 pagamento)
   *[other] Nel { $year } hai pagato { $amount } ({ $count } pagamenti)
}
payments-year-save = Scarica il riepilogo
payments-none = Ancora nessun pagamento
payments-none-hint = Qui trovi gli avvisi dell'ufficio mensa, le ricariche e le ricevute.
payments-top-up = Ricarica

due-late = scaduto da { $days }
due-yesterday = scaduto ieri
due-today = scade oggi
due-tomorrow = scade domani
due-within = entro { $day }
due-by = entro il { $day }
due-by-vowel = entro l'{ $day }

cart-paid = Pagato
cart-partly = Pagato in parte
cart-unpaid = Non pagato
cart-verifying-hint = { $count ->
    [one] { $amount }. Appena pagoPA conferma, l'avviso risulta pagato. Puoi chiudere: non si perde niente. Non pagare un'altra volta.
   *[other] { $count } avvisi, { $amount } in tutto. Appena pagoPA conferma, risultano pagati. Puoi chiudere: non si perde niente. Non pagare un'altra volta.
}
cart-paid-hint = { $count ->
    [one] Abbiamo la ricevuta: { $amount }.
   *[other] Abbiamo le ricevute di { $count } avvisi: { $amount } in tutto.
}
cart-partly-hint = Qui sotto vedi quali avvisi sono pagati e quali no.
cart-unpaid-hint = { $count ->
    [one] L'avviso di { $amount } è ancora da pagare.
   *[other] I { $count } avvisi, { $amount } in tutto, sono ancora da pagare.
}
cart-cancelled-hint = Questi avvisi non valgono più: non devi pagare niente.
cart-returned-ok = Sei di ritorno da pagoPA. Stiamo verificando: non devi fare altro.
cart-returned-waiting = pagoPA sta ancora elaborando il pagamento. Lo vedi qui appena è fatto, anche se intanto chiudi.
cart-returned-unpaid = Il pagamento non è riuscito. Puoi riprovare con gli stessi avvisi.
cart-retry = Riprova a pagare { $amount }
cart-all = Tutti i pagamenti
cart-missing = Non trovo questo pagamento
