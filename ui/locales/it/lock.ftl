# Il blocco dell'app sui telefoni, i collegamenti che la aprono, l'aggiornamento a mano.
lock-title = L'app è bloccata
lock-words-face = Per vedere la mensa della tua famiglia mostra il viso, oppure usa il codice del telefono.
lock-words-finger = Per vedere la mensa della tua famiglia usa l'impronta, oppure il codice del telefono.
lock-words-code = Per vedere la mensa della tua famiglia usa il codice con cui sblocchi il telefono.
lock-open = Sblocca
lock-cancelled = Non hai finito di sbloccare. Premi «Sblocca» quando vuoi riprovare.
lock-not-known = Il telefono non ti ha riconosciuto. Riprova, oppure usa il codice del telefono.
lock-too-many = Troppi tentativi. Blocca e sblocca il telefono con il suo codice, poi torna qui e premi «Sblocca».
lock-nothing = Questo telefono non ha più un codice di sblocco. Impostalo nelle impostazioni del telefono e torna qui, oppure esci ed entra di nuovo.
lock-unavailable = Ora il telefono non riesce a chiedere chi sei. Riprova tra poco, oppure esci ed entra di nuovo.
lock-leave = Esci dall'app
lock-leave-title = Uscire da questo telefono?
lock-leave-words = Il blocco si toglie e la famiglia non è più collegata a questo telefono. Per tornare devi entrare di nuovo, con SPID, CIE o codice badge. Le disdette non ancora inviate vanno perse.
lock-leave-act = Esci

lock-card = Blocco dell'app
lock-card-hint = Quando apri l'app, e dopo cinque minuti in un'altra app, il telefono ti chiede chi sei prima di mostrare qualcosa.
lock-card-face = Chiedi il viso o il codice del telefono
lock-card-finger = Chiedi l'impronta o il codice del telefono
lock-card-code = Chiedi il codice del telefono
lock-card-on = Il blocco è attivo.
lock-card-off = Il blocco non è attivo.
lock-card-asking = Il telefono ti chiede chi sei…
lock-card-cancelled = Non è cambiato niente: il telefono non ha potuto vedere che sei tu.
lock-card-nothing = Questo telefono non ha un codice di sblocco. Impostalo nelle impostazioni del telefono, poi riprova.

link-other-title = Questo collegamento non si apre nell'app
link-other = È una pagina di { $host }, che non è il portale scelto in questa app. Aprila nel browser, oppure scegli prima quel portale.
link-unknown = È una pagina del portale che si apre solo nel browser.
link-close = Ho capito

refresh-act = Aggiorna
refresh-busy = Aggiorno…
refresh-at = Aggiornato alle { $time }
refresh-failed = Non sono riuscito ad aggiornare tutto. Controlla la connessione e riprova.
refresh-pull = Tira ancora per aggiornare
refresh-let-go = Lascia per aggiornare

phone-no-notices = Quando è chiusa, questa app non riceve ancora avvisi sul telefono. Puoi riceverli per e-mail: scegli qui sotto.
phone-by-browser = Se vuoi le notifiche, apri la mensa anche nel browser del telefono, entra e attiva gli avvisi da lì.
