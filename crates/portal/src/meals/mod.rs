//! Presenze: today, the calendar, cancelling and restoring days, periods.

pub mod calendar;
pub mod change;
pub(crate) mod days;
pub mod period;
pub mod today;

use crate::http::Routes;
use api::meals::{CancelMeal, ChangePeriod, GetCalendar, GetToday, PreviewPeriod, RestoreMeal};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<GetToday, _>(today::handle)
        .operation::<GetCalendar, _>(calendar::handle)
        .operation::<CancelMeal, _>(change::cancel)
        .operation::<RestoreMeal, _>(change::restore)
        .operation::<PreviewPeriod, _>(period::handle_preview)
        .operation::<ChangePeriod, _>(period::handle_change)
}

#[cfg(test)]
mod period_tests;
#[cfg(test)]
pub(crate) mod stage;
#[cfg(test)]
mod tests;
