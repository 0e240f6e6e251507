//! Receipts that were never pushed, or got lost here: asked for one by one.
//!
//! Two places have them. GPD keeps those of the debts that it holds, for thirty days, by IUV ([`GpdReceipts`]). Biz-events
//! has those of every payment of the body, by IUR, once it stands in a reporting flow ([`BizEvents`]); ten calls an hour
//! and never in a loop. What is found is a receipt like any other: store it first, then decide. Asking credits nothing.

mod allowance;
mod biz_events;
mod gpd;

pub use biz_events::BizEvents;
pub use gpd::GpdReceipts;

use super::Receipt;
use crate::{
    BodyFiscalCode,
    http::{self, Answer},
};
use async_trait::async_trait;
use std::{fmt, time::Duration};

/// Where a missing receipt can be asked for.
#[async_trait]
pub trait MissingReceipts: Send + Sync {
    /// The receipt of one payment. Every call counts against what pagoPA allows: ask for what is known to be missing.
    async fn find(&self, body: BodyFiscalCode, wanted: &Wanted) -> Result<FoundReceipt, RecoveryError>;
}

/// The payment whose receipt is missing, as a reporting flow or an open notice names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What was paid.
    pub iuv: String,
    /// The receipt's id, where a flow said it.
    pub iur: Option<String>,
}

/// A receipt that was asked for. Debug output hides the answer as it came: names are in it.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundReceipt {
    /// The receipt: that of the payment that was asked for.
    pub receipt: Receipt,
    /// The answer as it came, to be kept with it: XML from GPD, JSON from biz-events.
    pub raw: String,
    /// Who had it.
    pub source: Source,
}

impl fmt::Debug for FoundReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundReceipt")
            .field("receipt", &self.receipt)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Who has receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// GPD, of its own debts.
    Gpd,
    /// Biz-events, of every payment.
    BizEvents,
}

/// Why there is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// 404: none there. It may come.
    #[error("there is no such receipt")]
    NotFound,
    /// 422: it is there and cannot be given yet.
    #[error("the receipt cannot be given yet: {0}")]
    NotYet(String),
    /// 401: the key is wrong, or of the other environment.
    #[error("the service of receipts does not know the subscription key")]
    Key,
    /// 403: the key is not enabled for this body.
    #[error("the subscription key is not enabled for this body's receipts")]
    NotEnabled,
    /// 429, or the hour's calls are used up and no call was made.
    #[error("no more receipts may be asked for now")]
    RateLimited {
        /// When to ask again, where it is known.
        retry_after: Option<Duration>,
    },
    /// 5xx, a broken connection, no answer in time, or it failed so often in a row that it was not asked at all.
    #[error("the service of receipts is not available: {0}")]
    Unavailable(String),
    /// 400 or another 4xx: our request is wrong.
    #[error("the service of receipts refuses the request: {0}")]
    Invalid(String),
    /// This service finds a receipt by its IUR only, and none is known.
    #[error("this service finds a receipt by its IUR only")]
    NoIur,
    /// The receipt of another payment. It is money too: look at it.
    #[error("the receipt is that of another payment")]
    AnotherPayment(Box<FoundReceipt>),
    /// An answer that is not what is published.
    #[error("the receipt cannot be read: {0}")]
    Unreadable(String),
}

impl RecoveryError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::NotYet(_) | Self::RateLimited { .. } | Self::Unavailable(_)
        )
    }
}

fn failure(answer: &Answer) -> RecoveryError {
    let detail = http::problem(&answer.body);
    match answer.status {
        401 => RecoveryError::Key,
        403 => RecoveryError::NotEnabled,
        404 => RecoveryError::NotFound,
        422 => RecoveryError::NotYet(detail),
        429 => RecoveryError::RateLimited {
            retry_after: answer.retry_after,
        },
        400..=499 => RecoveryError::Invalid(detail),
        500..=599 => RecoveryError::Unavailable(format!("{} {detail}", answer.status)),
        other => RecoveryError::Unreadable(format!("status {other}")),
    }
}

/// Lets through the receipt that was asked for.
fn checked(
    body: BodyFiscalCode,
    wanted: &Wanted,
    found: FoundReceipt,
) -> Result<FoundReceipt, RecoveryError> {
    let receipt = &found.receipt;
    let right = receipt.body_fiscal_code == body.to_string()
        && receipt.iuv == wanted.iuv
        && wanted.iur.as_ref().is_none_or(|iur| *iur == receipt.receipt_id);
    if right {
        Ok(found)
    } else {
        Err(RecoveryError::AnotherPayment(Box::new(found)))
    }
}
