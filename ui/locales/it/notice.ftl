# Avviso: how it stands, its papers, and where it is paid.

notice-title = Avviso di pagamento
notice-preparing = Non ancora pronto
notice-preparing-hint = L'avviso è registrato qui, ma pagoPA non lo conosce ancora. Prova a pagare ora, oppure torna tra qualche minuto.
notice-payable = Da pagare
notice-payable-hint = Puoi pagare ora da qui, oppure altrove con i codici o con l'avviso stampato.
notice-verifying-hint = Qualcuno sta pagando questo avviso. Appena pagoPA conferma, risulta pagato. Non pagare un'altra volta.
notice-paid = Pagato
notice-paid-hint = Abbiamo la ricevuta di pagoPA.
notice-found-paid = pagoPA dice che è già pagato. Stiamo verificando: appena arriva la ricevuta la trovi qui.
notice-cancelled = Annullato
notice-for = per { $names }
notice-made = Ricarica fatta { $when }
notice-paid-by = Pagato da { $who }, { $when }
notice-paid-when = Pagato { $when }
notice-lines = Di che cosa è fatto
notice-pay = Paga ora
notice-missing = Non trovo questo avviso
notice-missing-hint = Forse l'indirizzo non è completo. Cercalo tra i tuoi pagamenti.

notice-fact-when = Pagato
notice-fact-who = Da chi
notice-fact-psp = Presso
notice-fact-method = Come
notice-method-cash = contanti
notice-method-card = carta
notice-method-bancomat = Bancomat
notice-fact-fee = Commissione
notice-fact-iur = Identificativo (IUR)

notice-elsewhere = Paga altrove
notice-codes = I codici dell'avviso
notice-way-shop = Con l'avviso stampato, o solo con i codici: dal tabaccaio, al bar, in edicola, al supermercato, in posta.
notice-way-io = Con la app IO: inquadra il codice QR dell'avviso stampato, oppure scegli «Paga un avviso» e scrivi i codici.
notice-way-bank = In banca, allo sportello automatico o con la tua banca online.
notice-way-cbill = Se ti chiede il CBILL, è qui sopra.
notice-language = Lingua dell'avviso
notice-print = Stampa o salva l'avviso (PDF)
notice-share = Condividi l'avviso
notice-mail = Invia i codici per mail

paper-saved = Salvato in Scaricati: { $name }
paper-receipt = Scarica la ricevuta

mail-title = Avviso da pagare: { $about }, { $amount }
mail-what = Avviso di pagamento pagoPA: { $about }
mail-amount = Importo: { $amount }
mail-due = Da pagare entro il { $day }
mail-number = Codice avviso: { $number }
mail-body = Ente: { $name }, codice fiscale { $code }
mail-cbill = CBILL: { $code }
mail-where = Si paga dal tabaccaio, in posta, in banca o con la app IO. La commissione la decide chi incassa.
