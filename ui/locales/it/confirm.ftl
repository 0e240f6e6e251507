# Step-up: the portal wants to be sure who holds the device.

confirm-title = Conferma che sei tu
confirm-words = È una cosa delicata: prima vogliamo essere sicuri che sei tu. Quello che hai scritto resta, e per 10 minuti non te lo chiediamo più.
confirm-password = La tua password
confirm-wrong = Non è la tua password. Controlla e riprova.
confirm-act = Conferma e continua
confirm-leave = Non adesso
confirm-no-way = Da questo dispositivo non si può confermare. Esci, entra di nuovo e riprova; se non va, chiama l'ufficio mensa.
confirm-with = Conferma con { $name }
confirm-or = Oppure
confirm-open = Apri la pagina di { $name }
confirm-open-hint = Si apre in un'altra scheda. Quando hai finito torna qui: continuiamo da soli.
confirm-continue = Ho confermato, continua
confirm-not-yet = Non risulta ancora. Finisci la conferma nell'altra scheda, poi riprova.
confirm-done-title = Fatto, sei tu
confirm-done = Ora chiudi questa scheda e torna a quella di prima: quello che stavi facendo va avanti da solo.
confirm-failed = La conferma non è riuscita. Riprova.
confirm-cancelled = Hai annullato la conferma. Quello che hai scritto è ancora qui: riprova quando vuoi.
confirm-other-person = Hai usato l'identità di un'altra persona. Riprova con la tua.

provider-waiting = Continua nel browser, poi torna qui: andiamo avanti da soli. Hai tempo fino { $at }.
provider-no-browser = Il browser non si è aperto. Riprova, o copia questo indirizzo nel browser.
provider-number = Se il browser te le chiede, scrivi lì queste 4 cifre:
provider-open = Apri di nuovo il browser
provider-cancel = Lascia stare
