//! The sandbox's own clock: the machine's, shifted, so that ten minutes need not be waited for.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, PoisonError};

/// The machine's clock plus a shift.
#[derive(Debug)]
pub struct Clock {
    shift: Mutex<TimeDelta>,
}

impl Clock {
    /// A clock that shows `starts_at` now, or what the machine shows.
    pub fn new(starts_at: Option<DateTime<Utc>>) -> Self {
        Self {
            shift: Mutex::new(starts_at.map_or(TimeDelta::zero(), |at| at - machine())),
        }
    }

    /// What it shows.
    pub fn now(&self) -> DateTime<Utc> {
        machine() + *self.shift.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts it ahead.
    pub fn advance(&self, by: TimeDelta) {
        let mut shift = self.shift.lock().unwrap_or_else(PoisonError::into_inner);
        *shift = shift.checked_add(&by).unwrap_or(*shift);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the sandbox's clock adapter")]
fn machine() -> DateTime<Utc> {
    Utc::now()
}
