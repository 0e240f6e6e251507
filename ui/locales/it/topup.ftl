# Ricarica: how much for each child, and the way to pagoPA.

topup-title = Ricarica
topup-under = Un solo pagamento per tutti i figli
topup-price = { $price } a pasto
topup-no-price = Manca ancora la tariffa: scegli un importo, oppure chiama l'ufficio.
topup-meals-of = Pasti per { $name }
topup-meals-word = { $count ->
    [one] pasto
   *[other] pasti
}
topup-covers = { $amount }, bastano per { $meals }
topup-quick = Scelta veloce per { $name }
topup-month = 1 mese
topup-other = Altro importo
topup-amount = Importo per { $name }, in euro
topup-amount-hint = Da { $min } a { $max }
topup-wrong-number = Scrivi un numero intero di pasti.
topup-wrong-meals = Al massimo { $meals } per volta. Se te ne servono di più, dopo fai un'altra ricarica.
topup-wrong-amount = Scrivi l'importo in euro, per esempio 25 oppure 25,50.
topup-wrong-small = L'importo più piccolo è { $amount }.
topup-wrong-large = L'importo più grande è { $amount }.
topup-wrong-nothing = Scegli per chi e quanto ricaricare.
topup-wrong-many = Al massimo cinque figli per volta. Per gli altri dopo fai un'altra ricarica.
topup-wrong-somewhere = Prima correggi quello che è segnato qui sopra.
topup-total = Totale
topup-fee = La commissione la decide chi scegli per pagare.
topup-pay = Vai a pagoPA
topup-unanswered = Non so se il portale l'ha ricevuta. Premi ancora lo stesso pulsante: non paghi due volte.
topup-open = Hai già una ricarica in sospeso
topup-open-hint = Pagala o annullala: così non paghi due volte la stessa cosa.
topup-open-still = C'è ancora una ricarica in sospeso: questa è un'altra, da pagare a parte.
topup-not-yours = Non puoi ricaricare
topup-none = Non puoi ricaricare da qui
topup-none-hint = Ricarica l'adulto che paga la mensa. Se dovresti essere tu, chiama l'ufficio.
topup-notice = Paga dal tabaccaio o con un'altra app
topup-suggestions = Quanto basta per { $name }
topup-suggested = { $meals }, { $amount }
topup-until-month = Fino a fine mese
topup-until-christmas = Fino a Natale
topup-until-easter = Fino a Pasqua
topup-until-year = Fino alla fine della scuola
