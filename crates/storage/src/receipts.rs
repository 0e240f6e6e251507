//! Ricevute telematiche: kept as they came, acknowledged, and processed then.
//!
//! At most one receipt settles a notice number; whatever else comes for it is kept beside it.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Cents, Instant, NoticeId, people::Actor};

/// What became of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// Kept and acknowledged, to be processed.
    Received,
    /// The wallets were credited.
    Credited,
    /// Credited although the notice had been withdrawn: the money is there.
    PaidAfterCancel,
    /// No notice has this number.
    UnknownNotice,
    /// Less than the notice's amount: credited to nobody until somebody has looked.
    AmountDiffers,
    /// The notice number was settled by another receipt.
    SecondPayment,
}

impl ReceiptOutcome {
    const ALL: [Self; 6] = [
        Self::Received,
        Self::Credited,
        Self::PaidAfterCancel,
        Self::UnknownNotice,
        Self::AmountDiffers,
        Self::SecondPayment,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Credited => "credited",
            Self::PaidAfterCancel => "paid_after_cancel",
            Self::UnknownNotice => "unknown_notice",
            Self::AmountDiffers => "amount_differs",
            Self::SecondPayment => "second_payment",
        }
    }

    /// Whether such a receipt is the one that settles its notice number.
    pub const fn settles(self) -> bool {
        !matches!(self, Self::UnknownNotice | Self::SecondPayment)
    }

    fn of_row(row: &Row) -> Result<Self, StorageError> {
        let word = row.text("outcome")?;
        let found = Self::ALL.into_iter().find(|outcome| outcome.as_str() == word);
        found.ok_or_else(|| StorageError::Column {
            name: "outcome".to_owned(),
            problem: "is no known word".to_owned(),
        })
    }
}

/// How a receipt reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// pagoPA pushed it.
    Push,
    /// It was missing and asked for.
    Recovered,
}

impl Source {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Recovered => "recovered",
        }
    }
}

/// A receipt as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptReceipt<'a> {
    /// Identity of the row; any fresh one.
    pub id: NoticeId,
    /// pagoPA's identifier.
    pub receipt_id: &'a str,
    /// The tenant.
    pub body: BodyId,
    /// Numero avviso.
    pub nav: &'a str,
    /// What was paid.
    pub amount: Cents,
    /// When it came.
    pub received_at: Instant,
    /// As it came.
    pub xml: &'a str,
    /// What becomes of it.
    pub outcome: ReceiptOutcome,
    /// The notice, where one has this number.
    pub notice: Option<NoticeId>,
    /// How it came.
    pub source: Source,
    /// When it was paid, as the provider says.
    pub paid_at: Option<Instant>,
    /// Code of the provider.
    pub psp_id: &'a str,
    /// Its name.
    pub psp: &'a str,
    /// How it was paid, in the provider's words.
    pub method: Option<&'a str>,
    /// What the provider took on top.
    pub fee: Option<Cents>,
    /// Name of who paid, where the provider says so.
    pub payer: Option<&'a str>,
}

pub(crate) const KEEP: &str = "\
    INSERT INTO receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id, source, paid_at, \
        psp_id, psp, method, fee, payer) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// Keeps a receipt as it came.
pub fn keep(tx: &mut dyn Tx, receipt: &KeptReceipt<'_>) -> Result<(), StorageError> {
    let row = params![
        receipt.id,
        receipt.receipt_id,
        receipt.body,
        receipt.nav,
        receipt.amount,
        receipt.received_at,
        receipt.xml,
        receipt.outcome.as_str(),
        receipt.notice,
        receipt.source.as_str(),
        receipt.paid_at,
        receipt.psp_id,
        receipt.psp,
        receipt.method,
        receipt.fee,
        receipt.payer
    ];
    tx.execute(KEEP, &row).map(drop)
}

/// A receipt that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Identity of the row.
    pub id: NoticeId,
    /// pagoPA's identifier.
    pub receipt_id: String,
    /// The tenant.
    pub body: BodyId,
    /// Numero avviso.
    pub nav: String,
    /// What was paid.
    pub amount: Cents,
    /// When it came.
    pub received_at: Instant,
    /// When it was paid, as the provider says.
    pub paid_at: Option<Instant>,
    /// What became of it.
    pub outcome: ReceiptOutcome,
    /// The notice, where one has this number.
    pub notice: Option<NoticeId>,
}

macro_rules! receipt_sql {
    ($where:literal) => {
        concat!(
            "SELECT id, receipt_id, body_id, nav, amount, received_at, paid_at, outcome, notice_id FROM receipt ",
            $where
        )
    };
}
pub(crate) const BY_RECEIPT_ID: &str = receipt_sql!("WHERE receipt_id = $1");
pub(crate) const SETTLING: &str =
    receipt_sql!("WHERE body_id = $1 AND nav = $2 AND outcome NOT IN ('unknown_notice', 'second_payment')");
pub(crate) const TO_PROCESS: &str = receipt_sql!(
    "WHERE outcome = 'received' AND (received_at > $1 OR (received_at = $1 AND id > $2)) \
     ORDER BY received_at, id LIMIT $3"
);

fn known(row: &Row) -> Result<Known, StorageError> {
    Ok(Known {
        id: row.parsed("id")?,
        receipt_id: row.text("receipt_id")?.to_owned(),
        body: row.parsed("body_id")?,
        nav: row.text("nav")?.to_owned(),
        amount: row.cents("amount")?,
        received_at: row.instant("received_at")?,
        paid_at: row.opt_instant("paid_at")?,
        outcome: ReceiptOutcome::of_row(row)?,
        notice: row.opt_parsed("notice_id")?,
    })
}

/// A receipt by pagoPA's identifier, whichever body it is for.
pub fn by_receipt_id(tx: &mut dyn Tx, receipt_id: &str) -> Result<Option<Known>, StorageError> {
    let row = tx.query_opt(BY_RECEIPT_ID, &params![receipt_id])?;
    row.as_ref().map(known).transpose()
}

/// The receipt that settles a notice number, where one came.
pub fn settling(tx: &mut dyn Tx, body: BodyId, nav: &str) -> Result<Option<Known>, StorageError> {
    let row = tx.query_opt(SETTLING, &params![body, nav])?;
    row.as_ref().map(known).transpose()
}

/// Receipts that were acknowledged and not processed yet, the eldest first, beginning after one that was read before.
pub fn to_process(tx: &mut dyn Tx, after: Option<&Known>, limit: u32) -> Result<Vec<Known>, StorageError> {
    let (at, id) = match after {
        None => (0, String::new()),
        Some(known) => (known.received_at.timestamp_micros(), known.id.to_string()),
    };
    tx.query(TO_PROCESS, &params![at, id, limit])?
        .iter()
        .map(known)
        .collect()
}

pub(crate) const PROCESSED: &str =
    "UPDATE receipt SET outcome = $1, processed_at = $2 WHERE id = $3 AND outcome = 'received'";

/// Writes what became of a receipt; false where that was written before.
pub fn processed(
    tx: &mut dyn Tx,
    id: NoticeId,
    outcome: ReceiptOutcome,
    at: Instant,
) -> Result<bool, StorageError> {
    Ok(tx.execute(PROCESSED, &params![outcome.as_str(), at, id])? == 1)
}

/// How a notice was paid, as a family sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// What was paid.
    pub notice: NoticeId,
    /// Identificativo univoco di riscossione (IUR).
    pub receipt_id: String,
    /// What was paid, without the provider's fee.
    pub amount: Cents,
    /// When it was paid, by the provider; when its receipt came, where the provider says nothing.
    pub paid_at: Instant,
    /// Name of the provider.
    pub psp: Option<String>,
    /// How, in the provider's words.
    pub method: Option<String>,
    /// What the provider took on top.
    pub fee: Option<Cents>,
    /// Who paid.
    pub payer: Option<String>,
}

macro_rules! payment_sql {
    ($where:literal) => {
        concat!(
            "SELECT r.notice_id, r.receipt_id, r.amount, COALESCE(r.paid_at, r.received_at) AS paid_at, r.psp, r.method, \
                r.fee, r.payer \
             FROM notice n JOIN receipt r ON r.notice_id = n.id AND r.outcome IN ('credited', 'paid_after_cancel') \
             WHERE n.person_id = $1 AND n.body_id = $2 ",
            $where
        )
    };
}
pub(crate) const PAYMENTS: &str = payment_sql!("ORDER BY COALESCE(r.paid_at, r.received_at) DESC, r.id DESC");
pub(crate) const PAYMENT: &str = payment_sql!("AND n.id = $3");

fn payment(row: &Row) -> Result<Payment, StorageError> {
    let word = |name| Ok::<_, StorageError>(row.opt_text(name)?.map(str::to_owned));
    Ok(Payment {
        notice: row.parsed("notice_id")?,
        receipt_id: row.text("receipt_id")?.to_owned(),
        amount: row.cents("amount")?,
        paid_at: row.instant("paid_at")?,
        psp: word("psp")?,
        method: word("method")?,
        fee: row.opt_int("fee")?.map(Cents::new),
        payer: word("payer")?,
    })
}

/// Every payment of this person's notices, the last first.
pub fn payments_of(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Payment>, StorageError> {
    let rows = tx.query(PAYMENTS, &params![actor.person, actor.body])?;
    rows.iter().map(payment).collect()
}

/// How one of this person's notices was paid.
pub fn payment_of(tx: &mut dyn Tx, actor: Actor, notice: NoticeId) -> Result<Option<Payment>, StorageError> {
    let row = tx.query_opt(PAYMENT, &params![actor.person, actor.body, notice])?;
    row.as_ref().map(payment).transpose()
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("receipts::KEEP", KEEP),
        ("receipts::BY_RECEIPT_ID", BY_RECEIPT_ID),
        ("receipts::SETTLING", SETTLING),
        ("receipts::TO_PROCESS", TO_PROCESS),
        ("receipts::PROCESSED", PROCESSED),
        ("receipts::PAYMENTS", PAYMENTS),
        ("receipts::PAYMENT", PAYMENT),
    ]
}
