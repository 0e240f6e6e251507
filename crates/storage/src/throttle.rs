//! Attempts to sign in, by what a hash stands for: a badge, an address, a device; and the devices that are known.

use crate::{StorageError, Tx, params};
use domain::{Instant, PersonId, people::Actor};

const FIND: &str = "select failures, last_failure_at, blocked_until from throttle where subject = $1";
const SAVE: &str = "insert into throttle (subject, failures, last_failure_at, blocked_until) \
    values ($1, $2, $3, $4) on conflict (subject) do update set failures = excluded.failures, \
    last_failure_at = excluded.last_failure_at, blocked_until = excluded.blocked_until";
const FORGET: &str = "delete from throttle where subject = $1";
const TAKE_BACK: &str = "update throttle set failures = failures - 1, blocked_until = last_failure_at \
    where subject = $1 and failures > 0";
const PRUNE: &str = "delete from throttle where last_failure_at < $1 and blocked_until < $1";
const DEVICE: &str = "select first_at from known_device where token_hash = $1 and person_id = $2";
const DEVICE_SINCE: &str =
    "select first_at from known_device where token_hash = $1 order by first_at limit 1";
const KNOW_DEVICE: &str = "insert into known_device (token_hash, person_id, body_id, first_at, last_at) \
    values ($1, $2, $3, $4, $4) on conflict (token_hash, person_id) do update set last_at = excluded.last_at";
const PRUNE_DEVICES: &str = "delete from known_device where last_at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("throttle::find", FIND),
        ("throttle::save", SAVE),
        ("throttle::forget", FORGET),
        ("throttle::take_back", TAKE_BACK),
        ("throttle::prune", PRUNE),
        ("throttle::device", DEVICE),
        ("throttle::device_since", DEVICE_SINCE),
        ("throttle::know_device", KNOW_DEVICE),
        ("throttle::prune_devices", PRUNE_DEVICES),
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

/// Whether a device is known as one of that person's.
pub fn known_device(tx: &mut dyn Tx, token_hash: &str, person: PersonId) -> Result<bool, StorageError> {
    Ok(tx.query_opt(DEVICE, &params![token_hash, person])?.is_some())
}

/// Since when a device is known as anybody's: a family may share one.
pub fn device_since(tx: &mut dyn Tx, token_hash: &str) -> Result<Option<Instant>, StorageError> {
    let row = tx.query_opt(DEVICE_SINCE, &params![token_hash])?;
    row.map(|row| row.instant("first_at")).transpose()
}

/// Knows a device from now on, or notes that it was used again.
pub fn know_device(
    tx: &mut dyn Tx,
    token_hash: &str,
    actor: Actor,
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(KNOW_DEVICE, &params![token_hash, actor.person, actor.body, now])?;
    Ok(())
}

/// Forgets devices that were not used since an instant; answers how many.
pub fn prune_devices(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE_DEVICES, &params![before])
}
