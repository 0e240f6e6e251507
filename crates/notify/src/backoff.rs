//! When to try again: twice as long each time, never longer than an hour, and never all at the same moment.

use chrono::TimeDelta;
use domain::Instant;

/// The first pause; it doubles.
const FIRST: TimeDelta = TimeDelta::seconds(20);
/// No pause is longer.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// After so many tries, about a day, somebody has to look.
pub const MOST_TRIES: u32 = 36;

/// The instant of the next try after `tries` in vain, drawn between half the pause and all of it; none where it was tried
/// often enough. `chance` is any random number.
pub fn next_try(tries: u32, now: Instant, chance: u32) -> Option<Instant> {
    if tries >= MOST_TRIES {
        return None;
    }
    let doubled = 2_i32.pow(tries.saturating_sub(1).min(10));
    let pause = (FIRST * doubled).min(LONGEST);
    let half = pause / 2;
    let share = i64::from(chance % 1_024);
    let jitter = TimeDelta::milliseconds(half.num_milliseconds() * share / 1_024);
    Some(now + half + jitter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Instant {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn it_is_tried_for_about_a_day_and_then_somebody_must_look() {
        let mut at = now();
        let mut tries = 0;
        while let Some(next) = next_try(tries, at, 512) {
            at = next;
            tries += 1;
        }
        assert_eq!(tries, MOST_TRIES);
        assert!((18..30).contains(&(at - now()).num_hours()), "{}", at - now());
    }

    proptest! {
        #[test]
        fn a_pause_is_between_half_and_all_of_what_it_may_be(tries in 1_u32..MOST_TRIES, chance: u32) {
            let pause = next_try(tries, now(), chance).unwrap() - now();
            prop_assert!(pause >= FIRST / 2 && pause <= LONGEST);
            let longest = next_try(tries, now(), 1_023).unwrap() - now();
            let shortest = next_try(tries, now(), 0).unwrap() - now();
            prop_assert!(shortest <= pause && pause <= longest && longest <= shortest * 2);
        }
    }
}
