sign-in-title = Entra
