//! What time it is and what chance draws: the portal's only doors to both.
//!
//! Everything else takes an instant or random bytes as arguments.

use chrono::{NaiveDateTime, TimeDelta, Utc};
use domain::{Instant, time::instant_in_rome};
use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

/// Tells the time by which every act is stamped.
pub trait Clock: Send + Sync {
    /// The instant it is.
    fn now(&self) -> Instant;
}

/// Draws random bytes for identifiers and tokens.
pub trait Chance: Send + Sync {
    /// Fills the whole slice.
    fn bytes(&self, into: &mut [u8]);
}

/// A fresh identifier: `fresh(&*chance, now, ChildId::from_parts)`.
pub fn fresh<T>(chance: &dyn Chance, now: Instant, make: fn(u64, [u8; 10]) -> T) -> T {
    let mut random = [0; 10];
    chance.bytes(&mut random);
    make(u64::try_from(now.timestamp_millis()).unwrap_or_default(), random)
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this adapter is where the machine's clock comes in"
    )]
    fn now(&self) -> Instant {
        Utc::now()
    }
}

/// The operating system's source of randomness.
#[derive(Debug, Clone, Copy)]
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(
        clippy::expect_used,
        reason = "without randomness every token could be guessed"
    )]
    fn bytes(&self, into: &mut [u8]) {
        getrandom::fill(into).expect("the operating system gives random bytes");
    }
}

/// A clock that was set to some instant when the portal started, and runs on from there.
#[derive(Debug, Clone, Copy)]
struct SetClock {
    ahead: TimeDelta,
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        SystemClock.now() + self.ahead
    }
}

/// A clock that stands still: a file holds the instant. For tests that drive the whole program.
#[derive(Debug, Clone)]
struct FileClock {
    path: PathBuf,
    start: Instant,
}

impl Clock for FileClock {
    fn now(&self) -> Instant {
        // A file that is being replaced is not there for a moment.
        for _ in 0..50 {
            if let Ok(at) = read_instant(&self.path) {
                return at;
            }
            std::thread::yield_now();
        }
        self.start
    }
}

fn read_instant(path: &std::path::Path) -> Result<Instant, ClockError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ClockError(format!("the clock's file {}: {error}", path.display())))?;
    text.trim().parse().map_err(|_| {
        ClockError(format!(
            "the clock's file {} holds no instant such as 2026-11-23T07:41:00Z",
            path.display()
        ))
    })
}

/// Which clock the portal goes by: `--clock`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ClockChoice {
    /// The machine's.
    #[default]
    System,
    /// Set at start to a wall clock of Europe/Rome.
    At(NaiveDateTime),
    /// Read at each use from a file with an RFC 3339 instant.
    File(PathBuf),
}

/// A clock that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ClockError(String);

impl FromStr for ClockChoice {
    type Err = ClockError;
    fn from_str(text: &str) -> Result<Self, ClockError> {
        if text == "system" {
            return Ok(Self::System);
        }
        if let Some(path) = text.strip_prefix("file:") {
            return Ok(Self::File(path.into()));
        }
        ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .map(Self::At)
            .ok_or_else(|| ClockError("write system, 2026-11-23T08:30 (Rome) or file:PATH".to_owned()))
    }
}

impl fmt::Display for ClockChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::At(wall) => write!(f, "{}", wall.format("%Y-%m-%dT%H:%M:%S")),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl ClockChoice {
    /// Starts the clock.
    pub fn start(&self) -> Result<Arc<dyn Clock>, ClockError> {
        Ok(match self {
            Self::System => Arc::new(SystemClock),
            Self::At(wall) => {
                let ahead = instant_in_rome(wall.date(), wall.time()) - SystemClock.now();
                Arc::new(SetClock { ahead })
            }
            Self::File(path) => Arc::new(FileClock {
                path: path.clone(),
                start: read_instant(path)?,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_starts_at_the_wall_clock_of_rome_and_runs_on() {
        let clock = "2026-11-23T08:30"
            .parse::<ClockChoice>()
            .unwrap()
            .start()
            .unwrap();
        let first = clock.now();
        let set: Instant = "2026-11-23T07:30:00Z".parse().unwrap();
        assert!(first >= set && first < set + TimeDelta::minutes(1), "{first}");
        assert!(clock.now() >= first);
    }

    #[test]
    fn a_files_clock_stands_still_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("now");
        let choice: ClockChoice = format!("file:{}", path.display()).parse().unwrap();
        assert!(choice.start().is_err());
        std::fs::write(&path, "2026-11-23T07:41:00Z\n").unwrap();
        let clock = choice.start().unwrap();
        assert_eq!(clock.now(), clock.now());
        std::fs::write(&path, "2026-11-23T08:30:00Z\n").unwrap();
        assert_eq!(clock.now().to_rfc3339(), "2026-11-23T08:30:00+00:00");
    }

    #[test]
    fn another_word_is_refused_with_what_to_write() {
        let error = "tomorrow".parse::<ClockChoice>().unwrap_err();
        assert!(error.to_string().contains("2026-11-23T08:30"));
    }
}
