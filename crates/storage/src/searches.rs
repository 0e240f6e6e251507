//! Searches: notices that pagoPA is asked about, receipts that did not come, and how often outside services were asked.
//!
//! A search only ends; it never credits.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Cents, FlowId, Instant, NoticeId};

/// A notice that pagoPA is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Identity.
    pub id: NoticeId,
    /// Whose.
    pub body: BodyId,
    /// Key of the debt at GPD.
    pub iupd: String,
    /// Identificativo univoco di versamento.
    pub iuv: String,
    /// How often it was asked.
    pub asks: i64,
}

/// A receipt that did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingReceipt {
    /// On whose name.
    pub body: BodyId,
    /// Identificativo univoco di versamento.
    pub iuv: String,
    /// The receipt's id, where it is known.
    pub iur: Option<String>,
    /// What was paid, as pagoPA tells.
    pub amount: Cents,
    /// Since when it is missed.
    pub since: Instant,
    /// How often it was looked for.
    pub tries: i64,
}

pub(crate) const MISS: &str = "\
    INSERT INTO missing_receipt (body_id, iuv, iur, amount, since, tries, next_try_at, state) \
    VALUES ($1, $2, $3, $4, $5, 0, $6, 'open') \
    ON CONFLICT (body_id, iuv) DO UPDATE SET iur = excluded.iur, amount = excluded.amount, since = excluded.since, \
        tries = 0, next_try_at = excluded.next_try_at, state = 'open' \
    WHERE excluded.iur IS NOT NULL AND (missing_receipt.iur IS NULL OR missing_receipt.iur <> excluded.iur)";

/// Begins to look for a receipt, once for each payment: what is looked for, was found or is with the office stays as it
/// is, unless this is another payment of the same notice.
pub fn miss(tx: &mut dyn Tx, missing: &MissingReceipt) -> Result<(), StorageError> {
    let row = params![
        missing.body,
        missing.iuv.clone(),
        missing.iur.clone(),
        missing.amount,
        missing.since,
        missing.since
    ];
    tx.execute(MISS, &row).map(drop)
}

pub(crate) const MISSED: &str = "\
    SELECT body_id, iuv, iur, amount, since, tries FROM missing_receipt \
    WHERE state = 'open' AND next_try_at <= $1 ORDER BY next_try_at, iuv LIMIT $2";

fn missing(row: &Row) -> Result<MissingReceipt, StorageError> {
    Ok(MissingReceipt {
        body: row.parsed("body_id")?,
        iuv: row.text("iuv")?.to_owned(),
        iur: row.opt_text("iur")?.map(str::to_owned),
        amount: row.cents("amount")?,
        since: row.instant("since")?,
        tries: row.int("tries")?,
    })
}

/// The receipts that are to be looked for now, the longest waiting first.
pub fn missed(tx: &mut dyn Tx, now: Instant, most: i64) -> Result<Vec<MissingReceipt>, StorageError> {
    tx.query(MISSED, &params![now, most])?
        .iter()
        .map(missing)
        .collect()
}

// Given to the office, and come after all: found by its IUR, or by its notice where no IUR is known.
pub(crate) const ANSWERED: &str = "\
    SELECT m.body_id, m.iuv, m.iur, m.amount, m.since, m.tries FROM missing_receipt m WHERE m.state = 'office' AND ( \
        EXISTS (SELECT 1 FROM receipt r WHERE r.receipt_id = m.iur) \
        OR (m.iur IS NULL AND EXISTS (SELECT 1 FROM notice n JOIN receipt r ON r.notice_id = n.id \
            WHERE n.iuv = m.iuv AND n.body_id = m.body_id AND r.outcome <> 'second_payment'))) \
    ORDER BY m.since, m.iuv LIMIT $1";

/// Searches that were given to the office and whose receipt is here meanwhile.
pub fn answered(tx: &mut dyn Tx, most: i64) -> Result<Vec<MissingReceipt>, StorageError> {
    tx.query(ANSWERED, &params![most])?.iter().map(missing).collect()
}

pub(crate) const TRIED: &str = "\
    UPDATE missing_receipt SET tries = tries + 1, next_try_at = $1 WHERE body_id = $2 AND iuv = $3";
pub(crate) const POSTPONED: &str =
    "UPDATE missing_receipt SET next_try_at = $1 WHERE body_id = $2 AND iuv = $3";
pub(crate) const END: &str = "UPDATE missing_receipt SET state = $1 WHERE body_id = $2 AND iuv = $3";

/// It was looked for in vain; the next time is then.
pub fn tried(tx: &mut dyn Tx, body: BodyId, iuv: &str, next: Instant) -> Result<(), StorageError> {
    tx.execute(TRIED, &params![next, body, iuv]).map(drop)
}

/// It could not be looked for; that does not count as a try.
pub fn postponed(tx: &mut dyn Tx, body: BodyId, iuv: &str, next: Instant) -> Result<(), StorageError> {
    tx.execute(POSTPONED, &params![next, body, iuv]).map(drop)
}

/// It came (`recovered`), or nobody can give it and the office must look (`office`).
pub fn end_search(tx: &mut dyn Tx, body: BodyId, iuv: &str, found: bool) -> Result<(), StorageError> {
    let state = if found { "recovered" } else { "office" };
    tx.execute(END, &params![state, body, iuv]).map(drop)
}

pub(crate) const TO_ASK: &str = "\
    SELECT n.id, n.body_id, n.iupd, n.iuv, n.asks FROM notice n \
    WHERE n.state = 'verifying' AND ((n.ask_at IS NULL AND n.asks = 0) OR n.ask_at <= $1) \
    AND EXISTS (SELECT 1 FROM attempt_notice a WHERE a.notice_id = n.id) \
    AND NOT EXISTS (SELECT 1 FROM attempt_notice a WHERE a.notice_id = n.id AND a.started_at > $2) \
    ORDER BY n.asks, n.created_at LIMIT $3";

/// Notices whose family went to the checkout last before `before` and of which nothing was heard, the least asked first.
pub fn to_ask(tx: &mut dyn Tx, now: Instant, before: Instant, most: i64) -> Result<Vec<Asked>, StorageError> {
    let rows = tx.query(TO_ASK, &params![now, before, most])?;
    rows.iter()
        .map(|row| {
            Ok(Asked {
                id: row.parsed("id")?,
                body: row.parsed("body_id")?,
                iupd: row.text("iupd")?.to_owned(),
                iuv: row.text("iuv")?.to_owned(),
                asks: row.int("asks")?,
            })
        })
        .collect()
}

pub(crate) const ASKED: &str = "UPDATE notice SET asks = asks + 1, ask_at = $1 WHERE id = $2";

/// pagoPA was asked; the next time is then, or never.
pub fn asked(tx: &mut dyn Tx, notice: NoticeId, next: Option<Instant>) -> Result<(), StorageError> {
    tx.execute(ASKED, &params![next, notice]).map(drop)
}

pub(crate) const CALLS: &str = "SELECT COUNT(*) AS calls FROM outside_call WHERE body_id = $1 AND at > $2";
pub(crate) const CALL: &str = "INSERT INTO outside_call (id, body_id, at) VALUES ($1, $2, $3)";
pub(crate) const FORGET_CALLS: &str = "DELETE FROM outside_call WHERE at <= $1";

/// Notes a call before it is made, where fewer than `most` were made since; false where that many were.
pub fn may_call(
    tx: &mut dyn Tx,
    id: FlowId,
    body: BodyId,
    (since, now): (Instant, Instant),
    most: i64,
) -> Result<bool, StorageError> {
    tx.execute(FORGET_CALLS, &params![since])?;
    let calls = tx.query_one(CALLS, &params![body, since])?.int("calls")?;
    if calls >= most {
        return Ok(false);
    }
    tx.execute(CALL, &params![id, body, now])?;
    Ok(true)
}

pub(crate) const LAST_ROUND: &str = "SELECT last_at FROM job_round WHERE name = $1 AND body_id = $2";
pub(crate) const ROUND: &str = "\
    INSERT INTO job_round (name, body_id, last_at) VALUES ($1, $2, $3) \
    ON CONFLICT (name, body_id) DO UPDATE SET last_at = excluded.last_at";

/// When a job was done last for a body.
pub fn last_round(tx: &mut dyn Tx, name: &str, body: BodyId) -> Result<Option<Instant>, StorageError> {
    tx.query_opt(LAST_ROUND, &params![name, body])?
        .map(|row| row.instant("last_at"))
        .transpose()
}

/// A job was done for a body.
pub fn note_round(tx: &mut dyn Tx, name: &str, body: BodyId, at: Instant) -> Result<(), StorageError> {
    tx.execute(ROUND, &params![name, body, at]).map(drop)
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("searches::MISS", MISS),
        ("searches::MISSED", MISSED),
        ("searches::ANSWERED", ANSWERED),
        ("searches::TRIED", TRIED),
        ("searches::POSTPONED", POSTPONED),
        ("searches::END", END),
        ("searches::TO_ASK", TO_ASK),
        ("searches::ASKED", ASKED),
        ("searches::CALLS", CALLS),
        ("searches::CALL", CALL),
        ("searches::FORGET_CALLS", FORGET_CALLS),
        ("searches::LAST_ROUND", LAST_ROUND),
        ("searches::ROUND", ROUND),
    ]
}
