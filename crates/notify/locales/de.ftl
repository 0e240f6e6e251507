# Messages to families, German as the offices of South Tyrol write it. «Sie», plain, saying what to do next. A line that
# begins with note- holds no surname, amount, diet or debt.

## Parts

weekday = { $weekday ->
    [mon] Montag
    [tue] Dienstag
    [wed] Mittwoch
    [thu] Donnerstag
    [fri] Freitag
    [sat] Samstag
   *[sun] Sonntag
}
month = { $month ->
    [1] Jänner
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
day-plain = { weekday }, { $day }. { month }
day-on = am { day-plain }
day-bound = { day-plain }
day-plain-short = { weekday }, { $day }.{ $month }.
day-on-short = am { day-plain-short }
day-bound-short = { day-plain-short }
date = { weekday }, { $day }. { month } { $year }
hour = { $hour }:{ $minute }
list-and = { $first } und { $last }
meals = { $count ->
    [one] 1 Mahlzeit
   *[other] { $count } Mahlzeiten
}
amount = { $amount } €
role = { $role ->
    [guardian] Elternteil
    [payer] zahlende Person
   *[delegate] bevollmächtigte Person
}

## Frame

title = Mensa - { $body }
open = Mensa öffnen
open-calendar = Kalender öffnen
open-people = Ansehen, wer was darf
footer = { $office }: Telefon { $phone }, { $email }
footer-automatic = Diese Mail wird automatisch gesendet: Bei Fragen schreiben Sie dem Büro oder rufen Sie an.

## Codes and account

keep-secret = Geben Sie diesen Code niemandem: Das Büro wird Sie nie danach fragen.
was-you = Waren Sie es? Dann brauchen Sie nichts zu tun.
not-you = Waren Sie es nicht? Ändern Sie sofort das Passwort und rufen Sie das Büro an: { $phone }.

recovery-subject = Der Code für das neue Passwort
recovery = Sie möchten ein neues Passwort wählen. Geben Sie diesen Code auf der geöffneten Seite ein:
recovery-for = Sie möchten ein neues Passwort für { $name } wählen. Geben Sie diesen Code auf der geöffneten Seite ein:
recovery-shared = Sie möchten ein neues Passwort wählen. Diese Adresse gehört mehreren Personen: Geben Sie auf der geöffneten Seite nur den Code der Person ein, die das Passwort verloren hat.
recovery-of = Code für { $name }:
recovery-until = Er gilt bis { $hour } Uhr und nur einmal.
recovery-badges = Badge-Codes für die Anmeldung: { $badges }.
recovery-not-you = Waren Sie es nicht? Dann brauchen Sie nichts zu tun: Das Passwort bleibt, wie es war.

contact-code-subject = Bestätigen Sie Ihre Adresse
contact-code = Um hier Mitteilungen der Mensa zu erhalten, geben Sie diesen Code auf der Seite der Kontakte ein:
contact-code-until = Er gilt bis { $hour } Uhr.
contact-code-not-you = Waren Sie es nicht? Dann brauchen Sie nichts zu tun: Ohne den Code ändert sich nichts.

password-subject = Das Passwort wurde geändert
password = Das Passwort der Mensa wurde geändert: { $date }, { $hour } Uhr.

contact-subject = Ihre Kontakte wurden geändert
contact = { $change ->
    [mail-added] Zu Ihren Kontakten wurde eine Mailadresse hinzugefügt
    [mail-removed] Aus Ihren Kontakten wurde eine Mailadresse entfernt
    [phone-added] Zu Ihren Kontakten wurde eine Telefonnummer hinzugefügt
   *[phone-removed] Aus Ihren Kontakten wurde eine Telefonnummer entfernt
}: { $date }, { $hour } Uhr.

sign-in-subject = Anmeldung von einem neuen Gerät
sign-in = Jemand hat sich mit Ihren Daten von einem neuen Gerät angemeldet: { $date }, { $hour } Uhr.
sign-in-device = Jemand hat sich mit Ihren Daten von einem neuen Gerät ({ $device }) angemeldet: { $date }, { $hour } Uhr.
sign-in-devices = Ihre Geräte ansehen

## Family

invitation-subject = { $from } lädt Sie zur Schulmensa ein
invitation = { $from } lädt Sie ein, die Mensa von { $names } mitzuverfolgen, als { role }.
invitation-open = Öffnen Sie die Adresse hier unten bis { $date }, { $hour } Uhr, und geben Sie den 8-stelligen Code ein, den { $from } Ihnen mündlich sagt.
invitation-link = Einladung öffnen
invitation-unknown = Kennen Sie diese Person nicht? Dann brauchen Sie nichts zu tun: Die Einladung verfällt von selbst.

bond-subject = Geändert: wer die Mensa von { $names } verfolgt
bond-added = { $name } verfolgt nun die Mensa von { $names }, als { role }.
bond-added-until = { $name } verfolgt nun die Mensa von { $names }, als { role }, bis { $last }.
bond-ended = { $name } verfolgt die Mensa von { $names } nicht mehr.

## Balance and payments

low-subject = Mensa: Das Guthaben reicht für { meals }
low-subject-empty = Mensa: Das Guthaben ist aufgebraucht
low-subject-limit = Mensa: Bitte heute aufladen
low = Für { $names } beträgt das Guthaben { $amount }: Es reicht für { meals }.
low-last = Das Guthaben endet { $last }.
low-limit = Die vom Träger festgelegte Grenze ist erreicht.
top-up = Aufladen

payment-subject = Zahlung eingegangen
payment = Wir haben { $amount } für die Zahlungsmitteilung { $notice } erhalten: { $date }, { $hour } Uhr.
payment-link = Quittung ansehen

## Days

reminder-subject-today = Heute ist Mensa
reminder-subject = Mensa { $day }
reminder-today = { $count ->
    [one] Heute, { $day }, isst { $names } in der Schule.
   *[other] Heute, { $day }, essen { $names } in der Schule.
}
reminder-day = { $count ->
    [one] { $names } isst { $day } in der Schule.
   *[other] { $names } essen { $day } in der Schule.
}
reminder-until-hour = { $count ->
    [one] Bleibt das Kind zu Hause? Dann melden Sie es bis { $hour } Uhr ab.
   *[other] Bleiben die Kinder zu Hause? Dann melden Sie sie bis { $hour } Uhr ab.
}
reminder-until-day = { $count ->
    [one] Bleibt das Kind zu Hause? Dann melden Sie es bis { $closes }, { $hour } Uhr, ab.
   *[other] Bleiben die Kinder zu Hause? Dann melden Sie sie bis { $closes }, { $hour } Uhr, ab.
}

days-subject = { $choice ->
    [eats] { $by } hat zur Mensa angemeldet
   *[does-not-eat] { $by } hat von der Mensa abgemeldet
}
days = { $choice ->
    [eats] { $by } hat { $names } wieder zur Mensa angemeldet: { $days }. Beleg Nr. { $number }.
   *[does-not-eat] { $by } hat { $names } von der Mensa abgemeldet: { $days }. Beleg Nr. { $number }.
}

closure-subject = Die Mensa bleibt geschlossen
closure-day = Die Mensa von { $names } bleibt { $day } geschlossen: { $reason }.
closure-days = Die Mensa von { $names } bleibt von { $first } bis { $last } geschlossen: { $reason }.
closure-free = Sie brauchen nichts abzumelden: Schließtage werden nicht bezahlt.

renewal-subject = Einschreibungen { $year } offen
renewal = Die Einschreibung in die Mensa für { $names } kann für das Schuljahr { $year } erneuert werden, bis { $last }.

## Notifications: anybody beside the telephone may read them

note-something = Es gibt eine Mitteilung für Sie. Öffnen Sie die App, um sie zu lesen.
note-password = Ihr Passwort wurde geändert.
note-contact = Ihre Kontakte wurden geändert.
note-sign-in = Anmeldung von einem neuen Gerät. Waren Sie es nicht? Öffnen und Passwort ändern.
note-bond = Geändert: wer die Mensa von { $names } verfolgt.
note-low-limit = Bitte heute aufladen.
note-low-empty = Bitte für die nächsten Mahlzeiten aufladen.
note-low = { $count ->
    [one] Noch 1 Mahlzeit.
   *[other] Noch { $count } Mahlzeiten.
}
note-low-last = { $count ->
    [one] Noch 1 Mahlzeit, für { $last }
   *[other] Noch { $count } Mahlzeiten, bis { $last }
}
note-reminder-today = Heute ist Mensa für { $names }. Abmelden können Sie bis { $hour } Uhr.
note-reminder-day = Mensa { $day } für { $names }. Abmelden können Sie bis { $closes }, { $hour } Uhr.
note-payment = Ihre Zahlung ist eingegangen.
note-days-one = { $choice ->
    [eats] { $by } hat { $names } { $day } wieder zur Mensa angemeldet.
   *[does-not-eat] { $by } hat { $names } { $day } von der Mensa abgemeldet.
}
note-days-many = { $choice ->
    [eats] { $by } hat { $names } für { $count } Tage wieder zur Mensa angemeldet.
   *[does-not-eat] { $by } hat { $names } für { $count } Tage von der Mensa abgemeldet.
}
note-closure-day = Die Mensa bleibt { $day } geschlossen.
note-closure-days = Die Mensa bleibt von { $first } bis { $last } geschlossen.
note-renewal = Einschreibungen { $year } offen, bis { $last }
action-top-up = Aufladen
action-absent-today = { $count ->
    [one] Isst heute nicht
   *[other] Essen heute nicht
}

## Short texts: letters that every telephone shows (GSM 03.38)

date-digits = { $day }.{ $month }.{ $year }
sms-recovery = Mensa { $body }: Der Code für das neue Passwort ist { $code }. Er gilt bis { $hour } Uhr. Geben Sie ihn niemandem.
sms-recovery-shared = Mensa { $body }: der Code für das neue Passwort. { $codes }. Gilt bis { $hour } Uhr.
sms-contact-code = Mensa { $body }: Der Code, um diese Nummer zu bestätigen, ist { $code }. Er gilt bis { $hour } Uhr.
sms-password = Mensa { $body }: Das Passwort wurde am { $date } um { $hour } Uhr geändert. Waren Sie es nicht? Tel. { $phone }.
sms-contact = Mensa { $body }: Ihre Kontakte wurden am { $date } um { $hour } Uhr geändert. Waren Sie es nicht? Tel. { $phone }.
sms-other = Mensa { $body }: { $line }
