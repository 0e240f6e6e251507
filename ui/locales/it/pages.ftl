page-accessibility = Accessibilità
page-missing = Questa pagina non c'è
page-privacy = Privacy
