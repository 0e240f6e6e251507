//! Until when something is to be paid, as a person says it.

use crate::{format, t};
use chrono::Datelike;
use domain::ServiceDay;

/// A due day in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// `entro venerdì 27`, `scaduto da 3 giorni`.
    pub words: String,
    /// Whether the day has passed.
    pub late: bool,
}

/// Seen from today.
pub fn due_when(day: ServiceDay, today: ServiceDay) -> When {
    let left = (day - today).num_days();
    let words = match left {
        ..=-2 => t!(
            "due-late",
            days = format::days(usize::try_from(-left).unwrap_or_default())
        ),
        -1 => t!("due-yesterday"),
        0 => t!("due-today"),
        1 => t!("due-tomorrow"),
        2..=6 => t!(
            "due-within",
            day = format!("{} {}", format::weekday(day), day.day())
        ),
        _ => {
            let date = format::day_of_month(day);
            let date = if day.year() == today.year() {
                date
            } else {
                format!("{date} {}", day.year())
            };
            // Before a vowel: otto, undici.
            if matches!(day.day(), 8 | 11) {
                t!("due-by-vowel", day = date)
            } else {
                t!("due-by", day = date)
            }
        }
    };
    When {
        words,
        late: left < 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_day_is_told_as_a_person_says_it() {
        let today = "2026-11-23".parse().unwrap();
        for (day, words, late) in [
            ("2026-11-20", "scaduto da 3 giorni", true),
            ("2026-11-22", "scaduto ieri", true),
            ("2026-11-23", "scade oggi", false),
            ("2026-11-24", "scade domani", false),
            ("2026-11-27", "entro venerdì 27", false),
            ("2026-11-30", "entro il 30 novembre", false),
            ("2026-12-08", "entro l'8 dicembre", false),
            ("2027-01-15", "entro il 15 gennaio 2027", false),
        ] {
            let when = due_when(day.parse().unwrap(), today);
            assert_eq!((when.words.as_str(), when.late), (words, late), "{day}");
        }
    }
}
