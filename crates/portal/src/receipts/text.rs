//! The words of a receipt: canonical, so that the same act always gives the same text. Children are named by badge
//! code and initials only: a receipt may be shown to strangers.

use chrono::Datelike as _;
use domain::{Instant, ServiceDay, meals::Choice, time::wall_clock_in_rome};
use std::collections::{BTreeMap, BTreeSet};
use storage::meals::Naming;

/// What stands above the days.
#[derive(Debug, Clone, Copy)]
pub struct Heading<'a> {
    /// The body's name when the act was registered.
    pub body: &'a str,
    /// Receipt number.
    pub number: &'a str,
    /// What the days became.
    pub choice: Choice,
    /// When the portal registered it.
    pub at: Instant,
}

const BODY: &str = "Ente: ";

/// The text of a receipt.
pub fn compose<'a>(
    heading: &Heading<'_>,
    lines: impl IntoIterator<Item = (&'a Naming, ServiceDay)>,
) -> String {
    let wall = wall_clock_in_rome(heading.at);
    let ahead = (wall - heading.at.naive_utc()).num_hours();
    let done = match heading.choice {
        Choice::DoesNotEat => "Pasto disdetto per:",
        Choice::Eats => "Pasto confermato per:",
    };
    let mut days: BTreeMap<String, BTreeSet<ServiceDay>> = BTreeMap::new();
    for (naming, day) in lines {
        days.entry(named(naming)).or_default().insert(day);
    }
    let mut text = format!(
        "Refettorio, ricevuta\n{BODY}{}\nNumero: {}\nRegistrata il {} ora di Roma (UTC+{ahead})\n{done}\n",
        heading.body,
        heading.number,
        wall.format("%d/%m/%Y alle %H:%M:%S"),
    );
    for (child, days) in days {
        text.push_str(&child);
        text.push('\n');
        for day in days {
            text.push_str("- ");
            text.push_str(weekday(day));
            text.push_str(&day.format(" %d/%m/%Y\n").to_string());
        }
    }
    text
}

/// The body's name as a receipt's text gives it.
pub fn body_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix(BODY))
}

fn named(naming: &Naming) -> String {
    let initial = |name: &str| {
        name.chars()
            .next()
            .map(|c| format!("{}.", c.to_uppercase()))
            .unwrap_or_default()
    };
    let initials = initial(&naming.first_name) + &initial(&naming.surname);
    match &naming.badge {
        Some(badge) => format!("Badge {badge} ({initials}):"),
        None => format!("Senza badge ({initials}):"),
    }
}

fn weekday(day: ServiceDay) -> &'static str {
    ["lun", "mar", "mer", "gio", "ven", "sab", "dom"][day.weekday().num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(badge: &str, first_name: &str) -> Naming {
        Naming {
            badge: Some(badge.into()),
            first_name: first_name.into(),
            surname: "Rossi".into(),
        }
    }

    #[test]
    fn a_receipt_says_what_when_and_for_whom_without_a_name() {
        let (elio, zoe) = (child("100428", "Élio"), child("100427", "Zoe"));
        let day = |text: &str| text.parse::<ServiceDay>().unwrap();
        let heading = Heading {
            body: "Comune di Valdarca",
            number: "VA-00001-H",
            choice: Choice::DoesNotEat,
            at: "2026-11-23T07:41:07.900Z".parse().unwrap(),
        };
        let lines = [
            (&elio, day("2026-11-24")),
            (&zoe, day("2026-11-23")),
            (&elio, day("2026-11-23")),
        ];
        let text = compose(&heading, lines);
        assert_eq!(
            text,
            "Refettorio, ricevuta\nEnte: Comune di Valdarca\nNumero: VA-00001-H\n\
             Registrata il 23/11/2026 alle 08:41:07 ora di Roma (UTC+1)\nPasto disdetto per:\n\
             Badge 100427 (Z.R.):\n- lun 23/11/2026\nBadge 100428 (É.R.):\n- lun 23/11/2026\n- mar 24/11/2026\n"
        );
        assert_eq!(body_of(&text), Some("Comune di Valdarca"));
        assert_eq!(compose(&heading, lines.into_iter().rev()), text);
    }
}
