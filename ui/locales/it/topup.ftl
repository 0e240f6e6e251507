topup-title = Ricarica
