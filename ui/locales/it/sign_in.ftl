# Accesso with badge and password.

sign-in-title = Entra
sign-in-badge = Codice badge
sign-in-badge-hint = Va bene quello di uno qualsiasi dei tuoi figli.
sign-in-badge-missing = Scrivi il codice badge.
sign-in-password = Password
sign-in-password-missing = Scrivi la password.
sign-in-act = Entra
sign-in-other-body = Cambia Comune
sign-in-help = Non hai il codice o la password?
sign-in-help-words = Sono sulla lettera dell'ufficio mensa. Se non la trovi, chiama: { $hours }.
sign-in-no-badge = Qui non si entra con il codice badge
sign-in-no-badge-hint = Il tuo Comune usa un altro modo, che questa app non conosce ancora. Chiama l'ufficio mensa.
