//! A child's school year as an iCalendar (RFC 5545): one all-day event a meal, a closure, the two ends of the
//! year, and the two ends of the renewal for another one.
//!
//! First name, days and the office's words for a closure, nothing else. The same days make the same bytes: identities
//! come from what the event is about, stamps from when it was said, so that a calendar sees a change only where there is
//! one. Days are dates in Europe/Rome without a time: no calendar moves them for a traveller.

use crate::meals::days::Days;
use domain::{ChildId, Instant, ServiceDay, calendar::ClosureScope, meals::Standing, time::days_between};
use icalendar::{Calendar as Ical, Class, Component as _, Event, EventLike as _, EventStatus, Property};
use storage::calendar::{Enrolled, FamilyChild, Rules};

/// Who wrote it, as RFC 5545 asks.
const PRODUCT: &str = "-//Refettorio//Mensa scolastica//IT";
/// How often a calendar should ask again, in the words of RFC 7986 and of older calendars.
const REFRESH: &str = "PT4H";

/// A child's calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Calendar {
    child: ChildId,
    name: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// What it is about: with the child it identifies the event.
    about: String,
    first: ServiceDay,
    /// Included.
    last: ServiceDay,
    words: String,
    /// When what it says was said last.
    said_at: Instant,
}

/// The days that are shown: the school year of `today` or, between two, both of them.
pub(super) fn range(rules: &Rules, today: ServiceDay) -> (ServiceDay, ServiceDay) {
    let years = || rules.calendars.iter().map(|calendar| &calendar.year);
    if let Some(year) = years().find(|year| year.first <= today && today <= year.last) {
        return (year.first, year.last);
    }
    let before = years()
        .filter(|year| year.last < today)
        .map(|year| year.first)
        .max();
    let after = years()
        .filter(|year| today < year.first)
        .map(|year| year.last)
        .min();
    let (first, last) = (before.unwrap_or(today), after.unwrap_or(today));
    (first, last)
}

impl Calendar {
    /// What is known of a child's days in that range.
    pub(super) fn of(days: &Days, child: &FamilyChild, (first, last): (ServiceDay, ServiceDay)) -> Self {
        let mut entries: Vec<_> = days_between(first, last)
            .filter_map(|day| meal(days, child, day))
            .collect();
        let shown =
            |enrolled: &&Enrolled| enrolled.enrolment.first <= last && first <= enrolled.enrolment.last;
        for enrolled in child.enrolments.iter().filter(shown) {
            entries.extend(closures(days, enrolled));
            entries.extend(ends(days, child, enrolled));
        }
        entries.extend(renewal(&days.rules));
        Self {
            child: child.id,
            name: format!("Mensa di {}", child.first_name),
            entries,
        }
    }

    /// As text. `host` makes the identities the portal's own.
    pub(super) fn text(&self, host: &str) -> String {
        let mut ical = Ical::empty();
        for (name, value) in [
            ("VERSION", "2.0"),
            ("PRODID", PRODUCT),
            ("CALSCALE", "GREGORIAN"),
            ("METHOD", "PUBLISH"),
            ("X-PUBLISHED-TTL", REFRESH),
        ] {
            ical.append_property(Property::new(name, value));
        }
        let mut refresh = Property::new("REFRESH-INTERVAL", REFRESH);
        refresh.add_parameter("VALUE", "DURATION");
        ical.append_property(refresh);
        ical.name(&self.name);
        ical.timezone("Europe/Rome");
        for entry in &self.entries {
            ical.push(self.event(entry, host));
        }
        ical.to_string()
    }

    fn event(&self, entry: &Entry, host: &str) -> Event {
        let after = entry.last.succ_opt().unwrap_or(entry.last);
        Event::new()
            .uid(&format!("{}.{}@{host}", entry.about, self.child))
            .timestamp(entry.said_at)
            .last_modified(entry.said_at)
            .summary(&entry.words)
            .starts(entry.first)
            .ends(after)
            .status(EventStatus::Confirmed)
            .class(Class::Private)
            // Somebody whose child eats at school is not busy.
            .add_property("TRANSP", "TRANSPARENT")
            .done()
    }
}

/// A day on which the canteen cooks for the child; none where the family has not booked.
fn meal(days: &Days, child: &FamilyChild, day: ServiceDay) -> Option<Entry> {
    let standing = days.day(child, day).standing(days.rules.settings.model);
    let name = &child.first_name;
    let words = match standing {
        Standing::Expected => format!("{name} mangia a scuola"),
        Standing::Charged => format!("{name} ha mangiato a scuola"),
        Standing::Cancelled => format!("{name} non mangia a scuola: pasto disdetto"),
        Standing::NotBooked | Standing::Closed => return None,
    };
    let said = days.said(child.id, day);
    Some(Entry {
        about: format!("pasto-{}", day.format("%Y%m%d")),
        first: day,
        last: day,
        words,
        said_at: said.map_or(days.rules.created_at, |said| said.at),
    })
}

/// The closures of the child's class in a school year.
fn closures<'a>(days: &'a Days, enrolled: &'a Enrolled) -> impl Iterator<Item = Entry> + 'a {
    let calendar = days
        .rules
        .calendars
        .iter()
        .find(|calendar| calendar.year.name == enrolled.year);
    let concerns = move |scope: ClosureScope| match scope {
        ClosureScope::Body => true,
        ClosureScope::School(school) => school == enrolled.enrolment.school,
        ClosureScope::Class(class) => class == enrolled.enrolment.class,
    };
    calendar
        .into_iter()
        .flat_map(|calendar| &calendar.closures)
        .filter(move |closure| concerns(closure.scope))
        .map(|closure| Entry {
            about: format!("chiusura-{}", closure.id),
            first: closure.first,
            last: closure.last,
            words: format!("Mensa chiusa: {}", closure.reason),
            said_at: closure.declared_at,
        })
}

/// When the enrolment for another year can be renewed, whatever year is shown.
fn renewal(rules: &Rules) -> impl Iterator<Item = Entry> {
    let entry = |about: &str, day: ServiceDay, words: String, year: &str| Entry {
        about: format!("{about}-{}", year.replace('/', "-")),
        first: day,
        last: day,
        words,
        said_at: rules.created_at,
    };
    let both = rules.settings.renewal.as_ref().map(|renewal| {
        let year = renewal.year.as_str();
        let opens = format!("Si aprono le iscrizioni alla mensa {year}");
        let last = format!("Ultimo giorno per le iscrizioni alla mensa {year}");
        [
            entry("iscrizioni", renewal.opens, opens, year),
            entry("ultime-iscrizioni", renewal.last_day, last, year),
        ]
    });
    both.into_iter().flatten()
}

/// The first and the last day on which the canteen cooks for the child in a school year.
fn ends<'a>(
    days: &'a Days,
    child: &'a FamilyChild,
    enrolled: &'a Enrolled,
) -> impl Iterator<Item = Entry> + 'a {
    let cooks = |day: &ServiceDay| days.day(child, *day).service.is_ok();
    let all = || days_between(enrolled.enrolment.first, enrolled.enrolment.last);
    let first = all().find(cooks);
    let last = all().filter(cooks).last();
    let year = &enrolled.year;
    let entry = |about: &str, day: ServiceDay, words: String| Entry {
        about: format!("{about}-{}", year.replace('/', "-")),
        first: day,
        last: day,
        words,
        said_at: days.rules.created_at,
    };
    let first = first.map(|day| entry("primo", day, format!("Primo giorno di mensa {year}")));
    let last = last.map(|day| entry("ultimo", day, format!("Ultimo giorno di mensa {year}")));
    first.into_iter().chain(last)
}
