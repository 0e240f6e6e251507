password-title = Scegli la tua password
