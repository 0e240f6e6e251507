# Choosing the portal (in the app) and the Comune.

bodies-title = Scegli il tuo Comune
bodies-empty = Qui non c'è ancora nessun Comune
bodies-empty-hint = Chiedi all'ufficio mensa l'indirizzo giusto.
portal-title = Dove si trova la tua mensa?
portal-under = Scrivi l'indirizzo che ti ha dato l'ufficio mensa.
portal-address = Indirizzo
portal-address-hint = Per esempio mensa.comune.it
portal-missing = Scrivi l'indirizzo.
portal-act = Avanti
portal-other = Cambia indirizzo
portal-here = Indirizzo: { $portal }
portal-not-an-address = Questo non è un indirizzo. Controlla come è scritto.
portal-no-answer = A questo indirizzo non risponde nessuno. Controlla come è scritto e se sei collegato.
portal-not-a-portal = A questo indirizzo non c'è una mensa. Controlla come è scritto.
first-run = Tre passi, una volta sola su questo dispositivo:
first-run-portal = scrivi l'indirizzo della mensa;
first-run-body = scegli il tuo Comune;
first-run-sign-in = entra con SPID, CIE o il codice badge, come prevede il tuo Comune.
