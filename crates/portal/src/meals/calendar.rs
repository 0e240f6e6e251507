//! `get_calendar`: a month of a child.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    meals::days::Days,
    operation::read,
};
use api::meals::{CalendarView, GetCalendar};
use axum::extract::State;
use domain::{
    ChildId, Instant, ServiceDay,
    people::Actor,
    time::{day_in_rome, days_between, month_of},
};
use storage::{
    StorageError, Tx,
    calendar::{self, Reach, Rules},
};

/// Why there is no calendar.
#[derive(Debug, thiserror::Error)]
pub enum GetCalendarError {
    /// Not a child that this person may see.
    #[error("not this person's child")]
    NotFound,
    /// Not of the form `2026-11`.
    #[error("is not a month such as 2026-11")]
    Month,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetCalendarError> for ApiError {
    fn from(error: GetCalendarError) -> Self {
        match error {
            GetCalendarError::NotFound => Self::not_found(),
            GetCalendarError::Month => Self::invalid("month", GetCalendarError::Month),
            GetCalendarError::Storage(error) => error.into(),
        }
    }
}

/// Every day of the month.
pub(crate) fn run(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    child: ChildId,
    month: &str,
) -> Result<CalendarView, GetCalendarError> {
    let (first, last) = parse_month(month).ok_or(GetCalendarError::Month)?;
    let rules = calendar::rules(tx, actor.body)?;
    let (first_month, last_month) = months(&rules, day_in_rome(now));
    let days = Days::load(tx, rules, actor, now, Reach::See, (first, last))?;
    let of = days.child(child).ok_or(GetCalendarError::NotFound)?;
    Ok(CalendarView {
        now,
        today: days.today,
        child,
        month: month.to_owned(),
        model: days.rules.settings.model,
        days: days_between(first, last)
            .map(|day| days.day_view(of, day))
            .collect(),
        first_month,
        last_month,
    })
}

fn parse_month(month: &str) -> Option<(ServiceDay, ServiceDay)> {
    let digits = month.len() == 7
        && month
            .bytes()
            .enumerate()
            .all(|(i, b)| b == b'-' || (i != 4 && b.is_ascii_digit()));
    let first: ServiceDay = digits.then(|| format!("{month}-01"))?.parse().ok()?;
    Some(month_of(first))
}

/// First and last month of the body's school years; this month where it has none.
fn months(rules: &Rules, today: ServiceDay) -> (String, String) {
    let years = || rules.calendars.iter().map(|calendar| &calendar.year);
    let shown = |day: Option<ServiceDay>| day.unwrap_or(today).format("%Y-%m").to_string();
    (
        shown(years().map(|year| year.first).min()),
        shown(years().map(|year| year.last).max()),
    )
}

/// `get_calendar`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args((child, month)): Args<(ChildId, String)>,
) -> ApiResult<CalendarView> {
    read::<GetCalendar, _, _>(&app, &caller, move |tx, asking| {
        run(tx, asking.actor, asking.now, child, &month)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_in_one_form_only() {
        let day = |text: &str| text.parse::<ServiceDay>().unwrap();
        assert_eq!(
            parse_month("2028-02"),
            Some((day("2028-02-01"), day("2028-02-29")))
        );
        for text in [
            "",
            "2026-13",
            "2026-1",
            "26-11",
            "2026-11-01",
            "2026/11",
            "+026-11",
            "-------",
        ] {
            assert_eq!(parse_month(text), None, "{text}");
        }
    }
}
