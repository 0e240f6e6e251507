//! `list_notices`: what this person is to pay, what was paid, and how much in each year.

use super::view::Beside;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
    session::Asking,
};
use api::notices::{ListNotices, NoticeView, NoticesView, PaidYearView};
use axum::extract::State;
use chrono::Datelike as _;
use domain::{Cents, NoticeId, notice::MOST_IN_CART, time::day_in_rome, topup::TopUpState};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};
use storage::{
    StorageError, Tx, notices,
    receipts::{self, Payment},
};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListNoticesError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ListNoticesError> for ApiError {
    fn from(ListNoticesError::Storage(error): ListNoticesError) -> Self {
        error.into()
    }
}

/// The notices that who asks may read. Five statements, however many notices.
pub(crate) fn run(app: &App, tx: &mut dyn Tx, asking: &Asking) -> Result<NoticesView, ListNoticesError> {
    let beside = Beside::load(app, tx, asking)?;
    let payments = receipts::payments_of(tx, asking.actor)?;
    let years = years(&payments);
    let mut payments: HashMap<NoticeId, Payment> = payments
        .into_iter()
        .map(|payment| (payment.notice, payment))
        .collect();
    let all = notices::of_person(tx, asking.actor)?;
    let views = all
        .iter()
        .map(|notice| beside.view(notice, payments.remove(&notice.id)));
    let (mut due, mut others): (Vec<NoticeView>, Vec<NoticeView>) =
        views.partition(|view| view.kind.is_issued() && view.state == TopUpState::Payable);
    due.sort_by_key(|view| (view.due, view.created_at, view.id));
    others.sort_by_key(|view| Reverse((view.created_at, view.id)));
    let shared = notices::shared(tx, asking.actor, day_in_rome(asking.now))?;
    others.splice(0..0, shared.iter().map(|notice| beside.view(notice, None)));
    Ok(NoticesView {
        now: asking.now,
        due,
        others,
        years,
        most_in_cart: u32::try_from(MOST_IN_CART).unwrap_or(u32::MAX),
    })
}

/// Sums by the calendar year of the day of payment, the last year first.
fn years(payments: &[Payment]) -> Vec<PaidYearView> {
    let mut sums: BTreeMap<i32, (Cents, u32)> = BTreeMap::new();
    for payment in payments {
        let (total, count) = sums.entry(day_in_rome(payment.paid_at).year()).or_default();
        *total += payment.amount;
        *count += 1;
    }
    let years = sums.into_iter().rev();
    years
        .map(|(year, (total, count))| PaidYearView { year, total, count })
        .collect()
}

/// `list_notices`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<NoticesView> {
    let inside = app.clone();
    read::<ListNotices, _, _>(&app, &caller, move |tx, asking| run(&inside, tx, asking)).await
}
