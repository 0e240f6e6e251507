//! What the office keeps of its schools and families, row by row, for the import: read with natural keys,
//! added, and changed. Never deletes.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, Cents, ChildId, ClassGroupId, ClosureId, EnrolmentId, Instant, PersonId, SchoolId, ServiceDay,
    TariffId, WalletId,
    calendar::Weekdays,
    people::{BondKind, Rights},
    wallet::WalletScope,
};
use std::collections::HashSet;

macro_rules! statements {
    ($($name:ident = $sql:literal;)+) => {
        $(pub(crate) const $name: &str = $sql;)+

        /// For the test that prepares every statement on both engines.
        pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
            &[$((concat!("registry::", stringify!($name)), $name)),+]
        }
    };
}

statements! {
    SCHOOLS = "SELECT id, code, name FROM school WHERE body_id = $1";
    INSERT_SCHOOL = "INSERT INTO school (body_id, id, code, name) VALUES ($1, $2, $3, $4)";
    UPDATE_SCHOOL = "UPDATE school SET code = $3, name = $4 WHERE body_id = $1 AND id = $2";
    CLASSES = "SELECT id, school_id, code, name FROM class_group WHERE body_id = $1";
    INSERT_CLASS = "INSERT INTO class_group (body_id, id, school_id, code, name) VALUES ($1, $2, $3, $4, $5)";
    UPDATE_CLASS = "UPDATE class_group SET school_id = $3, code = $4, name = $5 WHERE body_id = $1 AND id = $2";
    TARIFFS = "SELECT id, code, first_day, last_day, net, vat FROM tariff WHERE body_id = $1 ORDER BY first_day";
    INSERT_TARIFF = "INSERT INTO tariff (body_id, id, code, first_day, last_day, net, vat) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_TARIFF = "UPDATE tariff SET code = $3, first_day = $4, last_day = $5, net = $6, vat = $7 \
        WHERE body_id = $1 AND id = $2";
    LAST_CHARGED = "SELECT MAX(p.day) AS day FROM posting p \
        JOIN enrolment e ON e.child_id = p.child_id AND e.body_id = p.body_id \
            AND e.first_day <= p.day AND p.day <= e.last_day \
        WHERE p.body_id = $1 AND p.kind = 'meal' AND e.tariff_code = $2 AND p.day >= $3 \
            AND (CAST($4 AS TEXT) IS NULL OR p.day <= $4)";
    CHILDREN = "SELECT id, fiscal_code, first_name, surname, born_on, wallet_id FROM child WHERE body_id = $1";
    INSERT_WALLET = "INSERT INTO wallet (body_id, id, scope) VALUES ($1, $2, $3)";
    INSERT_CHILD = "INSERT INTO child (body_id, id, fiscal_code, first_name, surname, born_on, wallet_id) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_CHILD = "UPDATE child SET fiscal_code = $3, first_name = $4, surname = $5, born_on = $6, wallet_id = $7 \
        WHERE body_id = $1 AND id = $2";
    BADGES = "SELECT code, child_id FROM badge WHERE body_id = $1";
    INSERT_BADGE = "INSERT INTO badge (body_id, code, child_id) VALUES ($1, $2, $3)";
    CHILDREN_WITH_POSTINGS = "SELECT DISTINCT child_id FROM posting WHERE body_id = $1 AND child_id IS NOT NULL";
    PEOPLE = "SELECT id, fiscal_code, first_name, surname, email, phone FROM person WHERE body_id = $1";
    INSERT_PERSON = "INSERT INTO person (body_id, id, fiscal_code, first_name, surname, email, phone) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE_PERSON = "UPDATE person SET fiscal_code = $3, first_name = $4, surname = $5, email = $6, phone = $7 \
        WHERE body_id = $1 AND id = $2";
    BONDS = "SELECT person_id, child_id, kind, may_see, may_cancel, may_pay, may_documents, first_day, last_day, ended_at \
        FROM bond WHERE body_id = $1";
    INSERT_BOND = "INSERT INTO bond (body_id, person_id, child_id, kind, may_see, may_cancel, may_pay, may_documents, \
        first_day, last_day, granted_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'import')";
    UPDATE_BOND = "UPDATE bond SET kind = $4, may_see = $5, may_cancel = $6, may_pay = $7, may_documents = $8, \
        first_day = $9, last_day = $10 \
        WHERE body_id = $1 AND person_id = $2 AND child_id = $3";
    CLAIM_BOND = "UPDATE bond SET granted_by = 'import' \
        WHERE body_id = $1 AND person_id = $2 AND child_id = $3 AND granted_by <> 'import'";
    ENROLMENTS = "SELECT id, child_id, year_name, school_id, class_id, first_day, last_day, use_days, tariff_code \
        FROM enrolment WHERE body_id = $1";
    INSERT_ENROLMENT = "INSERT INTO enrolment \
        (body_id, id, child_id, year_name, school_id, class_id, first_day, last_day, use_days, tariff_code) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE_ENROLMENT = "UPDATE enrolment SET child_id = $3, year_name = $4, school_id = $5, class_id = $6, \
        first_day = $7, last_day = $8, use_days = $9, tariff_code = $10 WHERE body_id = $1 AND id = $2";
    CLOSURES = "SELECT id, school_id, class_id, first_day, last_day, reason FROM closure WHERE body_id = $1";
    INSERT_CLOSURE = "INSERT INTO closure (body_id, id, school_id, class_id, first_day, last_day, reason, declared_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    UPDATE_CLOSURE = "UPDATE closure SET reason = $3 WHERE body_id = $1 AND id = $2";
    OPENINGS = "SELECT cause, amount, day FROM posting WHERE body_id = $1 AND kind = 'opening'";
    // Not those of people who only said who they are: they lose it when the office enrols them.
    CREDENTIALS = "SELECT person_id FROM credential WHERE body_id = $1 AND EXISTS (SELECT 1 FROM bond b \
        WHERE b.person_id = credential.person_id \
        AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = b.granted_by))";
    LAST_FROZEN = "SELECT school_id, MAX(day) AS day FROM frozen_day WHERE body_id = $1 GROUP BY school_id";
}

/// Plesso.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Identity.
    pub id: SchoolId,
    /// The office's code: natural key.
    pub code: String,
    /// Shown to families.
    pub name: String,
}

/// Classe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Identity.
    pub id: ClassGroupId,
    /// Its school; natural key with `code`.
    pub school: SchoolId,
    /// The office's code.
    pub code: String,
    /// Shown to families.
    pub name: String,
}

/// Tariffa.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// Identity.
    pub id: TariffId,
    /// The version itself; natural key: code and first day.
    pub version: domain::price::Tariff,
}

/// Alunno.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Identity.
    pub id: ChildId,
    /// Natural key.
    pub fiscal_code: String,
    /// Nome.
    pub first_name: String,
    /// Cognome.
    pub surname: String,
    /// Birth day.
    pub born_on: ServiceDay,
    /// The wallet that pays.
    pub wallet: WalletId,
}

/// An adult.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Natural key.
    pub fiscal_code: String,
    /// Nome.
    pub first_name: String,
    /// Cognome.
    pub surname: String,
    /// Mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// What an adult is to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bond {
    /// The adult; natural key with `child`.
    pub person: PersonId,
    /// The child.
    pub child: ChildId,
    /// Which.
    pub kind: BondKind,
    /// What it allows.
    pub rights: Rights,
    /// The first day on which it holds, where there is one.
    pub first: Option<ServiceDay>,
    /// The last day on which it holds, where there is one.
    pub last: Option<ServiceDay>,
    /// Whether the office or a family ended it.
    pub ended: bool,
}

/// Iscrizione.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Identity.
    pub id: EnrolmentId,
    /// Whose; natural key with `year`.
    pub child: ChildId,
    /// School year.
    pub year: String,
    /// Where, when and at which price.
    pub terms: domain::calendar::Enrolment,
}

/// Chiusura.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// Identity.
    pub id: ClosureId,
    /// School, unless the whole body or a class is meant; natural key with `class` and the days.
    pub school: Option<SchoolId>,
    /// Class.
    pub class: Option<ClassGroupId>,
    /// First day.
    pub first: ServiceDay,
    /// Last day.
    pub last: ServiceDay,
    /// In the office's words.
    pub reason: String,
}

/// An opening balance that was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Natural key: [`domain::wallet::Cause::Opening`] as text.
    pub cause: String,
    /// Signed.
    pub amount: Cents,
    /// Day of value.
    pub day: ServiceDay,
}

/// The schools of a body.
pub fn schools(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<School>, StorageError> {
    all(tx, SCHOOLS, body, |row| {
        Ok(School {
            id: row.parsed("id")?,
            code: owned(row, "code")?,
            name: owned(row, "name")?,
        })
    })
}

/// Adds a school, or changes the one with its identity.
pub fn save_school(tx: &mut dyn Tx, body: BodyId, new: &School, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_SCHOOL } else { INSERT_SCHOOL };
    tx.execute(sql, &params![body, new.id, &new.code, &new.name])
        .map(|_| ())
}

/// The classes of a body.
pub fn classes(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Class>, StorageError> {
    all(tx, CLASSES, body, |row| {
        Ok(Class {
            id: row.parsed("id")?,
            school: row.parsed("school_id")?,
            code: owned(row, "code")?,
            name: owned(row, "name")?,
        })
    })
}

/// Adds a class, or changes the one with its identity.
pub fn save_class(tx: &mut dyn Tx, body: BodyId, new: &Class, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_CLASS } else { INSERT_CLASS };
    tx.execute(sql, &params![body, new.id, new.school, &new.code, &new.name])
        .map(|_| ())
}

/// The tariff versions of a body, oldest first.
pub fn tariffs(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Tariff>, StorageError> {
    all(tx, TARIFFS, body, |row| {
        let version = domain::price::Tariff {
            code: owned(row, "code")?,
            first: row.parsed("first_day")?,
            last: row.opt_parsed("last_day")?,
            net: row.parsed("net")?,
            vat: row.parsed("vat")?,
        };
        Ok(Tariff {
            id: row.parsed("id")?,
            version,
        })
    })
}

/// Adds a tariff version, or changes the one with its identity.
pub fn save_tariff(tx: &mut dyn Tx, body: BodyId, new: &Tariff, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_TARIFF } else { INSERT_TARIFF };
    let v = &new.version;
    let row = params![
        body,
        new.id,
        &v.code,
        v.first,
        v.last,
        v.net.to_string(),
        v.vat.to_string()
    ];
    tx.execute(sql, &row).map(|_| ())
}

/// The last day on which a meal was charged with that version of a tariff.
pub fn last_charged(
    tx: &mut dyn Tx,
    body: BodyId,
    version: &domain::price::Tariff,
) -> Result<Option<ServiceDay>, StorageError> {
    tx.query_one(
        LAST_CHARGED,
        &params![body, &version.code, version.first, version.last],
    )?
    .opt_parsed("day")
}

/// The children of a body.
pub fn children(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Child>, StorageError> {
    all(tx, CHILDREN, body, |row| {
        Ok(Child {
            id: row.parsed("id")?,
            fiscal_code: owned(row, "fiscal_code")?,
            first_name: owned(row, "first_name")?,
            surname: owned(row, "surname")?,
            born_on: row.parsed("born_on")?,
            wallet: row.parsed("wallet_id")?,
        })
    })
}

/// Makes an empty wallet.
pub fn add_wallet(
    tx: &mut dyn Tx,
    body: BodyId,
    id: WalletId,
    scope: WalletScope,
) -> Result<(), StorageError> {
    let scope = match scope {
        WalletScope::Child => "child",
        WalletScope::Family => "family",
    };
    tx.execute(INSERT_WALLET, &params![body, id, scope]).map(|_| ())
}

/// Adds a child, or changes the one with its identity.
pub fn save_child(tx: &mut dyn Tx, body: BodyId, new: &Child, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_CHILD } else { INSERT_CHILD };
    let row = params![
        body,
        new.id,
        &new.fiscal_code,
        &new.first_name,
        &new.surname,
        new.born_on,
        new.wallet
    ];
    tx.execute(sql, &row).map(|_| ())
}

/// The children that postings name: their wallet cannot change any more.
pub fn children_with_postings(tx: &mut dyn Tx, body: BodyId) -> Result<HashSet<ChildId>, StorageError> {
    Ok(
        all(tx, CHILDREN_WITH_POSTINGS, body, |row| row.parsed("child_id"))?
            .into_iter()
            .collect(),
    )
}

/// Every badge of a body and whose it is.
pub fn badges(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(String, ChildId)>, StorageError> {
    all(tx, BADGES, body, |row| {
        Ok((owned(row, "code")?, row.parsed("child_id")?))
    })
}

/// Gives a child a badge that nobody has.
pub fn add_badge(tx: &mut dyn Tx, body: BodyId, code: &str, child: ChildId) -> Result<(), StorageError> {
    tx.execute(INSERT_BADGE, &params![body, code, child]).map(|_| ())
}

/// Makes a bond the office's, whoever granted it before.
pub fn claim_bond(
    tx: &mut dyn Tx,
    body: BodyId,
    person: PersonId,
    child: ChildId,
) -> Result<(), StorageError> {
    tx.execute(CLAIM_BOND, &params![body, person, child]).map(|_| ())
}

/// The adults of a body.
pub fn people(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Person>, StorageError> {
    all(tx, PEOPLE, body, |row| {
        Ok(Person {
            id: row.parsed("id")?,
            fiscal_code: owned(row, "fiscal_code")?,
            first_name: owned(row, "first_name")?,
            surname: owned(row, "surname")?,
            email: row.opt_text("email")?.map(str::to_owned),
            phone: row.opt_text("phone")?.map(str::to_owned),
        })
    })
}

/// Adds an adult, or changes the one with that identity.
pub fn save_person(tx: &mut dyn Tx, body: BodyId, new: &Person, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_PERSON } else { INSERT_PERSON };
    let row = params![
        body,
        new.id,
        &new.fiscal_code,
        &new.first_name,
        &new.surname,
        new.email.clone(),
        new.phone.clone()
    ];
    tx.execute(sql, &row).map(|_| ())
}

/// The bonds of a body, ended ones too.
pub fn bonds(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Bond>, StorageError> {
    all(tx, BONDS, body, |row| {
        let kind = match row.text("kind")? {
            "guardian" => BondKind::Guardian,
            "payer" => BondKind::Payer,
            "delegate" => BondKind::Delegate,
            _ => {
                let problem = "is not a known word".to_owned();
                return Err(StorageError::Column {
                    name: "kind".to_owned(),
                    problem,
                });
            }
        };
        Ok(Bond {
            person: row.parsed("person_id")?,
            child: row.parsed("child_id")?,
            kind,
            rights: Rights {
                see: row.bool("may_see")?,
                cancel: row.bool("may_cancel")?,
                pay: row.bool("may_pay")?,
                documents: row.bool("may_documents")?,
            },
            first: row.opt_parsed("first_day")?,
            last: row.opt_parsed("last_day")?,
            ended: row.opt_int("ended_at")?.is_some(),
        })
    })
}

/// Adds a bond, or changes kind and rights of the one between those two; an ended one stays ended.
pub fn save_bond(tx: &mut dyn Tx, body: BodyId, new: &Bond, known: bool) -> Result<(), StorageError> {
    let sql = if known { UPDATE_BOND } else { INSERT_BOND };
    let Rights {
        see,
        cancel,
        pay,
        documents,
    } = new.rights;
    tx.execute(
        sql,
        &params![
            body,
            new.person,
            new.child,
            new.kind.as_str(),
            see,
            cancel,
            pay,
            documents,
            new.first,
            new.last
        ],
    )
    .map(|_| ())
}

/// The enrolments of a body, of all years.
pub fn enrolments(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Enrolment>, StorageError> {
    all(tx, ENROLMENTS, body, |row| {
        Ok(Enrolment {
            id: row.parsed("id")?,
            child: row.parsed("child_id")?,
            year: owned(row, "year_name")?,
            terms: domain::calendar::Enrolment {
                school: row.parsed("school_id")?,
                class: row.parsed("class_id")?,
                first: row.parsed("first_day")?,
                last: row.parsed("last_day")?,
                use_days: Weekdays::from_bits(row.small("use_days")?),
                tariff: owned(row, "tariff_code")?,
            },
        })
    })
}

/// Adds an enrolment, or changes the one with its identity.
pub fn save_enrolment(
    tx: &mut dyn Tx,
    body: BodyId,
    new: &Enrolment,
    known: bool,
) -> Result<(), StorageError> {
    let sql = if known { UPDATE_ENROLMENT } else { INSERT_ENROLMENT };
    let t = &new.terms;
    let row = params![
        body,
        new.id,
        new.child,
        &new.year,
        t.school,
        t.class,
        t.first,
        t.last,
        t.use_days.bits(),
        &t.tariff
    ];
    tx.execute(sql, &row).map(|_| ())
}

/// The closures of a body.
pub fn closures(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Closure>, StorageError> {
    all(tx, CLOSURES, body, |row| {
        Ok(Closure {
            id: row.parsed("id")?,
            school: row.opt_parsed("school_id")?,
            class: row.opt_parsed("class_id")?,
            first: row.parsed("first_day")?,
            last: row.parsed("last_day")?,
            reason: owned(row, "reason")?,
        })
    })
}

/// Declares a closure.
pub fn add_closure(
    tx: &mut dyn Tx,
    body: BodyId,
    new: &Closure,
    declared_at: Instant,
) -> Result<(), StorageError> {
    let row = params![
        body,
        new.id,
        new.school,
        new.class,
        new.first,
        new.last,
        &new.reason,
        declared_at
    ];
    tx.execute(INSERT_CLOSURE, &row).map(|_| ())
}

/// Says the reason of a closure in other words.
pub fn reword_closure(tx: &mut dyn Tx, body: BodyId, new: &Closure) -> Result<(), StorageError> {
    tx.execute(UPDATE_CLOSURE, &params![body, new.id, &new.reason])
        .map(|_| ())
}

/// The last day that is frozen and charged, school by school.
pub fn last_frozen(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(SchoolId, ServiceDay)>, StorageError> {
    all(tx, LAST_FROZEN, body, |row| {
        Ok((row.parsed("school_id")?, row.parsed("day")?))
    })
}

/// The opening balances that were posted.
pub fn openings(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<Opening>, StorageError> {
    all(tx, OPENINGS, body, |row| {
        Ok(Opening {
            cause: owned(row, "cause")?,
            amount: row.cents("amount")?,
            day: row.parsed("day")?,
        })
    })
}

/// The adults who have a password, provisional or their own.
pub fn people_with_credential(tx: &mut dyn Tx, body: BodyId) -> Result<HashSet<PersonId>, StorageError> {
    Ok(all(tx, CREDENTIALS, body, |row| row.parsed("person_id"))?
        .into_iter()
        .collect())
}

fn all<T>(
    tx: &mut dyn Tx,
    sql: &str,
    body: BodyId,
    read: impl Fn(&Row) -> Result<T, StorageError>,
) -> Result<Vec<T>, StorageError> {
    tx.query(sql, &params![body])?.iter().map(read).collect()
}

fn owned(row: &Row, name: &str) -> Result<String, StorageError> {
    row.text(name).map(str::to_owned)
}
