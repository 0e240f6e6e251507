# Messages to families, Italian. «Tu», plain, saying what to do next. A letter's words may hold amounts; a line that
# begins with note- may not, nor a surname, a diet or a debt.

## Parts

weekday = { $weekday ->
    [mon] lunedì
    [tue] martedì
    [wed] mercoledì
    [thu] giovedì
    [fri] venerdì
    [sat] sabato
   *[sun] domenica
}
month = { $month ->
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
# A day by itself, the day on which something is, and a day that bounds (from, until, by).
day-plain = { weekday } { $day } { month }
day-on = { day-plain }
day-bound = { day-plain }
day-plain-short = { weekday } { $day }
day-on-short = { day-plain-short }
day-bound-short = { day-plain-short }
date = { weekday } { $day } { month } { $year }
hour = { $hour }:{ $minute }
list-and = { $first } e { $last }
meals = { $count ->
    [one] 1 pasto
   *[other] { $count } pasti
}
amount = { $amount } €
role = { $role ->
    [guardian] genitore
    [payer] intestatario dei pagamenti
   *[delegate] persona delegata
}

## Frame

title = Mensa - { $body }
open = Apri la mensa
open-calendar = Apri il calendario
open-people = Vedi chi può fare cosa
footer = { $office }: telefono { $phone }, { $email }
footer-automatic = Questa mail parte da sola: per chiedere qualcosa scrivi o chiama l'ufficio.

## Codes and account

keep-secret = Non dare questo codice a nessuno: l'ufficio non te lo chiederà mai.
was-you = L'hai fatto tu? Non devi fare altro.
not-you = Non l'hai fatto tu? Cambia subito la password e chiama l'ufficio: { $phone }.

recovery-subject = Il codice per la nuova password
recovery = Hai chiesto di scegliere una nuova password. Scrivi questo codice nella pagina che hai aperto:
recovery-for = Hai chiesto di scegliere una nuova password per { $name }. Scrivi questo codice nella pagina che hai aperto:
recovery-shared = Hai chiesto di scegliere una nuova password. Questo indirizzo è di più persone: nella pagina che hai aperto scrivi solo il codice di chi ha perso la password.
recovery-of = Codice per { $name }:
recovery-until = Vale fino alle { $hour } e per una volta sola.
recovery-badges = Codici badge con cui entrare: { $badges }.
recovery-not-you = Non l'hai chiesto tu? Non devi fare nulla: la password resta quella di prima.

contact-code-subject = Conferma il tuo indirizzo
contact-code = Per ricevere qui gli avvisi della mensa, scrivi questo codice nella pagina dei recapiti:
contact-code-until = Vale fino alle { $hour }.
contact-code-not-you = Non l'hai chiesto tu? Non devi fare nulla: senza il codice non cambia niente.

password-subject = La password è stata cambiata
password = La password della mensa è stata cambiata { $date } alle { $hour }.

contact-subject = I tuoi recapiti sono cambiati
contact = { $change ->
    [mail-added] È stato aggiunto un indirizzo mail ai tuoi recapiti
    [mail-removed] È stato tolto un indirizzo mail dai tuoi recapiti
    [phone-added] È stato aggiunto un numero di telefono ai tuoi recapiti
   *[phone-removed] È stato tolto un numero di telefono dai tuoi recapiti
}, { $date } alle { $hour }.

sign-in-subject = Accesso da un nuovo dispositivo
sign-in = Qualcuno è entrato con i tuoi dati da un nuovo dispositivo, { $date } alle { $hour }.
sign-in-device = Qualcuno è entrato con i tuoi dati da un nuovo dispositivo ({ $device }), { $date } alle { $hour }.
sign-in-devices = Vedi i tuoi dispositivi

## Family

invitation-subject = { $from } ti invita a seguire la mensa scolastica
invitation = { $from } ti invita a seguire la mensa di { $names } come { role }.
invitation-open = Apri l'indirizzo qui sotto entro { $date } alle { $hour } e scrivi il codice di 8 cifre che { $from } ti dice a voce.
invitation-link = Apri l'invito
invitation-unknown = Non conosci questa persona? Non devi fare nulla: l'invito scade da solo.

bond-subject = È cambiato chi segue la mensa di { $names }
bond-added = { $name } ora segue la mensa di { $names } come { role }.
bond-added-until = { $name } ora segue la mensa di { $names } come { role }, fino a { $last }.
bond-ended = { $name } non segue più la mensa di { $names }.

## Balance and payments

low-subject = Mensa: il saldo basta per { meals }
low-subject-empty = Mensa: il saldo è finito
low-subject-limit = Mensa: serve una ricarica oggi
low = Per { $names } il saldo è di { $amount }: basta per { meals }.
low-last = Il saldo finisce { $last }.
low-limit = È stato raggiunto il limite stabilito dall'ente.
top-up = Ricarica

payment-subject = Pagamento ricevuto
payment = Abbiamo ricevuto { $amount } per l'avviso { $notice }, { $date } alle { $hour }.
payment-link = Vedi la ricevuta

## Days

reminder-subject-today = Oggi c'è la mensa
reminder-subject = C'è la mensa { $day }
reminder-today = { $count ->
    [one] Oggi, { $day }, { $names } mangia a scuola.
   *[other] Oggi, { $day }, { $names } mangiano a scuola.
}
reminder-day = { $count ->
    [one] { $names } mangia a scuola { $day }.
   *[other] { $names } mangiano a scuola { $day }.
}
reminder-until-hour = { $count ->
    [one] Se resta a casa, disdici entro le { $hour }.
   *[other] Se restano a casa, disdici entro le { $hour }.
}
reminder-until-day = { $count ->
    [one] Se resta a casa, disdici entro { $closes } alle { $hour }.
   *[other] Se restano a casa, disdici entro { $closes } alle { $hour }.
}

days-subject = { $choice ->
    [eats] { $by } ha rimesso la mensa
   *[does-not-eat] { $by } ha disdetto la mensa
}
days = { $choice ->
    [eats] { $by } ha rimesso la mensa di { $names }: { $days }. Ricevuta n. { $number }.
   *[does-not-eat] { $by } ha disdetto la mensa di { $names }: { $days }. Ricevuta n. { $number }.
}

closure-subject = La mensa sarà chiusa
closure-day = La mensa di { $names } sarà chiusa { $day }: { $reason }.
closure-days = La mensa di { $names } sarà chiusa da { $first } a { $last }: { $reason }.
closure-free = Non devi disdire nulla: i giorni di chiusura non si pagano.

renewal-subject = Iscrizioni { $year } aperte
renewal = Si può rinnovare l'iscrizione alla mensa di { $names } per l'anno { $year }, fino a { $last }.

## Notifications: anybody beside the telephone may read them

note-something = C'è un avviso per te. Apri l'app per leggerlo.
note-password = La tua password è stata cambiata.
note-contact = I tuoi recapiti sono cambiati.
note-sign-in = Accesso da un nuovo dispositivo. Se non sei tu, apri e cambia la password.
note-bond = È cambiato chi segue la mensa di { $names }.
note-low-limit = Serve una ricarica oggi.
note-low-empty = Serve una ricarica per i prossimi pasti.
note-low = { $count ->
    [one] Resta 1 pasto.
   *[other] Restano { $count } pasti.
}
note-low-last = { $count ->
    [one] Resta 1 pasto, per { $last }.
   *[other] Restano { $count } pasti, fino a { $last }.
}
note-reminder-today = Oggi c'è la mensa per { $names }. Per disdire hai tempo fino alle { $hour }.
note-reminder-day = C'è la mensa { $day } per { $names }. Per disdire hai tempo fino a { $closes } alle { $hour }.
note-payment = Il tuo pagamento è arrivato.
note-days-one = { $choice ->
    [eats] { $by } ha rimesso la mensa di { $day } per { $names }.
   *[does-not-eat] { $by } ha disdetto la mensa di { $day } per { $names }.
}
note-days-many = { $choice ->
    [eats] { $by } ha rimesso la mensa di { $count } giorni per { $names }.
   *[does-not-eat] { $by } ha disdetto la mensa di { $count } giorni per { $names }.
}
note-closure-day = La mensa sarà chiusa { $day }.
note-closure-days = La mensa sarà chiusa da { $first } a { $last }.
note-renewal = Iscrizioni { $year } aperte, fino a { $last }.
action-top-up = Ricarica
action-absent-today = { $count ->
    [one] Oggi non mangia
   *[other] Oggi non mangiano
}

## Short texts: letters that every telephone shows (GSM 03.38)

date-digits = { $day }/{ $month }/{ $year }
sms-recovery = Mensa { $body }: il codice per la nuova password è { $code }. Vale fino alle { $hour }. Non darlo a nessuno.
sms-recovery-shared = Mensa { $body }: il codice per la nuova password. { $codes }. Vale fino alle { $hour }.
sms-contact-code = Mensa { $body }: il codice per confermare questo numero è { $code }. Vale fino alle { $hour }.
sms-password = Mensa { $body }: la password è stata cambiata il { $date } alle { $hour }. Non l'hai fatto tu? Chiama { $phone }.
sms-contact = Mensa { $body }: i tuoi recapiti sono cambiati il { $date } alle { $hour }. Non l'hai fatto tu? Chiama { $phone }.
sms-other = Mensa { $body }: { $line }
