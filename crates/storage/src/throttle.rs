//! Attempts to sign in, by what a hash stands for: a badge or an address.

use crate::{StorageError, Tx, params};
use domain::Instant;

const FIND: &str = "select failures, last_failure_at, blocked_until from throttle where subject = $1";
const SAVE: &str = "insert into throttle (subject, failures, last_failure_at, blocked_until) \
    values ($1, $2, $3, $4) on conflict (subject) do update set failures = excluded.failures, \
    last_failure_at = excluded.last_failure_at, blocked_until = excluded.blocked_until";
const FORGET: &str = "delete from throttle where subject = $1";
const TAKE_BACK: &str = "update throttle set failures = failures - 1, blocked_until = last_failure_at \
    where subject = $1 and failures > 0";
const PRUNE: &str = "delete from throttle where last_failure_at < $1 and blocked_until < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("throttle::find", FIND),
        ("throttle::save", SAVE),
        ("throttle::forget", FORGET),
        ("throttle::take_back", TAKE_BACK),
        ("throttle::prune", PRUNE),
    ]
}

/// What is remembered of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// How many failed.
    pub failures: u32,
    /// The last one.
    pub last_failure_at: Instant,
    /// Until when every attempt is turned away.
    pub blocked_until: Instant,
}

/// What is remembered, if anything.
pub fn find(tx: &mut dyn Tx, subject: &str) -> Result<Option<Attempts>, StorageError> {
    tx.query_opt(FIND, &params![subject])?
        .map(|row| {
            Ok(Attempts {
                failures: row.small("failures")?,
                last_failure_at: row.instant("last_failure_at")?,
                blocked_until: row.instant("blocked_until")?,
            })
        })
        .transpose()
}

/// Remembers.
pub fn save(tx: &mut dyn Tx, subject: &str, attempts: &Attempts) -> Result<(), StorageError> {
    let Attempts {
        failures,
        last_failure_at,
        blocked_until,
    } = *attempts;
    tx.execute(SAVE, &params![subject, failures, last_failure_at, blocked_until])?;
    Ok(())
}

/// Forgets a subject that has proved itself.
pub fn forget(tx: &mut dyn Tx, subject: &str) -> Result<(), StorageError> {
    tx.execute(FORGET, &params![subject])?;
    Ok(())
}

/// Takes the last attempt back: it was a right one. Others of the same subject stay counted.
pub fn take_back(tx: &mut dyn Tx, subject: &str) -> Result<(), StorageError> {
    tx.execute(TAKE_BACK, &params![subject])?;
    Ok(())
}

/// Forgets what is older than that; answers how many.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}
