//! Instants and days. An instant comes from the portal's clock; a day is a calendar day in Europe/Rome.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Rome;

/// A point in time, from the portal's clock.
pub type Instant = DateTime<Utc>;

/// A calendar day in Europe/Rome. Giorno di servizio.
pub type ServiceDay = NaiveDate;

/// The day it is in Rome at that instant.
pub fn day_in_rome(at: Instant) -> ServiceDay {
    at.with_timezone(&Rome).date_naive()
}

/// The wall clock in Rome at that instant, to show it.
pub fn wall_clock_in_rome(at: Instant) -> NaiveDateTime {
    at.with_timezone(&Rome).naive_local()
}

/// The instant at which Rome's wall clock shows `time` on `day`.
///
/// Where the clock shows it twice (end of summer time) the first is meant; where it is skipped (start of
/// summer time) the first instant after the gap.
pub fn instant_in_rome(day: ServiceDay, time: NaiveTime) -> Instant {
    let mut wall = day.and_time(time);
    loop {
        if let Some(at) = Rome.from_local_datetime(&wall).earliest() {
            return at.with_timezone(&Utc);
        }
        wall += chrono::TimeDelta::minutes(1);
    }
}

/// The days from `first` to `last`, both included; none where `last` comes before `first`.
pub fn days_between(first: ServiceDay, last: ServiceDay) -> impl Iterator<Item = ServiceDay> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// The first and the last day of the month that `day` lies in.
pub fn month_of(day: ServiceDay) -> (ServiceDay, ServiceDay) {
    let first = day.with_day(1).unwrap_or(day);
    let next = first.checked_add_months(chrono::Months::new(1)).unwrap_or(first);
    (first, next.checked_sub_days(Days::new(1)).unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    #[test]
    fn half_past_nine_is_half_past_nine_in_both_halves_of_the_year() {
        let nine_thirty = NaiveTime::from_hms_opt(9, 30, 0).unwrap();
        assert_eq!(
            instant_in_rome(day("2026-11-23"), nine_thirty).to_rfc3339(),
            "2026-11-23T08:30:00+00:00"
        );
        assert_eq!(
            instant_in_rome(day("2026-06-03"), nine_thirty).to_rfc3339(),
            "2026-06-03T07:30:00+00:00"
        );
    }

    #[test]
    fn a_skipped_hour_gives_the_first_instant_after_it_and_a_repeated_one_the_first() {
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        assert_eq!(
            instant_in_rome(day("2027-03-28"), half_past_two).to_rfc3339(),
            "2027-03-28T01:00:00+00:00"
        );
        assert_eq!(
            instant_in_rome(day("2026-10-25"), half_past_two).to_rfc3339(),
            "2026-10-25T00:30:00+00:00"
        );
    }

    #[test]
    fn the_day_changes_at_midnight_in_rome() {
        let before: Instant = "2026-11-22T22:59:59.999Z".parse().unwrap();
        assert_eq!(day_in_rome(before), day("2026-11-22"));
        assert_eq!(
            day_in_rome("2026-11-22T23:00:00Z".parse().unwrap()),
            day("2026-11-23")
        );
    }

    #[test]
    fn a_month_has_its_first_and_last_day() {
        assert_eq!(
            month_of(day("2028-02-10")),
            (day("2028-02-01"), day("2028-02-29"))
        );
        assert_eq!(days_between(day("2028-02-27"), day("2028-03-01")).count(), 4);
    }
}
