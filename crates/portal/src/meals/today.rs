//! `get_today`: what a family wants to know in the morning, in one answer.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    meals::days::{Days, last_day},
    operation::read,
    wallets::list,
};
use api::meals::{ChildTodayView, DayView, GetToday, TodayView};
use axum::extract::State;
use domain::{
    Instant,
    people::Actor,
    time::{day_in_rome, days_between},
    wallet::meals_left,
};
use storage::{
    StorageError, Tx,
    calendar::{self, FamilyChild, Reach},
};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum GetTodayError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetTodayError> for ApiError {
    fn from(GetTodayError::Storage(error): GetTodayError) -> Self {
        error.into()
    }
}

/// Each child's day and the wallets.
pub(crate) fn run(tx: &mut dyn Tx, actor: Actor, now: Instant) -> Result<TodayView, GetTodayError> {
    let today = day_in_rome(now);
    let rules = calendar::rules(tx, actor.body)?;
    let (rules, wallets) = list::views(tx, rules, actor, now)?;
    let range = (today, last_day(&rules, today));
    let days = Days::load(tx, rules, actor, now, Reach::See, range)?;
    let children = days
        .children
        .iter()
        .map(|child| {
            let wallet = wallets
                .iter()
                .find(|wallet| wallet.id == child.wallet && child.rights.pay);
            let price = days.current_price(child);
            let current = days.current(child);
            ChildTodayView {
                child: child.id,
                first_name: child.first_name.clone(),
                class: current.map(|enrolled| enrolled.class_name.clone()),
                school: current.map(|enrolled| enrolled.school_name.clone()),
                wallet: child.wallet,
                meals_left: wallet
                    .zip(price)
                    .and_then(|(wallet, price)| meals_left(wallet.balance, price)),
                day: days.day_view(child, today),
                next: next(&days, child),
            }
        })
        .collect();
    let phone = days.rules.settings.contacts.phone.clone();
    Ok(TodayView {
        now,
        today,
        phone,
        children,
        wallets,
    })
}

/// The next day on which the child could eat, where today there is no service.
fn next(days: &Days, child: &FamilyChild) -> Option<DayView> {
    if days.day(child, days.today).service.is_ok() {
        return None;
    }
    days_between(days.today, last_day(&days.rules, days.today))
        .find(|day| days.day(child, *day).service.is_ok())
        .map(|day| days.day_view(child, day))
}

/// `get_today`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<TodayView> {
    read::<GetToday, _, _>(&app, &caller, move |tx, asking| run(tx, asking.actor, asking.now)).await
}
