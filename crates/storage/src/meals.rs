//! Presenze: what families said of their days, the acts that said it, and the days that are frozen.

use crate::{
    Row, StorageError, Tx,
    calendar::{Reach, enrolment, reach},
    params,
};
use domain::{
    ActId, BodyId, ChildId, Instant, PersonId, SchoolId, ServiceDay, WalletId, calendar::Enrolment,
    meals::Choice, people::Actor,
};
use std::collections::HashSet;

/// The family's last word on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whose day.
    pub child: ChildId,
    /// Which day.
    pub day: ServiceDay,
    /// What they said.
    pub choice: Choice,
    /// Sequence of the act's receipt number.
    pub sequence: i64,
    /// When the portal registered it.
    pub at: Instant,
    /// Who said it.
    pub person: PersonId,
}

macro_rules! said_sql {
    ($($reach:tt)*) => {
        concat!(
            "SELECT p.child_id, p.day, p.choice, a.sequence, a.at, a.person_id FROM presence p \
             JOIN act a ON a.id = p.act_id WHERE p.child_id IN ", reach!($($reach)*),
            " AND p.day >= $4 AND p.day <= $5"
        )
    };
}
pub(crate) const SAID_SEEN: &str = said_sql!("may_see");
pub(crate) const SAID_CHANGED: &str = said_sql!("may_cancel");
pub(crate) const SAID_OF_WALLETS: &str = said_sql!(wallets);

/// What was said of the days between two, both included, of the children within reach.
pub fn said(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    reach: Reach,
    (from, to): (ServiceDay, ServiceDay),
) -> Result<Vec<Said>, StorageError> {
    let sql = match reach {
        Reach::See => SAID_SEEN,
        Reach::Cancel => SAID_CHANGED,
        Reach::Wallets => SAID_OF_WALLETS,
    };
    let rows = tx.query(sql, &params![actor.person, actor.body, today, from, to])?;
    rows.iter()
        .map(|row| {
            Ok(Said {
                child: row.parsed("child_id")?,
                day: row.parsed("day")?,
                choice: choice(row)?,
                sequence: row.int("sequence")?,
                at: row.instant("at")?,
                person: row.parsed("person_id")?,
            })
        })
        .collect()
}

macro_rules! frozen_sql {
    ($($reach:tt)*) => {
        concat!(
            "SELECT DISTINCT f.school_id, f.day FROM frozen_day f WHERE f.school_id IN \
                (SELECT e.school_id FROM enrolment e WHERE e.child_id IN ", reach!($($reach)*),
            ") AND f.day >= $4 AND f.day <= $5"
        )
    };
}
pub(crate) const FROZEN_SEEN: &str = frozen_sql!("may_see");
pub(crate) const FROZEN_CHANGED: &str = frozen_sql!("may_cancel");
pub(crate) const FROZEN_OF_WALLETS: &str = frozen_sql!(wallets);

/// The frozen days between two, both included, of the schools of the children within reach.
pub fn frozen(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    reach: Reach,
    (from, to): (ServiceDay, ServiceDay),
) -> Result<HashSet<(SchoolId, ServiceDay)>, StorageError> {
    let sql = match reach {
        Reach::See => FROZEN_SEEN,
        Reach::Cancel => FROZEN_CHANGED,
        Reach::Wallets => FROZEN_OF_WALLETS,
    };
    let rows = tx.query(sql, &params![actor.person, actor.body, today, from, to])?;
    rows.iter()
        .map(|row| Ok((row.parsed("school_id")?, row.parsed("day")?)))
        .collect()
}

/// An act with its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Identity.
    pub id: ActId,
    /// The tenant.
    pub body: BodyId,
    /// Who acted.
    pub person: PersonId,
    /// Receipt number within the body.
    pub sequence: i64,
    /// What the days became.
    pub choice: Choice,
    /// When the portal registered it.
    pub at: Instant,
    /// The text that is signed.
    pub receipt_text: String,
    /// Its signature, base64.
    pub signature: String,
}

pub(crate) const NEXT_NUMBER: &str = "\
    INSERT INTO sequence (body_id, name, next) VALUES ($1, $2, 2) \
    ON CONFLICT (body_id, name) DO UPDATE SET next = sequence.next + 1 RETURNING next";

/// Takes the next number of a body's sequence, from 1. Two transactions never get the same one.
pub fn next_number(tx: &mut dyn Tx, body: BodyId, name: &str) -> Result<i64, StorageError> {
    Ok(tx.query_one(NEXT_NUMBER, &params![body, name])?.int("next")? - 1)
}

pub(crate) const INSERT_ACT: &str = "\
    INSERT INTO act (id, body_id, person_id, sequence, choice, at, receipt_text, signature) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
pub(crate) const INSERT_LINE: &str = "INSERT INTO act_line (act_id, child_id, day) VALUES ($1, $2, $3)";
pub(crate) const SAY: &str = "\
    INSERT INTO presence (child_id, day, body_id, choice, act_id) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (child_id, day) DO UPDATE SET choice = excluded.choice, act_id = excluded.act_id";

/// Keeps an act and makes its lines the last word on their days.
pub fn insert_act(
    tx: &mut dyn Tx,
    act: &Act,
    lines: impl IntoIterator<Item = (ChildId, ServiceDay)>,
) -> Result<(), StorageError> {
    tx.execute(
        INSERT_ACT,
        &params![
            act.id,
            act.body,
            act.person,
            act.sequence,
            act.choice.as_str(),
            act.at,
            &act.receipt_text,
            &act.signature
        ],
    )?;
    for (child, day) in lines {
        tx.execute(INSERT_LINE, &params![act.id, child, day])?;
        tx.execute(SAY, &params![child, day, act.body, act.choice.as_str(), act.id])?;
    }
    Ok(())
}

macro_rules! act_sql {
    ($where:expr) => {
        concat!(
            "SELECT a.id, a.body_id, a.person_id, a.sequence, a.choice, a.at, a.receipt_text, a.signature \
             FROM act a WHERE ",
            $where
        )
    };
}
pub(crate) const ACT: &str = act_sql!("a.body_id = $1 AND a.sequence = $2");
pub(crate) const ACT_OF: &str = act_sql!(concat!(
    "a.body_id = $2 AND a.sequence = $4 AND NOT EXISTS (SELECT 1 FROM act_line l WHERE l.act_id = a.id \
     AND l.child_id NOT IN ",
    reach!("may_see"),
    ")"
));
pub(crate) const ACTS: &str = act_sql!("a.body_id = $1 ORDER BY a.sequence");
pub(crate) const LINES: &str = "SELECT child_id, day FROM act_line WHERE act_id = $1 ORDER BY child_id, day";

/// The act with that number, for the office.
pub fn act(tx: &mut dyn Tx, body: BodyId, sequence: i64) -> Result<Option<Act>, StorageError> {
    tx.query_opt(ACT, &params![body, sequence])?
        .as_ref()
        .map(act_row)
        .transpose()
}

/// The act with that number, for a person who may see every child that it names.
pub fn act_of(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    sequence: i64,
) -> Result<Option<Act>, StorageError> {
    let row = tx.query_opt(ACT_OF, &params![actor.person, actor.body, today, sequence])?;
    row.as_ref().map(act_row).transpose()
}

/// Every act of a body in order, for the check of the ledger.
pub fn acts(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Act>, StorageError> {
    tx.query(ACTS, &params![body])?.iter().map(act_row).collect()
}

/// What an act changed.
pub fn act_lines(tx: &mut dyn Tx, act: ActId) -> Result<Vec<(ChildId, ServiceDay)>, StorageError> {
    let rows = tx.query(LINES, &params![act])?;
    rows.iter()
        .map(|row| Ok((row.parsed("child_id")?, row.parsed("day")?)))
        .collect()
}

fn act_row(row: &Row) -> Result<Act, StorageError> {
    Ok(Act {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        person: row.parsed("person_id")?,
        sequence: row.int("sequence")?,
        choice: choice(row)?,
        at: row.instant("at")?,
        receipt_text: row.text("receipt_text")?.to_owned(),
        signature: row.text("signature")?.to_owned(),
    })
}

/// How a receipt names a child: by badge code and initials, never by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// Badge code, where there is one.
    pub badge: Option<String>,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
}

pub(crate) const NAMING: &str = "\
    SELECT (SELECT MIN(x.code) FROM badge x WHERE x.child_id = c.id) AS badge, c.first_name, c.surname \
    FROM child c WHERE c.body_id = $1 AND c.id = $2";

/// How the receipts of a body name a child.
pub fn naming(tx: &mut dyn Tx, body: BodyId, child: ChildId) -> Result<Naming, StorageError> {
    let row = tx.query_one(NAMING, &params![body, child])?;
    Ok(Naming {
        badge: row.opt_text("badge")?.map(str::to_owned),
        first_name: row.text("first_name")?.to_owned(),
        surname: row.text("surname")?.to_owned(),
    })
}

/// A child who may have to be counted on a school's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countable {
    /// Who.
    pub child: ChildId,
    /// Which wallet pays.
    pub wallet: WalletId,
    /// The enrolment of that school year.
    pub enrolment: Enrolment,
    /// What the family said last, if anything.
    pub said: Option<Choice>,
}

pub(crate) const COUNTABLE: &str = "\
    SELECT c.id, c.wallet_id, e.school_id, e.class_id, e.first_day, e.last_day, e.use_days, e.tariff_code, p.choice \
    FROM enrolment e JOIN child c ON c.id = e.child_id \
    LEFT JOIN presence p ON p.child_id = e.child_id AND p.day = $3 \
    WHERE e.school_id = $1 AND e.year_name = $2 AND e.first_day <= $3 AND e.last_day >= $3 ORDER BY c.id";

/// The children enrolled at a school on a day, with what their families said.
pub fn countable(
    tx: &mut dyn Tx,
    school: SchoolId,
    year: &str,
    day: ServiceDay,
) -> Result<Vec<Countable>, StorageError> {
    let rows = tx.query(COUNTABLE, &params![school, year, day])?;
    rows.iter()
        .map(|row| {
            Ok(Countable {
                child: row.parsed("id")?,
                wallet: row.parsed("wallet_id")?,
                enrolment: enrolment(row)?,
                said: if row.opt_text("choice")?.is_some() {
                    Some(choice(row)?)
                } else {
                    None
                },
            })
        })
        .collect()
}

pub(crate) const FREEZE: &str = "\
    INSERT INTO frozen_day (school_id, day, body_id, frozen_at, meals) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (school_id, day) DO NOTHING";

/// Freezes a school's day with so many meals; false where it was frozen already.
pub fn freeze(
    tx: &mut dyn Tx,
    body: BodyId,
    school: SchoolId,
    day: ServiceDay,
    at: Instant,
    meals: u32,
) -> Result<bool, StorageError> {
    Ok(tx.execute(FREEZE, &params![school, day, body, at, meals])? == 1)
}

/// A school and its frozen days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenDays {
    /// Which school.
    pub school: SchoolId,
    /// Its frozen days in order, with the meals that were counted.
    pub days: Vec<(ServiceDay, u32)>,
}

pub(crate) const FROZEN_DAYS: &str = "\
    SELECT s.id, f.day, f.meals FROM school s LEFT JOIN frozen_day f ON f.school_id = s.id AND f.day >= $2 \
    WHERE s.body_id = $1 ORDER BY s.id, f.day";

/// Every school of a body with its frozen days from `from` on.
pub fn frozen_days(tx: &mut dyn Tx, body: BodyId, from: ServiceDay) -> Result<Vec<FrozenDays>, StorageError> {
    let mut schools: Vec<FrozenDays> = Vec::new();
    for row in tx.query(FROZEN_DAYS, &params![body, from])? {
        let school: SchoolId = row.parsed("id")?;
        if schools.last().is_none_or(|last| last.school != school) {
            schools.push(FrozenDays {
                school,
                days: Vec::new(),
            });
        }
        if let (Some(last), Some(day)) = (schools.last_mut(), row.opt_parsed("day")?) {
            last.days.push((day, row.small("meals")?));
        }
    }
    Ok(schools)
}

pub(crate) const MEALS_BY_DAY: &str = "\
    SELECT day, COUNT(*) AS meals FROM posting WHERE body_id = $1 AND kind = 'meal' GROUP BY day ORDER BY day";
pub(crate) const CHARGED_THOUGH_CANCELLED: &str = "\
    SELECT p.child_id, p.day FROM posting p JOIN presence s ON s.child_id = p.child_id AND s.day = p.day \
    WHERE p.body_id = $1 AND p.kind = 'meal' AND s.choice = 'does_not_eat' ORDER BY p.day, p.child_id";
pub(crate) const SAID_WITHOUT_ACT: &str = "\
    SELECT s.child_id, s.day FROM presence s JOIN act a ON a.id = s.act_id \
    LEFT JOIN act_line l ON l.act_id = s.act_id AND l.child_id = s.child_id AND l.day = s.day \
    WHERE s.body_id = $1 AND (l.day IS NULL OR a.choice <> s.choice) ORDER BY s.day, s.child_id";
pub(crate) const NEXT_OF: &str = "SELECT next FROM sequence WHERE body_id = $1 AND name = $2";
pub(crate) const CHARGED_ON: &str = "\
    SELECT child_id FROM posting WHERE body_id = $1 AND day = $2 AND kind = 'meal' AND child_id IS NOT NULL";

/// How many meals a body charged on each day, for the check of the ledger.
pub fn meals_by_day(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(ServiceDay, u32)>, StorageError> {
    let rows = tx.query(MEALS_BY_DAY, &params![body])?;
    rows.iter()
        .map(|row| Ok((row.parsed("day")?, row.small("meals")?)))
        .collect()
}

/// Days that were charged though the family's last word is that the child does not eat; none in good order.
pub fn charged_though_cancelled(
    tx: &mut dyn Tx,
    body: BodyId,
) -> Result<Vec<(ChildId, ServiceDay)>, StorageError> {
    child_days(tx, CHARGED_THOUGH_CANCELLED, body)
}

/// Presences that no act accounts for; none in good order.
pub fn said_without_act(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(ChildId, ServiceDay)>, StorageError> {
    child_days(tx, SAID_WITHOUT_ACT, body)
}

fn child_days(
    tx: &mut dyn Tx,
    sql: &'static str,
    body: BodyId,
) -> Result<Vec<(ChildId, ServiceDay)>, StorageError> {
    let rows = tx.query(sql, &params![body])?;
    rows.iter()
        .map(|row| Ok((row.parsed("child_id")?, row.parsed("day")?)))
        .collect()
}

/// The number that a body's sequence gives next.
pub fn next_of(tx: &mut dyn Tx, body: BodyId, name: &str) -> Result<i64, StorageError> {
    tx.query_opt(NEXT_OF, &params![body, name])?
        .map_or(Ok(1), |row| row.int("next"))
}

/// The children that a body charged a meal on a day.
pub fn charged_on(tx: &mut dyn Tx, body: BodyId, day: ServiceDay) -> Result<HashSet<ChildId>, StorageError> {
    tx.query(CHARGED_ON, &params![body, day])?
        .iter()
        .map(|row| row.parsed("child_id"))
        .collect()
}

fn choice(row: &Row) -> Result<Choice, StorageError> {
    let text = row.text("choice")?;
    [Choice::Eats, Choice::DoesNotEat]
        .into_iter()
        .find(|choice| choice.as_str() == text)
        .ok_or_else(|| StorageError::Column {
            name: "choice".to_owned(),
            problem: "is not a known word".to_owned(),
        })
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("meals::SAID_SEEN", SAID_SEEN),
        ("meals::SAID_CHANGED", SAID_CHANGED),
        ("meals::SAID_OF_WALLETS", SAID_OF_WALLETS),
        ("meals::FROZEN_SEEN", FROZEN_SEEN),
        ("meals::FROZEN_CHANGED", FROZEN_CHANGED),
        ("meals::FROZEN_OF_WALLETS", FROZEN_OF_WALLETS),
        ("meals::NEXT_NUMBER", NEXT_NUMBER),
        ("meals::INSERT_ACT", INSERT_ACT),
        ("meals::INSERT_LINE", INSERT_LINE),
        ("meals::SAY", SAY),
        ("meals::ACT", ACT),
        ("meals::ACT_OF", ACT_OF),
        ("meals::ACTS", ACTS),
        ("meals::LINES", LINES),
        ("meals::NAMING", NAMING),
        ("meals::COUNTABLE", COUNTABLE),
        ("meals::FREEZE", FREEZE),
        ("meals::FROZEN_DAYS", FROZEN_DAYS),
        ("meals::MEALS_BY_DAY", MEALS_BY_DAY),
        ("meals::CHARGED_THOUGH_CANCELLED", CHARGED_THOUGH_CANCELLED),
        ("meals::SAID_WITHOUT_ACT", SAID_WITHOUT_ACT),
        ("meals::NEXT_OF", NEXT_OF),
        ("meals::CHARGED_ON", CHARGED_ON),
    ]
}
