//! Who is to be told of what, where they are reached, and what they were told of last.
//!
//! Delegates are told of nothing here: a family's affairs are its guardians' and its payer's.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, ChildId, Instant, PersonId, ServiceDay, WalletId,
    contact::Language,
    message::{Message, Needs, Text},
};
use std::collections::BTreeSet;

macro_rules! bound {
    ($columns:literal, $joins:literal, $where:literal, $order:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM bond b JOIN child c ON c.id = b.child_id ",
            $joins,
            " WHERE b.body_id = $1 AND b.kind <> 'delegate' AND b.ended_at IS NULL \
             AND (b.first_day IS NULL OR b.first_day <= $2) AND (b.last_day IS NULL OR b.last_day >= $2) ",
            $where,
            " ",
            $order
        )
    };
}

pub(crate) const PAYERS: &str = bound!(
    "DISTINCT b.person_id",
    "",
    "AND b.may_pay = 1 AND c.wallet_id = $3",
    "ORDER BY b.person_id"
);

/// The adults who keep a wallet filled.
pub fn payers(
    tx: &mut dyn Tx,
    body: BodyId,
    wallet: WalletId,
    today: ServiceDay,
) -> Result<Vec<PersonId>, StorageError> {
    let rows = tx.query(PAYERS, &params![body, today, wallet])?;
    rows.iter().map(|row| row.parsed("person_id")).collect()
}

pub(crate) const WATCHERS: &str = bound!(
    "DISTINCT b.person_id",
    "",
    "AND b.may_see = 1 AND b.child_id = $3",
    "ORDER BY b.person_id"
);

/// The adults who see a child's days.
pub fn watchers(
    tx: &mut dyn Tx,
    body: BodyId,
    child: ChildId,
    today: ServiceDay,
) -> Result<Vec<PersonId>, StorageError> {
    let rows = tx.query(WATCHERS, &params![body, today, child])?;
    rows.iter().map(|row| row.parsed("person_id")).collect()
}

pub(crate) const CONCERNED: &str = bound!(
    "b.person_id, c.id AS child_id, c.first_name",
    "JOIN enrolment e ON e.child_id = c.id AND e.first_day <= $4 AND e.last_day >= $3",
    "AND b.may_see = 1 AND (CAST($5 AS TEXT) IS NULL OR e.school_id = $5) \
        AND (CAST($6 AS TEXT) IS NULL OR e.class_id = $6)",
    "ORDER BY b.person_id, c.born_on, c.first_name, c.id"
);

/// A closure's place: the whole body, one school, or one class.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// One school.
    pub school: Option<domain::SchoolId>,
    /// One class.
    pub class: Option<domain::ClassGroupId>,
}

/// An adult with some of the children of whom it is told, and their first names.
pub type Concerned = (PersonId, Vec<(ChildId, String)>);

/// The adults whose children are enrolled at a place between two days, each with those children.
pub fn concerned(
    tx: &mut dyn Tx,
    body: BodyId,
    today: ServiceDay,
    (first, last): (ServiceDay, ServiceDay),
    place: Place,
) -> Result<Vec<Concerned>, StorageError> {
    let rows = tx.query(
        CONCERNED,
        &params![body, today, first, last, place.school, place.class],
    )?;
    grouped(&rows)
}

/// Rows in the order of their adults; a child that is enrolled twice is one child.
fn grouped(rows: &[Row]) -> Result<Vec<Concerned>, StorageError> {
    let mut found: Vec<Concerned> = Vec::new();
    for row in rows {
        let person: PersonId = row.parsed("person_id")?;
        let child: (ChildId, String) = (row.parsed("child_id")?, row.text("first_name")?.to_owned());
        match found.last_mut() {
            Some((last, children)) if *last == person => {
                if !children.contains(&child) {
                    children.push(child);
                }
            }
            _ => found.push((person, vec![child])),
        }
    }
    Ok(found)
}

pub(crate) const RENEWERS: &str = bound!(
    "b.person_id, c.id AS child_id, c.first_name",
    "",
    "AND b.may_documents = 1 AND EXISTS (SELECT 1 FROM enrolment e WHERE e.child_id = c.id AND e.last_day >= $3) \
        AND b.person_id NOT IN (SELECT o.person_id FROM outbox o WHERE o.person_id IS NOT NULL \
            AND o.body_id = $1 AND o.kind = 'renewal_opens' AND o.created_at >= $4)",
    "ORDER BY b.person_id, c.born_on, c.first_name, c.id"
);

/// The adults who look after the papers of children that were enrolled on a day or later, each with those children; not
/// who was told of a renewal since an instant.
pub fn renewers(
    tx: &mut dyn Tx,
    body: BodyId,
    today: ServiceDay,
    enrolled: ServiceDay,
    told_since: Instant,
) -> Result<Vec<Concerned>, StorageError> {
    let rows = tx.query(RENEWERS, &params![body, today, enrolled, told_since])?;
    grouped(&rows)
}

/// Of anybody: who takes a child to school may have asked to be reminded.
pub(crate) const RIGHTS: &str = "\
    SELECT b.child_id, b.may_see, b.may_pay, b.may_documents FROM bond b \
    WHERE b.body_id = $1 AND b.ended_at IS NULL AND (b.first_day IS NULL OR b.first_day <= $2) \
        AND (b.last_day IS NULL OR b.last_day >= $2) AND b.person_id = $3 \
    ORDER BY b.child_id";

/// What a message says now: a bond may have ended, or a right have been taken, since it was written. None where it is
/// about nobody any more of whom its receiver is to be told.
pub fn still(tx: &mut dyn Tx, message: &Message, today: ServiceDay) -> Result<Option<Text>, StorageError> {
    let (Some(person), Some(needs)) = (message.person, message.text.needs()) else {
        return Ok(Some(message.text.clone()));
    };
    let column = match needs {
        Needs::ToSee => "may_see",
        Needs::ToPay => "may_pay",
        Needs::Documents => "may_documents",
    };
    let mut holds = BTreeSet::new();
    for row in tx.query(RIGHTS, &params![message.body, today, person])? {
        if row.bool(column)? {
            holds.insert(row.parsed::<ChildId>("child_id")?);
        }
    }
    Ok(message.text.only(&holds))
}

pub(crate) const ANY_DEVICE: &str = "SELECT first_at FROM known_device WHERE person_id = $1 LIMIT 1";

/// Whether a person has ever signed in on a device that is remembered.
pub fn has_devices(tx: &mut dyn Tx, person: PersonId) -> Result<bool, StorageError> {
    Ok(tx.query_opt(ANY_DEVICE, &params![person])?.is_some())
}

pub(crate) const MAIL: &str = "\
    SELECT value FROM contact WHERE person_id = $1 AND kind = 'mail' AND verified_at IS NOT NULL \
    ORDER BY verified_at, id LIMIT 1";

/// The mail address that an adult has shown to be theirs, the first where there are several.
pub fn mail(tx: &mut dyn Tx, person: PersonId) -> Result<Option<String>, StorageError> {
    let row = tx.query_opt(MAIL, &params![person])?;
    row.map(|row| row.text("value").map(str::to_owned)).transpose()
}

pub(crate) const LANGUAGE: &str = "SELECT language FROM person WHERE id = $1";

/// The language in which somebody is told; Italian where it is nobody known yet.
pub fn language(tx: &mut dyn Tx, person: Option<PersonId>) -> Result<Language, StorageError> {
    let Some(person) = person else {
        return Ok(Language::default());
    };
    let row = tx.query_opt(LANGUAGE, &params![person])?;
    let name = row.as_ref().map(|row| row.text("language")).transpose()?;
    Ok(name.and_then(Language::from_name).unwrap_or_default())
}

pub(crate) const TARIFFS: &str = "\
    SELECT DISTINCT e.tariff_code FROM child c \
    JOIN enrolment e ON e.child_id = c.id AND e.first_day <= $3 AND e.last_day >= $3 \
    WHERE c.body_id = $1 AND c.wallet_id = $2 ORDER BY e.tariff_code";

/// The codes of the tariffs by which a wallet's children eat on a day.
pub fn tariffs(
    tx: &mut dyn Tx,
    body: BodyId,
    wallet: WalletId,
    day: ServiceDay,
) -> Result<Vec<String>, StorageError> {
    let rows = tx.query(TARIFFS, &params![body, wallet, day])?;
    rows.iter()
        .map(|row| row.text("tariff_code").map(str::to_owned))
        .collect()
}

/// What a wallet's family was told last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Told {
    /// Rank of the threshold.
    pub rank: u32,
    /// How many crossings were told so far.
    pub crossing: u32,
}

pub(crate) const TOLD: &str =
    "SELECT rank, crossing FROM told_threshold WHERE wallet_id = $1 AND body_id = $2";
pub(crate) const TELL: &str = "\
    INSERT INTO told_threshold (wallet_id, body_id, rank, crossing, at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (wallet_id) DO UPDATE SET rank = excluded.rank, crossing = excluded.crossing, at = excluded.at";

/// What the family of a wallet was told last of its balance.
pub fn told(tx: &mut dyn Tx, body: BodyId, wallet: WalletId) -> Result<Told, StorageError> {
    let row = tx.query_opt(TOLD, &params![wallet, body])?;
    row.as_ref().map_or(Ok(Told::default()), read)
}

fn read(row: &Row) -> Result<Told, StorageError> {
    Ok(Told {
        rank: row.small("rank")?,
        crossing: row.small("crossing")?,
    })
}

/// Keeps what it is told now.
pub fn tell(
    tx: &mut dyn Tx,
    body: BodyId,
    wallet: WalletId,
    told: Told,
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(TELL, &params![wallet, body, told.rank, told.crossing, now])
        .map(drop)
}

pub(crate) const OUTDATE: &str = "\
    UPDATE outbox SET state = 'withdrawn', ended_at = $1, content = '', address = digest \
    WHERE person_id = $2 AND body_id = $3 AND kind = 'low_balance' \
        AND state IN ('waiting', 'dead')";

/// What an adult was to be told of a low balance is no longer true; answers how many messages were not sent yet.
pub fn outdate_balance(
    tx: &mut dyn Tx,
    body: BodyId,
    person: PersonId,
    now: Instant,
) -> Result<u64, StorageError> {
    tx.execute(OUTDATE, &params![now, person, body])
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("telling::PAYERS", PAYERS),
        ("telling::WATCHERS", WATCHERS),
        ("telling::CONCERNED", CONCERNED),
        ("telling::RENEWERS", RENEWERS),
        ("telling::RIGHTS", RIGHTS),
        ("telling::ANY_DEVICE", ANY_DEVICE),
        ("telling::MAIL", MAIL),
        ("telling::LANGUAGE", LANGUAGE),
        ("telling::TARIFFS", TARIFFS),
        ("telling::TOLD", TOLD),
        ("telling::TELL", TELL),
        ("telling::OUTDATE", OUTDATE),
    ]
}
