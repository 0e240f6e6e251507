//! Pagamenti: every notice of a person, whoever made it; one payment for several; the papers.

use crate::{ErrorCode, NoQuery, endpoint};
use domain::{
    AttemptId, Cents, ChildId, Instant, NoticeId, ServiceDay, WalletId, notice::NoticeKind, topup::TopUpState,
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// What is to be paid first, then what was made, newest first; at most the last three hundred.
    ListNotices {} list_notices Get "/api/v1/notices" Session "What this person is to pay and has paid"
    query NoQuery, request (), response NoticesView
}

endpoint! {
    /// One notice. Asked again and again while it is verified.
    GetNotice { notice: NoticeId } get_notice Get "/api/v1/notices/{notice}" Session "How a notice stands"
    query NoQuery, request (), response NoticeView
}

endpoint! {
    /// The notice as a PDF that can be read by a screen reader and paid at a counter.
    GetNoticeDocument { notice: NoticeId } get_notice_document Get "/api/v1/notices/{notice}/document" Session
    "The printed notice (avviso), PDF/UA"
    query DocumentQuery, request (), response DocumentView
}

endpoint! {
    /// Only where the notice is paid.
    GetPaymentReceipt { notice: NoticeId } get_payment_receipt Get "/api/v1/notices/{notice}/receipt" Session
    "The receipt of a paid notice, PDF/UA"
    query NoQuery, request (), response DocumentView
}

endpoint! {
    /// All that this person paid in a calendar year, for the tax return.
    GetYearStatement { year: i32 } get_year_statement Get "/api/v1/payments/{year}/statement" Session
    "What was paid in a year, PDF/UA"
    query NoQuery, request (), response DocumentView
}

endpoint! {
    /// One checkout for one to five notices.
    StartCart {} start_cart Post "/api/v1/carts" Session "Opens one checkout for several notices"
    query NoQuery, request CartRequest, response CartView
}

endpoint! {
    /// One payment of several notices, as far as it has come.
    GetCart { cart: AttemptId } get_cart Get "/api/v1/carts/{cart}" Session "How a payment of several notices stands"
    query NoQuery, request (), response CartView
}

/// What is to be paid, what was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticesView {
    /// The portal's clock.
    pub now: Instant,
    /// Notices of the office that can be paid, the most urgent first.
    pub due: Vec<NoticeView>,
    /// Everything else: notices that a delegate may read, paid, under verification, withdrawn, and the family's own top-ups. Newest first.
    pub others: Vec<NoticeView>,
    /// What was paid, by calendar year, newest first.
    pub years: Vec<PaidYearView>,
    /// Notices that one payment may hold.
    pub most_in_cart: u32,
}

/// What was paid in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaidYearView {
    /// Calendar year, by the day of payment in Europe/Rome.
    pub year: i32,
    /// Sum of the paid notices, without the providers' fees.
    pub total: Cents,
    /// How many.
    pub count: u32,
}

/// Avviso.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeView {
    /// Identity.
    pub id: NoticeId,
    /// Who asked for it, and why.
    pub kind: NoticeKind,
    /// How it stands.
    pub state: TopUpState,
    /// Whether it is asked of this person. Otherwise it is asked of whoever delegated them, with the right to read the
    /// office's papers: it can be read and printed, not paid here.
    #[serde(default = "yours")]
    pub yours: bool,
    /// What it is for, as printed on it: `Mensa scolastica, novembre 2026`.
    pub subject: String,
    /// Sum of its lines.
    pub amount: Cents,
    /// Until when it should be paid; a top-up has no such day for the family.
    pub due: Option<ServiceDay>,
    /// What it is for, line by line.
    pub lines: Vec<NoticeLineView>,
    /// Codice avviso, 18 digits.
    pub notice_number: String,
    /// Codice fiscale of the body, for paying elsewhere.
    pub body_fiscal_code: String,
    /// Name of the body that holds the credit.
    pub body_name: String,
    /// Codice interbancario CBILL, where the body has one.
    pub cbill: Option<String>,
    /// When it was made.
    pub created_at: Instant,
    /// How it was paid.
    pub payment: Option<PaymentView>,
    /// Whether the printed notice can be had.
    pub printable: bool,
    /// While it is verified: when it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Instant>,
}

/// Portals before 0.2 told of nobody else's.
const fn yours() -> bool {
    true
}

/// A line of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NoticeLineView {
    /// Whose, where it is for one child.
    pub child: Option<ChildId>,
    /// First name of that child.
    pub first_name: Option<String>,
    /// Which wallet is credited, where one is.
    pub wallet: Option<WalletId>,
    /// Euro cents.
    pub amount: Cents,
    /// Where it was chosen in meals.
    pub meals: Option<u32>,
    /// The office's words.
    pub description: Option<String>,
}

/// How a notice was paid, as its receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentView {
    /// Identificativo univoco di riscossione (IUR): pagoPA's receipt id.
    pub receipt_id: String,
    /// When it was paid, by the provider; when its receipt came, where the provider says nothing.
    pub paid_at: Instant,
    /// Name of the payment service provider.
    pub psp: Option<String>,
    /// How, in the provider's words.
    pub method: Option<String>,
    /// What the provider took on top, where it says so.
    pub fee: Option<Cents>,
    /// Who paid, where the provider says so.
    pub payer: Option<String>,
}

/// Which notices are paid together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CartRequest {
    /// One to five, each once.
    pub notices: Vec<NoticeId>,
}

/// One payment of one to five notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CartView {
    /// Identity; part of the return addresses.
    pub id: AttemptId,
    /// What it pays, in the order in which it was asked.
    pub notices: Vec<NoticeView>,
    /// Sum of them.
    pub total: Cents,
    /// Where to pay; only in the answer that opened it. To be opened in the system browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkout_url: Option<String>,
    /// Why no checkout could be opened. The notices are kept and can be paid later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ErrorCode>,
    /// While it is verified: when it may be tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Instant>,
}

/// In which language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DocumentQuery {
    /// `it`, `de`, `en`, `fr`, `sl`; Italian where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// A file for the family.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentView {
    /// What to call it: letters, digits, hyphens, one dot.
    pub file_name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// The file, base64 with padding.
    pub content: String,
}

impl std::fmt::Debug for DocumentView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "DocumentView({}, {} characters)",
            self.file_name,
            self.content.len()
        )
    }
}
