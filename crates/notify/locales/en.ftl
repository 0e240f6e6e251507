# Messages to families, English. Plain, saying what to do next. A line that begins with note- holds no surname, amount,
# diet or debt.

## Parts

weekday = { $weekday ->
    [mon] Monday
    [tue] Tuesday
    [wed] Wednesday
    [thu] Thursday
    [fri] Friday
    [sat] Saturday
   *[sun] Sunday
}
month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
day-plain = { weekday } { $day } { month }
day-on = on { day-plain }
day-bound = { day-plain }
day-plain-short = { weekday } { $day }
day-on-short = on { day-plain-short }
day-bound-short = { day-plain-short }
date = { weekday } { $day } { month } { $year }
hour = { $hour }:{ $minute }
list-and = { $first } and { $last }
meals = { $count ->
    [one] 1 meal
   *[other] { $count } meals
}
amount = €{ $amount }
role = { $role ->
    [guardian] a parent
    [payer] the person who pays
   *[delegate] a delegate
}

## Frame

title = School canteen - { $body }
open = Open the canteen
open-calendar = Open the calendar
open-people = See who can do what
footer = { $office }: telephone { $phone }, { $email }
footer-automatic = This mail is sent automatically: to ask something, write to the office or call it.

## Codes and account

keep-secret = Give this code to nobody: the office will never ask you for it.
was-you = Was it you? There is nothing else to do.
not-you = Was it not you? Change your password at once and call the office: { $phone }.

recovery-subject = The code for your new password
recovery = You asked to choose a new password. Type this code on the page that you opened:
recovery-for = You asked to choose a new password for { $name }. Type this code on the page that you opened:
recovery-shared = You asked to choose a new password. This address belongs to several people: on the page that you opened, type only the code of the person who has lost the password.
recovery-of = Code for { $name }:
recovery-until = It is good until { $hour }, and once only.
recovery-badges = Badge codes to sign in with: { $badges }.
recovery-not-you = Was it not you? There is nothing to do: the password stays as it was.

contact-code-subject = Confirm your address
contact-code = To be told here about the canteen, type this code on the page of your contacts:
contact-code-until = It is good until { $hour }.
contact-code-not-you = Was it not you? There is nothing to do: without the code nothing changes.

password-subject = Your password was changed
password = The password of the canteen was changed on { $date } at { $hour }.

contact-subject = Your contacts were changed
contact = { $change ->
    [mail-added] A mail address was added to your contacts
    [mail-removed] A mail address was removed from your contacts
    [phone-added] A telephone number was added to your contacts
   *[phone-removed] A telephone number was removed from your contacts
} on { $date } at { $hour }.

sign-in-subject = Sign-in from a new device
sign-in = Somebody signed in as you from a new device on { $date } at { $hour }.
sign-in-device = Somebody signed in as you from a new device ({ $device }) on { $date } at { $hour }.
sign-in-devices = See your devices

## Family

invitation-subject = { $from } invites you to follow the school canteen
invitation = { $from } invites you to follow the canteen of { $names } as { role }.
invitation-open = Open the address below by { $date } at { $hour } and type the 8-digit code that { $from } tells you in person.
invitation-link = Open the invitation
invitation-unknown = Do you not know this person? There is nothing to do: the invitation runs out by itself.

bond-subject = Changed: who follows the canteen of { $names }
bond-added = { $name } now follows the canteen of { $names } as { role }.
bond-added-until = { $name } now follows the canteen of { $names } as { role }, until { $last }.
bond-ended = { $name } no longer follows the canteen of { $names }.

## Balance and payments

low-subject = Canteen: the balance is enough for { meals }
low-subject-empty = Canteen: the balance has run out
low-subject-limit = Canteen: a top-up is needed today
low = For { $names } the balance is { $amount }: enough for { meals }.
low-last = The balance runs out { $last }.
low-limit = The limit that the body has set is reached.
top-up = Top up

payment-subject = Payment received
payment = We received { $amount } for notice { $notice } on { $date } at { $hour }.
payment-link = See the receipt

## Days

reminder-subject-today = There is school lunch today
reminder-subject = There is school lunch { $day }
reminder-today = { $count ->
    [one] Today, { $day }, { $names } eats at school.
   *[other] Today, { $day }, { $names } eat at school.
}
reminder-day = { $count ->
    [one] { $names } eats at school { $day }.
   *[other] { $names } eat at school { $day }.
}
reminder-until-hour = { $count ->
    [one] If the child stays at home, cancel by { $hour }.
   *[other] If the children stay at home, cancel by { $hour }.
}
reminder-until-day = { $count ->
    [one] If the child stays at home, cancel by { $closes } at { $hour }.
   *[other] If the children stay at home, cancel by { $closes } at { $hour }.
}

days-subject = { $choice ->
    [eats] { $by } put school lunch back
   *[does-not-eat] { $by } cancelled school lunch
}
days = { $choice ->
    [eats] { $by } put school lunch back for { $names }: { $days }. Receipt no. { $number }.
   *[does-not-eat] { $by } cancelled school lunch for { $names }: { $days }. Receipt no. { $number }.
}

closure-subject = The canteen will be closed
closure-day = The canteen of { $names } will be closed { $day }: { $reason }.
closure-days = The canteen of { $names } will be closed from { $first } to { $last }: { $reason }.
closure-free = You need not cancel anything: days of closure are not paid.

renewal-subject = Enrolment for { $year } is open
renewal = The enrolment of { $names } in the canteen can be renewed for { $year }, until { $last }.

## Notifications: anybody beside the telephone may read them

note-something = There is something for you. Open the app to read it.
note-password = Your password was changed.
note-contact = Your contacts were changed.
note-sign-in = Sign-in from a new device. If it was not you, open and change the password.
note-bond = Changed: who follows the canteen of { $names }.
note-low-limit = A top-up is needed today.
note-low-empty = A top-up is needed for the next meals.
note-low = { $count ->
    [one] 1 meal left.
   *[other] { $count } meals left.
}
note-low-last = { $count ->
    [one] 1 meal left, for { $last }.
   *[other] { $count } meals left, until { $last }.
}
note-reminder-today = School lunch today for { $names }. You can cancel until { $hour }.
note-reminder-day = School lunch { $day } for { $names }. You can cancel until { $closes } at { $hour }.
note-payment = Your payment has arrived.
note-days-one = { $choice ->
    [eats] { $by } put school lunch back { $day } for { $names }.
   *[does-not-eat] { $by } cancelled school lunch { $day } for { $names }.
}
note-days-many = { $choice ->
    [eats] { $by } put school lunch back on { $count } days for { $names }.
   *[does-not-eat] { $by } cancelled school lunch on { $count } days for { $names }.
}
note-closure-day = The canteen will be closed { $day }.
note-closure-days = The canteen will be closed from { $first } to { $last }.
note-renewal = Enrolment for { $year } is open, until { $last }.
action-top-up = Top up
action-absent-today = { $count ->
    [one] Not eating today
   *[other] Not eating today
}

## Short texts: letters that every telephone shows (GSM 03.38)

date-digits = { $day }/{ $month }/{ $year }
sms-recovery = Canteen { $body }: the code for the new password is { $code }. Good until { $hour }. Give it to nobody.
sms-recovery-shared = Canteen { $body }: the code for the new password. { $codes }. Good until { $hour }.
sms-contact-code = Canteen { $body }: the code to confirm this number is { $code }. Good until { $hour }.
sms-password = Canteen { $body }: the password was changed on { $date } at { $hour }. Was it not you? Call { $phone }.
sms-contact = Canteen { $body }: your contacts were changed on { $date } at { $hour }. Was it not you? Call { $phone }.
sms-other = Canteen { $body }: { $line }
