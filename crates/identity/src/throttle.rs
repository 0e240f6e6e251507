//! How fast a password may be guessed. Pure rules: the instant is an argument.
//!
//! Each attempt is counted before its password is checked, so that a burst of parallel attempts gains nothing; a
//! right password takes its attempt back. Nobody is ever locked out: the longest wait is [`CAP`].

use chrono::TimeDelta;
use domain::Instant;

/// The longest wait.
pub const CAP: TimeDelta = TimeDelta::minutes(15);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One badge, known or not.
    Badge,
    /// One network address; a school or a carrier puts many families behind one.
    Address,
    /// One device on which this person has signed in before: what strangers do elsewhere does not touch it.
    Device,
    /// One network address that asks for codes by mail or SMS. Never taken back: each counts, right or wrong.
    Codes,
    /// One network address that begins logins by SPID or CIE. Never taken back.
    Logins,
}

/// How much an address may ask for that is not wrong by itself: so much at once, and then one each so often. A school or a
/// carrier puts many families behind one address, so this only ends floods; what protects a person is counted for the
/// person.
struct Flow {
    at_once: i32,
    each: TimeDelta,
}

impl Subject {
    /// Failures that are free; the next one makes the following attempt wait. Without a meaning where there is a flow.
    const fn free(self) -> u32 {
        match self {
            Self::Badge | Self::Device => 4,
            Self::Address => 29,
            Self::Codes | Self::Logins => 0,
        }
    }

    const fn flow(self) -> Option<Flow> {
        match self {
            Self::Badge | Self::Device | Self::Address => None,
            Self::Codes => Some(Flow {
                at_once: 30,
                each: TimeDelta::seconds(30),
            }),
            Self::Logins => Some(Flow {
                at_once: 60,
                each: TimeDelta::seconds(5),
            }),
        }
    }

    /// After so long without failure they are forgotten.
    const fn memory(self) -> TimeDelta {
        match self {
            Self::Badge | Self::Device => TimeDelta::hours(24),
            Self::Address | Self::Codes | Self::Logins => TimeDelta::hours(1),
        }
    }
}

/// What is remembered of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Failures that are remembered.
    pub failures: u32,
    /// When the last one was.
    pub last_failure: Instant,
    /// Attempts before this are turned away, right or wrong.
    pub blocked_until: Instant,
}

/// How long one has still to wait, where one has to.
pub fn wait(record: Option<&Record>, now: Instant) -> Option<TimeDelta> {
    record
        .map(|r| r.blocked_until - now)
        .filter(|left| *left > TimeDelta::zero())
}

/// Counts one more attempt.
pub fn counted(record: Option<&Record>, subject: Subject, now: Instant) -> Record {
    let before = record.filter(|r| now - r.last_failure < subject.memory());
    let failures = before.map_or(0, |r| r.failures).saturating_add(1);
    if let Some(Flow { at_once, each }) = subject.flow() {
        // As a bucket that leaks one drop each so often: full after so many at once, and never fuller.
        let room = each * (at_once - 1);
        let empty = before.map_or(now, |r| now.max(r.blocked_until + room)) + each;
        return Record {
            failures,
            last_failure: now,
            blocked_until: empty - room,
        };
    }
    let blocked_until = now + delay(failures.saturating_sub(subject.free()));
    Record {
        failures,
        last_failure: now,
        blocked_until,
    }
}

/// 2, 4, 8 … seconds, up to [`CAP`].
fn delay(beyond: u32) -> TimeDelta {
    match beyond {
        0 => TimeDelta::zero(),
        1..=9 => TimeDelta::seconds(1_i64 << beyond).min(CAP),
        _ => CAP,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn waits(subject: Subject, attempts: usize) -> Vec<i64> {
        let now = at("2026-11-23T07:00:00Z");
        let mut record = None;
        (0..attempts)
            .map(|_| {
                record = Some(counted(record.as_ref(), subject, now));
                wait(record.as_ref(), now).map_or(0, |left| left.num_seconds())
            })
            .collect()
    }

    #[test]
    fn four_failures_of_a_badge_are_free_and_the_wait_doubles_from_the_fifth() {
        assert_eq!(
            waits(Subject::Badge, 15),
            [0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
        );
    }

    #[test]
    fn an_address_has_more_patience_than_a_badge() {
        assert_eq!(waits(Subject::Address, 31)[28..], [0, 2, 4]);
    }

    #[test]
    fn a_flood_waits_and_many_families_behind_one_address_do_not() {
        let codes = waits(Subject::Codes, 32);
        assert_eq!(
            codes[28..],
            [0, 30, 60, 90],
            "thirty at once, then one each half minute"
        );
        assert_eq!(waits(Subject::Logins, 61)[58..], [0, 5, 10]);
        // One every half minute for an evening: nobody ever waits.
        let start = at("2026-11-23T17:00:00Z");
        let mut record = None;
        for n in 0..500 {
            let now = start + TimeDelta::seconds(30) * n;
            assert_eq!(wait(record.as_ref(), now), None, "{n}");
            record = Some(counted(record.as_ref(), Subject::Codes, now));
        }
        // A flood that was waited out leaves room for one more, not for another flood.
        let mut record = None;
        for _ in 0..30 {
            record = Some(counted(record.as_ref(), Subject::Codes, start));
        }
        let later = start + TimeDelta::seconds(30);
        assert_eq!(wait(record.as_ref(), later), None);
        let record = counted(record.as_ref(), Subject::Codes, later);
        assert_eq!(wait(Some(&record), later), Some(TimeDelta::seconds(30)));
    }

    #[test]
    fn the_wait_ends_and_failures_are_forgotten_after_a_day() {
        let now = at("2026-11-23T07:00:00Z");
        let record = Record {
            failures: 20,
            last_failure: now,
            blocked_until: now + CAP,
        };
        assert_eq!(wait(Some(&record), now + CAP), None);
        assert_eq!(
            counted(Some(&record), Subject::Badge, now + TimeDelta::hours(1)).failures,
            21
        );
        assert_eq!(
            counted(Some(&record), Subject::Badge, now + TimeDelta::hours(24)).failures,
            1
        );
    }
}
