# Il mese: i giorni di un figlio, e più giorni cambiati insieme.

calendar-empty = Nessun calendario da mostrare
calendar-empty-hint = Quando un bambino è iscritto alla mensa, qui trovi i suoi giorni.
calendar-whose = Di chi è il calendario
calendar-of = I giorni di { $name }
calendar-no-right = Puoi guardare, ma non cambiare i pasti di { $name }.
calendar-how = Tocca uno o più giorni per cambiare i pasti di { $name }.
calendar-before = Mese prima
calendar-after = Mese dopo
calendar-look = Come vedere i giorni
calendar-as-grid = Griglia
calendar-as-list = Elenco
calendar-legend = Che cosa vogliono dire i segni
calendar-day = { $day }: { $standing }
calendar-day-today = oggi, { $day }

calendar-cancelled-by-me = L'hai disdetto tu
calendar-cancelled-by-other = L'ha disdetto un altro adulto della famiglia
calendar-restored-by-me = L'hai rimesso tu
calendar-restored-by-other = L'ha rimesso un altro adulto della famiglia
calendar-number = n. { $number }
calendar-charged = Pasto addebitato: { $amount }.
calendar-over = Questo giorno di { $name } si poteva cambiare fino a: { $at }.

calendar-choose-period = Scegli un periodo
calendar-period-title = { $name }: un periodo
calendar-days-title = { $name }: { $days }
calendar-chosen = { $count ->
    [one] Un giorno scelto
   *[other] { $count } giorni scelti
}
calendar-show = Vedi e conferma
calendar-first = Dal giorno
calendar-last = Al giorno
calendar-say-days = Indica il primo e l'ultimo giorno.
calendar-wish = Che cosa cambia
calendar-wish-not = Non mangia
calendar-wish-eats = Mangia
calendar-also = Anche { $name }
calendar-effect-not = Non mangia
calendar-effect-eats = Mangia
calendar-effect-spared = Non saranno addebitati
calendar-effect-due = Saranno addebitati
calendar-refused-title = Restano come sono:
calendar-refused = { $name }, { $day }. { $why }
calendar-undo-hint = Puoi ripensarci fino all'orario limite di ogni giorno.
calendar-confirm-cancel = { $count ->
    [one] Conferma la disdetta
   *[other] Conferma le { $count } disdette
}
calendar-confirm-restore = { $count ->
    [one] Conferma il pasto
   *[other] Conferma i { $count } pasti
}
calendar-done-cancelled = { $count ->
    [one] Una disdetta registrata { $at }
   *[other] { $count } disdette registrate { $at }
}
calendar-done-restored = { $count ->
    [one] Un pasto registrato { $at }
   *[other] { $count } pasti registrati { $at }
}
calendar-done-hint = Conserva il numero: prova che il portale l'ha registrato.
