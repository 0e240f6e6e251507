//! Bonds as families and the office change them: who is bound to which child, since when, by whom, until when.
//!
//! A bond is never deleted: it ends. Everything that families see of one another goes through the bond that holds for
//! whoever asks, on the day of the act.

use crate::{Row, StorageError, Tx, calendar::holds, feeds, params};
use domain::{
    BodyId, ChildId, Instant, PersonId, ServiceDay,
    people::{Actor, BondKind, Grant, Held, Rights},
};

const HELD: &str = concat!(
    "select b.kind, b.may_see, b.may_cancel, b.may_pay, b.may_documents from bond b where ",
    holds!("b"),
    " and b.child_id = $4"
);
const MINE: &str = concat!(
    "select c.id, c.first_name, b.kind, b.may_see, b.may_cancel, b.may_pay, b.may_documents \
     from bond b join child c on c.id = b.child_id and c.body_id = b.body_id where ",
    holds!("b"),
    " order by c.born_on, c.first_name, c.id"
);
const AROUND: &str = "select b.child_id, b.person_id, b.kind, b.may_see, b.may_cancel, b.may_pay, b.may_documents, \
    b.last_day, b.granted_by, p.first_name, p.surname from bond b join person p on p.id = b.person_id \
    where b.body_id = $1 and b.child_id = $2 and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $3) and (b.last_day is null or b.last_day >= $3) \
    order by case b.kind when 'payer' then 0 when 'guardian' then 1 else 2 end, p.first_name, p.surname, p.id";
const BETWEEN: &str = "select b.kind, b.may_see, b.may_cancel, b.may_pay, b.may_documents, b.last_day, b.granted_by, \
    b.ended_at, b.ended_by from bond b where b.body_id = $1 and b.person_id = $2 and b.child_id = $3";
const BIND: &str = "insert into bond (body_id, person_id, child_id, kind, may_see, may_cancel, may_pay, may_documents, \
    first_day, last_day, ended_at, ended_by, granted_by) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, null, $9, null, null, $10) \
    on conflict (person_id, child_id) do update set kind = excluded.kind, may_see = excluded.may_see, \
    may_cancel = excluded.may_cancel, may_pay = excluded.may_pay, may_documents = excluded.may_documents, \
    first_day = excluded.first_day, last_day = excluded.last_day, ended_at = null, ended_by = null, \
    granted_by = excluded.granted_by";
const CHANGE: &str = "update bond set may_see = $4, may_cancel = $5, may_pay = $6, may_documents = $7, last_day = $8, \
    granted_by = $9 \
    where body_id = $1 and person_id = $2 and child_id = $3 and ended_at is null";
const END: &str = "update bond set ended_at = $4, ended_by = $5 \
    where body_id = $1 and person_id = $2 and child_id = $3 and ended_at is null";
const END_GRANTED: &str = "update bond set ended_at = $4, ended_by = $5 \
    where body_id = $1 and granted_by = $2 and child_id = $3 and kind = 'delegate' and ended_at is null \
    returning person_id";
const NARROW: &str = "update bond set \
    may_see = case when may_see = 1 and exists (select 1 from bond g where g.child_id = bond.child_id \
        and g.person_id = bond.granted_by and g.may_see = 0) then 0 else may_see end, \
    may_cancel = case when may_cancel = 1 and exists (select 1 from bond g where g.child_id = bond.child_id \
        and g.person_id = bond.granted_by and g.may_cancel = 0) then 0 else may_cancel end, \
    may_pay = case when may_pay = 1 and exists (select 1 from bond g where g.child_id = bond.child_id \
        and g.person_id = bond.granted_by and g.may_pay = 0) then 0 else may_pay end, \
    may_documents = case when may_documents = 1 and exists (select 1 from bond g where g.child_id = bond.child_id \
        and g.person_id = bond.granted_by and g.may_documents = 0) then 0 else may_documents end \
    where body_id = $1 and kind = 'delegate' and ended_at is null";
const SET_REASON: &str =
    "update bond set office_reason = $4 where body_id = $1 and person_id = $2 and child_id = $3";
const PERSON: &str = "select id from person where body_id = $1 and fiscal_code = $2";
const ADD_PERSON: &str = "insert into person (body_id, id, fiscal_code, first_name, surname, email) \
    values ($1, $2, $3, $4, $5, $6)";
const CHILD_OF_BADGE: &str = "select g.child_id from badge g join child c on c.id = g.child_id and c.body_id = $1 \
    where g.body_id = $1 and g.code = $2";
const FIRST_NAME: &str = "select first_name from child where body_id = $1 and id = $2";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("families::held", HELD),
        ("families::mine", MINE),
        ("families::around", AROUND),
        ("families::between", BETWEEN),
        ("families::bind", BIND),
        ("families::change", CHANGE),
        ("families::end", END),
        ("families::end_granted", END_GRANTED),
        ("families::narrow", NARROW),
        ("families::set_reason", SET_REASON),
        ("families::person", PERSON),
        ("families::add_person", ADD_PERSON),
        ("families::child_of_badge", CHILD_OF_BADGE),
        ("families::first_name", FIRST_NAME),
    ]
}

/// The four columns of a bond, or of an invitation, that say what it allows.
pub(crate) fn rights(row: &Row) -> Result<Rights, StorageError> {
    Ok(Rights {
        see: row.bool("may_see")?,
        cancel: row.bool("may_cancel")?,
        pay: row.bool("may_pay")?,
        documents: row.bool("may_documents")?,
    })
}

pub(crate) fn kind(row: &Row) -> Result<BondKind, StorageError> {
    BondKind::from_name(row.text("kind")?).ok_or_else(|| StorageError::Column {
        name: "kind".to_owned(),
        problem: "is no known word".to_owned(),
    })
}

/// The bond between who asks and a child that holds on that day, if there is one.
pub fn held(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    child: ChildId,
) -> Result<Option<Held>, StorageError> {
    let row = tx.query_opt(HELD, &params![actor.person, actor.body, today, child])?;
    row.map(|row| {
        Ok(Held {
            kind: kind(&row)?,
            rights: rights(&row)?,
        })
    })
    .transpose()
}

/// A child to whom who asks is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// The child.
    pub child: ChildId,
    /// Nome.
    pub first_name: String,
    /// The bond.
    pub held: Held,
}

/// The children to whom who asks is bound on that day, eldest first; those too for whom the bond allows nothing.
pub fn mine(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<Mine>, StorageError> {
    let rows = tx.query(MINE, &params![actor.person, actor.body, today])?;
    let read = |row: &Row| {
        Ok(Mine {
            child: row.parsed("id")?,
            first_name: row.text("first_name")?.to_owned(),
            held: Held {
                kind: kind(row)?,
                rights: rights(row)?,
            },
        })
    };
    rows.iter().map(read).collect()
}

/// An adult who is bound to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// The adult.
    pub person: PersonId,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
    /// The bond.
    pub held: Held,
    /// Its last day, where it has one.
    pub last_day: Option<ServiceDay>,
    /// Who brought them in; none where it was the office.
    pub granted_by: Option<PersonId>,
}

/// The adults who are bound to a child on that day: payer, guardians, delegates, each by name.
pub fn around(
    tx: &mut dyn Tx,
    body: BodyId,
    child: ChildId,
    today: ServiceDay,
) -> Result<Vec<Around>, StorageError> {
    let rows = tx.query(AROUND, &params![body, child, today])?;
    let read = |row: &Row| {
        Ok(Around {
            person: row.parsed("person_id")?,
            first_name: row.text("first_name")?.to_owned(),
            surname: row.text("surname")?.to_owned(),
            held: Held {
                kind: kind(row)?,
                rights: rights(row)?,
            },
            last_day: row.opt_parsed("last_day")?,
            granted_by: row.text("granted_by")?.parse().ok(),
        })
    };
    rows.iter().map(read).collect()
}

/// The bond between an adult and a child, whether it holds or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between {
    /// What it is, or was.
    pub held: Held,
    /// Its last day, where it has one.
    pub last_day: Option<ServiceDay>,
    /// Who brought them in; none where it was the office.
    pub granted_by: Option<PersonId>,
    /// Whether it was ended.
    pub ended: bool,
    /// Who ended it; none where it was the office, or nobody.
    pub ended_by: Option<PersonId>,
}

/// The bond between those two, whether it holds or not.
pub fn between(
    tx: &mut dyn Tx,
    body: BodyId,
    person: PersonId,
    child: ChildId,
) -> Result<Option<Between>, StorageError> {
    let row = tx.query_opt(BETWEEN, &params![body, person, child])?;
    row.map(|row| {
        Ok(Between {
            held: Held {
                kind: kind(&row)?,
                rights: rights(&row)?,
            },
            last_day: row.opt_parsed("last_day")?,
            granted_by: row.text("granted_by")?.parse().ok(),
            ended: row.opt_int("ended_at")?.is_some(),
            ended_by: row.opt_text("ended_by")?.and_then(|text| text.parse().ok()),
        })
    })
    .transpose()
}

/// Who makes or ends a bond, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The office, at its own machine.
    Office,
    /// An adult of the family.
    Person(PersonId),
}

impl By {
    fn as_text(self) -> String {
        match self {
            Self::Office => "office".to_owned(),
            Self::Person(person) => person.to_string(),
        }
    }
}

/// Binds an adult to a child from now on; a bond that was there becomes this one.
pub fn bind(
    tx: &mut dyn Tx,
    body: BodyId,
    (person, child): (PersonId, ChildId),
    grant: Grant,
    by: By,
) -> Result<(), StorageError> {
    let Rights {
        see,
        cancel,
        pay,
        documents,
    } = grant.rights;
    let row = params![
        body,
        person,
        child,
        grant.kind.as_str(),
        see,
        cancel,
        pay,
        documents,
        grant.last_day,
        by.as_text()
    ];
    tx.execute(BIND, &row).map(drop)
}

/// Changes what a bond allows and until when; false where it has ended meanwhile. Whoever changes it has granted it from
/// now on.
pub fn change(
    tx: &mut dyn Tx,
    body: BodyId,
    (person, child): (PersonId, ChildId),
    (rights, last_day): (Rights, Option<ServiceDay>),
    by: By,
) -> Result<bool, StorageError> {
    let Rights {
        see,
        cancel,
        pay,
        documents,
    } = rights;
    let row = params![
        body,
        person,
        child,
        see,
        cancel,
        pay,
        documents,
        last_day,
        by.as_text()
    ];
    Ok(tx.execute(CHANGE, &row)? == 1)
}

/// Ends a bond, at once, and the calendar address that was read by it; false where it had ended before.
pub fn end(
    tx: &mut dyn Tx,
    body: BodyId,
    (person, child): (PersonId, ChildId),
    by: By,
    now: Instant,
) -> Result<bool, StorageError> {
    feeds::end(tx, body, (person, child), now)?;
    Ok(tx.execute(END, &params![body, person, child, now, by.as_text()])? == 1)
}

/// Ends the bonds of the delegates whom that adult brought in for that child; answers who they were.
pub fn end_granted(
    tx: &mut dyn Tx,
    body: BodyId,
    (granter, child): (PersonId, ChildId),
    by: By,
    now: Instant,
) -> Result<Vec<PersonId>, StorageError> {
    let rows = tx.query(END_GRANTED, &params![body, granter, child, now, by.as_text()])?;
    let ended: Vec<PersonId> = rows
        .iter()
        .map(|row| row.parsed("person_id"))
        .collect::<Result<_, _>>()?;
    for person in &ended {
        feeds::end(tx, body, (*person, child), now)?;
    }
    Ok(ended)
}

/// Keeps the office's words for what it did to a bond.
pub fn set_reason(
    tx: &mut dyn Tx,
    body: BodyId,
    (person, child): (PersonId, ChildId),
    reason: &str,
) -> Result<(), StorageError> {
    tx.execute(SET_REASON, &params![body, person, child, reason])
        .map(drop)
}

/// Takes from every delegate of a body the rights that whoever brought them in no longer has. After the office has
/// changed what somebody may do.
pub fn narrow(tx: &mut dyn Tx, body: BodyId) -> Result<(), StorageError> {
    tx.execute(NARROW, &params![body]).map(drop)
}

/// The adult with that fiscal code.
pub fn person(tx: &mut dyn Tx, body: BodyId, fiscal_code: &str) -> Result<Option<PersonId>, StorageError> {
    let row = tx.query_opt(PERSON, &params![body, fiscal_code])?;
    row.map(|row| row.parsed("id")).transpose()
}

/// Somebody new; the fiscal code is in nobody's log.
pub struct Newcomer<'a> {
    /// Identity.
    pub id: PersonId,
    /// Codice fiscale.
    pub fiscal_code: &'a str,
    /// Nome.
    pub first_name: &'a str,
    /// Cognome.
    pub surname: &'a str,
    /// Mail, as the office would have written it down.
    pub mail: Option<&'a str>,
}

/// Adds an adult who was not known.
pub fn add_person(tx: &mut dyn Tx, body: BodyId, new: &Newcomer<'_>) -> Result<(), StorageError> {
    let row = params![
        body,
        new.id,
        new.fiscal_code,
        new.first_name,
        new.surname,
        new.mail.map(str::to_owned)
    ];
    tx.execute(ADD_PERSON, &row).map(drop)
}

/// The child with that badge.
pub fn child_of_badge(
    tx: &mut dyn Tx,
    body: BodyId,
    badge: &domain::BadgeCode,
) -> Result<Option<ChildId>, StorageError> {
    let row = tx.query_opt(CHILD_OF_BADGE, &params![body, badge.as_str()])?;
    row.map(|row| row.parsed("child_id")).transpose()
}

/// A child's first name.
pub fn first_name(tx: &mut dyn Tx, body: BodyId, child: ChildId) -> Result<String, StorageError> {
    let row = tx.query_one(FIRST_NAME, &params![body, child])?;
    Ok(row.text("first_name")?.to_owned())
}
