//! Forgetting logins.

use crate::audit::KEPT_MONTHS;
use chrono::{Months, TimeDelta};
use domain::Instant;
use storage::{StorageError, Tx, logins};

/// How long a login that is over is kept, so that whoever comes late is told that they are late.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// Deletes logins that are over, and what is kept of assertions once the audit of that time goes; answers how many
/// logins.
pub fn prune(tx: &mut dyn Tx, now: Instant) -> Result<u64, StorageError> {
    if let Some(before) = now.checked_sub_months(Months::new(KEPT_MONTHS)) {
        logins::prune_proofs(tx, before)?;
    }
    logins::prune(tx, now - KEPT)
}
