# Messages to families, French as in the Aosta Valley. «Vous», plain, saying what to do next. No « de » before a name,
# since it would change before a vowel. A line that begins with note- holds no surname, amount, diet or debt.

## Parts

weekday = { $weekday ->
    [mon] lundi
    [tue] mardi
    [wed] mercredi
    [thu] jeudi
    [fri] vendredi
    [sat] samedi
   *[sun] dimanche
}
month = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
}
number-of-day = { $day ->
    [1] 1er
   *[other] { $day }
}
day-plain = { weekday } { number-of-day } { month }
day-on = le { day-plain }
day-bound = { day-plain }
day-plain-short = { weekday } { number-of-day }
day-on-short = { day-plain-short }
day-bound-short = { day-plain-short }
date = { weekday } { number-of-day } { month } { $year }
hour = { $hour }h{ $minute }
list-and = { $first } et { $last }
meals = { $count ->
    [one] { $count } repas
   *[other] { $count } repas
}
amount = { $amount } €
role = { $role ->
    [guardian] parent
    [payer] responsable des paiements
   *[delegate] personne déléguée
}

## Frame

title = Cantine - { $body }
open = Ouvrir la cantine
open-calendar = Ouvrir le calendrier
open-people = Voir qui peut faire quoi
footer = { $office } : téléphone { $phone }, { $email }
footer-automatic = Ce message est envoyé automatiquement : pour toute question, écrivez au bureau ou appelez-le.

## Codes and account

keep-secret = Ne donnez ce code à personne : le bureau ne vous le demandera jamais.
was-you = C'était vous ? Vous n'avez rien d'autre à faire.
not-you = Ce n'était pas vous ? Changez tout de suite le mot de passe et appelez le bureau : { $phone }.

recovery-subject = Le code pour le nouveau mot de passe
recovery = Vous avez demandé à choisir un nouveau mot de passe. Saisissez ce code dans la page que vous avez ouverte :
recovery-for = Vous avez demandé à choisir un nouveau mot de passe pour { $name }. Saisissez ce code dans la page que vous avez ouverte :
recovery-shared = Vous avez demandé à choisir un nouveau mot de passe. Cette adresse est celle de plusieurs personnes : dans la page que vous avez ouverte, saisissez seulement le code de la personne qui a perdu son mot de passe.
recovery-of = Code pour { $name } :
recovery-until = Il est valable jusqu'à { $hour } et une seule fois.
recovery-badges = Codes de badge pour entrer : { $badges }.
recovery-not-you = Ce n'était pas vous ? Vous n'avez rien à faire : le mot de passe ne change pas.

contact-code-subject = Confirmez votre adresse
contact-code = Pour recevoir ici les avis de la cantine, saisissez ce code dans la page de vos coordonnées :
contact-code-until = Il est valable jusqu'à { $hour }.
contact-code-not-you = Ce n'était pas vous ? Vous n'avez rien à faire : sans le code, rien ne change.

password-subject = Le mot de passe a été changé
password = Le mot de passe de la cantine a été changé le { $date } à { $hour }.

contact-subject = Vos coordonnées ont changé
contact = { $change ->
    [mail-added] Une adresse électronique a été ajoutée à vos coordonnées
    [mail-removed] Une adresse électronique a été retirée de vos coordonnées
    [phone-added] Un numéro de téléphone a été ajouté à vos coordonnées
   *[phone-removed] Un numéro de téléphone a été retiré de vos coordonnées
} le { $date } à { $hour }.

sign-in-subject = Connexion depuis un nouvel appareil
sign-in = Quelqu'un s'est connecté avec vos données depuis un nouvel appareil le { $date } à { $hour }.
sign-in-device = Quelqu'un s'est connecté avec vos données depuis un nouvel appareil ({ $device }) le { $date } à { $hour }.
sign-in-devices = Voir vos appareils

## Family

invitation-subject = { $from } vous invite à suivre la cantine scolaire
invitation = { $from } vous invite à suivre la cantine pour { $names } comme { role }.
invitation-open = Ouvrez l'adresse ci-dessous avant le { $date } à { $hour } et saisissez le code de 8 chiffres que { $from } vous dira de vive voix.
invitation-link = Ouvrir l'invitation
invitation-unknown = Vous ne connaissez pas cette personne ? Vous n'avez rien à faire : l'invitation expire toute seule.

bond-subject = Changement : qui suit la cantine pour { $names }
bond-added = { $name } suit maintenant la cantine pour { $names } comme { role }.
bond-added-until = { $name } suit maintenant la cantine pour { $names } comme { role }, jusqu'au { $last }.
bond-ended = { $name } ne suit plus la cantine pour { $names }.

## Balance and payments

low-subject = Cantine : le solde suffit pour { meals }
low-subject-empty = Cantine : le solde est épuisé
low-subject-limit = Cantine : il faut recharger aujourd'hui
low = Pour { $names }, le solde est de { $amount } : il suffit pour { meals }.
low-last = Le solde sera épuisé { $last }.
low-limit = La limite fixée par l'organisme est atteinte.
top-up = Recharger

payment-subject = Paiement reçu
payment = Nous avons reçu { $amount } pour l'avis { $notice } le { $date } à { $hour }.
payment-link = Voir le reçu

## Days

reminder-subject-today = Il y a cantine aujourd'hui
reminder-subject = Il y a cantine { $day }
reminder-today = { $count ->
    [one] Aujourd'hui, { $day }, { $names } mange à l'école.
   *[other] Aujourd'hui, { $day }, { $names } mangent à l'école.
}
reminder-day = { $count ->
    [one] { $names } mange à l'école { $day }.
   *[other] { $names } mangent à l'école { $day }.
}
reminder-until-hour = { $count ->
    [one] Si l'enfant reste à la maison, annulez avant { $hour }.
   *[other] Si les enfants restent à la maison, annulez avant { $hour }.
}
reminder-until-day = { $count ->
    [one] Si l'enfant reste à la maison, annulez avant { $closes } à { $hour }.
   *[other] Si les enfants restent à la maison, annulez avant { $closes } à { $hour }.
}

days-subject = { $choice ->
    [eats] { $by } a rétabli la cantine
   *[does-not-eat] { $by } a annulé la cantine
}
days = { $choice ->
    [eats] { $by } a rétabli la cantine pour { $names } : { $days }. Reçu n° { $number }.
   *[does-not-eat] { $by } a annulé la cantine pour { $names } : { $days }. Reçu n° { $number }.
}

closure-subject = La cantine sera fermée
closure-day = La cantine sera fermée { $day } pour { $names } : { $reason }.
closure-days = La cantine sera fermée du { $first } au { $last } pour { $names } : { $reason }.
closure-free = Vous n'avez rien à annuler : les jours de fermeture ne se paient pas.

renewal-subject = Inscriptions { $year } ouvertes
renewal = L'inscription à la cantine pour { $names } peut être renouvelée pour l'année { $year }, jusqu'au { $last }.

## Notifications: anybody beside the telephone may read them

note-something = Il y a un avis pour vous. Ouvrez l'application pour le lire.
note-password = Votre mot de passe a été changé.
note-contact = Vos coordonnées ont changé.
note-sign-in = Connexion depuis un nouvel appareil. Si ce n'était pas vous, ouvrez et changez le mot de passe.
note-bond = Changement : qui suit la cantine pour { $names }.
note-low-limit = Il faut recharger aujourd'hui.
note-low-empty = Il faut recharger pour les prochains repas.
note-low = { $count ->
    [one] Il reste { $count } repas.
   *[other] Il reste { $count } repas.
}
note-low-last = { $count ->
    [one] Il reste { $count } repas, pour { $last }.
   *[other] Il reste { $count } repas, jusqu'au { $last }.
}
note-reminder-today = Cantine aujourd'hui pour { $names }. Vous pouvez annuler jusqu'à { $hour }.
note-reminder-day = Cantine { $day } pour { $names }. Vous pouvez annuler jusqu'au { $closes } à { $hour }.
note-payment = Votre paiement est arrivé.
note-days-one = { $choice ->
    [eats] { $by } a rétabli la cantine { $day } pour { $names }.
   *[does-not-eat] { $by } a annulé la cantine { $day } pour { $names }.
}
note-days-many = { $choice ->
    [eats] { $by } a rétabli la cantine de { $count } jours pour { $names }.
   *[does-not-eat] { $by } a annulé la cantine de { $count } jours pour { $names }.
}
note-closure-day = La cantine sera fermée { $day }.
note-closure-days = La cantine sera fermée du { $first } au { $last }.
note-renewal = Inscriptions { $year } ouvertes, jusqu'au { $last }.
action-top-up = Recharger
action-absent-today = { $count ->
    [one] Ne mange pas aujourd'hui
   *[other] Ne mangent pas aujourd'hui
}

## Short texts: letters that every telephone shows (GSM 03.38)

date-digits = { $day }/{ $month }/{ $year }
sms-recovery = Cantine { $body } : le code pour le nouveau mot de passe est { $code }. Valable jusqu'à { $hour }. Ne le donnez à personne.
sms-recovery-shared = Cantine { $body } : le code pour le nouveau mot de passe. { $codes }. Valable jusqu'à { $hour }.
sms-contact-code = Cantine { $body } : le code pour confirmer ce numéro est { $code }. Valable jusqu'à { $hour }.
sms-password = Cantine { $body } : le mot de passe a été changé le { $date } à { $hour }. Ce n'était pas vous ? Appelez { $phone }.
sms-contact = Cantine { $body } : vos coordonnées ont changé le { $date } à { $hour }. Ce n'était pas vous ? Appelez { $phone }.
sms-other = Cantine { $body } : { $line }
