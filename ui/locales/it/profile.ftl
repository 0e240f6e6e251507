# Who is signed in, the children, the office.

profile-badge = Badge
profile-school = Scuola
profile-class = Classe
profile-days = Giorni di mensa
profile-price = Un pasto costa
profile-not-enrolled = Non iscritto quest'anno
profile-no-days = nessuno
profile-office = Ufficio mensa
profile-hours = Orari
profile-mail = Scrivi a { $mail }
profile-keychain = Questo computer
profile-keychain-memory = Su questo computer dovrai rientrare a ogni avvio.
profile-keychain-refused = Il portachiavi del computer è chiuso: dovrai rientrare a ogni avvio. Per evitarlo, sblocca il portachiavi e rientra.
profile-change-password = Cambia password
profile-sign-out = Esci
profile-everywhere = Esci da tutti i dispositivi
profile-everywhere-title = Esci da tutti i dispositivi?
profile-everywhere-words = Telefoni e computer dove sei entrato dovranno rientrare con badge e password. Le disdette e i pagamenti restano.
profile-everywhere-act = Esci da tutti
profile-version = Refettorio { $version }
