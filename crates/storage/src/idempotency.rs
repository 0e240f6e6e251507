//! What was answered to a write, so that the same act sent again gets the same answer.

use crate::{StorageError, Tx, params};
use domain::{IdempotencyKey, Instant, PersonId};

const FIND: &str = "select request_hash, status, response from idempotency where person_id = $1 and key = $2";
const KEEP: &str = "insert into idempotency (person_id, key, request_hash, status, response, at) \
    values ($1, $2, $3, $4, $5, $6)";
const PRUNE: &str = "delete from idempotency where at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("idempotency::find", FIND),
        ("idempotency::keep", KEEP),
        ("idempotency::prune", PRUNE),
    ]
}

/// An answer that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of operation, path and body, hex.
    pub request_hash: String,
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub response: String,
}

/// What this person's key was answered.
pub fn find(tx: &mut dyn Tx, person: PersonId, key: IdempotencyKey) -> Result<Option<Kept>, StorageError> {
    tx.query_opt(FIND, &params![person, key])?
        .map(|row| {
            Ok(Kept {
                request_hash: row.text("request_hash")?.to_owned(),
                status: row.small("status")?,
                response: row.text("response")?.to_owned(),
            })
        })
        .transpose()
}

/// Keeps an answer. A key that is there already is a unique violation.
pub fn keep(
    tx: &mut dyn Tx,
    person: PersonId,
    key: IdempotencyKey,
    answer: &Kept,
    at: Instant,
) -> Result<(), StorageError> {
    let Kept {
        request_hash,
        status,
        response,
    } = answer;
    tx.execute(KEEP, &params![person, key, request_hash, *status, response, at])?;
    Ok(())
}

/// Forgets what was answered before that instant; answers how many.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}
