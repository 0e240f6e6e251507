//! A circuit breaker: a service that failed several times in a row is left alone for a while.
//!
//! Closed, calls go through. After so many failures in a row it opens: for a while nobody is made to wait for an answer
//! that will not come, and the service is not hit while it is down. Then one call goes through as a probe; its
//! success closes the breaker, its failure opens it for another while. A caller that vanishes before its call has
//! ended says nothing about the service; where it was the probe, the next caller becomes it.
//!
//! Our own, because the crates for this judge by rates over many calls, which a small body does not make, and neither
//! take a clock nor know callers that vanish.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Counts a service's failures. Clones are the same breaker: share one among all clients of one service.
#[derive(Clone)]
pub struct Breaker(Arc<Inner>);

struct Inner {
    opens_after: u32,
    rest: Duration,
    clock: Box<dyn Fn() -> Instant + Send + Sync>,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    /// In a row, in this period.
    failures: u32,
    /// Since when nothing goes through.
    opened: Option<Instant>,
    /// Whether the one call that may go through is under way.
    probing: bool,
    /// Grows with each opening and closing: what was asked in another period does not count any more.
    period: u64,
}

/// Nothing goes through now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it failed {failures} times in a row and was not asked; it is asked again in {} seconds",
    wait.as_millis().div_ceil(1000)
)]
pub struct Resting {
    /// In a row.
    pub failures: u32,
    /// Until the next probe; nothing while one is under way.
    pub wait: Duration,
}

impl Breaker {
    /// Failures in a row after which a breaker opens by default.
    pub const OPENS_AFTER: u32 = 5;
    /// How long it stays open by default.
    pub const REST: Duration = Duration::from_secs(10);

    /// Opens after so many failures in a row (at least one) and stays open for `rest`, by the machine's steady clock.
    pub fn new(opens_after: u32, rest: Duration) -> Self {
        Self::with_clock(opens_after, rest, Instant::now)
    }

    /// The same by another clock, which never goes back.
    pub fn with_clock(
        opens_after: u32,
        rest: Duration,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            opens_after: opens_after.max(1),
            rest,
            clock: Box::new(clock),
            line: Mutex::default(),
        }))
    }

    /// Whether calls are turned away now, or only a probe is let through.
    pub fn is_open(&self) -> bool {
        self.line().opened.is_some()
    }

    /// Asks to go through.
    pub(crate) fn admit(&self) -> Result<Permit, Resting> {
        let now = (self.0.clock)();
        let mut line = self.line();
        let probe = match line.opened {
            None => false,
            Some(opened) => {
                let wait = self.0.rest.saturating_sub(now.saturating_duration_since(opened));
                if line.probing || !wait.is_zero() {
                    return Err(Resting {
                        failures: line.failures,
                        wait,
                    });
                }
                line.probing = true;
                true
            }
        };
        Ok(Permit {
            breaker: self.clone(),
            period: line.period,
            probe,
        })
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Breaker {
    fn default() -> Self {
        Self::new(Self::OPENS_AFTER, Self::REST)
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_open() {
            "Breaker(open)"
        } else {
            "Breaker(closed)"
        })
    }
}

/// One call under way. Dropped without a verdict it says nothing.
pub(crate) struct Permit {
    breaker: Breaker,
    period: u64,
    /// Whether it is the one call that tries a service that was down. It should try once.
    pub(crate) probe: bool,
}

impl Permit {
    /// The service answered, whatever it said.
    pub(crate) fn worked(self) {
        let mut line = self.breaker.line();
        if line.period != self.period {
            return;
        }
        line.failures = 0;
        if self.probe {
            line.opened = None;
            line.period += 1;
        }
    }

    /// It did not answer, or said that it cannot now.
    pub(crate) fn failed(self) {
        let inner = &self.breaker.0;
        let now = (inner.clock)();
        let mut line = self.breaker.line();
        if line.period != self.period {
            return;
        }
        line.failures = line.failures.saturating_add(1);
        if self.probe {
            line.opened = Some(now);
        } else if line.failures >= inner.opens_after {
            line.opened = Some(now);
            line.period += 1;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.line().probing = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    const REST: Duration = Duration::from_secs(10);

    /// A breaker that opens after three failures, and its clock's milliseconds.
    fn breaker() -> (Breaker, Arc<AtomicU64>) {
        let (start, passed) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let shown = Arc::clone(&passed);
        let clock = move || start + Duration::from_millis(shown.load(Ordering::SeqCst));
        (Breaker::with_clock(3, REST, clock), passed)
    }

    fn fail(breaker: &Breaker) {
        breaker.admit().unwrap().failed();
    }

    #[test]
    fn it_opens_after_failures_in_a_row_only() {
        let (breaker, _) = breaker();
        fail(&breaker);
        fail(&breaker);
        breaker.admit().unwrap().worked();
        fail(&breaker);
        fail(&breaker);
        assert!(!breaker.is_open());
        fail(&breaker);
        assert!(breaker.is_open());
        let resting = breaker.admit().err().unwrap();
        assert_eq!(
            resting,
            Resting {
                failures: 3,
                wait: REST
            }
        );
        assert!(resting.to_string().contains("3 times in a row"), "{resting}");
        assert!(resting.to_string().contains("in 10 seconds"), "{resting}");
    }

    #[test]
    fn one_probe_goes_through_after_the_rest_and_closes_it() {
        let (breaker, passed) = breaker();
        (0..3).for_each(|_| fail(&breaker));
        passed.store(9_999, Ordering::SeqCst);
        let resting = breaker.admit().err().unwrap();
        assert!(resting.to_string().contains("in 1 seconds"), "{resting}");
        passed.store(10_000, Ordering::SeqCst);
        let probe = breaker.admit().unwrap();
        assert!(probe.probe);
        assert!(breaker.admit().is_err(), "one at a time");
        probe.worked();
        assert!(!breaker.is_open());
        assert!(!breaker.admit().unwrap().probe);
        fail(&breaker);
        fail(&breaker);
        assert!(!breaker.is_open(), "it counts from the beginning");
    }

    #[test]
    fn a_probe_that_fails_opens_it_for_another_while() {
        let (breaker, passed) = breaker();
        (0..3).for_each(|_| fail(&breaker));
        passed.store(12_000, Ordering::SeqCst);
        fail(&breaker);
        assert_eq!(
            breaker.admit().err(),
            Some(Resting {
                failures: 4,
                wait: REST
            })
        );
        passed.store(22_000, Ordering::SeqCst);
        breaker.admit().unwrap().worked();
        assert!(!breaker.is_open());
    }

    #[test]
    fn a_probe_that_vanishes_leaves_its_place_to_the_next() {
        let (breaker, passed) = breaker();
        (0..3).for_each(|_| fail(&breaker));
        passed.store(10_000, Ordering::SeqCst);
        drop(breaker.admit().unwrap());
        assert!(breaker.is_open());
        assert!(breaker.admit().unwrap().probe);
    }

    #[test]
    fn what_was_asked_before_it_opened_does_not_count_any_more() {
        let (breaker, passed) = breaker();
        let (late_success, late_failure) = (breaker.admit().unwrap(), breaker.admit().unwrap());
        (0..3).for_each(|_| fail(&breaker));
        late_success.worked();
        assert!(breaker.is_open());
        passed.store(10_000, Ordering::SeqCst);
        let probe = breaker.admit().unwrap();
        late_failure.failed();
        probe.worked();
        assert!(!breaker.is_open());
    }

    #[test]
    fn clones_are_one_breaker() {
        let (breaker, _) = breaker();
        (0..3).for_each(|_| fail(&breaker.clone()));
        assert!(breaker.is_open());
        assert_eq!(format!("{breaker:?}"), "Breaker(open)");
    }

    proptest! {
        /// Whatever happens, a service that works again is found to, and at most one probe is under way.
        #[test]
        fn it_never_stays_open_for_ever(steps in prop::collection::vec((0..4_u8, 0..20_000_u64), 1..200)) {
            let (breaker, passed) = breaker();
            let mut under_way = Vec::new();
            for (what, pause) in steps {
                passed.fetch_add(pause, Ordering::SeqCst);
                match what {
                    0 => under_way.extend(breaker.admit().ok()),
                    1 => { under_way.pop().into_iter().for_each(Permit::worked); }
                    2 => { under_way.pop().into_iter().for_each(Permit::failed); }
                    _ => drop(under_way.pop()),
                }
                let probes = under_way.iter().filter(|permit| permit.probe).count();
                prop_assert!(probes <= 1);
            }
            drop(under_way);
            passed.fetch_add(10_000, Ordering::SeqCst);
            breaker.admit().unwrap().worked();
            prop_assert!(!breaker.is_open());
        }
    }
}
