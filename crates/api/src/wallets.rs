//! Portafogli e movimenti.

use crate::{NoQuery, endpoint};
use domain::{
    Cents, ChildId, Instant, PostingId, ServiceDay, WalletId,
    wallet::{PostingKind, WalletScope},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The wallets that this person may see.
    ListWallets {} list_wallets Get "/api/v1/wallets" Session "Balances, in meals and cents"
    query NoQuery, request (), response Vec<WalletView>
}

endpoint! {
    /// Movements, newest first.
    ListPostings { wallet: WalletId } list_postings Get "/api/v1/wallets/{wallet}/postings" Session "A wallet's movements, newest first"
    query PostingsQuery, request (), response PostingsView
}

/// Portafoglio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WalletView {
    /// Identity.
    pub id: WalletId,
    /// A child's or the family's.
    pub scope: WalletScope,
    /// Whose meals it pays, eldest first.
    pub children: Vec<ChildId>,
    /// Sum of its postings.
    pub balance: Cents,
    /// Meals that it covers at the price of its children (the dearest, where they differ).
    pub meals_left: Option<i64>,
    /// The last service day that it covers in full at today's pace.
    pub lasts_until: Option<ServiceDay>,
}

/// Which movements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PostingsQuery {
    /// Only of this child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<ChildId>,
    /// From this day of value on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ServiceDay>,
    /// To this day of value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ServiceDay>,
    /// What `next` of the page before said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// At most so many, 1 to 100; 20 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of movements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostingsView {
    /// Newest first.
    pub postings: Vec<PostingView>,
    /// For the next page, where there is one.
    pub next: Option<String>,
}

/// Movimento.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PostingView {
    /// Identity.
    pub id: PostingId,
    /// What it is.
    pub kind: PostingKind,
    /// Signed.
    pub amount: Cents,
    /// Day of value.
    pub day: ServiceDay,
    /// When it was posted.
    pub at: Instant,
    /// Whose meal or top-up.
    pub child: Option<ChildId>,
    /// How the amount came about, for the family: `5,95 € + IVA 4%`, the office's reason.
    pub note: Option<String>,
}
