# Choosing a password.

password-title = Scegli la tua password
password-under = Quella che hai usato serve solo la prima volta.
password-under-again = Quando la cambi, gli altri telefoni e computer dovranno entrare di nuovo.
password-current = Password di adesso
password-new = Nuova password
password-rules = Almeno { $min } caratteri. Tre o quattro parole a caso vanno benissimo; niente nomi dei figli o date.
password-current-missing = Scrivi la password di adesso.
password-current-wrong = Non è la password di adesso. Controlla e riprova.
password-left = { $count ->
    [one] Manca ancora 1 carattere
   *[other] Mancano ancora { $count } caratteri
}
password-long-enough = La lunghezza va bene
password-act = Salva la password
