# Of what one is told, by which way, and when it must be quiet.

preferences-title = Avvisi
preferences-under = Di che cosa ti avvisiamo, come e quando.
preferences-card = Scegli di che cosa ti avvisiamo, come e in quali ore.
preferences-open = Scegli gli avvisi

preferences-device = Su questo dispositivo
preferences-device-what = Gli avvisi arrivano qui anche quando la mensa non è aperta: quelli che scegli più sotto, come i pasti che stanno per finire o una chiusura.
preferences-device-never = Non contengono mai cognomi, diete, importi o debiti.
preferences-device-stop = Per smettere premi «Disattiva» in questa pagina, o esci da questo dispositivo.
preferences-device-asks = Quando premi il pulsante, il browser ti chiede il permesso: scegli «Consenti».
preferences-device-act = Attiva gli avvisi
preferences-device-end = Disattiva
preferences-device-on = Gli avvisi sono attivi su questo dispositivo.
preferences-device-off = Gli avvisi non arrivano più su questo dispositivo.
preferences-device-denied = Il browser blocca gli avvisi di questo sito
preferences-device-denied-hint = Per riceverli apri le impostazioni del sito, dall'icona accanto all'indirizzo, scegli «Consenti» alla voce «Notifiche» e torna qui. Se hai messo la mensa sulla schermata iniziale, la trovi tra le app nelle impostazioni del telefono.
preferences-device-home-screen = Su iPhone e iPad gli avvisi arrivano solo dalla schermata Home. In Safari premi Condividi e poi «Aggiungi alla schermata Home»; apri la mensa da lì e torna in questa pagina.
preferences-device-unsupported = Questo browser non può ricevere avvisi. Apri la mensa con un altro browser, o scegli l'e-mail qui sotto.
preferences-device-dismissed = Il permesso non è stato dato. Premi di nuovo e scegli «Consenti».
preferences-device-failed = Il browser non riesce ad attivare gli avvisi. Riprova più tardi; intanto puoi scegliere l'e-mail qui sotto.
preferences-no-push = Questo servizio non manda avvisi ai dispositivi. Puoi riceverli per e-mail.

preferences-topics = Di che cosa
preferences-no-mail = Per e-mail non arriva niente
preferences-no-mail-hint = Non hai ancora un indirizzo e-mail verificato.
preferences-contacts = Vai ai recapiti
preferences-no-device = Su nessun dispositivo
preferences-no-device-hint = Gli avvisi sui dispositivi arrivano dopo che li hai attivati su almeno un telefono o computer.
preferences-balance = Saldo del portafoglio
preferences-balance-hint = Quando restano pochi pasti.
preferences-morning = Promemoria del mattino
preferences-morning-hint = Prima dell'orario limite, nei giorni in cui c'è la mensa.
preferences-payments = Pagamenti
preferences-payments-hint = Quando un pagamento è arrivato.
preferences-days = Giorni cambiati
preferences-days-hint = Quando un altro adulto della famiglia disdice o rimette un pasto.
preferences-closures = Chiusure
preferences-closures-hint = Quando la mensa sarà chiusa.
preferences-renewal = Iscrizioni
preferences-renewal-hint = Quando si può rinnovare l'iscrizione.
preferences-by-push = Sui dispositivi
preferences-by-mail = Per e-mail
preferences-by-io = Su App IO
preferences-always = I codici che chiedi e gli avvisi sul tuo accesso arrivano sempre.

preferences-quiet = Ore di silenzio
preferences-quiet-on = Non disturbarmi in certe ore
preferences-quiet-from = Dalle
preferences-quiet-to = Alle
preferences-quiet-wrong = Scrivi due orari diversi.
preferences-quiet-hint = Quello che c'è da dirti in quelle ore aspetta che finiscano. Fanno eccezione il promemoria del mattino, che dopo l'orario limite non serve più, e i codici che chiedi tu.

preferences-preview = Sulla schermata bloccata
preferences-preview-hint = Chi è vicino al telefono può leggerla.
preferences-preview-on = Di che cosa si tratta
preferences-preview-off = Solo che c'è un avviso
preferences-preview-example = Esempio:
preferences-preview-title = Mensa - { $body }
preferences-preview-on-example = Restano 2 pasti, fino a giovedì 14.
preferences-preview-off-example = C'è un avviso per te. Apri l'app per leggerlo.

preferences-to-save = Ci sono scelte da salvare.
preferences-save = Salva le scelte
preferences-saved = Scelte salvate.
preferences-not-saved = Non salvato

preferences-language = Lingua
preferences-language-words = La lingua di documenti e messaggi si sceglie nel profilo, insieme ai recapiti.
preferences-profile = Vai al profilo

preferences-computer = Su questo computer
preferences-computer-notifies = Mostra gli avvisi su questo computer
preferences-computer-notifies-hint = Quelli che scegli più sotto, finché Refettorio è in funzione. Non contengono mai cognomi, diete, importi o debiti.
preferences-computer-stays = Resta attivo quando chiudo la finestra
preferences-computer-stays-tray = La finestra si nasconde e gli avvisi continuano. La riapri dall'icona vicino all'orologio, da dove puoi anche uscire.
preferences-computer-stays-again = La finestra si nasconde e gli avvisi continuano. Per rivederla avvia di nuovo Refettorio; per uscire scegli «Esci» dal menu «File».
preferences-computer-starts = Parte all'accensione del computer
preferences-computer-starts-hint = Senza aprire la finestra. Puoi sceglierlo solo dopo aver attivato «Resta attivo quando chiudo la finestra».
preferences-computer-ends = Quando esci dal tuo profilo, su questo computer gli avvisi finiscono.
preferences-computer-none = Questo computer non mostra avvisi
preferences-computer-none-hint = Manca il programma che li fa comparire sullo schermo. Attiva le notifiche nelle impostazioni del computer e torna qui; intanto puoi scegliere l'e-mail qui sotto.
preferences-computer-saved = Scelta salvata.
