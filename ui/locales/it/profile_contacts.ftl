# Contacts, language.

contacts-title = I tuoi contatti
contacts-hint = Con un contatto verificato ricevi gli avvisi e, se dimentichi la password, ne scegli un'altra da solo.
contacts-none = Non hai ancora un contatto verificato: se dimentichi la password può aiutarti solo l'ufficio mensa.
contacts-verified = Verificato
contacts-unverified = Da verificare: per ora non lo usiamo
contacts-proposed = L'ha scritto l'ufficio all'iscrizione. È giusto? Verificalo. Non è tuo? Toglilo.
contacts-verify = Verifica
contacts-verify-of = Verifica { $contact }
contacts-remove = Togli
contacts-remove-of = Togli { $contact }
contacts-add = Aggiungi un contatto
contacts-kind = Che contatto è
contacts-mail = E-mail
contacts-phone = Cellulare
contacts-mail-value = Indirizzo e-mail
contacts-phone-value = Numero di cellulare
contacts-add-act = Aggiungi e mandami il codice
contacts-verify-title = Verifica { $contact }
contacts-sent-mail = Ti abbiamo mandato un'e-mail con un codice di 8 cifre. Vale fino { $at }.
contacts-sent-sms = Ti abbiamo mandato un SMS con un codice di 8 cifre. Vale fino { $at }.
contacts-will-mail = Ti mandiamo un'e-mail con un codice di 8 cifre: scrivilo qui e sappiamo che l'indirizzo è tuo.
contacts-will-sms = Ti mandiamo un SMS con un codice di 8 cifre: scrivilo qui e sappiamo che il numero è tuo.
contacts-code = Codice ricevuto
contacts-send = Mandami il codice
contacts-send-again = Non arriva? Manda un altro codice
contacts-later = Lo faccio dopo
contacts-done = { $contact } è verificato.
contacts-remove-title = Togliere { $contact }?
contacts-remove-words = Non ci manderemo più niente, e non potrai usarlo per recuperare la password. Ti avvisiamo anche lì, per sicurezza.
contacts-removed = { $contact } non è più tra i tuoi contatti.

language-title = Lingua
language-choice = Lingua di documenti e messaggi
language-hint = Avvisi di pagamento, e-mail e SMS. L'app resta in italiano.
language-saved = Salvato: { $language }
language-not-saved = Non ho salvato la lingua
