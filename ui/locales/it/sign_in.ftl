# Accesso: SPID, CIE, badge and password.

sign-in-title = Entra
sign-in-badge = Codice badge o e-mail
sign-in-badge-hint = Va bene il codice di uno qualsiasi dei bambini, o l'e-mail che hai confermato.
sign-in-badge-missing = Scrivi il codice badge o l'e-mail.
sign-in-password = Password
sign-in-password-missing = Scrivi la password.
sign-in-act = Entra
sign-in-other-body = Cambia Comune
sign-in-forgotten = Password o codice dimenticati?
sign-in-once = Su questo dispositivo lo fai una volta: poi resti collegato.
sign-in-or-badge = Oppure con il codice badge
sign-in-expired = L'accesso è scaduto. Entra di nuovo: torni dove eri.
sign-in-help = Non hai il codice o la password?
sign-in-help-words = Sono sulla lettera dell'ufficio mensa. Se non la trovi, chiama: { $hours }.
sign-in-help-identity = Non riesci a entrare?
sign-in-help-office = Chiama l'ufficio mensa: { $hours }.
sign-in-no-way = Adesso non si può entrare
sign-in-no-way-hint = Il tuo Comune usa SPID e CIE, ma il collegamento non è attivo. Riprova più tardi, o chiama l'ufficio mensa.

# The buttons of SPID and CIE.
login-list = Scegli il tuo gestore di identità
login-none = Non hai { $name }?
login-help = Serve aiuto?
login-help-with = con { $name }

# The app waits for the system's browser.
handoff-title = Continua nel browser
handoff-words = Ho aperto il browser. Entra lì, poi torna qui: questa pagina se ne accorge da sola.
handoff-no-browser = Non sono riuscito ad aprire il browser. Copia l'indirizzo qui sotto e aprilo nel tuo browser.
handoff-number = Se il browser te lo chiede, scrivi queste 4 cifre:
handoff-number-hint = Scrivile solo nella pagina che hai aperto da qui. Non dirle a nessuno.
handoff-waiting = Ti aspetto. Hai 10 minuti.
handoff-open = Apri di nuovo il browser
handoff-copy = Copia l'indirizzo
handoff-copied = Indirizzo copiato.
handoff-not-copied = Non riesco a copiare: seleziona l'indirizzo e copialo tu.
handoff-cancel = Annulla

# Why a login did not work.
login-office = { $office }: { $hours }.
login-cancelled-title = Non sei entrato
login-cancelled = Hai annullato, o non hai dato il consenso a passare i tuoi dati. Puoi riprovare quando vuoi.
login-no-match-title = Non ti trovo tra le famiglie iscritte
login-no-match = La tua identità è giusta, ma il tuo codice fiscale non è in nessuna iscrizione alla mensa. Forse l'iscrizione è a nome dell'altro genitore, o l'ufficio ha un codice sbagliato: chiama l'ufficio mensa.
login-level-title = Serve un accesso più sicuro
login-level = Riprova e scegli SPID di livello 2 o CIE con l'app: non basta la sola password.
login-expired-title = È passato troppo tempo
login-expired = Ci sono 10 minuti per entrare. Ricomincia da qui.
login-unavailable-title = Il servizio di identità non risponde
login-unavailable = Non dipende da te. Riprova tra qualche minuto, o con un altro modo di entrare.
login-fault-title = Non riesco a farti entrare
login-fault = La risposta del servizio di identità non è valida. Riprova; se succede ancora, dillo all'ufficio mensa.
login-refused-title = Con questa identità non si entra
login-refused = Serve l'identità personale di chi ha iscritto i bambini, attiva e con un codice fiscale italiano. Se lo è, chiama l'ufficio mensa.
login-other-browser-title = Si è aperto un altro browser
login-other-browser = L'accesso era iniziato in un browser diverso. Ricomincia da qui e resta in questo.
login-used-title = Questa pagina era già stata usata
login-used = Succede tornando indietro con il browser. Ricomincia da qui.
login-other-person-title = Questa è un'altra persona
login-other-person = Per confermare entra con la stessa identità con cui sei collegato.
login-invitation-title = L'invito non vale
login-invitation = Forse è scaduto, è stato ritirato, o è per un'altra persona. Chiedi a chi ti ha invitato, o all'ufficio mensa.
