//! What somebody in the office must look at: opened once, closed with a reason, never deleted.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Cents, Instant, OfficeItemId};

/// Why somebody must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OfficeKind {
    /// A notice number was paid again: give the money back.
    SecondPayment,
    /// A receipt for a notice that nobody knows.
    UnknownNotice,
    /// Less was paid than was asked.
    AmountDiffers,
    /// A withdrawn notice was paid, and credited.
    PaidAfterCancel,
    /// More was paid than was asked: costs of notification.
    FeeAdded,
    /// An acknowledged receipt cannot be processed.
    NotProcessed,
    /// pagoPA holds a payment of which no receipt can be had.
    ReceiptMissing,
    /// A flow of the providers says something else than the receipts.
    FlowDiffers,
    /// A withdrawn notice stays payable at pagoPA.
    NotWithdrawn,
}

impl OfficeKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::SecondPayment,
        Self::UnknownNotice,
        Self::AmountDiffers,
        Self::PaidAfterCancel,
        Self::FeeAdded,
        Self::NotProcessed,
        Self::ReceiptMissing,
        Self::FlowDiffers,
        Self::NotWithdrawn,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecondPayment => "second_payment",
            Self::UnknownNotice => "unknown_notice",
            Self::AmountDiffers => "amount_differs",
            Self::PaidAfterCancel => "paid_after_cancel",
            Self::FeeAdded => "fee_added",
            Self::NotProcessed => "not_processed",
            Self::ReceiptMissing => "receipt_missing",
            Self::FlowDiffers => "flow_differs",
            Self::NotWithdrawn => "not_withdrawn",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeItem {
    /// Identity.
    pub id: OfficeItemId,
    /// The tenant.
    pub body: BodyId,
    /// Why.
    pub kind: OfficeKind,
    /// What it is about: a receipt's id, a line of a flow, a notice number. The same thing is asked once.
    pub about: String,
    /// Numero avviso, where it is about one.
    pub nav: Option<String>,
    /// Euro cents, where it is about money: what is too much, too little, or to be given back.
    pub amount: Option<Cents>,
    /// What to do, in Italian; no names.
    pub detail: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was closed, and why.
    pub closed: Option<(Instant, String)>,
}

pub(crate) const OPEN: &str = "\
    INSERT INTO office_item (id, body_id, kind, about, nav, amount, detail, opened_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (body_id, kind, about) DO NOTHING";

/// Opens an item; false where the same was asked before, whether it is closed or not.
pub fn open(tx: &mut dyn Tx, item: &OfficeItem) -> Result<bool, StorageError> {
    let row = params![
        item.id,
        item.body,
        item.kind.as_str(),
        item.about.clone(),
        item.nav.clone(),
        item.amount,
        item.detail.clone(),
        item.opened_at
    ];
    Ok(tx.execute(OPEN, &row)? == 1)
}

pub(crate) const CLOSE: &str = "\
    UPDATE office_item SET closed_at = $1, closed_why = $2 \
    WHERE body_id = $3 AND kind = $4 AND about = $5 AND closed_at IS NULL";
pub(crate) const CLOSE_BY_ID: &str = "\
    UPDATE office_item SET closed_at = $1, closed_why = $2 WHERE body_id = $3 AND id = $4 AND closed_at IS NULL";

/// Closes what has settled itself; false where nothing of that kind is open.
pub fn close(
    tx: &mut dyn Tx,
    body: BodyId,
    (kind, about): (OfficeKind, &str),
    why: &str,
    at: Instant,
) -> Result<bool, StorageError> {
    let row = params![at, why, body, kind.as_str(), about];
    Ok(tx.execute(CLOSE, &row)? == 1)
}

/// Closes what somebody has looked at; false where it is not open.
pub fn close_by_id(
    tx: &mut dyn Tx,
    body: BodyId,
    id: OfficeItemId,
    why: &str,
    at: Instant,
) -> Result<bool, StorageError> {
    Ok(tx.execute(CLOSE_BY_ID, &params![at, why, body, id])? == 1)
}

macro_rules! item_sql {
    ($where:literal) => {
        concat!(
            "SELECT id, body_id, kind, about, nav, amount, detail, opened_at, closed_at, closed_why FROM office_item \
             WHERE body_id = $1 ",
            $where
        )
    };
}
pub(crate) const LIST_OPEN: &str = item_sql!("AND closed_at IS NULL ORDER BY opened_at, id LIMIT $2");
pub(crate) const LIST: &str = item_sql!("ORDER BY opened_at DESC, id DESC LIMIT $2");

pub(crate) const OPEN_BY_ID: &str = item_sql!("AND id = $2 AND closed_at IS NULL");

/// One of a body's open items.
pub fn open_by_id(
    tx: &mut dyn Tx,
    body: BodyId,
    id: OfficeItemId,
) -> Result<Option<OfficeItem>, StorageError> {
    let row = tx.query_opt(OPEN_BY_ID, &params![body, id])?;
    row.as_ref().map(item).transpose()
}

fn item(row: &Row) -> Result<OfficeItem, StorageError> {
    let kind = OfficeKind::from_name(row.text("kind")?).ok_or_else(|| StorageError::Column {
        name: "kind".to_owned(),
        problem: "is no known word".to_owned(),
    })?;
    let why = row.opt_text("closed_why")?.unwrap_or_default().to_owned();
    Ok(OfficeItem {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        kind,
        about: row.text("about")?.to_owned(),
        nav: row.opt_text("nav")?.map(str::to_owned),
        amount: row.opt_int("amount")?.map(Cents::new),
        detail: row.text("detail")?.to_owned(),
        opened_at: row.instant("opened_at")?,
        closed: row.opt_instant("closed_at")?.map(|at| (at, why)),
    })
}

/// What is open, the eldest first.
pub fn list_open(tx: &mut dyn Tx, body: BodyId, limit: u32) -> Result<Vec<OfficeItem>, StorageError> {
    let rows = tx.query(LIST_OPEN, &params![body, limit])?;
    rows.iter().map(item).collect()
}

/// What is open and what was, the newest first.
pub fn list(tx: &mut dyn Tx, body: BodyId, limit: u32) -> Result<Vec<OfficeItem>, StorageError> {
    tx.query(LIST, &params![body, limit])?.iter().map(item).collect()
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("office::OPEN", OPEN),
        ("office::CLOSE", CLOSE),
        ("office::CLOSE_BY_ID", CLOSE_BY_ID),
        ("office::OPEN_BY_ID", OPEN_BY_ID),
        ("office::LIST_OPEN", LIST_OPEN),
        ("office::LIST", LIST),
    ]
}
