# A top-up that was made: how it stands, and what can be done with it.

payment-title = Pagamento

payment-preparing = Non ancora pronta
payment-preparing-hint = L'avviso è registrato qui, ma pagoPA non lo conosce ancora. Premi «Riprova a pagare».
payment-payable = Da pagare
payment-payable-hint = Questa ricarica non è ancora pagata.
payment-verifying = Stiamo verificando
payment-verifying-hint = Appena pagoPA conferma, il saldo si aggiorna da solo. Non pagare un'altra volta.
payment-retry-after = Se non hai pagato, si può riprovare { $at }.
payment-paid = Ricarica accreditata
payment-paid-hint = Ricarica di { $amount } accreditata { $at }.
payment-paid-plain = Ricarica di { $amount } accreditata.
payment-cancelled = Ricarica annullata
payment-cancelled-hint = Non devi pagare niente: l'avviso non vale più.

payment-returned-ok = Sei di ritorno da pagoPA. Stiamo verificando: il saldo si aggiorna da solo.
payment-returned-unpaid = Il pagamento non è riuscito: nessun addebito sul portafoglio. Puoi riprovare con lo stesso avviso.
payment-returned-waiting = pagoPA sta ancora elaborando il pagamento. Il saldo si aggiorna da solo, anche se chiudi.

payment-kept = L'avviso è tenuto da parte: puoi riprovare più tardi, oppure pagarlo dal tabaccaio o in banca con i codici qui sotto.
payment-kept-preparing = La richiesta è tenuta da parte: riprova più tardi con il pulsante qui sotto.
payment-found-paid = pagoPA dice che è già pagato. Stiamo verificando: il saldo si aggiorna da solo.

payment-details = I dati del pagamento
payment-amount = Importo
payment-line-meals = { $name }, { $meals }
payment-child-unknown = Figlio
payment-notice = Codice avviso
payment-body = Codice fiscale dell'ente
payment-elsewhere = Con questi codici paghi anche dal tabaccaio, in banca o dalla tua app: la commissione la decide chi scegli per pagare.
payment-copy = Copia
payment-copied = Copiato
payment-copy-notice = Copia il codice avviso
payment-copy-body = Copia il codice fiscale dell'ente
payment-said-copied = { $what } copiato.

payment-retry = Riprova a pagare
payment-cancel = Annulla questa ricarica
payment-cancel-title = Annulli la ricarica di { $amount }?
payment-cancel-hint = L'avviso { $number } non si potrà più pagare. Se l'hai già pagato, lascia com'era.
payment-cancel-confirm = Annulla la ricarica
payment-unanswered = Non so se il portale l'ha ricevuto. Riprova: non conta due volte.
payment-not-opened = Non riesco ad aprire la pagina di pagoPA
payment-not-opened-hint = Non hai pagato niente. Prova ad aprirla di nuovo.
payment-open = Apri pagoPA
payment-open-again = pagoPA non si è aperto? Aprilo di nuovo
payment-see-wallet = Vedi il nuovo saldo
payment-another = Fai un'altra ricarica
payment-missing = Non trovo questa ricarica
payment-missing-hint = Forse l'indirizzo non è completo. Nel portafoglio vedi quello che è stato accreditato.
payment-none = Non trovo ricariche da seguire
payment-to-wallet = Vai al portafoglio

payment-app = Puoi tornare all'app Refettorio
payment-app-ok = Appena pagoPA conferma, nell'app risulta pagato.
payment-app-unpaid = Il pagamento non è riuscito. Nell'app puoi riprovare: l'avviso resta lo stesso.
payment-app-waiting = pagoPA sta ancora elaborando il pagamento. Nell'app lo vedi appena è fatto.
payment-app-plain = Nell'app vedi come sta il pagamento.
payment-sign-in = Oppure entra da qui
payment-cbill = CBILL
payment-copy-cbill = Copia il codice CBILL
payment-not-copied = Da qui non riesco a copiare: seleziona il codice e copialo.
payment-to-notice = Stampa o condividi l'avviso
