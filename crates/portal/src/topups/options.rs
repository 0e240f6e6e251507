//! `get_top_up_options`: amounts, limits and prices, and the top-up that is still open.

use super::{gateway::settings_of, view::view};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
    session::Asking,
};
use api::topups::{GetTopUpOptions, TopUpChildView, TopUpOptionsView};
use axum::extract::State;
use domain::{
    Cents, ServiceDay,
    price::{Tariff, tariff_on},
    time::day_in_rome,
    topup::TopUpState,
};
use storage::{
    StorageError, Tx, bodies,
    calendar::{self, FamilyChild, Reach, Rules},
    notices,
};

/// For so many meals the totals are told in advance.
const MEALS_SHOWN: u32 = 60;

/// Why there are no options.
#[derive(Debug, thiserror::Error)]
pub enum TopUpOptionsError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TopUpOptionsError> for ApiError {
    fn from(TopUpOptionsError::Storage(error): TopUpOptionsError) -> Self {
        error.into()
    }
}

/// The tariff of a child today; before the first day of an enrolment, that of its first day.
pub(crate) fn tariff_of<'a>(rules: &'a Rules, child: &FamilyChild, today: ServiceDay) -> Option<&'a Tariff> {
    let enrolled = child.enrolments.iter().map(|enrolled| &enrolled.enrolment);
    let enrolment = enrolled
        .clone()
        .find(|e| e.last >= today)
        .or_else(|| enrolled.clone().next_back())?;
    tariff_on(
        &rules.tariffs,
        &enrolment.tariff,
        today.max(enrolment.first).min(enrolment.last),
    )
}

/// What so many meals of a child cost.
pub(crate) fn price_of(rules: &Rules, tariff: Option<&Tariff>, meals: u32) -> Option<Cents> {
    tariff?.total(meals, rules.settings.rounding).ok()
}

fn child_view(rules: &Rules, child: &FamilyChild, today: ServiceDay) -> TopUpChildView {
    let tariff = tariff_of(rules, child, today);
    TopUpChildView {
        child: child.id,
        first_name: child.first_name.clone(),
        wallet: child.wallet,
        unit_price: tariff.and_then(|tariff| tariff.unit_price(rules.settings.rounding).ok()),
        meal_totals: (1..=MEALS_SHOWN)
            .map_while(|meals| price_of(rules, tariff, meals))
            .collect(),
        suggestions: Vec::new(),
    }
}

/// What this person may pay in advance.
pub(crate) fn run(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
) -> Result<TopUpOptionsView, TopUpOptionsError> {
    let today = day_in_rome(asking.now);
    let rules = calendar::rules(tx, asking.actor.body)?;
    let children = calendar::children(tx, asking.actor, today, Reach::See)?;
    let fiscal_code = fiscal_code(app, tx, asking)?;
    let made = notices::of_person(tx, asking.actor)?;
    let open = made
        .iter()
        .find(|notice| !matches!(notice.state, TopUpState::Paid | TopUpState::Cancelled));
    Ok(TopUpOptionsView {
        fixed: rules.settings.top_up.fixed.clone(),
        min: rules.settings.top_up.min,
        max: rules.settings.top_up.max,
        children: children
            .iter()
            .filter(|c| c.rights.pay)
            .map(|c| child_view(&rules, c, today))
            .collect(),
        open: open.map(|notice| view(notice, &fiscal_code, asking.now)),
    })
}

/// Codice fiscale of the body as payers type it; empty where it takes no payments.
pub(crate) fn fiscal_code(app: &App, tx: &mut dyn Tx, asking: &Asking) -> Result<String, StorageError> {
    let body = bodies::by_id(tx, asking.actor.body)?;
    let settings = body.and_then(|body| settings_of(app, &body).ok());
    Ok(settings
        .map(|settings| settings.fiscal_code.to_string())
        .unwrap_or_default())
}

/// `get_top_up_options`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<TopUpOptionsView> {
    let inside = app.clone();
    read::<GetTopUpOptions, _, _>(&app, &caller, move |tx, asking| run(&inside, tx, asking)).await
}
