//! Signing in with an identity that somebody else vouches for: SPID, CIE, a regional hub.
//!
//! One trait, [`FederatedLogin`], and what goes through it. The portal calls [`FederatedLogin::start`], keeps the
//! [`Pending`] in its database for at most [`PENDING_FOR`], sends the browser away, and hands callback and pending to
//! [`FederatedLogin::finish`]. It must take the pending out of the database before it calls `finish`, so that a
//! callback is worth one attempt only, and must find it again only for the browser that began (a cookie of its own),
//! so that nobody is signed in by a stranger's link.
//!
//! Never stores, never serves HTTP, never logs, and gives a person's claims to nobody but the caller. A
//! [`VerifiedIdentity`] is made in this crate alone: no handler can forge one.
//!
//! To add a protocol: a module beside [`crate::oidc`] that implements the trait.

mod error;
mod identity;
mod pending;

pub use error::{LoginError, Misbehaviour};
pub use identity::{Evidence, Level, LevelFrom, NotALevel, ProviderId, ProviderIdError, VerifiedIdentity};
pub use pending::{Begun, Callback, PENDING_FOR, Pending, StartLogin};

pub(crate) use identity::Verified;
pub(crate) use pending::Begin;

use async_trait::async_trait;
use chrono::TimeDelta;
use domain::Instant;

/// How far two clocks may be apart.
pub(crate) const SKEW: TimeDelta = TimeDelta::seconds(60);

/// A provider of identities that a person can be sent to.
#[async_trait]
pub trait FederatedLogin: Send + Sync {
    /// Which provider this is.
    fn id(&self) -> &ProviderId;

    /// Where to send the browser, and what to keep until it comes back.
    async fn start(&self, request: StartLogin) -> Result<Begun, LoginError>;

    /// Who came back. `pending` is used up, whatever comes out.
    async fn finish(
        &self,
        callback: Callback,
        pending: Pending,
        now: Instant,
    ) -> Result<VerifiedIdentity, LoginError>;
}
