//! The sandbox's own clock: the machine's, shifted, so that ten minutes need not be waited for.

use chrono::{DateTime, TimeDelta, Utc};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// The machine's clock plus a shift, or what a file says plus a shift: a portal whose clock is a file and a stand-in that
/// must agree with it read the same one.
#[derive(Debug)]
pub struct Clock {
    file: Option<PathBuf>,
    shift: Mutex<TimeDelta>,
}

impl Clock {
    /// A clock that shows `starts_at` now, or what the machine shows.
    pub fn new(starts_at: Option<DateTime<Utc>>) -> Self {
        Self {
            file: None,
            shift: Mutex::new(starts_at.map_or(TimeDelta::zero(), |at| at - machine())),
        }
    }

    /// A clock that shows the RFC 3339 instant in a file, and stands still until the file changes.
    pub fn of_file(file: PathBuf) -> Self {
        Self {
            file: Some(file),
            shift: Mutex::new(TimeDelta::zero()),
        }
    }

    /// What it shows.
    pub fn now(&self) -> DateTime<Utc> {
        let base = self.file.as_deref().map_or_else(machine, read);
        base + *self.shift.lock().unwrap_or_else(PoisonError::into_inner)
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

/// A file that is being replaced is not there for a moment; without one at all, the machine's clock counts.
fn read(file: &Path) -> DateTime<Utc> {
    for _ in 0..50 {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if let Ok(at) = text.trim().parse() {
            return at;
        }
        std::thread::yield_now();
    }
    machine()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_clock_follows_its_file_and_can_still_be_put_ahead() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "2026-11-23T07:41:00Z\n").unwrap();
        let clock = Clock::of_file(file.path().to_owned());
        assert_eq!(clock.now().to_rfc3339(), "2026-11-23T07:41:00+00:00");
        std::fs::write(file.path(), "2026-11-23T08:30:00Z").unwrap();
        clock.advance(TimeDelta::minutes(1));
        assert_eq!(clock.now().to_rfc3339(), "2026-11-23T08:31:00+00:00");
    }
}
