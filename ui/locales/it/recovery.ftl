# Recovery of password and badge code.

recovery-title = Non ricordi la password o il codice?
recovery-under = Ti mandiamo un codice per scegliere una nuova password. Nell'e-mail trovi anche i codici badge.
recovery-who = Codice badge, e-mail o cellulare
recovery-who-hint = Quello che ricordi: basta uno.
recovery-who-missing = Scrivi il codice badge, l'e-mail o il cellulare.
recovery-by = Dove ti mandiamo il codice?
recovery-by-mail = Per e-mail
recovery-by-sms = Per SMS
recovery-by-hint = Va all'indirizzo o al numero che hai già confermato, non a uno nuovo.
recovery-ask = Mandami il codice
recovery-no-password = Qui non serve una password
recovery-no-password-hint = Il tuo Comune fa entrare con SPID o CIE: la password la gestisce chi ti ha dato SPID o CIE.
recovery-back-to-sign-in = Torna all'accesso
recovery-sent-mail = Se { $who } è tra i dati che conosciamo, tra poco arriva un'e-mail con un codice di { $count } cifre. Vale fino { $at }.
recovery-sent-sms = Se { $who } è tra i dati che conosciamo, tra poco arriva un SMS con un codice di { $count } cifre. Vale fino { $at }.
recovery-sent-title = Guarda se è arrivato il codice
recovery-code = Codice ricevuto
recovery-code-hint = { $count } cifre. Puoi anche incollarlo.
recovery-code-hint-shared = { $count } cifre. Se l'indirizzo è di più persone trovi un codice per ciascuna: scrivi quello di chi ha perso la password.
recovery-finish = Salva la password ed entra
recovery-ended-title = Questo codice non vale più
recovery-ended = È passato troppo tempo o ci sono stati troppi tentativi. La password di prima non è cambiata.
recovery-again = Fatti mandare un altro codice
recovery-not-come = Non arriva niente?
recovery-not-come-words = Aspetta un paio di minuti e guarda nella posta indesiderata. Il codice parte solo verso un'e-mail o un cellulare già confermati: se non ne hai, l'ufficio mensa ti dà una nuova password.
