# Messages to families, Slovene as along the border. «Vi», plain, saying what to do next. A name is never declined: it
# stands after a colon or in the nominative. A line that begins with note- holds no surname, amount, diet or debt.

## Parts

weekday = { $weekday ->
    [mon] ponedeljek
    [tue] torek
    [wed] sreda
    [thu] četrtek
    [fri] petek
    [sat] sobota
   *[sun] nedelja
}
weekday-on = { $weekday ->
    [mon] v ponedeljek
    [tue] v torek
    [wed] v sredo
    [thu] v četrtek
    [fri] v petek
    [sat] v soboto
   *[sun] v nedeljo
}
weekday-bound = { $weekday ->
    [mon] ponedeljka
    [tue] torka
    [wed] srede
    [thu] četrtka
    [fri] petka
    [sat] sobote
   *[sun] nedelje
}
month = { $month ->
    [1] januarja
    [2] februarja
    [3] marca
    [4] aprila
    [5] maja
    [6] junija
    [7] julija
    [8] avgusta
    [9] septembra
    [10] oktobra
    [11] novembra
   *[12] decembra
}
day-plain = { weekday }, { $day }. { month }
day-on = { weekday-on }, { $day }. { month }
day-bound = { weekday-bound }, { $day }. { month }
day-plain-short = { weekday }, { $day }. { $month }.
day-on-short = { weekday-on }, { $day }. { $month }.
day-bound-short = { weekday-bound }, { $day }. { $month }.
date = { $day }. { month } { $year }
hour = { $hour }.{ $minute }
list-and = { $first } in { $last }
meals = { $count ->
    [one] { $count } obrok
    [two] { $count } obroka
    [few] { $count } obroke
   *[other] { $count } obrokov
}
amount = { $amount } €
role = { $role ->
    [guardian] starš
    [payer] plačnik
   *[delegate] pooblaščena oseba
}

## Frame

title = Šolska menza - { $body }
open = Odpri menzo
open-calendar = Odpri koledar
open-people = Poglej, kdo kaj sme
footer = { $office }: telefon { $phone }, { $email }
footer-automatic = To sporočilo je samodejno: za vprašanja pišite ali pokličite urad.

## Codes and account

keep-secret = Te kode ne povejte nikomur: urad vas zanjo ne bo nikoli vprašal.
was-you = Ste bili to vi? Ni vam treba storiti ničesar.
not-you = Niste bili vi? Takoj zamenjajte geslo in pokličite urad: { $phone }.

recovery-subject = Koda za novo geslo
recovery = Zaprosili ste za novo geslo. To kodo vpišite na strani, ki ste jo odprli:
recovery-for = Zaprosili ste za novo geslo (oseba: { $name }). To kodo vpišite na strani, ki ste jo odprli:
recovery-shared = Zaprosili ste za novo geslo. Ta naslov uporablja več oseb: na strani, ki ste jo odprli, vpišite samo kodo osebe, ki je izgubila geslo.
recovery-of = Koda za osebo { $name }:
recovery-until = Velja do { $hour } in samo enkrat.
recovery-badges = Kode značk za prijavo: { $badges }.
recovery-not-you = Niste bili vi? Ni vam treba storiti ničesar: geslo ostane, kot je bilo.

contact-code-subject = Potrdite svoj naslov
contact-code = Če želite tu prejemati obvestila menze, vpišite to kodo na strani s kontakti:
contact-code-until = Velja do { $hour }.
contact-code-not-you = Niste bili vi? Ni vam treba storiti ničesar: brez kode se nič ne spremeni.

password-subject = Geslo je bilo zamenjano
password = Geslo za menzo je bilo zamenjano { $date } ob { $hour }.

contact-subject = Vaši kontakti so se spremenili
contact = { $change ->
    [mail-added] Vašim kontaktom je bil dodan elektronski naslov
    [mail-removed] Iz vaših kontaktov je bil odstranjen elektronski naslov
    [phone-added] Vašim kontaktom je bila dodana telefonska številka
   *[phone-removed] Iz vaših kontaktov je bila odstranjena telefonska številka
}: { $date } ob { $hour }.

sign-in-subject = Prijava z nove naprave
sign-in = Nekdo se je z vašimi podatki prijavil z nove naprave: { $date } ob { $hour }.
sign-in-device = Nekdo se je z vašimi podatki prijavil z nove naprave ({ $device }): { $date } ob { $hour }.
sign-in-devices = Poglej svoje naprave

## Family

invitation-subject = { $from } vas vabi k spremljanju šolske menze
invitation = { $from } vas vabi k spremljanju šolske menze ({ $names }). Vaša vloga: { role }.
invitation-open = Spodnji naslov odprite do { $date } ob { $hour } in vpišite 8-mestno kodo, ki vam jo { $from } pove ustno.
invitation-link = Odpri vabilo
invitation-unknown = Te osebe ne poznate? Ni vam treba storiti ničesar: vabilo poteče samo.

bond-subject = Spremenilo se je, kdo spremlja menzo: { $names }
bond-added = { $name } zdaj spremlja menzo ({ $names }). Vloga: { role }.
bond-added-until = { $name } zdaj spremlja menzo ({ $names }) do { $last }. Vloga: { role }.
bond-ended = { $name } ne spremlja več menze ({ $names }).

## Balance and payments

low-subject = Menza: dobroimetje zadošča za { meals }
low-subject-empty = Menza: dobroimetje je porabljeno
low-subject-limit = Menza: danes je potrebno polnjenje
low = { $names }: dobroimetje je { $amount } in zadošča za { meals }.
low-last = Dobroimetje bo porabljeno { $last }.
low-limit = Dosežena je meja, ki jo je določil upravljavec.
top-up = Napolni

payment-subject = Plačilo prejeto
payment = Za obvestilo { $notice } smo prejeli { $amount }: { $date } ob { $hour }.
payment-link = Poglej potrdilo

## Days

reminder-subject-today = Danes je menza
reminder-subject = Menza bo { $day }
reminder-today = { $count ->
    [one] Danes, { $day }, { $names } kosi v šoli.
    [two] Danes, { $day }, { $names } kosita v šoli.
   *[other] Danes, { $day }, { $names } kosijo v šoli.
}
reminder-day = { $count ->
    [one] { $names } ima kosilo v šoli { $day }.
    [two] { $names } imata kosilo v šoli { $day }.
   *[other] { $names } imajo kosilo v šoli { $day }.
}
reminder-until-hour = { $count ->
    [one] Če otrok ostane doma, odpovejte do { $hour }.
    [two] Če otroka ostaneta doma, odpovejte do { $hour }.
   *[other] Če otroci ostanejo doma, odpovejte do { $hour }.
}
reminder-until-day = { $count ->
    [one] Če otrok ostane doma, odpovejte do { $closes } ob { $hour }.
    [two] Če otroka ostaneta doma, odpovejte do { $closes } ob { $hour }.
   *[other] Če otroci ostanejo doma, odpovejte do { $closes } ob { $hour }.
}

days-subject = { $choice ->
    [eats] Menza znova naročena: { $by }
   *[does-not-eat] Menza odpovedana: { $by }
}
days = { $choice ->
    [eats] { $by }: menza znova naročena ({ $names }): { $days }. Potrdilo št. { $number }.
   *[does-not-eat] { $by }: menza odpovedana ({ $names }): { $days }. Potrdilo št. { $number }.
}

closure-subject = Menza bo zaprta
closure-day = Menza bo zaprta { $day } ({ $names }): { $reason }.
closure-days = Menza bo zaprta od { $first } do { $last } ({ $names }): { $reason }.
closure-free = Ni vam treba ničesar odpovedati: dnevi, ko je zaprto, se ne plačajo.

renewal-subject = Vpis { $year } je odprt
renewal = Vpis v menzo ({ $names }) lahko obnovite za leto { $year }, do { $last }.

## Notifications: anybody beside the telephone may read them

note-something = Za vas je obvestilo. Odprite aplikacijo, da ga preberete.
note-password = Vaše geslo je bilo zamenjano.
note-contact = Vaši kontakti so se spremenili.
note-sign-in = Prijava z nove naprave. Če to niste bili vi, odprite in zamenjajte geslo.
note-bond = Spremenilo se je, kdo spremlja menzo: { $names }.
note-low-limit = Danes je potrebno polnjenje.
note-low-empty = Za naslednje obroke je potrebno polnjenje.
note-low = { $count ->
    [one] Ostaja { $count } obrok.
    [two] Ostajata { $count } obroka.
    [few] Ostajajo { $count } obroki.
   *[other] Ostaja { $count } obrokov.
}
note-low-last = { $count ->
    [one] Ostaja { $count } obrok, do { $last }
    [two] Ostajata { $count } obroka, do { $last }
    [few] Ostajajo { $count } obroki, do { $last }
   *[other] Ostaja { $count } obrokov, do { $last }
}
note-reminder-today = Danes je menza ({ $names }). Odpoveste lahko do { $hour }.
note-reminder-day = Menza bo { $day } ({ $names }). Odpoveste lahko do { $closes } ob { $hour }.
note-payment = Vaše plačilo je prispelo.
note-days-one = { $choice ->
    [eats] { $by }: menza znova naročena { $day } ({ $names }).
   *[does-not-eat] { $by }: menza odpovedana { $day } ({ $names }).
}
note-days-many = { $choice ->
    [eats] { $by }: menza znova naročena ({ $names }), število dni: { $count }.
   *[does-not-eat] { $by }: menza odpovedana ({ $names }), število dni: { $count }.
}
note-closure-day = Menza bo zaprta { $day }
note-closure-days = Menza bo zaprta od { $first } do { $last }
note-renewal = Vpis { $year } je odprt, do { $last }
action-top-up = Napolni
action-absent-today = { $count ->
    [one] Danes ne je
    [two] Danes ne jesta
   *[other] Danes ne jedo
}

## Short texts: letters that every telephone shows (GSM 03.38), so no carons

date-digits = { $day }.{ $month }.{ $year }
sms-recovery = Menza { $body }: koda za novo geslo je { $code }. Velja do { $hour }. Ne dajte je nikomur.
sms-recovery-shared = Menza { $body }: koda za novo geslo. { $codes }. Velja do { $hour }.
sms-contact-code = Menza { $body }: koda za potrditev tega telefona je { $code }. Velja do { $hour }.
sms-password = Menza { $body }: geslo je bilo zamenjano { $date } ob { $hour }. Niste bili vi? Tel. { $phone }.
sms-contact = Menza { $body }: kontaktni podatki so bili spremenjeni { $date } ob { $hour }. Niste bili vi? Tel. { $phone }.
sms-other = Menza { $body }: { $line }
