//! Conferma: a sensitive act asks that its person has lately shown who they are.
//!
//! A fresh sign-in counts; afterwards the password ([`api::confirmations::ConfirmPassword`]) or a login by SPID or CIE
//! with `confirm`. Acts that need it call [`require_confirmed`] in their own transaction.

mod confirm_password;

use crate::{errors::ApiError, http::Routes};
use api::{Endpoint as _, ErrorCode, confirmations::ConfirmPassword};
use domain::{
    Instant,
    body::{BodySettings, SignInWay},
    people::Actor,
    session::CONFIRMATION_HOLDS,
};
use http::StatusCode;
use storage::{StorageError, Tx, bodies, people, sessions::Session};

/// The writes that take no idempotency key: their requests hold a password.
pub(crate) const WITHOUT_KEY: [&str; 1] = [ConfirmPassword::OPERATION];

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new().operation::<ConfirmPassword, _>(confirm_password::handle)
}

/// A sensitive act of somebody who has not lately shown who they are.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmationError {
    /// They have to, by one of these.
    #[error("the session has to be confirmed")]
    Required {
        /// `password`, `spid`, `cie`.
        ways: Vec<&'static str>,
    },
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ConfirmationError> for ApiError {
    fn from(error: ConfirmationError) -> Self {
        match error {
            ConfirmationError::Required { ways } => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::ConfirmationRequired,
                "Prima di continuare conferma che sei tu.",
            )
            .with("ways", ways),
            ConfirmationError::Storage(error) => error.into(),
        }
    }
}

/// Passes only a session whose person showed who they are not longer than [`CONFIRMATION_HOLDS`] ago.
pub fn require_confirmed(tx: &mut dyn Tx, session: &Session, now: Instant) -> Result<(), ConfirmationError> {
    if session
        .confirmed_at
        .is_some_and(|at| now < at + CONFIRMATION_HOLDS)
    {
        return Ok(());
    }
    let actor = Actor {
        body: session.body,
        person: session.person,
    };
    let ways = match bodies::by_id(tx, session.body)? {
        Some(body) => ways(tx, actor, &body.settings)?,
        None => Vec::new(),
    };
    let ways = ways.into_iter().map(name).collect();
    Err(ConfirmationError::Required { ways })
}

/// How a person signs in: what the body offers, the badge only where they have a password of their own choice. A
/// provisional one opens only the choice of another and confirms nothing.
pub fn ways(tx: &mut dyn Tx, actor: Actor, settings: &BodySettings) -> Result<Vec<SignInWay>, StorageError> {
    let has_password =
        people::credential(tx, actor.person)?.is_some_and(|credential| !credential.provisional);
    let mut ways = settings.sign_in_ways.clone();
    ways.retain(|way| *way != SignInWay::Badge || has_password);
    Ok(ways)
}

const fn name(way: SignInWay) -> &'static str {
    match way {
        SignInWay::Badge => "password",
        SignInWay::Spid => "spid",
        SignInWay::Cie => "cie",
    }
}
