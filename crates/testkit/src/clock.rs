//! A clock that a test sets.

use chrono::TimeDelta;
use domain::Instant;
use portal::Clock;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Stands still until it is set.
#[derive(Debug)]
pub struct FixedClock(Mutex<Instant>);

impl FixedClock {
    /// Shows `at`, such as `2026-11-23T07:41:00Z`.
    pub fn new(at: Instant) -> Self {
        Self(Mutex::new(at))
    }

    fn hand(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets it.
    pub fn set(&self, at: Instant) {
        *self.hand() = at;
    }

    /// Puts it forward.
    pub fn forward(&self, by: TimeDelta) {
        *self.hand() += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        *self.hand()
    }
}
