//! `get_top_up_options`: amounts, limits and prices, how much would last until when, and the top-up that is still open.
//!
//! The days from today to the end of the school year are read once, as for the wallets; everything else is reckoned.

use super::{gateway::settings_of, view::view};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    meals::days::{Days, end_of_year},
    operation::read,
    session::Asking,
};
use api::topups::{GetTopUpOptions, TopUpChildView, TopUpOptionsView, TopUpSuggestionView, TopUpUntil};
use axum::extract::State;
use domain::{
    Cents, ServiceDay, WalletId,
    meals::Choice,
    price::{Tariff, tariff_on},
    suggestion::{ComingMeal, Until, landmarks, suggestions},
    time::{day_in_rome, days_between},
    topup::{TopUpChoice, TopUpState},
    wallet::meals_left,
};
use storage::{
    StorageError, Tx, bodies,
    calendar::{self, FamilyChild, Reach, Rules},
    ledger::{self, Wallet},
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

/// The meals that a wallet is still to pay, as things stand now, by day and on one day by age. Today counts where the
/// child eats and was not charged; later days count unless the family has said otherwise, also where meals are booked.
fn coming_meals(days: &Days, wallet: WalletId, last: ServiceDay) -> Vec<ComingMeal> {
    let model = days.rules.settings.model;
    let children = || days.children.iter().filter(|child| child.wallet == wallet);
    let meal = |child: &FamilyChild, day: ServiceDay| {
        let known = days.day(child, day);
        let choice = if day == days.today {
            known.choice(model)
        } else {
            known.said.unwrap_or(Choice::Eats)
        };
        let eats = known.service.is_ok() && !known.frozen && choice == Choice::Eats;
        let price = eats.then(|| days.price(child, day)).flatten()?;
        Some(ComingMeal {
            child: child.id,
            day,
            price,
        })
    };
    days_between(days.today, last)
        .flat_map(|day| children().filter_map(move |child| meal(child, day)))
        .collect()
}

fn suggested(days: &Days, child: &FamilyChild, wallets: &[Wallet]) -> Vec<TopUpSuggestionView> {
    let year = days.rules.calendars.iter().map(|calendar| &calendar.year);
    let Some(year) = year.clone().find(|year| days.today <= year.last) else {
        return Vec::new();
    };
    let wallet = wallets.iter().find(|wallet| wallet.id == child.wallet);
    let balance = wallet.map_or(Cents::ZERO, |wallet| wallet.balance);
    let tariff = tariff_of(&days.rules, child, days.today);
    let top_up = &days.rules.settings.top_up;
    let amount_of = |meals| {
        let choice = TopUpChoice::Meals { meals };
        top_up
            .amount(choice, |meals| price_of(&days.rules, tariff, meals))
            .ok()
    };
    let meals = coming_meals(days, child.wallet, year.last);
    let found = suggestions(child.id, balance, &meals, &landmarks(days.today, year), amount_of);
    let view = |found: domain::suggestion::Suggestion| TopUpSuggestionView {
        until: match found.until {
            Until::MonthEnd => TopUpUntil::MonthEnd,
            Until::Christmas => TopUpUntil::Christmas,
            Until::Easter => TopUpUntil::Easter,
            Until::SchoolYearEnd => TopUpUntil::SchoolYearEnd,
        },
        last_day: found.last_day,
        meals: found.meals,
        amount: found.amount,
    };
    found.into_iter().map(view).collect()
}

fn child_view(days: &Days, child: &FamilyChild, wallets: &[Wallet]) -> TopUpChildView {
    let rules = &days.rules;
    let tariff = tariff_of(rules, child, days.today);
    TopUpChildView {
        child: child.id,
        first_name: child.first_name.clone(),
        wallet: child.wallet,
        unit_price: tariff.and_then(|tariff| tariff.unit_price(rules.settings.rounding).ok()),
        meal_totals: (1..=MEALS_SHOWN)
            .map_while(|meals| price_of(rules, tariff, meals))
            .collect(),
        suggestions: suggested(days, child, wallets),
        low: is_low(days, child, wallets),
    }
}

/// As `telling` reckons: by the dearest meal of the wallet's children.
fn is_low(days: &Days, child: &FamilyChild, wallets: &[Wallet]) -> bool {
    let Some(wallet) = wallets.iter().find(|wallet| wallet.id == child.wallet) else {
        return false;
    };
    let rules = &days.rules;
    let of_it = days.children.iter().filter(|other| other.wallet == child.wallet);
    let price = of_it
        .filter_map(|other| tariff_of(rules, other, days.today))
        .filter_map(|tariff| tariff.unit_price(rules.settings.rounding).ok())
        .max();
    let left = price.and_then(|price| meals_left(wallet.balance, price));
    rules.settings.telling.rank(left, wallet.balance) > 0
}

/// What this person may pay in advance.
pub(crate) fn run(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
) -> Result<TopUpOptionsView, TopUpOptionsError> {
    let today = day_in_rome(asking.now);
    let rules = calendar::rules(tx, asking.actor.body)?;
    let range = (today, end_of_year(&rules, today));
    let days = Days::load(tx, rules, asking.actor, asking.now, Reach::Wallets, range)?;
    let wallets = ledger::wallets_of(tx, asking.actor, today)?;
    let fiscal_code = fiscal_code(app, tx, asking)?;
    let made = notices::top_ups_of(tx, asking.actor)?;
    let open = made
        .iter()
        .find(|notice| !matches!(notice.state, TopUpState::Paid | TopUpState::Cancelled));
    Ok(TopUpOptionsView {
        fixed: days.rules.settings.top_up.fixed.clone(),
        min: days.rules.settings.top_up.min,
        max: days.rules.settings.top_up.max,
        children: days
            .children
            .iter()
            .filter(|child| child.rights.pay)
            .map(|child| child_view(&days, child, &wallets))
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
