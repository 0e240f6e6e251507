//! What decides service days: school years, closures, cut-offs, tariffs and a family's enrolments.
//!
//! Every query of a family takes the actor and goes through `bond`: what is not theirs is not found.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, ChildId, Instant, SchoolId, ServiceDay, WalletId,
    body::BodySettings,
    calendar::{Closure, ClosureScope, Enrolment, SchoolYear, ServiceCalendar, Weekdays},
    cutoff::{Action, CutOff, CutOffs},
    people::{Actor, Rights},
    price::Tariff,
};
use std::collections::HashMap;

/// The rules of a body, as they stand in this transaction.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The tenant.
    pub body: BodyId,
    /// Short name.
    pub slug: String,
    /// Such as `Comune di Valmora`.
    pub name: String,
    /// When the body was put into service on this portal.
    pub created_at: Instant,
    /// Its settings.
    pub settings: BodySettings,
    /// One calendar a school year, in order, each with the closures that touch it.
    pub calendars: Vec<ServiceCalendar>,
    /// Every version of every tariff.
    pub tariffs: Vec<Tariff>,
    /// The body's rules under none, a school's own under its identity.
    pub cut_offs: HashMap<(Option<SchoolId>, Action), CutOff>,
}

impl Rules {
    /// The rules of a school: its own where it has them, the body's otherwise.
    pub fn cut_offs_of(&self, school: SchoolId) -> Result<CutOffs, StorageError> {
        let of = |action| {
            let own = self.cut_offs.get(&(Some(school), action));
            own.or_else(|| self.cut_offs.get(&(None, action)))
                .copied()
                .ok_or_else(|| StorageError::Constraint(format!("no cut-off is set for {action:?}")))
        };
        Ok(CutOffs {
            cancel: of(Action::Cancel)?,
            book: of(Action::Book)?,
        })
    }

    /// The calendar of the school year that `day` lies in.
    pub fn calendar_on(&self, day: ServiceDay) -> Option<&ServiceCalendar> {
        self.calendars
            .iter()
            .find(|calendar| calendar.year.first <= day && day <= calendar.year.last)
    }
}

pub(crate) const BODIES: &str = "SELECT id FROM body ORDER BY slug";
pub(crate) const BODY: &str = "SELECT slug, name, settings, created_at FROM body WHERE id = $1";
pub(crate) const YEARS: &str =
    "SELECT name, first_day, last_day, weekdays FROM school_year WHERE body_id = $1 ORDER BY first_day";
pub(crate) const CLOSURES: &str = "\
    SELECT id, school_id, class_id, first_day, last_day, reason, declared_at FROM closure \
    WHERE body_id = $1 ORDER BY first_day, id";
pub(crate) const CUT_OFFS: &str =
    "SELECT school_id, action, days_before, at_minute, max_ahead_days FROM cut_off WHERE body_id = $1";
pub(crate) const TARIFFS: &str =
    "SELECT code, first_day, last_day, net, vat FROM tariff WHERE body_id = $1 ORDER BY code, first_day";

/// Every body of this portal.
pub fn bodies(tx: &mut dyn Tx) -> Result<Vec<BodyId>, StorageError> {
    tx.query(BODIES, &[])?
        .iter()
        .map(|row| row.parsed("id"))
        .collect()
}

/// Loads the rules of a body.
pub fn rules(tx: &mut dyn Tx, body: BodyId) -> Result<Rules, StorageError> {
    let head = tx.query_one(BODY, &params![body])?;
    let settings = serde_json::from_str(head.text("settings")?).map_err(|error| wrong("settings", &error))?;
    let closures = tx
        .query(CLOSURES, &params![body])?
        .iter()
        .map(closure)
        .collect::<Result<Vec<_>, _>>()?;
    let mut calendars = Vec::new();
    for row in tx.query(YEARS, &params![body])? {
        let year = SchoolYear {
            name: row.text("name")?.to_owned(),
            first: row.parsed("first_day")?,
            last: row.parsed("last_day")?,
            weekdays: Weekdays::from_bits(row.small("weekdays")?),
        };
        let touches = |closure: &&Closure| closure.first <= year.last && year.first <= closure.last;
        let closures = closures.iter().filter(touches).cloned().collect();
        calendars.push(ServiceCalendar { year, closures });
    }
    let mut cut_offs = HashMap::new();
    for row in tx.query(CUT_OFFS, &params![body])? {
        cut_offs.insert(cut_off_key(&row)?, cut_off(&row)?);
    }
    let tariffs = tx
        .query(TARIFFS, &params![body])?
        .iter()
        .map(tariff)
        .collect::<Result<_, _>>()?;
    Ok(Rules {
        body,
        slug: head.text("slug")?.to_owned(),
        name: head.text("name")?.to_owned(),
        created_at: head.instant("created_at")?,
        settings,
        calendars,
        tariffs,
        cut_offs,
    })
}

fn closure(row: &Row) -> Result<Closure, StorageError> {
    let scope = match (row.opt_parsed("class_id")?, row.opt_parsed("school_id")?) {
        (Some(class), _) => ClosureScope::Class(class),
        (None, Some(school)) => ClosureScope::School(school),
        (None, None) => ClosureScope::Body,
    };
    Ok(Closure {
        id: row.parsed("id")?,
        scope,
        first: row.parsed("first_day")?,
        last: row.parsed("last_day")?,
        reason: row.text("reason")?.to_owned(),
        declared_at: row.instant("declared_at")?,
    })
}

fn cut_off_key(row: &Row) -> Result<(Option<SchoolId>, Action), StorageError> {
    let action = Action::ALL
        .into_iter()
        .find(|action| row.text("action") == Ok(action.as_str()));
    let action = action.ok_or_else(|| wrong("action", &"is not a known word"))?;
    let school = match row.text("school_id")? {
        "" => None,
        _ => Some(row.parsed("school_id")?),
    };
    Ok((school, action))
}

fn cut_off(row: &Row) -> Result<CutOff, StorageError> {
    let minute: u32 = row.small("at_minute")?;
    let at = chrono::NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0);
    Ok(CutOff {
        days_before: row.small("days_before")?,
        at: at.ok_or_else(|| wrong("at_minute", &"is not a time of day"))?,
        max_ahead_days: row.small("max_ahead_days")?,
    })
}

fn tariff(row: &Row) -> Result<Tariff, StorageError> {
    Ok(Tariff {
        code: row.text("code")?.to_owned(),
        first: row.parsed("first_day")?,
        last: row.opt_parsed("last_day")?,
        net: row.parsed("net")?,
        vat: row.parsed("vat")?,
    })
}

/// An enrolment with the names that a family reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// Name of the school year.
    pub year: String,
    /// The enrolment.
    pub enrolment: Enrolment,
    /// Name of the school.
    pub school_name: String,
    /// Name of the class.
    pub class_name: String,
}

/// A child as somebody who is bound to them sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyChild {
    /// Identity.
    pub id: ChildId,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
    /// Badge code.
    pub badge: Option<String>,
    /// Which wallet pays.
    pub wallet: WalletId,
    /// What the actor may do; nothing for a child that only shares a wallet.
    pub rights: Rights,
    /// One a school year, in order.
    pub enrolments: Vec<Enrolled>,
}

/// Which children a query reaches for an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those that the actor may see.
    See,
    /// Those whose days the actor may change.
    Cancel,
    /// Every child of the wallets that the actor may see, bound to the actor or not: for the forecast.
    Wallets,
}

/// The condition that a bond `b` of the actor ($1 person, $2 body) holds on the day $3.
macro_rules! holds {
    ($bond:literal) => {
        concat!(
            $bond,
            ".person_id = $1 AND ",
            $bond,
            ".body_id = $2 AND ",
            $bond,
            ".ended_at IS NULL AND (",
            $bond,
            ".first_day IS NULL OR ",
            $bond,
            ".first_day <= $3) AND (",
            $bond,
            ".last_day IS NULL OR ",
            $bond,
            ".last_day >= $3)"
        )
    };
}
pub(crate) use holds;

/// A subselect of the children within reach. The body is compared in here only: in the outer query it would tempt
/// SQLite to walk through all of the body's children.
macro_rules! reach {
    (wallets) => {
        concat!(
            "(SELECT k2.id FROM bond b JOIN child c2 ON c2.id = b.child_id JOIN child k2 \
              ON k2.wallet_id = c2.wallet_id AND k2.body_id = b.body_id WHERE ",
            $crate::calendar::holds!("b"),
            " AND b.may_pay = 1)"
        )
    };
    ($right:literal) => {
        concat!(
            "(SELECT c.id FROM bond b JOIN child c ON c.id = b.child_id AND c.body_id = b.body_id WHERE ",
            $crate::calendar::holds!("b"),
            " AND b.",
            $right,
            " = 1)"
        )
    };
}
pub(crate) use reach;

macro_rules! children_sql {
    ($($reach:tt)*) => {
        concat!(
            "SELECT k.id, k.first_name, k.surname, k.wallet_id, \
                (SELECT MIN(x.code) FROM badge x WHERE x.child_id = k.id) AS badge, \
                r.may_see, r.may_cancel, r.may_pay, r.may_documents, e.year_name, e.school_id, e.class_id, e.first_day, \
                e.last_day, e.use_days, e.tariff_code, s.name AS school_name, g.name AS class_name \
             FROM child k LEFT JOIN bond r ON r.child_id = k.id AND ", holds!("r"),
            " LEFT JOIN enrolment e ON e.child_id = k.id \
             LEFT JOIN school s ON s.id = e.school_id LEFT JOIN class_group g ON g.id = e.class_id \
             WHERE k.id IN ", reach!($($reach)*),
            " ORDER BY k.born_on, k.first_name, k.id, e.first_day"
        )
    };
}
pub(crate) const CHILDREN_SEEN: &str = children_sql!("may_see");
pub(crate) const CHILDREN_CHANGED: &str = children_sql!("may_cancel");
pub(crate) const CHILDREN_OF_WALLETS: &str = children_sql!(wallets);

/// The children within reach, eldest first, with their enrolments, in one query.
pub fn children(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    reach: Reach,
) -> Result<Vec<FamilyChild>, StorageError> {
    let sql = match reach {
        Reach::See => CHILDREN_SEEN,
        Reach::Cancel => CHILDREN_CHANGED,
        Reach::Wallets => CHILDREN_OF_WALLETS,
    };
    let mut children: Vec<FamilyChild> = Vec::new();
    for row in tx.query(sql, &params![actor.person, actor.body, today])? {
        let id: ChildId = row.parsed("id")?;
        if children.last().is_none_or(|last| last.id != id) {
            children.push(child(id, &row)?);
        }
        if let (Some(last), Some(enrolled)) = (children.last_mut(), enrolled(&row)?) {
            last.enrolments.push(enrolled);
        }
    }
    Ok(children)
}

fn child(id: ChildId, row: &Row) -> Result<FamilyChild, StorageError> {
    let right = |name| Ok::<_, StorageError>(row.opt_int(name)? == Some(1));
    Ok(FamilyChild {
        id,
        first_name: row.text("first_name")?.to_owned(),
        surname: row.text("surname")?.to_owned(),
        badge: row.opt_text("badge")?.map(str::to_owned),
        wallet: row.parsed("wallet_id")?,
        rights: Rights {
            see: right("may_see")?,
            cancel: right("may_cancel")?,
            pay: right("may_pay")?,
            documents: right("may_documents")?,
        },
        enrolments: Vec::new(),
    })
}

fn enrolled(row: &Row) -> Result<Option<Enrolled>, StorageError> {
    let Some(year) = row.opt_text("year_name")? else {
        return Ok(None);
    };
    Ok(Some(Enrolled {
        year: year.to_owned(),
        enrolment: enrolment(row)?,
        school_name: row.text("school_name")?.to_owned(),
        class_name: row.text("class_name")?.to_owned(),
    }))
}

/// Reads the columns of an enrolment.
pub(crate) fn enrolment(row: &Row) -> Result<Enrolment, StorageError> {
    Ok(Enrolment {
        school: row.parsed("school_id")?,
        class: row.parsed("class_id")?,
        first: row.parsed("first_day")?,
        last: row.parsed("last_day")?,
        use_days: Weekdays::from_bits(row.small("use_days")?),
        tariff: row.text("tariff_code")?.to_owned(),
    })
}

fn wrong(name: &str, problem: &impl ToString) -> StorageError {
    StorageError::Column {
        name: name.to_owned(),
        problem: problem.to_string(),
    }
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("calendar::BODIES", BODIES),
        ("calendar::BODY", BODY),
        ("calendar::YEARS", YEARS),
        ("calendar::CLOSURES", CLOSURES),
        ("calendar::CUT_OFFS", CUT_OFFS),
        ("calendar::TARIFFS", TARIFFS),
        ("calendar::CHILDREN_SEEN", CHILDREN_SEEN),
        ("calendar::CHILDREN_CHANGED", CHILDREN_CHANGED),
        ("calendar::CHILDREN_OF_WALLETS", CHILDREN_OF_WALLETS),
    ]
}
