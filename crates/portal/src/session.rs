//! From what a request holds to who asks, inside the transaction of what they ask for.

use crate::{errors::ApiError, http::Credentials};
use api::{Access, sessions::SessionKind};
use domain::{BodyId, Instant, PersonId, people::Actor};
use storage::{
    Tx,
    sessions::{self, Client, Kind, Session},
};

/// Who asks, and with which session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The tenant and the adult: what every query takes.
    pub actor: Actor,
    /// The session.
    pub session: Session,
    /// The instant of the act; everything of one act is stamped with it.
    pub now: Instant,
}

impl Asking {
    /// The tenant and the adult, as the audit names them.
    pub const fn who(&self) -> (BodyId, PersonId) {
        (self.actor.body, self.actor.person)
    }
}

/// Finds the session that the credentials open and checks that it may do what needs `access`. A token of the app
/// is no cookie and a cookie no token.
pub fn authenticate(
    tx: &mut dyn Tx,
    credentials: &Credentials,
    access: Access,
    now: Instant,
) -> Result<Asking, ApiError> {
    let (hash, client) = match credentials {
        Credentials::None => return Err(ApiError::unauthenticated()),
        Credentials::Bearer(hash) => (hash, Client::App),
        Credentials::Cookie(hash) => (hash, Client::Browser),
    };
    let session = sessions::by_access(tx, hash.as_str())?
        .filter(|s| s.client == client && now < s.access_expires_at && now < s.ends_at)
        .ok_or_else(ApiError::unauthenticated)?;
    if session.kind == Kind::ChoosePassword && access == Access::Session {
        return Err(ApiError::password_choice_required());
    }
    let actor = Actor {
        body: session.body,
        person: session.person,
    };
    Ok(Asking { actor, session, now })
}

/// A session's kind as the wire says it.
pub const fn kind_view(kind: Kind) -> SessionKind {
    match kind {
        Kind::Full => SessionKind::Full,
        Kind::ChoosePassword => SessionKind::ChoosePassword,
    }
}
