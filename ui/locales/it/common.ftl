# Words that several screens share.

app-name = Mensa scolastica
app-title = { $page } – Mensa scolastica

nav-label = Menu principale
nav-today = Oggi
nav-calendar = Calendario
nav-wallet = Portafoglio
nav-profile = Profilo
nav-skip = Vai al contenuto
nav-profile-of = Profilo di { $name }

common-leave = Lascia com'era
common-retry = Riprova
common-loading = Sto caricando…
common-sending = In invio…
common-call = Chiama { $phone }
common-show-password = Mostra la password
common-caps-lock = Il blocco maiuscole è attivo
common-code-digits = Il codice ha { $count } cifre. Controlla di averle scritte tutte.
common-back = Indietro
common-go-on = Avanti
common-less = Meno
common-more = Più
common-updated-at = Aggiornato { $at }
common-newer = C'è una versione nuova di questa pagina.
common-renew = Aggiorna
common-offline = Non riesco a collegarmi
common-needs-network = Si vede quando torna la rete.
common-offline-hint = Controlla la connessione. Quello che vedi può essere cambiato.

standing-expected = mangia
standing-cancelled = disdetto
standing-not-booked = non prenotato
standing-charged = ha mangiato
standing-closed = mensa chiusa

count-meals = { $count ->
    [one] { $count } pasto
   *[other] { $count } pasti
}
count-days = { $count ->
    [one] { $count } giorno
   *[other] { $count } giorni
}
count-hours = { $count ->
    [one] { $count } ora
   *[other] { $count } ore
}
count-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minuti
}
count-missing = { $count ->
    [one] manca
   *[other] mancano
}
count-and = { $first } e { $second }

date-today = oggi
date-at-exact = { $day } alle { $time }
date-at = alle { $time }
date-at-one = all'{ $time }
date-weekday = { $weekday ->
    [1] lunedì
    [2] martedì
    [3] mercoledì
    [4] giovedì
    [5] venerdì
    [6] sabato
   *[7] domenica
}
date-weekday-short = { $weekday ->
    [1] lun
    [2] mar
    [3] mer
    [4] gio
    [5] ven
    [6] sab
   *[7] dom
}
date-month = { $month ->
    [1] gennaio
    [2] febbraio
    [3] marzo
    [4] aprile
    [5] maggio
    [6] giugno
    [7] luglio
    [8] agosto
    [9] settembre
    [10] ottobre
    [11] novembre
   *[12] dicembre
}
date-month-short = { $month ->
    [1] gen
    [2] feb
    [3] mar
    [4] apr
    [5] mag
    [6] giu
    [7] lug
    [8] ago
    [9] set
    [10] ott
    [11] nov
   *[12] dic
}

no-service-outside-year = Oggi la mensa non c'è: l'anno scolastico non è in corso
no-service-weekday = La mensa non c'è in questo giorno della settimana
no-service-holiday = Festa nazionale: { $holiday }
no-service-closure = Mensa chiusa: { $reason }
no-service-not-enrolled = Non è iscritto alla mensa in questo giorno
no-service-not-use-day = Non è uno dei giorni scelti all'iscrizione

holiday-new-year = Capodanno
holiday-epiphany = Epifania
holiday-easter = Pasqua
holiday-easter-monday = Lunedì dell'Angelo
holiday-liberation = Festa della Liberazione
holiday-labour = Festa del Lavoro
holiday-republic = Festa della Repubblica
holiday-assumption = Ferragosto
holiday-saint-francis = San Francesco
holiday-all-saints = Ognissanti
holiday-immaculate = Immacolata
holiday-christmas = Natale
holiday-saint-stephen = Santo Stefano
count-passed = Si poteva cambiare fino { $at }:
count-passed-over = tempo finito
count-until = Puoi cambiare fino { $at }: { $missing }
