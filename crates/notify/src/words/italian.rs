//! Days, hours, amounts and lists as people say them.

use chrono::{Datelike, Weekday};
use domain::{Instant, ServiceDay, time::wall_clock_in_rome};

const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

/// `giovedì 14 gennaio`.
pub fn day(day: ServiceDay) -> String {
    format!("{} {}", short_day(day), month(day))
}

/// `giovedì 14`.
pub(super) fn short_day(day: ServiceDay) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "lunedì",
        Weekday::Tue => "martedì",
        Weekday::Wed => "mercoledì",
        Weekday::Thu => "giovedì",
        Weekday::Fri => "venerdì",
        Weekday::Sat => "sabato",
        Weekday::Sun => "domenica",
    };
    format!("{weekday} {}", day.day())
}

fn month(day: ServiceDay) -> &'static str {
    usize::try_from(day.month0())
        .ok()
        .and_then(|month| MONTHS.get(month).copied())
        .unwrap_or_default()
}

/// `9:41`.
pub(super) fn hour(at: Instant) -> String {
    wall_clock_in_rome(at).format("%-H:%M").to_string()
}

/// `23 novembre 2026 alle 9:41`.
pub fn moment(at: Instant) -> String {
    let wall = wall_clock_in_rome(at);
    let date = wall.date();
    format!("{} {} {} alle {}", date.day(), month(date), date.year(), hour(at))
}

/// `Anna, Luca e Sara`.
pub fn joined<T: AsRef<str>>(words: &[T]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} e {}", first.join(", "), last.as_ref())
        }
    }
}

/// `1 pasto`, `2 pasti`.
pub(super) fn meals(count: u32) -> String {
    if count == 1 {
        "1 pasto".to_owned()
    } else {
        format!("{count} pasti")
    }
}
