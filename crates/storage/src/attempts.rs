//! Tentativi: trips to the checkout. One pays one to five notices; a notice may have several, one after the other.
//!
//! What the browser says when it comes back is noted as a hint, never as money.

use crate::{Row, StorageError, Tx, params};
use chrono::TimeDelta;
use domain::{AttemptId, Instant, NoticeId, people::Actor};

/// One trip to the checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Identity; part of the return addresses.
    pub id: AttemptId,
    /// When it began.
    pub started_at: Instant,
    /// With which words the browser came back; a hint.
    pub returned: Option<String>,
}

/// Reads the columns `attempt_id`, `started_at` and `returned`, where there is an attempt.
pub(crate) fn of_row(row: &Row) -> Result<Option<Attempt>, StorageError> {
    let Some(id) = row.opt_parsed::<AttemptId>("attempt_id")? else {
        return Ok(None);
    };
    Ok(Some(Attempt {
        id,
        started_at: row.instant("started_at")?,
        returned: row.opt_text("returned")?.map(str::to_owned),
    }))
}

pub(crate) const BEGIN: &str = "\
    INSERT INTO attempt (id, body_id, person_id, started_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, returned = NULL, returned_at = NULL";
pub(crate) const ADD_NOTICE: &str = "\
    INSERT INTO attempt_notice (attempt_id, notice_id, place, started_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (attempt_id, notice_id) DO UPDATE SET started_at = excluded.started_at";
// Each trip may become a payment of which nothing is heard: pagoPA is asked about it from the beginning.
pub(crate) const ASK_AGAIN: &str = "UPDATE notice SET asks = 0, ask_at = NULL WHERE id = $1";
pub(crate) const LAST: &str =
    "SELECT MAX(started_at) AS last FROM attempt_notice WHERE notice_id = $1 AND attempt_id <> $2";

/// Writes a trip to the checkout; the same trip tried again begins now. It becomes the last one of each of its notices,
/// also on a clock that stands still.
pub fn begin(
    tx: &mut dyn Tx,
    id: AttemptId,
    actor: Actor,
    notices: &[NoticeId],
    at: Instant,
) -> Result<(), StorageError> {
    let mut at = at;
    for notice in notices {
        let last = tx.query_one(LAST, &params![*notice, id])?.opt_instant("last")?;
        at = last.map_or(at, |last| at.max(last + TimeDelta::microseconds(1)));
    }
    tx.execute(BEGIN, &params![id, actor.body, actor.person, at])?;
    for (place, notice) in notices.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        tx.execute(ADD_NOTICE, &params![id, *notice, place, at])?;
        tx.execute(ASK_AGAIN, &params![*notice])?;
    }
    Ok(())
}

pub(crate) const RETURNED: &str = "UPDATE attempt SET returned = $1, returned_at = $2 WHERE id = $3 AND (returned IS NULL OR returned <> 'ok')";

/// Notes with which words the browser came back. A hint, never money. After the page has said "paid" nothing that a
/// browser's history brings up makes the notice look unpaid.
pub fn note_return(tx: &mut dyn Tx, attempt: AttemptId, word: &str, at: Instant) -> Result<(), StorageError> {
    tx.execute(RETURNED, &params![word, at, attempt]).map(drop)
}

pub(crate) const NOTICES: &str = "\
    SELECT x.notice_id FROM attempt_notice x JOIN attempt a ON a.id = x.attempt_id \
    WHERE a.id = $1 AND a.person_id = $2 AND a.body_id = $3 ORDER BY x.place";

/// What a trip of this person pays, in the order in which it was asked; nothing where it is not theirs.
pub fn notices_of(tx: &mut dyn Tx, actor: Actor, id: AttemptId) -> Result<Vec<NoticeId>, StorageError> {
    let rows = tx.query(NOTICES, &params![id, actor.person, actor.body])?;
    rows.iter().map(|row| row.parsed("notice_id")).collect()
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("attempts::BEGIN", BEGIN),
        ("attempts::ADD_NOTICE", ADD_NOTICE),
        ("attempts::ASK_AGAIN", ASK_AGAIN),
        ("attempts::LAST", LAST),
        ("attempts::RETURNED", RETURNED),
        ("attempts::NOTICES", NOTICES),
    ]
}
