//! Avvisi, tentativi e ricevute: what was asked of pagoPA and what came back.
//!
//! A notice number is made once and never reused; a receipt is kept as it came, whatever became of it.

use crate::{Row, StorageError, Tx, params};
use chrono::TimeDelta;
use domain::{
    AttemptId, BodyId, Cents, ChildId, Instant, NoticeId, PersonId, ServiceDay, WalletId, people::Actor,
    topup::TopUpState,
};

/// Avviso.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// The tenant.
    pub body: BodyId,
    /// Who made it.
    pub person: PersonId,
    /// Numero avviso, 18 digits.
    pub nav: String,
    /// Key of the debt at GPD.
    pub iupd: String,
    /// Sum of its lines.
    pub amount: Cents,
    /// What the payer reads.
    pub causale: String,
    /// How it stands.
    pub state: TopUpState,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it should be paid.
    pub due_day: ServiceDay,
    /// When the receipt came.
    pub paid_at: Option<Instant>,
    /// What it credits, in order.
    pub lines: Vec<NoticeLine>,
    /// The last trip to the checkout.
    pub attempt: Option<Attempt>,
}

/// What a notice credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeLine {
    /// Whose.
    pub child: ChildId,
    /// Which wallet.
    pub wallet: WalletId,
    /// Euro cents.
    pub amount: Cents,
    /// Where it was chosen in meals.
    pub meals: Option<u32>,
}

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

/// A person's names, for the debt position.
#[derive(Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Codice fiscale.
    pub fiscal_code: String,
    /// Name and surname.
    pub full_name: String,
}

/// What became of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// The wallets were credited.
    Credited,
    /// Credited although the notice had been withdrawn: the money is there.
    PaidAfterCancel,
    /// No notice has this number.
    UnknownNotice,
    /// Another amount than the notice's.
    AmountDiffers,
    /// The notice was paid by another receipt.
    SecondPayment,
}

impl ReceiptOutcome {
    const ALL: [Self; 5] = [
        Self::Credited,
        Self::PaidAfterCancel,
        Self::UnknownNotice,
        Self::AmountDiffers,
        Self::SecondPayment,
    ];

    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::PaidAfterCancel => "paid_after_cancel",
            Self::UnknownNotice => "unknown_notice",
            Self::AmountDiffers => "amount_differs",
            Self::SecondPayment => "second_payment",
        }
    }
}

/// A receipt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What became of it.
    pub outcome: ReceiptOutcome,
    /// The notice, where one has this number.
    pub notice: Option<NoticeId>,
}

pub(crate) const INSERT: &str = "\
    INSERT INTO notice (id, body_id, person_id, nav, iuv, iupd, amount, causale, state, created_at, due_day) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
pub(crate) const INSERT_LINE: &str = "\
    INSERT INTO notice_line (notice_id, line, child_id, wallet_id, amount, meals) VALUES ($1, $2, $3, $4, $5, $6)";

/// Writes a notice with its lines.
pub fn insert(tx: &mut dyn Tx, notice: &Notice, iuv: &str) -> Result<(), StorageError> {
    let row = params![
        notice.id,
        notice.body,
        notice.person,
        notice.nav.clone(),
        iuv,
        notice.iupd.clone(),
        notice.amount,
        notice.causale.clone(),
        notice.state.as_str(),
        notice.created_at,
        notice.due_day
    ];
    tx.execute(INSERT, &row)?;
    for (place, line) in notice.lines.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let row = params![
            notice.id,
            place,
            line.child,
            line.wallet,
            line.amount,
            line.meals.map(i64::from)
        ];
        tx.execute(INSERT_LINE, &row)?;
    }
    Ok(())
}

macro_rules! notice_sql {
    ($where:literal) => {
        concat!(
            "SELECT n.id, n.body_id, n.person_id, n.nav, n.iupd, n.amount, n.causale, n.state, n.created_at, \
                n.due_day, n.paid_at, a.id AS attempt_id, a.started_at, a.returned \
             FROM notice n LEFT JOIN attempt a ON a.id = (SELECT x.id FROM attempt x WHERE x.notice_id = n.id \
                ORDER BY x.started_at DESC, x.id DESC LIMIT 1) ",
            $where
        )
    };
}
pub(crate) const OF_PERSON: &str =
    notice_sql!("WHERE n.person_id = $1 AND n.body_id = $2 ORDER BY n.created_at DESC, n.id DESC LIMIT 100");
pub(crate) const OF_PERSON_BY_ID: &str =
    notice_sql!("WHERE n.person_id = $1 AND n.body_id = $2 AND n.id = $3");
pub(crate) const BY_NAV: &str = notice_sql!("WHERE n.body_id = $1 AND n.nav = $2");
pub(crate) const LINES: &str =
    "SELECT child_id, wallet_id, amount, meals FROM notice_line WHERE notice_id = $1 ORDER BY line";

fn notice(tx: &mut dyn Tx, row: &Row) -> Result<Notice, StorageError> {
    let id: NoticeId = row.parsed("id")?;
    let state = row.text("state")?;
    let state = TopUpState::from_name(state).ok_or_else(|| StorageError::Column {
        name: "state".to_owned(),
        problem: "is no known word".to_owned(),
    })?;
    let attempt = match row.opt_parsed::<AttemptId>("attempt_id")? {
        None => None,
        Some(id) => Some(Attempt {
            id,
            started_at: row.instant("started_at")?,
            returned: row.opt_text("returned")?.map(str::to_owned),
        }),
    };
    let mut lines = Vec::new();
    for row in tx.query(LINES, &params![id])? {
        lines.push(NoticeLine {
            child: row.parsed("child_id")?,
            wallet: row.parsed("wallet_id")?,
            amount: row.cents("amount")?,
            meals: row.opt_int("meals")?.and_then(|meals| u32::try_from(meals).ok()),
        });
    }
    Ok(Notice {
        id,
        body: row.parsed("body_id")?,
        person: row.parsed("person_id")?,
        nav: row.text("nav")?.to_owned(),
        iupd: row.text("iupd")?.to_owned(),
        amount: row.cents("amount")?,
        causale: row.text("causale")?.to_owned(),
        state,
        created_at: row.instant("created_at")?,
        due_day: row.parsed("due_day")?,
        paid_at: row.opt_instant("paid_at")?,
        lines,
        attempt,
    })
}

/// The notices that this person made, newest first, at most a hundred.
pub fn of_person(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Notice>, StorageError> {
    let rows = tx.query(OF_PERSON, &params![actor.person, actor.body])?;
    rows.iter().map(|row| notice(tx, row)).collect()
}

/// One of them; none where it is not theirs.
pub fn of_person_by_id(tx: &mut dyn Tx, actor: Actor, id: NoticeId) -> Result<Option<Notice>, StorageError> {
    let row = tx.query_opt(OF_PERSON_BY_ID, &params![actor.person, actor.body, id])?;
    row.map(|row| notice(tx, &row)).transpose()
}

/// A body's notice by its number.
pub fn by_nav(tx: &mut dyn Tx, body: BodyId, nav: &str) -> Result<Option<Notice>, StorageError> {
    let row = tx.query_opt(BY_NAV, &params![body, nav])?;
    row.map(|row| notice(tx, &row)).transpose()
}

pub(crate) const MOVE: &str = "UPDATE notice SET state = $1 WHERE id = $2 AND state = $3";

/// Moves a notice from one state to another; false where it was in another state meanwhile.
pub fn shift(tx: &mut dyn Tx, id: NoticeId, from: TopUpState, to: TopUpState) -> Result<bool, StorageError> {
    Ok(tx.execute(MOVE, &params![to.as_str(), id, from.as_str()])? == 1)
}

pub(crate) const PAID: &str =
    "UPDATE notice SET state = 'paid', paid_at = $1 WHERE id = $2 AND state <> 'paid'";

/// Marks a notice as paid; false where it was already.
pub fn mark_paid(tx: &mut dyn Tx, id: NoticeId, at: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(PAID, &params![at, id])? == 1)
}

pub(crate) const BEGIN_ATTEMPT: &str = "\
    INSERT INTO attempt (id, notice_id, started_at) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, returned = NULL, returned_at = NULL";

pub(crate) const LAST_ATTEMPT: &str =
    "SELECT MAX(started_at) AS last FROM attempt WHERE notice_id = $1 AND id <> $2";

/// Writes a trip to the checkout; the same trip tried again begins now. It becomes the notice's last one, also on a
/// clock that stands still.
pub fn begin_attempt(
    tx: &mut dyn Tx,
    id: AttemptId,
    notice: NoticeId,
    at: Instant,
) -> Result<(), StorageError> {
    let last = tx
        .query_one(LAST_ATTEMPT, &params![notice, id])?
        .opt_instant("last")?;
    let at = last.map_or(at, |last| at.max(last + TimeDelta::microseconds(1)));
    tx.execute(BEGIN_ATTEMPT, &params![id, notice, at]).map(drop)
}

pub(crate) const RETURNED: &str = "UPDATE attempt SET returned = $1, returned_at = $2 WHERE id = $3 AND (returned IS NULL OR returned <> 'ok')";

/// Notes with which words the browser came back. A hint, never money. After the page has said "paid" nothing that a
/// browser's history brings up makes the notice look unpaid.
pub fn note_return(tx: &mut dyn Tx, attempt: AttemptId, word: &str, at: Instant) -> Result<(), StorageError> {
    tx.execute(RETURNED, &params![word, at, attempt]).map(drop)
}

pub(crate) const RENUMBER: &str =
    "UPDATE notice SET nav = $1, iuv = $2 WHERE id = $3 AND nav = $4 AND state = 'preparing'";

/// Gives a notice that pagoPA does not know yet another number; false where it has another one or was published.
pub fn renumber(
    tx: &mut dyn Tx,
    id: NoticeId,
    from: &str,
    (nav, iuv): (&str, &str),
) -> Result<bool, StorageError> {
    Ok(tx.execute(RENUMBER, &params![nav, iuv, id, from])? == 1)
}

/// Name of the sequence that notice numbers come from, in the table of sequences.
pub const SEQUENCE: &str = "notice";

pub(crate) const SKIP: &str = "\
    INSERT INTO sequence (body_id, name, next) VALUES ($1, $2, $3) \
    ON CONFLICT (body_id, name) DO UPDATE SET next = sequence.next + $4 RETURNING next";

/// Leaves out so many notice numbers of a body and answers the next one: numbers that pagoPA may know already must
/// not come again.
pub fn skip_numbers(tx: &mut dyn Tx, body: BodyId, by: u32) -> Result<i64, StorageError> {
    let by = i64::from(by);
    tx.query_one(SKIP, &params![body, SEQUENCE, by + 1, by])?
        .int("next")
}

pub(crate) const DEBTOR: &str =
    "SELECT fiscal_code, first_name, surname FROM person WHERE id = $1 AND body_id = $2";

/// Who owes: the adult who made the notice.
pub fn debtor(tx: &mut dyn Tx, actor: Actor) -> Result<Debtor, StorageError> {
    let row = tx.query_one(DEBTOR, &params![actor.person, actor.body])?;
    Ok(Debtor {
        fiscal_code: row.text("fiscal_code")?.to_owned(),
        full_name: format!("{} {}", row.text("first_name")?, row.text("surname")?),
    })
}

pub(crate) const RECEIPT: &str = "SELECT nav, outcome FROM receipt WHERE receipt_id = $1";

/// What became of a receipt that was pushed before, and for which notice number it was.
pub fn receipt(tx: &mut dyn Tx, receipt_id: &str) -> Result<Option<(String, ReceiptOutcome)>, StorageError> {
    let Some(row) = tx.query_opt(RECEIPT, &params![receipt_id])? else {
        return Ok(None);
    };
    let word = row.text("outcome")?;
    let outcome = ReceiptOutcome::ALL
        .into_iter()
        .find(|outcome| outcome.as_str() == word);
    let outcome = outcome.ok_or_else(|| StorageError::Column {
        name: "outcome".to_owned(),
        problem: "is no known word".to_owned(),
    })?;
    Ok(Some((row.text("nav")?.to_owned(), outcome)))
}

pub(crate) const KEEP_RECEIPT: &str = "\
    INSERT INTO receipt (id, receipt_id, body_id, nav, amount, received_at, xml, outcome, notice_id) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Keeps a receipt as it came.
pub fn keep_receipt(tx: &mut dyn Tx, receipt: &KeptReceipt<'_>) -> Result<(), StorageError> {
    let row = params![
        receipt.id,
        receipt.receipt_id,
        receipt.body,
        receipt.nav,
        receipt.amount,
        receipt.received_at,
        receipt.xml,
        receipt.outcome.as_str(),
        receipt.notice
    ];
    tx.execute(KEEP_RECEIPT, &row).map(drop)
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("notices::INSERT", INSERT),
        ("notices::INSERT_LINE", INSERT_LINE),
        ("notices::OF_PERSON", OF_PERSON),
        ("notices::OF_PERSON_BY_ID", OF_PERSON_BY_ID),
        ("notices::BY_NAV", BY_NAV),
        ("notices::LINES", LINES),
        ("notices::MOVE", MOVE),
        ("notices::PAID", PAID),
        ("notices::BEGIN_ATTEMPT", BEGIN_ATTEMPT),
        ("notices::LAST_ATTEMPT", LAST_ATTEMPT),
        ("notices::RETURNED", RETURNED),
        ("notices::RENUMBER", RENUMBER),
        ("notices::SKIP", SKIP),
        ("notices::DEBTOR", DEBTOR),
        ("notices::RECEIPT", RECEIPT),
        ("notices::KEEP_RECEIPT", KEEP_RECEIPT),
    ]
}
