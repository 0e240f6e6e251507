//! What every operation needs, put together once by the binary or by a test.

use crate::{
    clock::{Chance, Clock, fresh},
    config::Settings,
    logins::Logins,
    passwords::Passwords,
    topups::Gateways,
};
use domain::Instant;
use ed25519_dalek::SigningKey;
use std::sync::Arc;
use storage::Store;

/// The running portal. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The time that decides.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and tokens.
    pub chance: Arc<dyn Chance>,
    /// Signs the receipts of acts (Ed25519).
    pub signer: Arc<SigningKey>,
    /// The configuration file.
    pub settings: Arc<Settings>,
    /// Checks and makes password hashes, few at a time.
    pub passwords: Passwords,
    /// The ways to pagoPA, made when they are first needed.
    pub gateways: Gateways,
    /// The providers of SPID and CIE.
    pub logins: Logins,
}

impl App {
    /// The instant it is.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A fresh identifier: `app.fresh(now, ActId::from_parts)`.
    pub fn fresh<T>(&self, now: Instant, make: fn(u64, [u8; 10]) -> T) -> T {
        fresh(&*self.chance, now, make)
    }
}
