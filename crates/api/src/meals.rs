//! Presenze: today, the calendar, cancelling and restoring, and the receipt of each act.

use crate::{ErrorCode, NoQuery, endpoint, wallets::WalletView};
use domain::{
    Cents, ChildId, Instant, ServiceDay, WalletId,
    calendar::NoService,
    meals::{Choice, Model, Standing},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// What a family wants to know in the morning, without a tap.
    GetToday {} get_today Get "/api/v1/today" Session "Each child's day today, and the wallets"
    query NoQuery, request (), response TodayView
}

endpoint! {
    /// A month of a child. The month is written `2026-11`.
    GetCalendar { child: ChildId, month: String } get_calendar Get "/api/v1/children/{child}/calendar/{month}" Session
    "A child's days of a month"
    query NoQuery, request (), response CalendarView
}

endpoint! {
    /// Disdetta.
    CancelMeal { child: ChildId, day: ServiceDay } cancel_meal Post "/api/v1/children/{child}/days/{day}/cancel" Session
    "Cancels a meal; answers a numbered, signed receipt"
    query NoQuery, request (), response ReceiptView
}

endpoint! {
    /// Takes a cancellation back, or books where the body takes bookings.
    RestoreMeal { child: ChildId, day: ServiceDay } restore_meal Post "/api/v1/children/{child}/days/{day}/restore" Session
    "Restores or books a meal; answers a numbered, signed receipt"
    query NoQuery, request (), response ReceiptView
}

endpoint! {
    /// What [`ChangePeriod`] would do. Changes nothing.
    PreviewPeriod {} preview_period Post "/api/v1/periods/preview" Session
    "What changing many days would do, in meals and cents"
    query NoQuery, request PeriodRequest, response PeriodView
}

endpoint! {
    /// Many days, and many children, in one act.
    ChangePeriod {} change_period Post "/api/v1/periods" Session
    "Cancels or restores many days in one act, all of them or those that can be"
    query NoQuery, request PeriodRequest, response PeriodView
}

endpoint! {
    /// The receipt of an act, by its number.
    GetReceipt { number: String } get_receipt Get "/api/v1/receipts/{number}" Session "A receipt of one of this family's acts"
    query NoQuery, request (), response ReceiptView
}

/// The family's morning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TodayView {
    /// The portal's clock; the countdown starts from it.
    pub now: Instant,
    /// Today in Europe/Rome.
    pub today: ServiceDay,
    /// Whom to call in the last minutes.
    pub phone: String,
    /// Eldest first.
    pub children: Vec<ChildTodayView>,
    /// Those whose balance this person may see.
    pub wallets: Vec<WalletView>,
}

/// A child's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChildTodayView {
    /// Identity.
    pub child: ChildId,
    /// First name.
    pub first_name: String,
    /// Class, where enrolled.
    pub class: Option<String>,
    /// School, where enrolled.
    pub school: Option<String>,
    /// Which wallet pays.
    pub wallet: WalletId,
    /// Meals that the wallet still covers at this child's price.
    pub meals_left: Option<i64>,
    /// Today.
    pub day: DayView,
    /// The next day on which this child could eat, where today there is no service.
    pub next: Option<DayView>,
}

/// A child's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayView {
    /// The day.
    pub day: ServiceDay,
    /// How it stands.
    pub standing: Standing,
    /// Why nobody cooks, where nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_service: Option<NoService>,
    /// What this person may make of it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may: Option<Choice>,
    /// Until when the opposite choice can be made; the first instant that is too late. Past where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Instant>,
    /// What the meal costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Cents>,
    /// The last act on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<ActSummaryView>,
}

/// The last act on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActSummaryView {
    /// Receipt number.
    pub number: String,
    /// When the portal registered it.
    pub at: Instant,
    /// Whether it was this person; the other parent's acts are shown as such.
    pub mine: bool,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CalendarView {
    /// The portal's clock.
    pub now: Instant,
    /// Today in Europe/Rome.
    pub today: ServiceDay,
    /// Whose.
    pub child: ChildId,
    /// Such as `2026-11`.
    pub month: String,
    /// Expected by default or booked.
    pub model: Model,
    /// Every day of the month, in order.
    pub days: Vec<DayView>,
    /// First and last month that have anything to show.
    pub first_month: String,
    /// See `first_month`.
    pub last_month: String,
}

/// Ricevuta di disdetta: proof of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptView {
    /// Such as `CL-0002C-7`.
    pub number: String,
    /// When the portal registered it.
    pub at: Instant,
    /// What the days became.
    pub choice: Choice,
    /// Which days of which children.
    pub lines: Vec<ReceiptLineView>,
    /// Until when it can be taken back: the earliest cut-off among its days.
    pub undo_until: Option<Instant>,
    /// The text that is signed, in Italian.
    pub text: String,
    /// Ed25519 signature of the text, base64. `refettorio-portal verify-receipt` checks it.
    pub signature: String,
}

/// One child's day of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptLineView {
    /// Whose.
    pub child: ChildId,
    /// Which day.
    pub day: ServiceDay,
}

/// Many days in one act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PeriodRequest {
    /// Whose days; one or more.
    pub children: Vec<ChildId>,
    /// Which days.
    pub days: PeriodDays,
    /// What they become.
    pub choice: Choice,
    /// What to do where some of the service days cannot be changed.
    pub refused: OnRefused,
}

/// Days as a range or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PeriodDays {
    /// From first to last, both included. Days without service are passed over in silence.
    Range {
        /// First day.
        first: ServiceDay,
        /// Last day.
        last: ServiceDay,
    },
    /// Exactly these. A day without service is refused.
    List {
        /// The days.
        days: Vec<ServiceDay>,
    },
}

/// What to do where some days cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OnRefused {
    /// Change nothing and answer `days_refused`.
    Stop,
    /// Change the others and list these.
    Skip,
}

/// What a period act does or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PeriodView {
    /// The receipt; absent in a preview.
    pub receipt: Option<ReceiptView>,
    /// Days that change.
    pub changed: Vec<ReceiptLineView>,
    /// Days that cannot be changed, and why.
    pub refused: Vec<RefusedDayView>,
    /// Meals no longer charged (or charged again, for a restore).
    pub meals: u32,
    /// What these meals cost.
    pub amount: Cents,
}

/// A day that cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefusedDayView {
    /// Whose.
    pub child: ChildId,
    /// Which day.
    pub day: ServiceDay,
    /// `too_late`, `too_far_ahead`, `no_service` or `already_so`.
    pub code: ErrorCode,
    /// When it closed, for `too_late`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Instant>,
    /// Why nobody cooks, for `no_service`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_service: Option<NoService>,
}
