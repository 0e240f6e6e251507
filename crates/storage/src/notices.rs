//! Avvisi: what a family is asked to pay, whoever asked for it.
//!
//! A notice number is made once and never reused. Trips to the checkout are in [`crate::attempts`], what came back in
//! [`crate::receipts`].

use crate::{
    Row, StorageError, Tx,
    attempts::{self, Attempt},
    calendar::holds,
    params,
};
use domain::{
    BodyId, Cents, ChildId, Instant, NoticeId, PersonId, ServiceDay, WalletId, notice::NoticeKind,
    people::Actor, topup::TopUpState,
};
use std::collections::BTreeMap;

/// Avviso.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// The tenant.
    pub body: BodyId,
    /// Who made it; where the office issued it, to whom.
    pub person: PersonId,
    /// Why there is one.
    pub kind: NoticeKind,
    /// The office's own number of an issued notice.
    pub reference: Option<String>,
    /// Numero avviso, 18 digits.
    pub nav: String,
    /// Key of the debt at GPD.
    pub iupd: String,
    /// Sum of its lines.
    pub amount: Cents,
    /// Oggetto, printed on it; empty on the notices of earlier versions.
    pub subject: String,
    /// What the payer reads in bank and receipt.
    pub causale: String,
    /// How it stands.
    pub state: TopUpState,
    /// When it was made.
    pub created_at: Instant,
    /// When pagoPA came to know it, where that was noted.
    pub published_at: Option<Instant>,
    /// Until when it should be paid.
    pub due_day: ServiceDay,
    /// When its receipt came.
    pub paid_at: Option<Instant>,
    /// What it is for, in order.
    pub lines: Vec<NoticeLine>,
    /// The last trip to the checkout.
    pub attempt: Option<Attempt>,
}

/// What a notice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeLine {
    /// Whose, where it is for one child.
    pub child: Option<ChildId>,
    /// Which wallet is credited, where one is.
    pub wallet: Option<WalletId>,
    /// Euro cents.
    pub amount: Cents,
    /// Where it was chosen in meals.
    pub meals: Option<u32>,
    /// The office's words.
    pub description: Option<String>,
}

/// A person's names, for the debt position.
#[derive(Clone, PartialEq, Eq)]
pub struct Debtor {
    /// Codice fiscale.
    pub fiscal_code: String,
    /// Name and surname.
    pub full_name: String,
}

pub(crate) const INSERT: &str = "\
    INSERT INTO notice (id, body_id, person_id, kind, reference, nav, iuv, iupd, amount, subject, causale, state, \
        created_at, due_day) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
pub(crate) const INSERT_LINE: &str = "\
    INSERT INTO notice_line (notice_id, line, child_id, wallet_id, amount, meals, description) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Writes a notice with its lines, not published and without attempt.
pub fn insert(tx: &mut dyn Tx, notice: &Notice, iuv: &str) -> Result<(), StorageError> {
    let row = params![
        notice.id,
        notice.body,
        notice.person,
        notice.kind.as_str(),
        notice.reference.clone(),
        notice.nav.clone(),
        iuv,
        notice.iupd.clone(),
        notice.amount,
        notice.subject.clone(),
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
            line.meals.map(i64::from),
            line.description.clone()
        ];
        tx.execute(INSERT_LINE, &row)?;
    }
    Ok(())
}

macro_rules! notice_sql {
    ($where:expr) => {
        concat!(
            "SELECT n.id, n.body_id, n.person_id, n.kind, n.reference, n.nav, n.iupd, n.amount, n.subject, n.causale, \
                n.state, n.created_at, n.published_at, n.due_day, n.paid_at, \
                a.id AS attempt_id, a.started_at, a.returned \
             FROM notice n LEFT JOIN attempt a ON a.id = (SELECT x.attempt_id FROM attempt_notice x \
                WHERE x.notice_id = n.id ORDER BY x.started_at DESC, x.attempt_id DESC LIMIT 1) ",
            $where
        )
    };
}
pub(crate) const OF_PERSON: &str = notice_sql!(
    "WHERE n.person_id = $1 AND n.body_id = $2 \
     ORDER BY CASE WHEN n.state IN ('paid', 'cancelled') THEN 1 ELSE 0 END, n.created_at DESC, n.id DESC LIMIT 300"
);
pub(crate) const TOP_UPS_OF: &str = notice_sql!(
    "WHERE n.person_id = $1 AND n.body_id = $2 AND n.kind = 'top_up' \
     ORDER BY n.created_at DESC, n.id DESC LIMIT 100"
);
pub(crate) const OF_PERSON_BY_ID: &str =
    notice_sql!("WHERE n.person_id = $1 AND n.body_id = $2 AND n.id = $3");
/// A notice of the office that is to be paid by whoever delegated $1, where each of its lines is about a child for whom
/// the delegation holds on the day $3 and lets read the office's papers.
macro_rules! shared_sql {
    ($more:literal) => {
        notice_sql!(concat!(
            "WHERE n.body_id = $2 AND n.kind <> 'top_up' AND n.state IN ('payable', 'verifying') AND n.person_id IN \
                (SELECT b.granted_by FROM bond b WHERE ",
            holds!("b"),
            " AND b.kind = 'delegate' AND b.may_documents = 1) \
             AND EXISTS (SELECT 1 FROM notice_line l WHERE l.notice_id = n.id) \
             AND NOT EXISTS (SELECT 1 FROM notice_line l WHERE l.notice_id = n.id AND (l.child_id IS NULL \
                OR l.child_id NOT IN (SELECT b.child_id FROM bond b WHERE ",
            holds!("b"),
            " AND b.kind = 'delegate' AND b.may_documents = 1 AND b.granted_by = n.person_id)))",
            $more
        ))
    };
}
pub(crate) const SHARED: &str = shared_sql!(" ORDER BY n.due_day, n.created_at, n.id LIMIT 100");
pub(crate) const SHARED_BY_ID: &str = shared_sql!(" AND n.id = $4");
pub(crate) const BY_ID: &str = notice_sql!("WHERE n.body_id = $1 AND n.id = $2");
pub(crate) const BY_NAV: &str = notice_sql!("WHERE n.body_id = $1 AND n.nav = $2");
pub(crate) const BY_REFERENCE: &str = notice_sql!("WHERE n.body_id = $1 AND n.reference = $2");
pub(crate) const TO_PUBLISH: &str = notice_sql!(
    "WHERE n.body_id = $1 AND n.state = 'preparing' AND n.kind <> 'top_up' ORDER BY n.created_at, n.id LIMIT $2"
);
pub(crate) const PAID_BETWEEN: &str = notice_sql!(
    "WHERE n.person_id = $1 AND n.body_id = $2 AND EXISTS (SELECT 1 FROM receipt r WHERE r.notice_id = n.id \
     AND r.outcome IN ('credited', 'paid_after_cancel') AND COALESCE(r.paid_at, r.received_at) >= $3 \
     AND COALESCE(r.paid_at, r.received_at) < $4) ORDER BY n.created_at, n.id"
);
pub(crate) const PENDING: &str = notice_sql!(
    "WHERE n.body_id = $1 AND n.state IN ('payable', 'verifying') AND a.started_at < $2 AND a.started_at > $3 \
     ORDER BY a.started_at, n.id LIMIT $4"
);
pub(crate) const LINES: &str = "\
    SELECT notice_id, child_id, wallet_id, amount, meals, description FROM notice_line WHERE notice_id = $1 \
    ORDER BY line";
pub(crate) const LINES_OF_PERSON: &str = "\
    SELECT l.notice_id, l.child_id, l.wallet_id, l.amount, l.meals, l.description FROM notice_line l \
    JOIN notice n ON n.id = l.notice_id WHERE n.person_id = $1 AND n.body_id = $2 ORDER BY l.notice_id, l.line";

fn line(row: &Row) -> Result<NoticeLine, StorageError> {
    Ok(NoticeLine {
        child: row.opt_parsed("child_id")?,
        wallet: row.opt_parsed("wallet_id")?,
        amount: row.cents("amount")?,
        meals: row.opt_int("meals")?.and_then(|meals| u32::try_from(meals).ok()),
        description: row.opt_text("description")?.map(str::to_owned),
    })
}

fn bare(row: &Row, lines: Vec<NoticeLine>) -> Result<Notice, StorageError> {
    let unknown = |name: &str| StorageError::Column {
        name: name.to_owned(),
        problem: "is no known word".to_owned(),
    };
    Ok(Notice {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        person: row.parsed("person_id")?,
        kind: NoticeKind::from_name(row.text("kind")?).ok_or_else(|| unknown("kind"))?,
        reference: row.opt_text("reference")?.map(str::to_owned),
        nav: row.text("nav")?.to_owned(),
        iupd: row.text("iupd")?.to_owned(),
        amount: row.cents("amount")?,
        subject: row.text("subject")?.to_owned(),
        causale: row.text("causale")?.to_owned(),
        state: TopUpState::from_name(row.text("state")?).ok_or_else(|| unknown("state"))?,
        created_at: row.instant("created_at")?,
        published_at: row.opt_instant("published_at")?,
        due_day: row.parsed("due_day")?,
        paid_at: row.opt_instant("paid_at")?,
        lines,
        attempt: attempts::of_row(row)?,
    })
}

fn notice(tx: &mut dyn Tx, row: &Row) -> Result<Notice, StorageError> {
    let id: NoticeId = row.parsed("id")?;
    let lines = tx.query(LINES, &params![id])?;
    bare(row, lines.iter().map(line).collect::<Result<_, _>>()?)
}

fn one(tx: &mut dyn Tx, sql: &str, params: &[crate::Value]) -> Result<Option<Notice>, StorageError> {
    let row = tx.query_opt(sql, params)?;
    row.map(|row| notice(tx, &row)).transpose()
}

fn several(tx: &mut dyn Tx, sql: &str, params: &[crate::Value]) -> Result<Vec<Notice>, StorageError> {
    let rows = tx.query(sql, params)?;
    rows.iter().map(|row| notice(tx, row)).collect()
}

/// All of a person's at once: two statements, however many they are.
fn of(tx: &mut dyn Tx, sql: &str, actor: Actor) -> Result<Vec<Notice>, StorageError> {
    let mut lines: BTreeMap<NoticeId, Vec<NoticeLine>> = BTreeMap::new();
    for row in tx.query(LINES_OF_PERSON, &params![actor.person, actor.body])? {
        lines
            .entry(row.parsed("notice_id")?)
            .or_default()
            .push(line(&row)?);
    }
    let rows = tx.query(sql, &params![actor.person, actor.body])?;
    rows.iter()
        .map(|row| bare(row, lines.remove(&row.parsed("id")?).unwrap_or_default()))
        .collect()
}

/// The notices of this person, its own and those that the office issued to it: what is open first, each newest first,
/// at most three hundred.
pub fn of_person(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Notice>, StorageError> {
    of(tx, OF_PERSON, actor)
}

/// The top-ups that this person made, newest first, at most a hundred.
pub fn top_ups_of(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Notice>, StorageError> {
    of(tx, TOP_UPS_OF, actor)
}

/// One of a person's notices; none where it is not theirs.
pub fn of_person_by_id(tx: &mut dyn Tx, actor: Actor, id: NoticeId) -> Result<Option<Notice>, StorageError> {
    one(tx, OF_PERSON_BY_ID, &params![actor.person, actor.body, id])
}

/// The notices that the office asks of whoever delegated this person, where the delegation lets read them: the most urgent
/// first. Never one that is paid, and never a top-up: what others paid is theirs.
pub fn shared(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<Notice>, StorageError> {
    several(tx, SHARED, &params![actor.person, actor.body, today])
}

/// A notice that this person may read: their own, or one of [`shared`].
pub fn readable(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    id: NoticeId,
) -> Result<Option<Notice>, StorageError> {
    match of_person_by_id(tx, actor, id)? {
        Some(own) => Ok(Some(own)),
        None => one(tx, SHARED_BY_ID, &params![actor.person, actor.body, today, id]),
    }
}

/// A body's notice.
pub fn by_id(tx: &mut dyn Tx, body: BodyId, id: NoticeId) -> Result<Option<Notice>, StorageError> {
    one(tx, BY_ID, &params![body, id])
}

/// A body's notice by its number.
pub fn by_nav(tx: &mut dyn Tx, body: BodyId, nav: &str) -> Result<Option<Notice>, StorageError> {
    one(tx, BY_NAV, &params![body, nav])
}

/// A notice that the office issued, by the office's own number.
pub fn by_reference(tx: &mut dyn Tx, body: BodyId, reference: &str) -> Result<Option<Notice>, StorageError> {
    one(tx, BY_REFERENCE, &params![body, reference])
}

/// Issued notices of a body that pagoPA does not know yet, the eldest first.
pub fn to_publish(tx: &mut dyn Tx, body: BodyId, limit: u32) -> Result<Vec<Notice>, StorageError> {
    several(tx, TO_PUBLISH, &params![body, limit])
}

/// Unpaid notices of a body whose last trip to the checkout began between `after` and `before`, both left out; the
/// eldest trip first. A payment may have been made of which no receipt came.
pub fn pending(
    tx: &mut dyn Tx,
    body: BodyId,
    (after, before): (Instant, Instant),
    limit: u32,
) -> Result<Vec<Notice>, StorageError> {
    several(tx, PENDING, &params![body, before, after, limit])
}

/// A person's notices that were paid from the first instant to before the second.
pub fn paid_between(
    tx: &mut dyn Tx,
    actor: Actor,
    (from, to): (Instant, Instant),
) -> Result<Vec<Notice>, StorageError> {
    several(tx, PAID_BETWEEN, &params![actor.person, actor.body, from, to])
}

/// A child whom a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildOfNotice {
    /// Identity.
    pub id: ChildId,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
}

pub(crate) const CHILDREN_OF: &str = concat!(
    "SELECT id, first_name, surname FROM child WHERE id IN (SELECT l.child_id FROM notice n \
        JOIN notice_line l ON l.notice_id = n.id WHERE n.person_id = $1 AND n.body_id = $2) \
     OR id IN (SELECT b.child_id FROM bond b WHERE ",
    holds!("b"),
    " AND b.may_documents = 1)"
);

/// The children whom this person's notices name, and those whose papers this person may read. A bond may have ended
/// since: what was paid for whom stays told.
pub fn children_of(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
) -> Result<Vec<ChildOfNotice>, StorageError> {
    let rows = tx.query(CHILDREN_OF, &params![actor.person, actor.body, today])?;
    let child = |row: &Row| {
        Ok(ChildOfNotice {
            id: row.parsed("id")?,
            first_name: row.text("first_name")?.to_owned(),
            surname: row.text("surname")?.to_owned(),
        })
    };
    rows.iter().map(child).collect()
}

pub(crate) const MOVE: &str = "UPDATE notice SET state = $1 WHERE id = $2 AND state = $3";

/// Moves a notice from one state to another; false where it was in another state meanwhile.
pub fn shift(tx: &mut dyn Tx, id: NoticeId, from: TopUpState, to: TopUpState) -> Result<bool, StorageError> {
    Ok(tx.execute(MOVE, &params![to.as_str(), id, from.as_str()])? == 1)
}

pub(crate) const PUBLISHED: &str =
    "UPDATE notice SET state = 'payable', published_at = $1 WHERE id = $2 AND state = 'preparing'";

/// Makes a notice payable that pagoPA knows now; false where it was no longer being prepared.
pub fn publish(tx: &mut dyn Tx, id: NoticeId, at: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(PUBLISHED, &params![at, id])? == 1)
}

pub(crate) const PAID: &str =
    "UPDATE notice SET state = 'paid', paid_at = $1 WHERE id = $2 AND state <> 'paid'";

/// Marks a notice as paid; false where it was already.
pub fn mark_paid(tx: &mut dyn Tx, id: NoticeId, at: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(PAID, &params![at, id])? == 1)
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

/// Who owes: the adult who made the notice, or to whom it was issued.
pub fn debtor(tx: &mut dyn Tx, actor: Actor) -> Result<Debtor, StorageError> {
    let row = tx.query_one(DEBTOR, &params![actor.person, actor.body])?;
    Ok(Debtor {
        fiscal_code: row.text("fiscal_code")?.to_owned(),
        full_name: format!("{} {}", row.text("first_name")?, row.text("surname")?),
    })
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("notices::INSERT", INSERT),
        ("notices::INSERT_LINE", INSERT_LINE),
        ("notices::OF_PERSON", OF_PERSON),
        ("notices::TOP_UPS_OF", TOP_UPS_OF),
        ("notices::OF_PERSON_BY_ID", OF_PERSON_BY_ID),
        ("notices::SHARED", SHARED),
        ("notices::SHARED_BY_ID", SHARED_BY_ID),
        ("notices::BY_ID", BY_ID),
        ("notices::BY_NAV", BY_NAV),
        ("notices::BY_REFERENCE", BY_REFERENCE),
        ("notices::TO_PUBLISH", TO_PUBLISH),
        ("notices::PAID_BETWEEN", PAID_BETWEEN),
        ("notices::CHILDREN_OF", CHILDREN_OF),
        ("notices::PENDING", PENDING),
        ("notices::LINES", LINES),
        ("notices::LINES_OF_PERSON", LINES_OF_PERSON),
        ("notices::MOVE", MOVE),
        ("notices::PUBLISHED", PUBLISHED),
        ("notices::PAID", PAID),
        ("notices::RENUMBER", RENUMBER),
        ("notices::SKIP", SKIP),
        ("notices::DEBTOR", DEBTOR),
    ]
}
