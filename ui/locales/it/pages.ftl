# Pages of words.

page-missing = Questa pagina non c'è
page-missing-words = Forse l'indirizzo è scritto male, o la pagina è stata tolta.
page-missing-act = Vai a Oggi

page-accessibility = Accessibilità
page-accessibility-aim = Vogliamo che chiunque possa usare la mensa: con la tastiera, con un lettore di schermo, con il testo ingrandito fino al doppio, con i colori scuri o ad alto contrasto, senza animazioni.
page-accessibility-standard = Seguiamo le regole WCAG 2.1, livello AA, come chiede la legge 4/2004.
page-accessibility-problem = Qualcosa non funziona per te? Scrivi o chiama l'ufficio mensa: deve risponderti. Se non basta, puoi rivolgerti al difensore civico per il digitale.

page-privacy = Privacy
page-privacy-who = Dei dati risponde il tuo Comune, o chi gestisce la mensa per lui.
page-privacy-what = Servono per il pasto: nome e classe dei tuoi figli, presenze, tariffa, pagamenti.
page-privacy-device = Sul tuo dispositivo resta solo la prova che sei entrato, e quale Comune hai scelto. Niente pubblicità, niente tracciamento, nessun servizio esterno.
page-privacy-rights = Puoi chiedere all'ufficio mensa di vedere, correggere o cancellare i tuoi dati.
page-office = Ufficio mensa
