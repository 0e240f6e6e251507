//! GPD v1, "Gestione Posizioni Debitorie": pagoPA holds the debt and answers the payers' banks for us.
//!
//! [`DebtPositions`] says nothing that only v1 knows, so that v3 can stand behind it. There a debt has payment options
//! and each option instalments; ours is one option with one instalment. `NewDebt` is written as
//! `paymentOption[0]` (debtor, `switchToExpired`) with `installments[0]` (notice, amount, due date, transfer); a
//! `DebtPosition` is read from the same two. v3's `UNPAYABLE` is [`PositionStatus::Invalid`] or
//! [`PositionStatus::Expired`] by the instalment's own state. v3 publishes nothing to invalidate a position: there
//! `invalidate` is the deletion of a debt that nobody has paid, and a debt that is gone is already unpayable. A v3
//! client is a second file beside `client.rs` and `wire.rs`, chosen where the portal connects.

mod client;
mod wire;

use crate::{
    BodyFiscalCode, Causale, NoticeNumber, TaxonomyCode,
    config::{CompanyName, Iban},
};
use async_trait::async_trait;
use domain::{Cents, time::Instant};
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};

pub use client::GpdClient;

/// Where debts are published so that they can be paid.
#[async_trait]
pub trait DebtPositions: Send + Sync {
    /// Publishes a debt. Asking again with the same debt changes nothing and answers what stands there, so a
    /// call whose answer was lost can be repeated at any time.
    async fn create(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError>;

    /// The debt as pagoPA sees it now.
    async fn get(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError>;

    /// Makes a debt payable that stands there unpublished, and answers how it stands; already published is fine. What
    /// [`create`](Self::create) made needs it never.
    async fn publish(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<DebtPosition, GpdError>;

    /// Writes the debt anew: same key, same notice, everything else as said here, without the costs of notification
    /// that the platform added (it adds them again). Refused once it was paid or made unpayable. Call it for one debt
    /// at a time: of two that overlap nobody knows which is last.
    async fn update(&self, debt: &NewDebt) -> Result<DebtPosition, GpdError>;

    /// Makes the debt unpayable; already unpayable is fine. A payment that has begun may still arrive.
    async fn invalidate(&self, body: BodyFiscalCode, iupd: &Iupd) -> Result<(), GpdError>;
}

/// IUPD (identificativo univoco della posizione debitoria): our own key of a debt at GPD.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Iupd(String);

impl Iupd {
    /// The key of a debt, made of whatever identifies it at ours for ever. It stays the same however often the
    /// debt is created, which is what makes creation repeatable; and where a number comes twice after a restored
    /// backup, the other debt has another key.
    pub fn of(body: BodyFiscalCode, debt: impl fmt::Display) -> Self {
        Self(format!("{body}-{debt}"))
    }

    /// A key that was made before and kept.
    pub fn kept(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Iupd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who owes, by law: a parent or guardian, never a child.
#[derive(Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Codice fiscale, 16 characters.
    pub fiscal_code: String,
    /// Name and surname, at most 70 characters are sent.
    pub full_name: String,
}

impl fmt::Debug for Debtor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Debtor(hidden)")
    }
}

/// A debt of one instalment, paid to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDebt {
    /// The body that holds the credit.
    pub body: BodyFiscalCode,
    /// The debt's key at GPD, made once for this debt.
    pub iupd: Iupd,
    /// Its name.
    pub company_name: CompanyName,
    /// Who owes.
    pub debtor: Debtor,
    /// The notice, made once for this debt.
    pub notice: NoticeNumber,
    /// At least one cent.
    pub amount: Cents,
    /// What the payer reads.
    pub causale: Causale,
    /// Until when it should be paid; not before now.
    pub due: Instant,
    /// Whether it can no longer be paid after `due`. Otherwise it stays payable until it is invalidated.
    pub expires: bool,
    /// The account.
    pub iban: Iban,
    /// What is collected.
    pub taxonomy: TaxonomyCode,
}

/// Where a debt stands at GPD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PositionStatus {
    /// Not published.
    Draft,
    /// Published, not payable yet.
    Published,
    /// Payable.
    Valid,
    /// Made unpayable by us.
    Invalid,
    /// Its date has passed and it was to expire.
    Expired,
    /// Some instalments paid.
    PartiallyPaid,
    /// Paid.
    Paid,
    /// Paid, and the money reported.
    Reported,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}

impl PositionStatus {
    /// Whether the money has been paid.
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Paid | Self::Reported)
    }

    /// Whether it stands where payers find it, or was found there and paid.
    pub fn is_published(self) -> bool {
        matches!(
            self,
            Self::Published | Self::Valid | Self::PartiallyPaid | Self::Paid | Self::Reported
        )
    }
}

/// A debt as GPD tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebtPosition {
    /// Where it stands.
    pub status: PositionStatus,
    /// Its notice.
    pub notice: NoticeNumber,
    /// What is asked, notification fee (SEND) included.
    pub amount: Cents,
    /// Costs of notification that the platform added by itself.
    pub notification_fee: Cents,
    /// When it was paid.
    pub paid_at: Option<Instant>,
    /// The receipt's id, equal to the one that `paSendRTV2` pushes.
    pub receipt_id: Option<String>,
    /// What the payer paid to the provider on top.
    pub fee: Option<Cents>,
    /// The provider's name.
    pub psp: Option<String>,
    /// How it was paid.
    pub payment_method: Option<String>,
}

/// What went wrong at GPD.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GpdError {
    /// 400: our request is wrong. A defect or a wrong configuration; asking again does not help.
    #[error("GPD refuses the request: {0}")]
    Invalid(String),
    /// 401: the key is wrong, or of the other environment.
    #[error("GPD does not know the subscription key")]
    Key,
    /// 403: the key is not enabled for this body.
    #[error("the subscription key is not enabled for this body")]
    NotEnabled,
    /// 404: there is no such debt.
    #[error("GPD has no such debt")]
    NotFound,
    /// 409: another debt has this notice number or key. The sequence of numbers must jump ahead.
    #[error("another debt at GPD has the same number: {0}")]
    NumberTaken(String),
    /// 409: it cannot be invalidated in its present state; read it.
    #[error("the debt cannot be invalidated: {0}")]
    NotInvalidable(String),
    /// 409: it cannot be changed in its present state, for somebody paid it or it was made unpayable; read it.
    #[error("the debt cannot be changed: {0}")]
    NotUpdatable(String),
    /// 409: it cannot be published in its present state; read it.
    #[error("the debt cannot be published: {0}")]
    NotPublishable(String),
    /// 429: too many calls.
    #[error("GPD asks to call less often")]
    RateLimited {
        /// When to try again, if it says so.
        retry_after: Option<Duration>,
    },
    /// 5xx, a broken connection, no answer in time: whether it was done is not known, ask again. Or GPD failed so often
    /// in a row that it was not asked at all, which the text says.
    #[error("GPD is not available: {0}")]
    Unavailable(String),
    /// An answer that is not what is published.
    #[error("GPD's answer cannot be read: {0}")]
    Unreadable(String),
}

impl GpdError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable(_))
    }
}
