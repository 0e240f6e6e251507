//! Movimenti: rows that are only ever added. A balance is their sum; the stored one is a cache.
//!
//! A posting's cause is unique within its body, so that the same cause twice is the same posting once.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, Cents, ChildId, Instant, PostingId, ServiceDay, WalletId,
    people::Actor,
    wallet::{Cause, PostingKind, WalletScope},
};

/// What is to be posted.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Identity, made by the caller.
    pub id: PostingId,
    /// The tenant; the wallet must be its own.
    pub body: BodyId,
    /// Which wallet.
    pub wallet: WalletId,
    /// Whose meal or top-up, where it is one child's.
    pub child: Option<ChildId>,
    /// What it is.
    pub kind: PostingKind,
    /// Signed, in cents.
    pub amount: Cents,
    /// Why; unique within the body.
    pub cause: Cause<'a>,
    /// Day of value.
    pub day: ServiceDay,
    /// When it is posted.
    pub at: Instant,
    /// How the amount came about, in Italian.
    pub note: Option<String>,
}

/// What became of an [`Entry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It is in the ledger now.
    Posted {
        /// Balance of the wallet after it.
        balance: Cents,
    },
    /// Its cause was posted before: nothing was done.
    AlreadyPosted,
}

pub(crate) const LAST_POSTING: &str = "\
    SELECT p.position, p.balance_after FROM wallet w \
    LEFT JOIN posting p ON p.wallet_id = w.id \
        AND p.position = (SELECT MAX(q.position) FROM posting q WHERE q.wallet_id = w.id) \
    WHERE w.id = $1 AND w.body_id = $2";
pub(crate) const INSERT_POSTING: &str = "\
    INSERT INTO posting (id, body_id, wallet_id, child_id, kind, amount, cause, day, at, note, position, balance_after) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (body_id, cause) DO NOTHING";

/// Adds a posting, once. [`StorageError::NoRow`] where the wallet is not the body's.
pub fn post(tx: &mut dyn Tx, entry: &Entry<'_>) -> Result<Posted, StorageError> {
    let last = tx.query_one(LAST_POSTING, &params![entry.wallet, entry.body])?;
    let position = last.opt_int("position")?.unwrap_or(0) + 1;
    let balance = last
        .opt_int("balance_after")?
        .unwrap_or(0)
        .checked_add(entry.amount.get())
        .ok_or_else(|| StorageError::Constraint("the balance does not fit".to_owned()))?;
    let added = tx.execute(
        INSERT_POSTING,
        &params![
            entry.id,
            entry.body,
            entry.wallet,
            entry.child,
            entry.kind.as_str(),
            entry.amount,
            entry.cause.to_string(),
            entry.day,
            entry.at,
            entry.note.clone(),
            position,
            balance
        ],
    )?;
    Ok(if added == 0 {
        Posted::AlreadyPosted
    } else {
        Posted::Posted {
            balance: Cents::new(balance),
        }
    })
}

/// The balance of a wallet of that body: what its last posting says, zero without postings.
pub fn balance(tx: &mut dyn Tx, body: BodyId, wallet: WalletId) -> Result<Cents, StorageError> {
    let last = tx.query_one(LAST_POSTING, &params![wallet, body])?;
    Ok(Cents::new(last.opt_int("balance_after")?.unwrap_or(0)))
}

/// A wallet that somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wallet {
    /// Identity.
    pub id: WalletId,
    /// A child's or the family's.
    pub scope: WalletScope,
    /// Sum of its postings.
    pub balance: Cents,
}

macro_rules! wallet_sql {
    ($more:literal) => {
        concat!(
            "SELECT w.id, w.scope, CAST(COALESCE((SELECT p.balance_after FROM posting p WHERE p.wallet_id = w.id \
                ORDER BY p.position DESC LIMIT 1), 0) AS BIGINT) AS balance \
             FROM wallet w WHERE w.id IN (SELECT c.wallet_id FROM bond b \
                JOIN child c ON c.id = b.child_id AND c.body_id = b.body_id \
                WHERE b.person_id = $1 AND b.body_id = $2 AND b.ended_at IS NULL \
                AND (b.first_day IS NULL OR b.first_day <= $3) AND (b.last_day IS NULL OR b.last_day >= $3) \
                AND b.may_pay = 1)",
            $more
        )
    };
}
pub(crate) const WALLETS_OF: &str = wallet_sql!(" ORDER BY w.id");
pub(crate) const WALLET_OF: &str = wallet_sql!(" AND w.id = $4");

/// The wallets of the children for whom this person may pay.
pub fn wallets_of(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<Wallet>, StorageError> {
    let rows = tx.query(WALLETS_OF, &params![actor.person, actor.body, today])?;
    rows.iter().map(wallet).collect()
}

/// One of them; none where it is not theirs.
pub fn wallet_of(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    id: WalletId,
) -> Result<Option<Wallet>, StorageError> {
    let row = tx.query_opt(WALLET_OF, &params![actor.person, actor.body, today, id])?;
    row.as_ref().map(wallet).transpose()
}

fn wallet(row: &Row) -> Result<Wallet, StorageError> {
    let scope = match row.text("scope")? {
        "child" => WalletScope::Child,
        "family" => WalletScope::Family,
        _ => return Err(unreadable("scope")),
    };
    Ok(Wallet {
        id: row.parsed("id")?,
        scope,
        balance: row.cents("balance")?,
    })
}

/// A movement as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Identity.
    pub id: PostingId,
    /// Running number within the wallet, from 1.
    pub position: i64,
    /// Whose, where it is one child's.
    pub child: Option<ChildId>,
    /// What it is.
    pub kind: PostingKind,
    /// Signed.
    pub amount: Cents,
    /// [`Cause`] as text.
    pub cause: String,
    /// Day of value.
    pub day: ServiceDay,
    /// When it was posted.
    pub at: Instant,
    /// How the amount came about.
    pub note: Option<String>,
    /// The cached balance after it.
    pub balance_after: Cents,
}

/// Which movements; each bound is included.
#[derive(Debug, Clone, Copy)]
pub struct PostingFilter {
    /// Only of this child.
    pub child: Option<ChildId>,
    /// From this day of value on.
    pub from: Option<ServiceDay>,
    /// To this day of value.
    pub to: Option<ServiceDay>,
    /// Only positions below this one.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

pub(crate) const POSTINGS: &str = "\
    SELECT id, position, child_id, kind, amount, cause, day, at, note, balance_after FROM posting \
    WHERE wallet_id = $1 AND position < $2 AND day >= $3 AND day <= $4 \
        AND (CAST($5 AS TEXT) = '' OR child_id = $5) \
    ORDER BY position DESC LIMIT $6";

/// A wallet's movements, newest first. The caller has found the wallet with [`wallet_of`].
pub fn postings(
    tx: &mut dyn Tx,
    wallet: WalletId,
    filter: &PostingFilter,
) -> Result<Vec<Posting>, StorageError> {
    let rows = tx.query(
        POSTINGS,
        &params![
            wallet,
            filter.before.unwrap_or(i64::MAX),
            filter
                .from
                .map_or_else(|| "0000-00-00".to_owned(), |day| day.to_string()),
            filter
                .to
                .map_or_else(|| "9999-99-99".to_owned(), |day| day.to_string()),
            filter.child.map_or_else(String::new, |child| child.to_string()),
            filter.limit
        ],
    )?;
    rows.iter().map(posting).collect()
}

fn posting(row: &Row) -> Result<Posting, StorageError> {
    Ok(Posting {
        id: row.parsed("id")?,
        position: row.int("position")?,
        child: row.opt_parsed("child_id")?,
        kind: PostingKind::from_name(row.text("kind")?).ok_or_else(|| unreadable("kind"))?,
        amount: row.cents("amount")?,
        cause: row.text("cause")?.to_owned(),
        day: row.parsed("day")?,
        at: row.instant("at")?,
        note: row.opt_text("note")?.map(str::to_owned),
        balance_after: row.cents("balance_after")?,
    })
}

pub(crate) const MEALS_IN_MONTH: &str = "\
    SELECT p.child_id, COUNT(*) AS meals FROM enrolment e \
    JOIN posting p ON p.child_id = e.child_id AND p.day >= $3 AND p.day <= $4 AND p.kind = 'meal' \
    WHERE e.school_id = $1 AND e.year_name = $2 GROUP BY p.child_id";

/// How many meals the children of a school have been charged between two days, by child.
pub fn meals_charged_at(
    tx: &mut dyn Tx,
    school: domain::SchoolId,
    year: &str,
    from: ServiceDay,
    to: ServiceDay,
) -> Result<Vec<(ChildId, u32)>, StorageError> {
    let rows = tx.query(MEALS_IN_MONTH, &params![school, year, from, to])?;
    rows.iter()
        .map(|row| Ok((row.parsed("child_id")?, row.small("meals")?)))
        .collect()
}

pub(crate) const MEALS_OF_CHILD: &str = "\
    SELECT COUNT(*) AS meals FROM posting WHERE child_id = $1 AND day >= $2 AND day <= $3 AND kind = 'meal'";

/// How many meals a child has been charged between two days.
pub fn meals_charged(
    tx: &mut dyn Tx,
    child: ChildId,
    from: ServiceDay,
    to: ServiceDay,
) -> Result<u32, StorageError> {
    tx.query_one(MEALS_OF_CHILD, &params![child, from, to])?
        .small("meals")
}

pub(crate) const ALL_WALLETS: &str = "SELECT id FROM wallet WHERE body_id = $1 ORDER BY id";
pub(crate) const ALL_POSTINGS: &str = "\
    SELECT id, position, child_id, kind, amount, cause, day, at, note, balance_after FROM posting \
    WHERE wallet_id = $1 ORDER BY position";

/// Every wallet of a body, for the check of the ledger.
pub fn all_wallets(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<WalletId>, StorageError> {
    tx.query(ALL_WALLETS, &params![body])?
        .iter()
        .map(|row| row.parsed("id"))
        .collect()
}

/// Every posting of a wallet in order, for the check of the ledger.
pub fn all_postings(tx: &mut dyn Tx, wallet: WalletId) -> Result<Vec<Posting>, StorageError> {
    tx.query(ALL_POSTINGS, &params![wallet])?
        .iter()
        .map(posting)
        .collect()
}

fn unreadable(name: &str) -> StorageError {
    StorageError::Column {
        name: name.to_owned(),
        problem: "is not a known word".to_owned(),
    }
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("ledger::LAST_POSTING", LAST_POSTING),
        ("ledger::INSERT_POSTING", INSERT_POSTING),
        ("ledger::WALLETS_OF", WALLETS_OF),
        ("ledger::WALLET_OF", WALLET_OF),
        ("ledger::POSTINGS", POSTINGS),
        ("ledger::MEALS_IN_MONTH", MEALS_IN_MONTH),
        ("ledger::MEALS_OF_CHILD", MEALS_OF_CHILD),
        ("ledger::ALL_WALLETS", ALL_WALLETS),
        ("ledger::ALL_POSTINGS", ALL_POSTINGS),
    ]
}
