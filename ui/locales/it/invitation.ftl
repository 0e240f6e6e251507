# An invitation, to the invited.

invited-title = Hai ricevuto un invito
invited-words = Chi ti ha invitato ha un codice per te: fattelo dire a voce e scrivilo qui.
invited-code = Codice dell'invito
invited-code-hint = 8 cifre. Non è nell'e-mail: te lo dice chi ti ha invitato.
invited-show = Vedi l'invito
invited-refused-title = L'invito non si apre
invited-refused = Può essere che:
invited-refused-code = il codice non è giusto: controllalo con chi ti ha invitato;
invited-refused-old = l'invito è scaduto, è stato ritirato o l'hai già usato;
invited-refused-tries = il codice è stato sbagliato cinque volte: dopo non vale più.
invited-refused-next = Se non va, fatti mandare un altro invito.
invited-by = { $from } ti invita a seguire la mensa di { $children }
invited-as = Come
invited-until = Fino a
invited-may = Chi accetta l'invito:
invited-accept = Accetta come { $name }
invited-not-me = Non sono { $name }: esci
invited-elsewhere = Qui sei entrato in un altro Comune ({ $here }). L'invito viene da { $there }. Esci, poi riapri il collegamento dell'e-mail.
invited-done-title = Fatto
invited-done = Ora segui anche tu la mensa di { $children }.
invited-join = Entra per la prima volta
invited-with = Accetta con { $name }
invited-failed = Non sei entrato, e l'invito non è accettato. Forse hai annullato, o l'invito non vale più. Riprova.
invited-sign-in = Ho già un accesso: entra
invited-sign-in-hint = Poi ti riportiamo qui, e scrivi di nuovo il codice.

join-title = I tuoi dati
join-words = Con questi dati l'ufficio mensa sa chi sei ({ $body }). Poi entrerai con la tua e-mail e questa password.
join-code = Codice fiscale
join-code-hint = Il tuo, non quello del bambino. È sulla tessera sanitaria.
join-code-missing = Scrivi il codice fiscale.
join-code-length = Il codice fiscale ha 16 lettere e numeri. Controlla di averli scritti tutti.
join-code-shape = Controlla il carattere numero { $position }: lì non torna.
join-code-control = C'è un errore di battitura: confrontalo con la tessera sanitaria, carattere per carattere.
join-act = Crea l'accesso ed entra
