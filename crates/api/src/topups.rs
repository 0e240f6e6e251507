//! Ricariche: what may be paid, the notice, the trip to the checkout.

use crate::{ErrorCode, NoQuery, endpoint};
use domain::{
    Cents, ChildId, Instant, NoticeId, ServiceDay, WalletId,
    topup::{TopUpChoice, TopUpState},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// What this family may pay in advance.
    GetTopUpOptions {} get_top_up_options Get "/api/v1/topup-options" Session "Amounts and limits, and each child's price"
    query NoQuery, request (), response TopUpOptionsView
}

endpoint! {
    /// Makes a notice and asks for a checkout. The notice is kept also where the checkout cannot be reached.
    CreateTopUp {} create_top_up Post "/api/v1/topups" Session "Makes a notice for a top-up and opens a checkout for it"
    query NoQuery, request TopUpRequest, response TopUpView
}

endpoint! {
    /// Newest first, at most the last hundred.
    ListTopUps {} list_top_ups Get "/api/v1/topups" Session "This person's top-ups, newest first"
    query NoQuery, request (), response Vec<TopUpView>
}

endpoint! {
    /// How a top-up stands. Asked again and again while it is verified.
    GetTopUp { topup: NoticeId } get_top_up Get "/api/v1/topups/{topup}" Session "How a top-up stands"
    query NoQuery, request (), response TopUpView
}

endpoint! {
    /// A new trip to the checkout with the same notice.
    StartCheckout { topup: NoticeId } start_checkout Post "/api/v1/topups/{topup}/checkouts" Session
    "Opens a new checkout for the same notice"
    query NoQuery, request (), response TopUpView
}

endpoint! {
    /// Withdraws an unpaid notice.
    CancelTopUp { topup: NoticeId } cancel_top_up Post "/api/v1/topups/{topup}/cancel" Session "Withdraws an unpaid top-up"
    query NoQuery, request (), response TopUpView
}

/// What may be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpOptionsView {
    /// Fixed amounts.
    pub fixed: Vec<Cents>,
    /// Smallest free amount.
    pub min: Cents,
    /// Largest amount of a line.
    pub max: Cents,
    /// Children whose wallet this person may top up, with their prices.
    pub children: Vec<TopUpChildView>,
    /// The top-up that is still open, so that nobody pays twice.
    pub open: Option<TopUpView>,
}

/// A child's price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpChildView {
    /// Whose.
    pub child: ChildId,
    /// First name.
    pub first_name: String,
    /// Which wallet is credited.
    pub wallet: WalletId,
    /// Price of a meal, where there is a tariff.
    pub unit_price: Option<Cents>,
    /// What 1 to 60 meals cost, in order; the rounding of the body is in it.
    pub meal_totals: Vec<Cents>,
    /// How much would last until when, what is in the wallet counted in; the nearest first.
    #[serde(default)]
    pub suggestions: Vec<TopUpSuggestionView>,
    /// Whether the wallet has fallen to one of the thresholds at which the body tells its family.
    #[serde(default)]
    pub low: bool,
}

/// "Fino a Natale: 24 pasti, 148,32 €".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpSuggestionView {
    /// Until when.
    pub until: TopUpUntil,
    /// The last service day that it covers.
    pub last_day: ServiceDay,
    /// Meals to be paid.
    pub meals: u32,
    /// What they cost.
    pub amount: Cents,
}

/// A day that families know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TopUpUntil {
    /// The last service day of this month.
    MonthEnd,
    /// The last one before the Christmas closure.
    Christmas,
    /// The last one before the Easter closure.
    Easter,
    /// The last one of the school year.
    SchoolYearEnd,
}

/// How a top-up is to be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TopUpWay {
    /// At once, at pagoPA's checkout.
    #[default]
    Online,
    /// With the notice: printed, at a tobacconist's, at a bank, in another app.
    Notice,
}

/// One or more lines, paid together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TopUpRequest {
    /// One to five.
    pub lines: Vec<TopUpLineRequest>,
    /// At the checkout where absent.
    #[serde(default)]
    pub way: TopUpWay,
}

/// For which child, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TopUpLineRequest {
    /// Whose wallet is credited.
    pub child: ChildId,
    /// How much.
    pub choice: TopUpChoice,
}

/// Ricarica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpView {
    /// Identity.
    pub id: NoticeId,
    /// How it stands.
    pub state: TopUpState,
    /// Sum of its lines.
    pub amount: Cents,
    /// What it credits.
    pub lines: Vec<TopUpLineView>,
    /// Codice avviso, 18 digits.
    pub notice_number: String,
    /// Codice fiscale of the body, for paying elsewhere.
    pub body_fiscal_code: String,
    /// When it was made.
    pub created_at: Instant,
    /// When the receipt came.
    pub paid_at: Option<Instant>,
    /// Where to pay; only in the answer that opened it. To be opened in the system browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<String>,
    /// While it is verified: when it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Instant>,
    /// Why no checkout could be opened, where one was asked for. The notice is kept and can be paid later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ErrorCode>,
}

/// A line of a top-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUpLineView {
    /// Whose.
    pub child: ChildId,
    /// Which wallet.
    pub wallet: WalletId,
    /// Euro cents.
    pub amount: Cents,
    /// Where it was chosen in meals.
    pub meals: Option<u32>,
}
