# One title and one sentence with what to do next for each error code of the portal.

error-invalid-request = Qualcosa nei dati non va. Controlla e riprova.
error-not-found = Non lo trovo: forse è stato tolto. Torna alla pagina Oggi.
error-not-allowed = Per questo bambino non puoi farlo. Chiedi a un genitore o all'ufficio.
error-invitation-refused = L'invito non vale più, oppure il codice non è giusto. Controlla il codice; se non va, chiedi un nuovo invito a chi ti ha invitato.
error-invitation-not-offered = Il tuo ente non permette questo invito. Chiedi all'ufficio di aggiungere la persona.
error-person-known = Il Comune o il gestore ti conosce già. Entra con il tuo accesso e poi accetta l'invito.
error-unauthenticated = La sessione è finita. Entra di nuovo.
error-password-choice = Prima di continuare scegli la tua password.
error-wrong-credentials = Codice badge o password non sono giusti. Controlla e riprova.
error-shared-mailbox = Questo indirizzo e-mail è di più persone che hanno la stessa password, e non sappiamo chi sei. Entra con il codice badge, con SPID o con CIE, oppure recupera la password e scegline una solo tua.
error-provisional-expired = La password provvisoria è scaduta. Chiedine una nuova all'ufficio mensa.
error-too-many-attempts = Troppi tentativi. Riprova tra { $wait }.
error-way-not-offered = Il tuo Comune non offre questo modo di entrare.
error-cross-site = La richiesta è stata fermata per sicurezza. Ricarica la pagina e riprova.
error-password-too-short = La password è corta: servono almeno { $min } caratteri.
error-password-too-long = La password è troppo lunga: al massimo 128 caratteri.
error-password-guessable = La password è facile da indovinare. Prova con tre o quattro parole che non c'entrano tra loro.
error-password-unchanged = È uguale alla password di prima. Scegline un'altra.
error-confirmation-required = Prima conferma che sei tu.
error-code-wrong = { $left ->
    [0] Il codice non è giusto.
    [one] Il codice non è giusto. Puoi provare ancora una volta.
   *[other] Il codice non è giusto. Puoi provare ancora { $left } volte.
}
error-code-ended = Questo codice non vale più. Fattene mandare un altro.
error-mail-invalid = Non sembra un indirizzo e-mail. Controlla, per esempio nome@posta.it.
error-phone-invalid = Non sembra un numero di cellulare. Controlla, per esempio 333 1234567.
error-too-many-contacts = Hai già { $max } contatti. Togline uno, poi aggiungi questo.
error-sms-not-offered = Il tuo Comune non manda SMS. Usa un'e-mail.
error-too-late = È tardi: si poteva cambiare fino alle { $time }. Chiama l'ufficio mensa.
error-too-late-plain = È tardi per cambiare questo giorno. Chiama l'ufficio mensa.
error-too-far = È troppo presto: per ora puoi arrivare fino a { $day }.
error-too-far-plain = È troppo presto per cambiare questo giorno.
error-no-service = In questo giorno la mensa non c'è: non serve disdire.
error-already-so = È già così: forse l'ha fatto qualcun altro della famiglia.
error-days-refused = Alcuni giorni non si possono cambiare. Non ho cambiato niente.
error-empty-period = In questo periodo non c'è nessun giorno da cambiare.
error-amount-too-small = L'importo più piccolo è { $amount }.
error-amount-too-large = L'importo più grande è { $amount }.
error-amount-not-offered = Questo importo non si può scegliere.
error-wrong-lines = Scegli almeno un figlio, al massimo cinque alla volta.
error-no-tariff = Per questo figlio manca ancora la tariffa. Chiama l'ufficio mensa.
error-payment-in-progress = Un pagamento di questo avviso è già in corso. Guarda se risulta pagato; se no, riprova tra mezz'ora.
error-payment-in-progress-until = Un pagamento di questo avviso può essere ancora in corso. Se non hai pagato, riprova { $at }.
error-already-paid = Questo avviso è già pagato.
error-top-up-cancelled = Questo avviso è stato annullato.
error-payment-unavailable = pagoPA non risponde. Non hai pagato niente: l'avviso resta valido, riprova tra qualche minuto.
error-payment-fault = Il pagamento online ora non funziona, e non dipende da te. Non hai pagato niente: chiama l'ufficio mensa.
error-payment-not-offered = Il tuo Comune non ha ancora attivato pagoPA. Chiama l'ufficio mensa.
error-wrong-cart = In un pagamento ci stanno da uno a cinque avvisi, ognuno una volta sola. Togline qualcuno e riprova.
error-not-payable = Qualcuno di questi avvisi non si può pagare adesso. Guarda l'elenco aggiornato e scegli di nuovo.
error-not-printable = Questo avviso ora non si può stampare. Se è appena stato fatto, riprova tra qualche minuto.
error-not-paid = Non c'è ancora una ricevuta: questo avviso non risulta pagato.
error-busy = Il portale è molto occupato e non ha fatto niente. Riprova tra poco.
error-internal = Il portale ha un guasto. Riprova tra qualche minuto; se succede ancora, chiama l'ufficio mensa.
error-internal-code = Codice per l'ufficio: { $code }
error-offline = Non riesco a collegarmi. Controlla la connessione e riprova.
error-app-locked = L'app è bloccata. Sbloccala e riprova.
error-unreadable = La risposta del portale non si capisce. Riprova; se succede ancora, aggiorna l'app.
error-key = Non ho potuto registrare la richiesta. Torna indietro e riprova.
error-title = Qualcosa non va
