//! When to speak: what a family wants to be told, when it must not be woken, and when a wallet is worth a word.
//!
//! A family is told once of a thing, never once a child, and never again until it has changed.

use crate::{Cents, Instant, message::Channel, time};
use chrono::{NaiveTime, TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

/// A thing that one may want to be told of. Codes and notices about the account are not among them: they always come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A wallet reaches a threshold.
    LowBalance,
    /// There is service today and one can still cancel.
    MorningReminder,
    /// A payment has arrived.
    Payments,
    /// Another adult changed days.
    DaysChanged,
    /// A closure was announced.
    Closures,
    /// The enrolment can be renewed.
    Renewal,
}

/// By which ways one wants to be told of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ways {
    /// On one's devices.
    pub push: bool,
    /// By mail.
    pub mail: bool,
    /// In App IO, where the body may write there.
    #[serde(default)]
    pub io: bool,
}

impl Ways {
    const BOTH: Self = Self {
        push: true,
        mail: true,
        io: false,
    };
    const PUSH: Self = Self {
        push: true,
        mail: false,
        io: false,
    };
    const NONE: Self = Self {
        push: false,
        mail: false,
        io: false,
    };

    /// Whether a channel is wanted. SMS is for codes alone: it costs the body money and shows on locked screens.
    pub const fn wants(self, channel: Channel) -> bool {
        match channel {
            Channel::Push => self.push,
            Channel::Mail => self.mail,
            Channel::Io => self.io,
            Channel::Sms => false,
        }
    }
}

/// The hours in which nothing may sound, by Rome's wall clock. `from` = `to` means never quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First quiet minute of the day, 0 to 1439.
    pub from: u16,
    /// First minute that is quiet no more, 0 to 1439.
    pub to: u16,
}

/// Minutes in a day.
const DAY: u16 = 1_440;
/// Quiet hours that begin after it are an evening's.
const NOON: u32 = 720;
/// So long before the quiet hours what cannot wait for their end is said.
const EARLIER: TimeDelta = TimeDelta::minutes(15);

impl QuietHours {
    /// From nine in the evening to seven in the morning.
    pub const DEFAULT: Self = Self {
        from: 21 * 60,
        to: 7 * 60,
    };

    /// Whether both are minutes of a day.
    pub const fn is_valid(self) -> bool {
        self.from < DAY && self.to < DAY
    }

    /// When to remind of a cut-off that needs `before` to act on: then, also in quiet hours, since later it is of no use.
    /// Only where the quiet hours of an evening hold by then, a little before they begin: nobody need be woken for what
    /// was known at supper.
    pub fn remind_at(self, cut_off: Instant, before: TimeDelta) -> Instant {
        let at = cut_off - before;
        let wall = time::wall_clock_in_rome(at);
        let minute = wall.hour() * 60 + wall.minute();
        if self.end(at).is_none() || u32::from(self.from) < NOON || minute < u32::from(self.from) {
            return at;
        }
        let begin = NaiveTime::from_hms_opt(u32::from(self.from) / 60, u32::from(self.from) % 60, 0);
        begin.map_or(at, |begin| time::instant_in_rome(wall.date(), begin) - EARLIER)
    }

    /// When they end, where they hold now; none where one may speak.
    pub fn end(self, now: Instant) -> Option<Instant> {
        if !self.is_valid() {
            return None;
        }
        let wall = time::wall_clock_in_rome(now);
        let minute = wall.hour() * 60 + wall.minute();
        let (from, to) = (u32::from(self.from), u32::from(self.to));
        let quiet = if from <= to {
            (from..to).contains(&minute)
        } else {
            minute >= from || minute < to
        };
        if !quiet {
            return None;
        }
        let today = wall.date();
        let day = if minute < to { today } else { today.succ_opt()? };
        let end = time::instant_in_rome(day, NaiveTime::from_hms_opt(to / 60, to % 60, 0)?);
        // Where the clock is set back over the end, the wall shows a quiet hour twice.
        Some(end.max(now + TimeDelta::seconds(1)))
    }
}

/// What an adult wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Preferences {
    /// Low balance.
    pub low_balance: Ways,
    /// The reminder before the cut-off.
    pub morning_reminder: Ways,
    /// Payments that arrived.
    pub payments: Ways,
    /// Days that another adult changed.
    pub days_changed: Ways,
    /// Closures.
    pub closures: Ways,
    /// Renewals.
    pub renewal: Ways,
    /// When nothing may sound; the cut-off and codes excepted.
    pub quiet: QuietHours,
    /// Whether a notification says what it is about, or only that there is something.
    pub preview: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            low_balance: Ways::BOTH,
            // Only where somebody asks for it.
            morning_reminder: Ways::NONE,
            payments: Ways::BOTH,
            days_changed: Ways::PUSH,
            closures: Ways::BOTH,
            renewal: Ways::BOTH,
            quiet: QuietHours::DEFAULT,
            preview: true,
        }
    }
}

impl Preferences {
    /// By which ways this adult wants to be told of a thing.
    pub const fn of(&self, topic: Topic) -> Ways {
        match topic {
            Topic::LowBalance => self.low_balance,
            Topic::MorningReminder => self.morning_reminder,
            Topic::Payments => self.payments,
            Topic::DaysChanged => self.days_changed,
            Topic::Closures => self.closures,
            Topic::Renewal => self.renewal,
        }
    }
}

/// At how many meals left a family is told, and how far below zero a wallet may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Meals left, falling.
    pub meals: Vec<u32>,
    /// Limite di debito: cents below zero; none where the body has no such limit.
    pub debt_limit: Option<Cents>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            meals: vec![5, 2, 0],
            debt_limit: None,
        }
    }
}

impl Thresholds {
    /// How bad it is: 0 where nothing is to be said, and one more with each threshold that is reached, the debt limit
    /// last. `meals_left` may be negative; none where meals cost nothing.
    pub fn rank(&self, meals_left: Option<i64>, balance: Cents) -> u32 {
        let reached = meals_left.map_or(0, |left| {
            self.meals.iter().filter(|at| left <= i64::from(**at)).count()
        });
        let count = self.meals.len();
        let rank = if self.is_at_limit(balance) {
            count + 1
        } else {
            reached
        };
        u32::try_from(rank).unwrap_or(u32::MAX)
    }

    /// Whether the debt limit is reached.
    pub fn is_at_limit(&self, balance: Cents) -> bool {
        self.debt_limit
            .is_some_and(|limit| balance.get() <= -limit.get() && balance.get() < 0)
    }
}

/// What a wallet's new balance calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// A threshold was crossed of which the family was not told: say it.
    Speak,
    /// Nothing new.
    Silent,
    /// Money came in, or all is well again: what was told is over, and crossing the same threshold again is news.
    Recovered,
}

/// Compares the rank of which a family was told last with the one it has now. A meal that was given back lifts a wallet
/// over a threshold and the next day lets it fall again: that is no news, unless it rose above all of them. A payment is.
pub fn crossing(told: u32, now: u32, paid: bool) -> Crossing {
    if now > told {
        Crossing::Speak
    } else if now < told && (paid || now == 0) {
        Crossing::Recovered
    } else {
        Crossing::Silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn the_night_is_quiet_until_seven_in_both_halves_of_the_year() {
        let quiet = QuietHours::DEFAULT;
        assert_eq!(quiet.end(at("2026-11-23T19:59:59Z")), None);
        assert_eq!(
            quiet.end(at("2026-11-23T20:00:00Z")),
            Some(at("2026-11-24T06:00:00Z"))
        );
        assert_eq!(
            quiet.end(at("2026-11-24T05:59:59Z")),
            Some(at("2026-11-24T06:00:00Z"))
        );
        assert_eq!(quiet.end(at("2026-11-24T06:00:00Z")), None);
        assert_eq!(
            quiet.end(at("2026-06-03T19:00:00Z")),
            Some(at("2026-06-04T05:00:00Z"))
        );
        // The night in which the clock is set back is an hour longer.
        assert_eq!(
            quiet.end(at("2026-10-24T19:00:00Z")),
            Some(at("2026-10-25T06:00:00Z"))
        );
    }

    #[test]
    fn a_cut_off_in_the_night_of_the_eve_is_reminded_of_before_the_quiet_hours() {
        let before = TimeDelta::minutes(75);
        let remind = |cut_off: &str| QuietHours::DEFAULT.remind_at(at(cut_off), before);
        // Half past nine in the morning, and seven: the quiet hours make way.
        assert_eq!(remind("2026-11-24T08:30:00Z"), at("2026-11-24T07:15:00Z"));
        assert_eq!(remind("2026-11-24T06:00:00Z"), at("2026-11-24T04:45:00Z"));
        // Ten in the evening: a quarter to nine. Eleven and midnight would be in the night.
        assert_eq!(remind("2026-11-23T21:00:00Z"), at("2026-11-23T19:45:00Z"));
        assert_eq!(remind("2026-11-23T22:00:00Z"), at("2026-11-23T19:45:00Z"));
        assert_eq!(remind("2026-11-23T23:00:00Z"), at("2026-11-23T19:45:00Z"));
        // A nap is no evening.
        let nap = QuietHours { from: 600, to: 660 };
        assert_eq!(
            nap.remind_at(at("2026-11-24T10:30:00Z"), before),
            at("2026-11-24T09:15:00Z")
        );
    }

    #[test]
    fn a_quiet_afternoon_and_no_quiet_at_all() {
        let nap = QuietHours {
            from: 13 * 60,
            to: 15 * 60,
        };
        assert_eq!(
            nap.end(at("2026-11-23T12:30:00Z")),
            Some(at("2026-11-23T14:00:00Z"))
        );
        assert_eq!(nap.end(at("2026-11-23T14:00:00Z")), None);
        let never = QuietHours { from: 60, to: 60 };
        assert_eq!(never.end(at("2026-11-23T00:00:00Z")), None);
    }

    #[test]
    fn a_family_is_told_at_five_two_and_no_meals_and_at_the_limit() {
        let thresholds = Thresholds {
            debt_limit: Some(Cents::new(2_000)),
            ..Thresholds::default()
        };
        let rank = |meals, cents| thresholds.rank(Some(meals), Cents::new(cents));
        assert_eq!(
            [
                rank(6, 3_600),
                rank(5, 3_000),
                rank(3, 1_800),
                rank(2, 1_200),
                rank(0, 100),
                rank(-3, -1_999)
            ],
            [0, 1, 1, 2, 3, 3]
        );
        assert_eq!(rank(-4, -2_000), 4);
        assert_eq!(thresholds.rank(None, Cents::new(-100)), 0);
    }

    #[test]
    fn one_crossing_is_one_word_until_money_comes_in() {
        assert_eq!(crossing(0, 1, false), Crossing::Speak);
        assert_eq!(crossing(1, 1, false), Crossing::Silent);
        // A meal was given back and eaten the next day.
        assert_eq!(crossing(2, 1, false), Crossing::Silent);
        assert_eq!(crossing(2, 1, true), Crossing::Recovered);
        assert_eq!(crossing(2, 0, false), Crossing::Recovered);
    }

    #[test]
    fn what_an_adult_never_chose_is_the_default() {
        let few: Preferences = serde_json::from_str(r#"{"preview":false}"#).unwrap();
        assert_eq!(
            few,
            Preferences {
                preview: false,
                ..Preferences::default()
            }
        );
        assert!(!few.morning_reminder.wants(Channel::Push));
        assert!(!few.low_balance.wants(Channel::Sms));
    }

    proptest! {
        #[test]
        fn quiet_hours_end_later_and_then_they_are_over(minutes in 0_i64..2_000_000, from in 0_u16..1_440, to in 0_u16..1_440) {
            let quiet = QuietHours { from, to };
            let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            if let Some(end) = quiet.end(now) {
                prop_assert!(end > now && end - now <= TimeDelta::hours(26));
            }
        }

        #[test]
        fn who_falls_through_all_thresholds_is_told_once_each_at_most(steps in prop::collection::vec((-3_i64..2, any::<bool>()), 1..200)) {
            let thresholds = Thresholds::default();
            let (mut left, mut told) = (10_i64, 0);
            let mut since_recovery = 0;
            for (step, paid) in steps {
                // Only money lifts a wallet by a payment.
                let paid = paid && step > 0;
                left += step;
                let rank = thresholds.rank(Some(left), Cents::new(left * 600));
                match crossing(told, rank, paid) {
                    Crossing::Speak => {
                        prop_assert!(rank > told);
                        told = rank;
                        since_recovery += 1;
                        prop_assert!(since_recovery <= 3);
                    }
                    Crossing::Recovered => {
                        told = rank;
                        since_recovery = 0;
                    }
                    Crossing::Silent => {}
                }
                // Whatever happened, the family knows of nothing less than it should.
                prop_assert!(told >= rank);
            }
        }

        #[test]
        fn less_money_is_never_a_better_rank(balance in -10_000_i64..10_000, less in 0_i64..5_000, unit in 1_i64..1_000) {
            let thresholds = Thresholds { debt_limit: Some(Cents::new(3_000)), ..Thresholds::default() };
            let rank = |cents: i64| thresholds.rank(Some(cents.div_euclid(unit)), Cents::new(cents));
            prop_assert!(rank(balance - less) >= rank(balance));
        }
    }
}
