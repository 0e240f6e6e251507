//! So many calls in so much time, counted here so that pagoPA never has to refuse one.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A window of time that moves on. Clones count together; a restart forgets, and then pagoPA's own 429 is the limit.
#[derive(Clone)]
pub(super) struct Allowance(Arc<Inner>);

struct Inner {
    calls: usize,
    within: Duration,
    clock: Box<dyn Fn() -> Instant + Send + Sync>,
    made: Mutex<VecDeque<Instant>>,
}

impl Allowance {
    pub(super) fn new(
        calls: usize,
        within: Duration,
        clock: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Inner {
            calls,
            within,
            clock: Box::new(clock),
            made: Mutex::default(),
        }))
    }

    /// Takes one call, or says when the next may be made.
    pub(super) fn take(&self) -> Result<(), Duration> {
        let now = (self.0.clock)();
        let mut made = self.0.made.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |at: Instant| self.0.within.saturating_sub(now.saturating_duration_since(at));
        while made.front().is_some_and(|first| left(*first).is_zero()) {
            made.pop_front();
        }
        if made.len() >= self.0.calls {
            return Err(made.front().map_or(self.0.within, |first| left(*first)));
        }
        made.push_back(now);
        Ok(())
    }
}

impl fmt::Debug for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Allowance({} in {:?})", self.0.calls, self.0.within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn no_window_of_an_hour_has_more_calls_than_allowed() {
        let (start, minutes) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let shown = Arc::clone(&minutes);
        let hour = Duration::from_hours(1);
        let allowance = Allowance::new(2, hour, move || {
            start + Duration::from_mins(shown.load(Ordering::SeqCst))
        });
        assert_eq!(allowance.take(), Ok(()));
        minutes.store(20, Ordering::SeqCst);
        assert_eq!(allowance.clone().take(), Ok(()));
        assert_eq!(allowance.take(), Err(Duration::from_mins(40)));
        minutes.store(59, Ordering::SeqCst);
        assert_eq!(allowance.take(), Err(Duration::from_mins(1)));
        minutes.store(60, Ordering::SeqCst);
        assert_eq!(allowance.take(), Ok(()));
        assert_eq!(allowance.take(), Err(Duration::from_mins(20)));
        assert_eq!(Allowance::new(0, hour, Instant::now).take(), Err(hour));
    }
}
