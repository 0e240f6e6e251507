//! How days, times, money and counts are written. The only place that does it.

use crate::t;
use chrono::{Datelike, TimeDelta};
use domain::{Cents, Instant, ServiceDay, time::wall_clock_in_rome};

/// Keeps a number and its unit on one line.
const NO_BREAK: char = '\u{a0}';

/// `123,60 €`, `−6,18 €`.
pub fn money(amount: Cents) -> String {
    format!("{amount}{NO_BREAK}€")
}

/// With its sign, for movements: `+ 123,60 €`, `− 6,18 €`.
pub fn signed_money(amount: Cents) -> String {
    let sign = if amount.is_negative() { '−' } else { '+' };
    let size = if amount.is_negative() { -amount } else { amount };
    format!("{sign}{NO_BREAK}{}", money(size))
}

/// `1 pasto`, `18 pasti`, `−2 pasti`.
pub fn meals(count: i64) -> String {
    let size = t!("count-meals", count = count.abs());
    let size = size.replacen(' ', "\u{a0}", 1);
    if count < 0 { format!("−{size}") } else { size }
}

/// `1 giorno`, `3 giorni`.
pub fn days(count: usize) -> String {
    t!("count-days", count = count)
}

/// `lun 23 nov`.
pub fn short_day(day: ServiceDay) -> String {
    format!("{} {} {}", weekday_short(day), day.day(), month_short(day))
}

/// `gio 10 dicembre`.
pub fn medium_day(day: ServiceDay) -> String {
    format!("{} {}", weekday_short(day), day_of_month(day))
}

/// `lunedì 23 novembre`.
pub fn long_day(day: ServiceDay) -> String {
    format!("{} {}", weekday(day), day_of_month(day))
}

/// `mercoledì 30 giugno 2027`.
pub fn long_day_of_year(day: ServiceDay) -> String {
    format!("{} {}", long_day(day), day.year())
}

/// `23 novembre`.
pub fn day_of_month(day: ServiceDay) -> String {
    format!("{} {}", day.day(), month(day))
}

/// `novembre 2026`.
pub fn month_of_year(day: ServiceDay) -> String {
    format!("{} {}", month(day), day.year())
}

/// `lunedì`.
pub fn weekday(day: ServiceDay) -> String {
    t!("date-weekday", weekday = day.weekday().number_from_monday())
}

/// `lun`.
pub fn weekday_short(day: ServiceDay) -> String {
    t!("date-weekday-short", weekday = day.weekday().number_from_monday())
}

/// `novembre`.
pub fn month(day: ServiceDay) -> String {
    t!("date-month", month = day.month())
}

/// `nov`.
pub fn month_short(day: ServiceDay) -> String {
    t!("date-month-short", month = day.month())
}

/// The same with a capital letter, for the beginning of a title.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// `9:30`, on the wall clock in Rome.
pub fn time(at: Instant) -> String {
    wall_clock_in_rome(at).format("%-H:%M").to_string()
}

/// `8:41:07`, for receipts.
pub fn exact_time(at: Instant) -> String {
    wall_clock_in_rome(at).format("%-H:%M:%S").to_string()
}

/// `alle 9:30`, and `all'1:30`.
pub fn at_time(at: Instant) -> String {
    let time = time(at);
    if time.starts_with("1:") {
        t!("date-at-one", time = time)
    } else {
        t!("date-at", time = time)
    }
}

/// `alle 8:41:07`, or `ven 20 nov alle 8:41:07` where it was not today. For receipts.
pub fn at_exact_time(at: Instant, today: ServiceDay) -> String {
    let day = wall_clock_in_rome(at).date();
    let time = exact_time(at);
    if day != today {
        t!("date-at-exact", day = short_day(day), time = time)
    } else if time.starts_with("1:") {
        t!("date-at-one", time = time)
    } else {
        t!("date-at", time = time)
    }
}

/// `alle 8:41`, or `ven 20 nov alle 8:41` where it was not today.
pub fn at_time_of_day(at: Instant, today: ServiceDay) -> String {
    let day = wall_clock_in_rome(at).date();
    if day == today {
        at_time(at)
    } else {
        t!("date-at-exact", day = short_day(day), time = time(at))
    }
}

/// `oggi, 8:15` or `ven 20 nov, 8:15`.
pub fn moment(at: Instant, today: ServiceDay) -> String {
    let day = wall_clock_in_rome(at).date();
    let day = if day == today {
        t!("date-today")
    } else {
        short_day(day)
    };
    format!("{day}, {}", time(at))
}

/// How long is left, in words: `48 minuti`, `2 ore e 10 minuti`, `3 giorni`. Minutes are counted up, so that
/// the last one says `1 minuto` and never `0 minuti`.
pub fn remaining(left: TimeDelta) -> String {
    let minutes = (left.num_seconds().max(0) + 59) / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => t!("count-minutes", count = minutes),
        (0, hours, 0) => t!("count-hours", count = hours),
        (0, hours, minutes) => {
            let (hours, minutes) = (
                t!("count-hours", count = hours),
                t!("count-minutes", count = minutes),
            );
            t!("count-and", first = hours, second = minutes)
        }
        (days, 0, _) => t!("count-days", count = days),
        (days, hours, _) => {
            let (days, hours) = (t!("count-days", count = days), t!("count-hours", count = hours));
            t!("count-and", first = days, second = hours)
        }
    }
}

/// `manca` or `mancano`, to stand before [`remaining`].
pub fn remaining_verb(left: TimeDelta) -> String {
    let minutes = (left.num_seconds().max(0) + 59) / 60;
    let leading = match minutes {
        0..60 => minutes,
        60..1440 => minutes / 60,
        _ => minutes / 1440,
    };
    t!("count-missing", count = leading)
}

/// `Ada, Elio e Ugo`.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => {
            let first = first.join(", ");
            t!("count-and", first = first, second = last.clone())
        }
    }
}

/// `25, 26 e 27 novembre`, for days of one month; otherwise each with its month.
pub fn day_list(days: &[ServiceDay]) -> String {
    let one_month = days
        .windows(2)
        .all(|pair| (pair[0].year(), pair[0].month()) == (pair[1].year(), pair[1].month()));
    let names: Vec<_> = match days {
        [all @ .., last] if one_month => all
            .iter()
            .map(|d| d.day().to_string())
            .chain([day_of_month(*last)])
            .collect(),
        _ => days.iter().map(|d| day_of_month(*d)).collect(),
    };
    list(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    #[test]
    fn money_has_a_comma_two_decimals_and_a_real_minus() {
        assert_eq!(money(Cents::new(12_360)), "123,60\u{a0}€");
        assert_eq!(money(Cents::new(-618)), "−6,18\u{a0}€");
        assert_eq!(money(Cents::new(123_456)), "1.234,56\u{a0}€");
        assert_eq!(signed_money(Cents::new(-618)), "−\u{a0}6,18\u{a0}€");
        assert_eq!(signed_money(Cents::new(12_360)), "+\u{a0}123,60\u{a0}€");
    }

    #[test]
    fn meals_are_one_or_many_and_may_be_owed() {
        assert_eq!(meals(1), "1\u{a0}pasto");
        assert_eq!(meals(18), "18\u{a0}pasti");
        assert_eq!(meals(-1), "−1\u{a0}pasto");
        assert_eq!(meals(-2), "−2\u{a0}pasti");
    }

    #[test]
    fn days_are_written_as_families_read_them() {
        assert_eq!(short_day(day("2026-11-23")), "lun 23 nov");
        assert_eq!(long_day(day("2026-11-23")), "lunedì 23 novembre");
        assert_eq!(month_of_year(day("2027-01-31")), "gennaio 2027");
        assert_eq!(capital(&long_day(day("2026-12-10"))), "Giovedì 10 dicembre");
        assert_eq!(
            day_list(&[day("2026-11-25"), day("2026-11-26"), day("2026-11-27")]),
            "25, 26 e 27 novembre"
        );
        assert_eq!(
            day_list(&[day("2026-11-30"), day("2026-12-01")]),
            "30 novembre e 1 dicembre"
        );
    }

    #[test]
    fn times_stand_on_the_wall_clock_in_rome() {
        let at: Instant = "2026-11-23T07:41:07.9Z".parse().unwrap();
        assert_eq!(
            (time(at), exact_time(at)),
            ("8:41".to_owned(), "8:41:07".to_owned())
        );
        assert_eq!(moment(at, day("2026-11-23")), "oggi, 8:41");
        assert_eq!(moment(at, day("2026-11-24")), "lun 23 nov, 8:41");
        assert_eq!(at_time(at), "alle 8:41");
        assert_eq!(at_time("2026-11-23T00:30:00Z".parse().unwrap()), "all'1:30");
    }

    #[test]
    fn what_is_left_is_told_in_words() {
        for (seconds, words, verb) in [
            (48 * 60, "48 minuti", "mancano"),
            (47 * 60 + 1, "48 minuti", "mancano"),
            (60, "1 minuto", "manca"),
            (1, "1 minuto", "manca"),
            (0, "0 minuti", "mancano"),
            (3_600, "1 ora", "manca"),
            (2 * 3_600 + 600, "2 ore e 10 minuti", "mancano"),
            (3_660, "1 ora e 1 minuto", "manca"),
            (86_400, "1 giorno", "manca"),
            (2 * 86_400 + 3_600, "2 giorni e 1 ora", "mancano"),
        ] {
            let left = TimeDelta::seconds(seconds);
            assert_eq!(
                (remaining(left).as_str(), remaining_verb(left).as_str()),
                (words, verb),
                "{seconds}"
            );
        }
    }
}
