//! FDR, "flussi di rendicontazione": which payments each bank transfer to the body is made of.
//!
//! A provider reports by the second working day after the payment; a report may be replaced by a later revision for two
//! more days. All times are UTC. A payment stands here whether its receipt came or not: this is where one that was
//! never sent is found. Kept by pagoPA for thirty days.

mod client;
mod wire;

use crate::BodyFiscalCode;
use async_trait::async_trait;
use chrono::NaiveDate;
use domain::{Cents, time::Instant};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};

pub use client::FdrClient;

/// Where flows are read.
#[async_trait]
pub trait Flows: Send + Sync {
    /// The flows that were published after an instant, all pages, each revision by itself. None is no error.
    async fn published_since(
        &self,
        body: BodyFiscalCode,
        since: Instant,
    ) -> Result<Vec<PublishedFlow>, FdrError>;

    /// A flow's header.
    async fn flow(&self, body: BodyFiscalCode, key: &FlowKey) -> Result<Flow, FdrError>;

    /// A flow's payments, all pages, as they were reported: compare them with the header by [`Flow::check`].
    async fn payments(&self, body: BodyFiscalCode, key: &FlowKey) -> Result<Vec<FlowPayment>, FdrError>;

    /// A flow with its payments, which add up to what its header says.
    async fn read(&self, body: BodyFiscalCode, key: &FlowKey) -> Result<(Flow, Vec<FlowPayment>), FdrError> {
        let flow = self.flow(body, key).await?;
        let payments = self.payments(body, key).await?;
        flow.check(&payments)?;
        Ok((flow, payments))
    }
}

/// What names one revision of a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowKey {
    /// The flow's own name, given by the provider: `2026-11-24ABCDITMM-0000001`.
    pub fdr: String,
    /// The provider.
    pub psp_id: String,
    /// From 1; a higher one replaces the lower ones.
    pub revision: u64,
}

/// A flow in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFlow {
    /// Its name.
    pub key: FlowKey,
    /// Since when it can be read. The latest of these is where the next list begins.
    pub published_at: Option<Instant>,
    /// When the provider made it.
    pub made_at: Option<Instant>,
}

/// A flow's header: one bank transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Its name.
    pub key: FlowKey,
    /// The provider's name.
    pub psp: Option<String>,
    /// Fiscal code of the body that gets the money. Compare it with your own.
    pub body: String,
    /// Since when it can be read.
    pub published_at: Option<Instant>,
    /// When the provider made it.
    pub made_at: Option<Instant>,
    /// The bank transfer's own reference (TRN, or the provider's text), as on the body's account statement.
    pub regulation: String,
    /// The day of the bank transfer.
    pub regulation_date: NaiveDate,
    /// BIC of the bank that the money goes to.
    pub bic: Option<String>,
    /// How many payments it is made of.
    pub count: u64,
    /// What they add up to: the bank transfer's amount.
    pub sum: Cents,
}

impl Flow {
    /// Whether these are all of its payments: as many, and as much, as it says, each there once.
    pub fn check(&self, payments: &[FlowPayment]) -> Result<(), FdrError> {
        let places: BTreeSet<u64> = payments.iter().map(|payment| payment.index).collect();
        if places.len() != payments.len() {
            return Err(FdrError::Unreadable(
                "a payment stands in the flow twice".to_owned(),
            ));
        }
        let found = Totals {
            count: u64::try_from(payments.len()).unwrap_or(u64::MAX),
            sum: payments.iter().map(|payment| payment.amount).sum(),
        };
        let said = Totals {
            count: self.count,
            sum: self.sum,
        };
        if found == said {
            Ok(())
        } else {
            Err(FdrError::Totals { said, found })
        }
    }
}

/// How many payments, and how much in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Payments.
    pub count: u64,
    /// What they add up to.
    pub sum: Cents,
}

/// One payment in a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowPayment {
    /// Its place in the flow, from 1.
    pub index: u64,
    /// IUV: what was paid.
    pub iuv: String,
    /// IUR (identificativo univoco di riscossione): the receipt's id.
    pub iur: String,
    /// Which of the payment's transfers it is, 1 to 5.
    pub transfer: u8,
    /// What arrived.
    pub amount: Cents,
    /// How it came about.
    pub pay_status: PayStatus,
    /// When it was paid.
    pub pay_date: Instant,
}

/// How a payment in a flow came about ("codice esito singolo pagamento").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PayStatus {
    /// 0: paid, with a receipt.
    Executed,
    /// 3: taken back. No longer used.
    Revoked,
    /// 4: paid while pagoPA answered in the body's place, with a receipt.
    StandIn,
    /// 8: the same, and no receipt was sent.
    #[serde(rename = "STAND_IN_NO_RPT")]
    StandInNoReceipt,
    /// 9: paid, and no receipt was sent. The money is there.
    #[serde(rename = "NO_RPT")]
    NoReceipt,
    /// A state that this version does not know.
    #[serde(other)]
    Unknown,
}

impl PayStatus {
    /// The number of the older form and of the accountants; none where we do not know it.
    pub fn code(self) -> Option<u8> {
        match self {
            Self::Executed => Some(0),
            Self::Revoked => Some(3),
            Self::StandIn => Some(4),
            Self::StandInNoReceipt => Some(8),
            Self::NoReceipt => Some(9),
            Self::Unknown => None,
        }
    }

    /// Whether money arrived and no receipt was or will be pushed.
    pub fn lacks_receipt(self) -> bool {
        matches!(self, Self::StandInNoReceipt | Self::NoReceipt)
    }
}

/// What went wrong at FDR.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FdrError {
    /// 400 or another 4xx: our request is wrong.
    #[error("FDR refuses the request: {0}")]
    Invalid(String),
    /// 401: the key is wrong, or of the other environment.
    #[error("FDR does not know the subscription key")]
    Key,
    /// 403: the key is not enabled for this body.
    #[error("the subscription key is not enabled for this body's flows")]
    NotEnabled,
    /// 404: no such flow, or older than thirty days.
    #[error("FDR has no such flow")]
    NotFound,
    /// 429: too many calls.
    #[error("FDR asks to call less often")]
    RateLimited {
        /// When to try again, if it says so.
        retry_after: Option<Duration>,
    },
    /// 5xx, a broken connection, no answer in time, or it failed so often in a row that it was not asked at all.
    #[error("FDR is not available: {0}")]
    Unavailable(String),
    /// An answer that is not what is published.
    #[error("FDR's answer cannot be read: {0}")]
    Unreadable(String),
    /// The payments are not what the header says. Nothing may be booked by it.
    #[error(
        "the flow says {} payments of {} euro and has {} of {} euro",
        said.count, said.sum, found.count, found.sum
    )]
    Totals {
        /// By its header.
        said: Totals,
        /// By its payments.
        found: Totals,
    },
}

impl FdrError {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable(_))
    }
}
