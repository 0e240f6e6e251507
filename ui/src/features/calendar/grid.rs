//! The days, as a table of weeks or as a list. Each day is a button that says its date and how it stands.

use crate::{
    components::{StandingIcon, standing_class},
    explain, format,
    platform::use_here,
    t,
};
use api::meals::{CalendarView, DayView};
use chrono::{Datelike, Days as Shift};
use dioxus::prelude::*;
use domain::{ServiceDay, calendar::NoService, meals::Standing};
use std::collections::BTreeSet;

/// The days of a week that are shown: Monday to Friday, and the others where the canteen cooks on any of them.
fn columns(days: &[DayView]) -> u32 {
    let cooks = |day: &&DayView| day.no_service != Some(NoService::NotServiceWeekday);
    let last = days
        .iter()
        .filter(cooks)
        .filter(|day| day.no_service != Some(NoService::OutsideSchoolYear));
    last.map(|day| day.day.weekday().number_from_monday())
        .max()
        .unwrap_or(5)
        .max(5)
}

/// The weeks; none stands for a day of another month.
fn weeks(days: &[DayView], columns: u32) -> Vec<Vec<Option<DayView>>> {
    let mut weeks: Vec<Vec<Option<DayView>>> = Vec::new();
    for day in days {
        let place = day.day.weekday().num_days_from_monday();
        if weeks.is_empty() || place == 0 {
            weeks.push(Vec::new());
        }
        if let (Some(week), true) = (weeks.last_mut(), place < columns) {
            week.resize(place as usize, None);
            week.push(Some(day.clone()));
        }
    }
    weeks.retain(|week| week.iter().any(Option::is_some));
    for week in &mut weeks {
        week.resize(columns as usize, None);
    }
    weeks
}

fn element_id(day: ServiceDay) -> String {
    format!("day-{day}")
}

/// A table of weeks. The arrows move from day to day, as on paper; one day takes part in the order of Tab.
#[component]
pub fn Grid(
    view: CalendarView,
    name: String,
    chosen: BTreeSet<ServiceDay>,
    ontap: EventHandler<ServiceDay>,
) -> Element {
    let here = use_here();
    let columns = columns(&view.days);
    let shown: Vec<ServiceDay> = view
        .days
        .iter()
        .map(|day| day.day)
        .filter(|day| day.weekday().num_days_from_monday() < columns)
        .collect();
    let start = if shown.contains(&view.today) {
        Some(view.today)
    } else {
        shown.first().copied()
    };
    let mut focused = use_signal(|| start);
    let tabbed = focused().filter(|day| shown.contains(day)).or(start);
    let heads: Vec<_> = view.days.iter().take(7).map(|day| day.day).collect();
    let head_of = |column: u32| {
        heads
            .iter()
            .find(|day| day.weekday().num_days_from_monday() == column)
            .copied()
    };
    let moved = use_callback(move |(from, by): (ServiceDay, i64)| {
        let step = Shift::new(by.unsigned_abs());
        let mut to = Some(from);
        // Saturdays and Sundays are passed over where they are not shown.
        for _ in 0..4 {
            to = to.and_then(|day| {
                if by < 0 {
                    day.checked_sub_days(step)
                } else {
                    day.checked_add_days(step)
                }
            });
            if to.is_some_and(|day| shown.contains(&day)) {
                break;
            }
        }
        if let Some(to) = to.filter(|day| shown.contains(day)) {
            focused.set(Some(to));
            here.focus(&element_id(to));
        }
    });
    rsx! {
        table { class: "month", "data-testid": "calendar-grid",
            caption { class: "visually-hidden", {t!("calendar-of", name = name)} }
            thead {
                tr {
                    for column in 0..columns {
                        th { key: "{column}", scope: "col",
                            if let Some(day) = head_of(column) {
                                span { "aria-hidden": "true", {format::weekday_short(day)} }
                                span { class: "visually-hidden", {format::weekday(day)} }
                            }
                        }
                    }
                }
            }
            tbody {
                for (index , week) in weeks(&view.days, columns).into_iter().enumerate() {
                    tr { key: "{index}",
                        for (column , day) in week.into_iter().enumerate() {
                            td { key: "{column}",
                                if let Some(day) = day {
                                    Cell {
                                        today: day.day == view.today,
                                        chosen: chosen.contains(&day.day),
                                        tabbed: tabbed == Some(day.day),
                                        past: day.day < view.today,
                                        day,
                                        ontap,
                                        onmove: move |step| moved.call(step),
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a screen reader says of a day.
fn words(day: &DayView, today: bool) -> String {
    let date = format::long_day(day.day);
    let date = if today {
        t!("calendar-day-today", day = date)
    } else {
        date
    };
    t!("calendar-day", day = date, standing = standing_words(day))
}

/// How a day stands, in words.
pub fn standing_words(day: &DayView) -> String {
    match (&day.no_service, day.standing) {
        (Some(why), _) => explain::no_service(why),
        (None, Standing::Expected) => t!("standing-expected"),
        (None, Standing::Charged) => t!("standing-charged"),
        (None, Standing::Cancelled) => t!("standing-cancelled"),
        (None, Standing::NotBooked) => t!("standing-not-booked"),
        (None, Standing::Closed) => t!("standing-closed"),
    }
}

#[component]
fn Cell(
    day: DayView,
    today: bool,
    chosen: bool,
    tabbed: bool,
    past: bool,
    ontap: EventHandler<ServiceDay>,
    onmove: EventHandler<(ServiceDay, i64)>,
) -> Element {
    let date = day.day;
    let mut class = format!("day day-{}", standing_class(day.standing));
    for (holds, name) in [(today, " is-today"), (chosen, " is-chosen"), (past, " is-past")] {
        if holds {
            class.push_str(name);
        }
    }
    rsx! {
        button {
            class,
            id: element_id(date),
            r#type: "button",
            tabindex: if tabbed { "0" } else { "-1" },
            "aria-pressed": if day.may.is_some() { Some(if chosen { "true" } else { "false" }) } else { None },
            "aria-current": today.then_some("date"),
            "aria-label": words(&day, today),
            "data-testid": "day",
            "data-day": "{date}",
            "data-standing": standing_name(day.standing),
            onclick: move |_| ontap.call(date),
            onkeydown: move |event| {
                let by = match event.key() {
                    Key::ArrowLeft => -1,
                    Key::ArrowRight => 1,
                    Key::ArrowUp => -7,
                    Key::ArrowDown => 7,
                    _ => return,
                };
                event.prevent_default();
                onmove.call((date, by));
            },
            span { class: "day-number", "aria-hidden": "true", "{date.day()}" }
            StandingIcon { standing: day.standing }
        }
    }
}

/// How tests name a standing.
pub fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Expected => "expected",
        Standing::Charged => "charged",
        Standing::Cancelled => "cancelled",
        Standing::NotBooked => "not_booked",
        Standing::Closed => "closed",
    }
}

/// One line a day; weekends without service are left out.
#[component]
pub fn List(view: CalendarView, chosen: BTreeSet<ServiceDay>, ontap: EventHandler<ServiceDay>) -> Element {
    let columns = columns(&view.days);
    let days = view
        .days
        .iter()
        .filter(|day| day.day.weekday().num_days_from_monday() < columns)
        .cloned();
    rsx! {
        ul { class: "day-list", "data-testid": "calendar-list",
            for day in days {
                li { key: "{day.day}",
                    button {
                        class: if chosen.contains(&day.day) { "day-line is-chosen" } else { "day-line" },
                        r#type: "button",
                        "aria-pressed": if day.may.is_some() { Some(if chosen.contains(&day.day) { "true" } else { "false" }) } else { None },
                        "aria-current": (day.day == view.today).then_some("date"),
                        "data-testid": "day",
                        "data-day": "{day.day}",
                        "data-standing": standing_name(day.standing),
                        onclick: {
                            let date = day.day;
                            move |_| ontap.call(date)
                        },
                        span { class: "day-line-date", {format::medium_day(day.day)} }
                        span { class: "day-line-standing {standing_class(day.standing)}",
                            StandingIcon { standing: day.standing }
                            span { "aria-hidden": "true", {standing_words(&day)} }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str, no_service: Option<NoService>) -> DayView {
        DayView {
            day: text.parse().unwrap(),
            standing: Standing::Expected,
            no_service,
            may: None,
            closes_at: None,
            price: None,
            act: None,
        }
    }

    #[test]
    fn a_month_is_cut_into_weeks_that_begin_on_monday() {
        let days: Vec<_> = (1..=30).map(|n| day(&format!("2026-11-{n:02}"), None)).collect();
        let weeks = weeks(&days, 5);
        assert_eq!(weeks.len(), 5);
        let first: Vec<_> = weeks[0].iter().map(|d| d.as_ref().map(|d| d.day.day())).collect();
        assert_eq!(first, [Some(2), Some(3), Some(4), Some(5), Some(6)]);
        assert_eq!(weeks[4][0].as_ref().map(|d| d.day.day()), Some(30));
        assert!(weeks[4][1].is_none());
    }

    #[test]
    fn saturday_is_shown_where_the_canteen_cooks_on_it() {
        let closed = Some(NoService::NotServiceWeekday);
        assert_eq!(
            columns(&[day("2026-11-20", None), day("2026-11-21", closed.clone())]),
            5
        );
        assert_eq!(columns(&[day("2026-11-21", None), day("2026-11-22", closed)]), 6);
    }
}
