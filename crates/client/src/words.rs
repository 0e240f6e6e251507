//! The sentences for what goes wrong before the portal has said anything.

use api::{ErrorBody, ErrorCode};

/// Nobody answers.
pub fn offline() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Offline,
        "Il portale della mensa non risponde. Controlla la connessione e riprova; se il tempo stringe, chiama l'ufficio mensa.",
    )
}

/// Something answers, but not what a portal of this kind says.
pub fn unreadable() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::UnreadableAnswer,
        "La risposta del portale non è leggibile. Riprova tra poco; se succede ancora, aggiorna l'app.",
    )
}

/// There is no session, or it has ended.
pub fn signed_out() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Unauthenticated,
        "L'accesso è scaduto o è stato chiuso. Accedi di nuovo.",
    )
}
