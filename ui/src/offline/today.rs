//! The morning without a network: what was kept of yesterday, brought to today as far as the kept calendar tells.

use super::kept;
use crate::{platform::Here, portal, remote::Known};
use api::{
    Endpoint as _, NoQuery,
    meals::{CalendarView, GetCalendar, TodayView},
};
use chrono::{Datelike as _, Months, TimeDelta};
use domain::{ChildId, Instant, PersonId, ServiceDay};

/// A kept month that is younger is not asked for again.
const FRESH: TimeDelta = TimeDelta::hours(6);
/// From this day of the month on the next month is kept too.
const LATE_IN_MONTH: u32 = 24;

fn month_of(day: ServiceDay) -> String {
    day.format("%Y-%m").to_string()
}

/// What was known on another day, as it stands on `today`; nothing where some child's day is not known.
pub fn brought(
    here: &Here,
    person: Option<PersonId>,
    view: &TodayView,
    today: ServiceDay,
) -> Option<TodayView> {
    if view.today == today {
        return Some(view.clone());
    }
    let mut view = view.clone();
    for of in &mut view.children {
        let month = GetCalendar {
            child: of.child,
            month: month_of(today),
        };
        let kept = kept::recall(here, person, &month.path())?;
        let calendar: CalendarView = serde_json::from_value(kept.body).ok()?;
        of.day = calendar.days.into_iter().find(|day| day.day == today)?;
        of.next = None;
    }
    view.today = today;
    Some(view)
}

/// Asks for the months that a person may want to see without a network: once a start, and only what is old.
pub async fn stock(
    here: &Here,
    known: &Known,
    person: Option<PersonId>,
    children: Vec<ChildId>,
    (today, now): (ServiceDay, Instant),
) {
    if !known.first_stocking() {
        return;
    }
    let next = today
        .checked_add_months(Months::new(1))
        .filter(|_| today.day() >= LATE_IN_MONTH);
    for day in [Some(today), next].into_iter().flatten() {
        for child in children.clone() {
            let month = GetCalendar {
                child,
                month: month_of(day),
            };
            let kept = kept::recall(here, person, &month.path());
            if kept.is_some_and(|kept| now - kept.at < FRESH) {
                continue;
            }
            let Some(person) = person else { return };
            let Ok(call) = api::Call::new(&month, &NoQuery {}, &(), None) else {
                return;
            };
            // Without an answer there is nothing to keep; whoever looks at the calendar asks again.
            let Ok(reply) = here.call(call.clone()).await else {
                return;
            };
            if (200..300).contains(&reply.status) {
                kept::keep(here, person, &call, &reply.body, now, now - here.now());
            }
        }
    }
}

/// A call that was not answered leaves what was kept to be read.
pub fn readable(error: &api::ErrorBody) -> bool {
    portal::is_unanswered(error)
}
