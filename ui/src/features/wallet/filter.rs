//! Which movements are shown: of whom, and of when.

use crate::{format, t};
use chrono::{Datelike, Months, NaiveDate};
use domain::{ServiceDay, time::month_of};

/// In Italy a school year begins on 1 September (decreto legislativo 297/1994, art. 74).
const YEAR_BEGINS_IN: u32 = 9;

/// Of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From the first to the last.
    Always,
    /// Since the first of this month.
    ThisMonth,
    /// Since this day three months ago.
    ThreeMonths,
    /// Since the school year began.
    SchoolYear,
    /// Between two days that the person chooses.
    Dates,
}

/// The days of value, from the first to the last; none where there is no such end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// From this day on.
    pub from: Option<ServiceDay>,
    /// To this day.
    pub to: Option<ServiceDay>,
}

/// Why two typed days are no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongDates {
    /// One of them is not there yet.
    Missing,
    /// The first comes after the last.
    Backwards,
}

impl Period {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Always,
        Self::ThisMonth,
        Self::ThreeMonths,
        Self::SchoolYear,
        Self::Dates,
    ];

    /// Its words.
    pub fn words(self) -> String {
        match self {
            Self::Always => t!("wallet-always"),
            Self::ThisMonth => t!("wallet-this-month"),
            Self::ThreeMonths => t!("wallet-three-months"),
            Self::SchoolYear => t!("wallet-school-year"),
            Self::Dates => t!("wallet-dates"),
        }
    }

    /// Its days, seen from `today`; `from` and `to` as a date field writes them.
    pub fn days(self, today: ServiceDay, from: &str, to: &str) -> Result<Days, WrongDates> {
        let since = |from| {
            Ok(Days {
                from: Some(from),
                to: None,
            })
        };
        match self {
            Self::Always => Ok(Days::default()),
            Self::ThisMonth => since(month_of(today).0),
            Self::ThreeMonths => since(today.checked_sub_months(Months::new(3)).unwrap_or(today)),
            Self::SchoolYear => since(year_begins(today)),
            Self::Dates => match (from.parse(), to.parse()) {
                (Ok(from), Ok(to)) if from > to => Err(WrongDates::Backwards),
                (Ok(from), Ok(to)) => Ok(Days {
                    from: Some(from),
                    to: Some(to),
                }),
                _ => Err(WrongDates::Missing),
            },
        }
    }
}

impl Days {
    /// What is heard: the name of the period, or its two days.
    pub fn words(self, period: Period) -> String {
        match (period, self.from, self.to) {
            (Period::Dates, Some(from), Some(to)) => t!(
                "wallet-said-dates",
                from = format::long_day(from),
                to = format::long_day(to)
            ),
            _ => period.words().to_lowercase(),
        }
    }
}

fn year_begins(today: ServiceDay) -> ServiceDay {
    let year = if today.month() >= YEAR_BEGINS_IN {
        today.year()
    } else {
        today.year() - 1
    };
    NaiveDate::from_ymd_opt(year, YEAR_BEGINS_IN, 1).unwrap_or(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    fn since(period: Period, today: &str) -> Option<ServiceDay> {
        period.days(day(today), "", "").unwrap().from
    }

    #[test]
    fn each_period_begins_where_families_expect() {
        assert_eq!(since(Period::Always, "2026-11-23"), None);
        assert_eq!(since(Period::ThisMonth, "2026-11-23"), Some(day("2026-11-01")));
        assert_eq!(since(Period::ThreeMonths, "2026-11-23"), Some(day("2026-08-23")));
        assert_eq!(since(Period::ThreeMonths, "2027-05-31"), Some(day("2027-02-28")));
        assert_eq!(since(Period::SchoolYear, "2026-11-23"), Some(day("2026-09-01")));
        assert_eq!(since(Period::SchoolYear, "2027-08-31"), Some(day("2026-09-01")));
    }

    #[test]
    fn two_days_are_a_period_only_in_their_order() {
        let dates = |from, to| Period::Dates.days(day("2026-11-23"), from, to);
        let both = Days {
            from: Some(day("2026-11-02")),
            to: Some(day("2026-11-06")),
        };
        assert_eq!(dates("2026-11-02", "2026-11-06"), Ok(both));
        assert_eq!(dates("2026-11-06", "2026-11-02"), Err(WrongDates::Backwards));
        assert_eq!(dates("2026-11-06", ""), Err(WrongDates::Missing));
    }
}
