//! How often an address may be read. A calendar asks every few hours; a program that asks every second is told to wait.
//!
//! In memory of this process: it keeps work away, not secrets. Those are 256 bits, and guessing them has no hope however
//! fast. Good addresses are counted each for itself, since one reader at a calendar's provider fetches those of many
//! families; wrong ones by where they are asked from.

use chrono::TimeDelta;
use domain::Instant;
use identity::TokenHash;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// How long is counted.
const WINDOW: TimeDelta = TimeDelta::minutes(10);
/// How many readings of one address.
const READS: u32 = 30;
/// How many wrong addresses from one place.
const WRONG: u32 = 60;
/// How many subjects are remembered; when there are more, the old ones are forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Address(TokenHash),
    Place(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    since: Instant,
    times: u32,
}

/// What was counted lately.
#[derive(Default)]
pub(super) struct Limit {
    counts: Mutex<HashMap<Subject, Count>>,
}

/// Somebody has to wait so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait(pub(super) i64);

impl Limit {
    /// Before the database is asked: whether this place has named too many wrong addresses. An address that was good
    /// lately is always looked up.
    pub(super) fn ask(&self, hash: &TokenHash, place: IpAddr, now: Instant) -> Result<(), Wait> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let live = |subject: &Subject| {
            counts
                .get(subject)
                .filter(|count| now - count.since < WINDOW)
                .copied()
        };
        let known = live(&Subject::Address(hash.clone()));
        if let Some(count) = known {
            return full(count, READS, now);
        }
        live(&Subject::Place(place)).map_or(Ok(()), |count| full(count, WRONG, now))
    }

    /// It was a good one.
    pub(super) fn good(&self, hash: &TokenHash, now: Instant) {
        self.count(Subject::Address(hash.clone()), now);
    }

    /// It was a wrong one.
    pub(super) fn wrong(&self, place: IpAddr, now: Instant) {
        self.count(Subject::Place(place), now);
    }

    fn count(&self, subject: Subject, now: Instant) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED {
            counts.retain(|_, count| now - count.since < WINDOW);
            // Still too many: forgetting everything lets some through, which only costs a look-up each.
            if counts.len() >= REMEMBERED {
                counts.clear();
            }
        }
        let count = counts.entry(subject).or_insert(Count { since: now, times: 0 });
        if now - count.since >= WINDOW {
            *count = Count { since: now, times: 0 };
        }
        count.times += 1;
    }
}

fn full(count: Count, most: u32, now: Instant) -> Result<(), Wait> {
    if count.times < most {
        return Ok(());
    }
    let left = WINDOW - (now - count.since);
    Err(Wait(left.num_seconds().max(0) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(1_795_422_600 + seconds, 0).unwrap()
    }

    #[test]
    fn an_address_that_is_read_too_often_waits_and_others_do_not() {
        let (limit, one, other) = (Limit::default(), TokenHash::of("one"), TokenHash::of("other"));
        for _ in 0..READS {
            assert_eq!(limit.ask(&one, HERE, at(0)), Ok(()));
            limit.good(&one, at(0));
        }
        assert_eq!(limit.ask(&one, HERE, at(60)), Err(Wait(541)));
        assert_eq!(limit.ask(&other, HERE, at(60)), Ok(()));
        assert_eq!(limit.ask(&one, HERE, at(600)), Ok(()));
    }

    #[test]
    fn a_place_that_names_many_wrong_addresses_waits_but_reads_its_good_ones() {
        let (limit, good) = (Limit::default(), TokenHash::of("good"));
        limit.good(&good, at(0));
        for i in 0..WRONG {
            assert_eq!(limit.ask(&TokenHash::of(&i.to_string()), HERE, at(0)), Ok(()));
            limit.wrong(HERE, at(0));
        }
        assert_eq!(limit.ask(&TokenHash::of("x"), HERE, at(1)), Err(Wait(600)));
        assert_eq!(limit.ask(&good, HERE, at(1)), Ok(()));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let limit = Limit::default();
        for i in 0..REMEMBERED + 10 {
            limit.good(&TokenHash::of(&i.to_string()), at(0));
        }
        assert!(limit.counts.lock().unwrap().len() < REMEMBERED);
    }
}
