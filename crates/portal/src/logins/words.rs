//! What the portal's own pages say of a login that did not work. The interface has its own words for the same outcomes.

use api::logins::LoginOutcome;

/// A title, and what happened and what to do next.
pub(super) struct Words {
    pub title: &'static str,
    pub text: &'static str,
}

pub(super) const fn of(outcome: LoginOutcome) -> Words {
    let (title, text) = match outcome {
        LoginOutcome::Cancelled => (
            "Accesso annullato",
            "Non hai completato l'accesso, o non hai dato il consenso a inviare i dati. Non è successo nulla: torna all'app e riprova quando vuoi.",
        ),
        LoginOutcome::NoMatch => (
            "Non ti troviamo tra i genitori iscritti",
            "La tua identità è giusta, ma l'ufficio mensa non ha registrato il tuo codice fiscale per nessun bambino. Torna all'app: trovi il numero dell'ufficio da chiamare.",
        ),
        LoginOutcome::LevelTooLow => (
            "Serve un accesso più sicuro",
            "Hai usato solo nome utente e password. Torna all'app e riprova: scegli l'accesso con il codice o con l'app del tuo gestore (livello 2).",
        ),
        LoginOutcome::Expired => (
            "È passato troppo tempo",
            "L'accesso vale per dieci minuti. Torna all'app e ricomincia.",
        ),
        LoginOutcome::ProviderUnavailable => (
            "Il servizio di identità non risponde",
            "In questo momento SPID o CIE non sono raggiungibili. Torna all'app e riprova tra qualche minuto.",
        ),
        LoginOutcome::ProviderFault => (
            "Qualcosa non va nel servizio di identità",
            "La risposta che abbiamo ricevuto non è sicura, perciò non l'abbiamo usata. Torna all'app e riprova; se succede ancora, chiama l'ufficio mensa.",
        ),
        LoginOutcome::IdentityRefused => (
            "Questa identità non può entrare",
            "L'identità è sospesa, è bloccata per troppi tentativi, è di un'azienda o non ha un codice fiscale italiano. Torna all'app e usa un'altra identità, o chiama l'ufficio mensa.",
        ),
        LoginOutcome::OtherBrowser => (
            "Questo accesso è cominciato da un'altra parte",
            "Per la tua sicurezza non lo abbiamo usato. Se stavi accedendo tu, torna all'app e ricomincia. Se qualcuno ti ha mandato un indirizzo da aprire, chiudi questa pagina.",
        ),
        LoginOutcome::AlreadyUsed => (
            "Questa pagina è già stata usata",
            "Ogni accesso vale una volta sola. Se non sei entrato, torna all'app e ricomincia.",
        ),
        LoginOutcome::OtherPerson => (
            "Hai usato l'identità di un'altra persona",
            "Per confermare serve l'identità di chi ha fatto l'accesso. Torna all'app e riprova con la tua.",
        ),
        LoginOutcome::InvitationRefused => (
            "L'invito non è valido",
            "L'invito è per un'altra persona, è scaduto o è già stato usato. Chiedi a chi ti ha invitato di mandarne uno nuovo.",
        ),
    };
    Words { title, text }
}
