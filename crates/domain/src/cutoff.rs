//! Orario limite: until when a family may act on a day.

use crate::{
    Instant, ServiceDay,
    time::{day_in_rome, instant_in_rome},
};
use chrono::{Days, NaiveTime};
use serde::{Deserialize, Serialize};

/// What a family does to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Disdetta.
    Cancel,
    /// Prenotazione, and taking a cancellation back.
    Book,
}

impl Action {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cancel, Self::Book];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Book => "book",
        }
    }
}

/// A rule `D-n at hh:mm, Europe/Rome`. From `hh:mm:00.000` on it is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutOff {
    /// `n`: how many calendar days before the service day.
    pub days_before: u16,
    /// The wall clock in Rome.
    pub at: NaiveTime,
    /// How many calendar days ahead of today one may act.
    pub max_ahead_days: u16,
}

/// Why the time does not allow an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutOffError {
    /// The cut-off has passed.
    #[error("the cut-off passed at {closed_at}")]
    TooLate {
        /// When it passed.
        closed_at: Instant,
    },
    /// Farther ahead than the body allows.
    #[error("acts are taken until {last} only")]
    TooFarAhead {
        /// The last day one may act on today.
        last: ServiceDay,
    },
}

impl CutOff {
    /// The first instant that is too late for that day.
    pub fn closes(&self, day: ServiceDay) -> Instant {
        let eve = day
            .checked_sub_days(Days::new(u64::from(self.days_before)))
            .unwrap_or(day);
        instant_in_rome(eve, self.at)
    }

    /// The last day one may act on at that instant.
    pub fn last_day(&self, now: Instant) -> ServiceDay {
        let today = day_in_rome(now);
        today
            .checked_add_days(Days::new(u64::from(self.max_ahead_days)))
            .unwrap_or(today)
    }

    /// Whether the time allows the act.
    pub fn check(&self, day: ServiceDay, now: Instant) -> Result<(), CutOffError> {
        let closed_at = self.closes(day);
        if now >= closed_at {
            return Err(CutOffError::TooLate { closed_at });
        }
        let last = self.last_day(now);
        if day > last {
            Err(CutOffError::TooFarAhead { last })
        } else {
            Ok(())
        }
    }
}

/// The rules of one school: its own where it has them, its body's otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutOffs {
    /// For a cancellation.
    pub cancel: CutOff,
    /// For a booking, and for taking a cancellation back.
    pub book: CutOff,
}

impl CutOffs {
    /// The rule of an action.
    pub const fn of(&self, action: Action) -> &CutOff {
        match action {
            Action::Cancel => &self.cancel,
            Action::Book => &self.book,
        }
    }

    /// When the day freezes: nothing a family does can change it any more.
    pub fn freezes(&self, day: ServiceDay) -> Instant {
        self.cancel.closes(day).max(self.book.closes(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{days_between, wall_clock_in_rome};
    use chrono::{TimeDelta, Timelike};
    use proptest::prelude::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    fn nine_thirty() -> CutOff {
        CutOff {
            days_before: 0,
            at: NaiveTime::from_hms_opt(9, 30, 0).unwrap(),
            max_ahead_days: 30,
        }
    }

    #[test]
    fn the_last_millisecond_before_half_past_nine_is_in_time_on_every_day_of_a_year_with_both_clock_changes()
    {
        for d in days_between(day("2026-09-01"), day("2027-08-31")) {
            let closes = nine_thirty().closes(d);
            assert_eq!(wall_clock_in_rome(closes), d.and_hms_opt(9, 30, 0).unwrap());
            assert_eq!(
                nine_thirty().check(d, closes - TimeDelta::milliseconds(1)),
                Ok(()),
                "{d}"
            );
            assert_eq!(
                nine_thirty().check(d, closes),
                Err(CutOffError::TooLate { closed_at: closes }),
                "{d}"
            );
        }
    }

    #[test]
    fn the_days_of_the_clock_change_are_23_and_25_hours_apart_from_their_eve() {
        let gap = |a: &str, b: &str| nine_thirty().closes(day(b)) - nine_thirty().closes(day(a));
        assert_eq!(gap("2027-03-27", "2027-03-28"), TimeDelta::hours(23));
        assert_eq!(gap("2026-10-24", "2026-10-25"), TimeDelta::hours(25));
    }

    #[test]
    fn an_eve_rule_closes_on_the_eve() {
        let rule = CutOff {
            days_before: 1,
            at: NaiveTime::from_hms_opt(17, 0, 0).unwrap(),
            max_ahead_days: 15,
        };
        assert_eq!(
            wall_clock_in_rome(rule.closes(day("2026-11-24"))),
            day("2026-11-23").and_hms_opt(17, 0, 0).unwrap()
        );
    }

    #[test]
    fn one_may_act_as_far_ahead_as_the_body_says() {
        let now: Instant = "2026-11-23T07:00:00Z".parse().unwrap();
        assert_eq!(nine_thirty().check(day("2026-12-23"), now), Ok(()));
        assert_eq!(
            nine_thirty().check(day("2026-12-24"), now),
            Err(CutOffError::TooFarAhead {
                last: day("2026-12-23")
            })
        );
    }

    #[test]
    fn a_day_freezes_at_the_later_of_its_two_cut_offs() {
        let cancel = nine_thirty();
        let book = CutOff {
            at: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            ..cancel
        };
        assert_eq!(
            CutOffs { cancel, book }.freezes(day("2026-11-23")),
            cancel.closes(day("2026-11-23"))
        );
    }

    proptest! {
        #[test]
        fn in_time_is_exactly_before_the_wall_clock_shows_the_rule(
            offset in 0_u64..365, millis in 0_i64..86_400_000, minute in 0_u32..1_440, before in 0_u16..4,
        ) {
            let d = day("2026-09-01") + Days::new(offset);
            let at = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap();
            let rule = CutOff { days_before: before, at, max_ahead_days: 400 };
            let now = instant_in_rome(d, NaiveTime::MIN) + TimeDelta::milliseconds(millis);
            let wall = wall_clock_in_rome(now);
            let eve = d - Days::new(u64::from(before));
            // Wall clocks compare like instants except within the repeated hour of October.
            prop_assume!(!(at.hour() == 2 && wall.hour() == 2));
            prop_assert_eq!(rule.check(d, now).is_ok(), wall < eve.and_time(at));
        }
    }
}
