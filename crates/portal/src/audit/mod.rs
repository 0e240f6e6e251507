//! Registro degli accessi: who came in, with what, and who was turned away; for disputes and for suspicion.
//!
//! A line is written in the transaction of what it tells of, and nobody changes it. After [`KEPT_MONTHS`] the job of
//! [`crate::jobs`] deletes it. Never holds what was typed, a token, a name, a fiscal code or a whole address.

mod device;
mod network;

use crate::http::Caller;
use chrono::Months;
use domain::{BodyId, Instant, PersonId};
use storage::{
    StorageError, Tx,
    audit::{self, Entry},
    sessions::Client,
};

pub use storage::audit::{Act, Detail, Means, Outcome};

/// For how many months a line is kept.
pub const KEPT_MONTHS: u32 = 24;

/// Where an act came from, as little of it as is of use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    means: Means,
    network: String,
    device: String,
}

impl Origin {
    /// Of a request.
    pub fn of(caller: &Caller, client: Client) -> Self {
        Self {
            means: match client {
                Client::App => Means::App,
                Client::Browser => Means::Browser,
            },
            network: network::of(caller.address),
            device: device::words(caller.agent(), client),
        }
    }

    /// Of a command that the office typed.
    pub const fn office() -> Self {
        Self {
            means: Means::Office,
            network: String::new(),
            device: String::new(),
        }
    }

    /// The device in words.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Notes what was done.
    pub fn done(&self, tx: &mut dyn Tx, who: (BodyId, PersonId), what: What) -> Result<(), StorageError> {
        self.note(tx, (who.0, Some(who.1)), Outcome::Done, what)
    }

    /// Notes what was refused; a person only where somebody known was named.
    pub fn refused(
        &self,
        tx: &mut dyn Tx,
        who: (BodyId, Option<PersonId>),
        what: What,
    ) -> Result<(), StorageError> {
        self.note(tx, who, Outcome::Refused, what)
    }

    fn note(
        &self,
        tx: &mut dyn Tx,
        (body, person): (BodyId, Option<PersonId>),
        outcome: Outcome,
        (act, detail, at): What,
    ) -> Result<(), StorageError> {
        let entry = Entry {
            body,
            person,
            at,
            act,
            outcome,
            detail,
            means: self.means,
            network: self.network.clone(),
            device: self.device.clone(),
        };
        audit::note(tx, &entry)
    }
}

/// An act, more about it, and when.
pub type What = (Act, Detail, Instant);

/// Deletes what is older than [`KEPT_MONTHS`]; answers how many.
pub fn prune(tx: &mut dyn Tx, now: Instant) -> Result<u64, StorageError> {
    match now.checked_sub_months(Months::new(KEPT_MONTHS)) {
        Some(before) => audit::prune(tx, before),
        None => Ok(0),
    }
}
