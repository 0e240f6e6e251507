# Il calendario della mensa nell'app di calendario che la famiglia usa già.

feeds-title = Nel tuo calendario
feeds-hint = Un indirizzo privato per ogni bambino, da aggiungere al calendario del telefono o del computer: pasti, disdette e chiusure si aggiornano da soli, di solito entro poche ore.
feeds-none = Nessun calendario da aggiungere
feeds-none-hint = Quando un bambino è iscritto alla mensa, qui puoi creare il suo indirizzo.
feeds-absent = Nessun indirizzo
feeds-made = Creato: { $at }
feeds-read = Ultima lettura: { $at }
feeds-never = Nessun calendario l'ha ancora letto
feeds-create = Crea l'indirizzo di { $name }
feeds-renew = Crea un indirizzo nuovo
feeds-revoke = Togli l'indirizzo
feeds-address = Indirizzo del calendario di { $name }
feeds-once = Lo vedi solo adesso: copialo e incollalo nel tuo calendario alla voce «Abbonati» o «Aggiungi da URL». Chi ha l'indirizzo vede nome, pasti e chiusure: non darlo a nessuno.
feeds-copy = Copia l'indirizzo
feeds-copied = Indirizzo copiato
feeds-not-copied = Non riesco a copiare: seleziona l'indirizzo e copialo a mano.
feeds-share = Manda a un'altra app
feeds-share-title = Mandare l'indirizzo a un'altra app?
feeds-share-words = Chi ha l'indirizzo vede nome, pasti e chiusure di { $name }, e continua a vederli finché non lo togli. Mandalo solo alla tua app di calendario o a chi si occupa con te di { $name }.
feeds-share-act = Scegli l'app
feeds-renew-title = Creare un indirizzo nuovo per { $name }?
feeds-renew-words = Quello di prima smette di funzionare: dovrai metterlo di nuovo nei calendari che lo usano.
feeds-revoke-title = Togliere l'indirizzo di { $name }?
feeds-revoke-words = I calendari che lo usano non si aggiorneranno più. I pasti e le disdette restano come sono.
feeds-revoked = L'indirizzo di { $name } non funziona più.
