//! Adults: their names, their password, their children. Which children is decided by the bonds that hold.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BadgeCode, BodyId, ChildId, Instant, PersonId, ServiceDay, WalletId,
    calendar::Weekdays,
    people::{Actor, Rights},
    price::Tariff,
};

const PAYER_OF_BADGE: &str = "select b.person_id from badge g join bond b on b.child_id = g.child_id \
    where g.body_id = $1 and g.code = $2 and b.kind = 'payer' and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $3) and (b.last_day is null or b.last_day >= $3) \
    order by b.person_id limit 1";
const CREDENTIAL: &str = "select password_hash, provisional, expires_at from credential where person_id = $1";
const SET_CREDENTIAL: &str = "insert into credential (person_id, body_id, password_hash, provisional, expires_at, \
    changed_at) values ($1, $2, $3, $4, $5, $6) on conflict (person_id) do update set \
    password_hash = excluded.password_hash, provisional = excluded.provisional, \
    expires_at = excluded.expires_at, changed_at = excluded.changed_at";
const NAME: &str = "select first_name, surname from person where id = $1 and body_id = $2";
const CHILDREN: &str = "select c.id, c.first_name, c.surname, c.wallet_id, b.may_see, b.may_cancel, b.may_pay, b.may_documents, \
    (select min(g.code) from badge g where g.child_id = c.id) as badge, \
    s.name as school, k.name as class, e.use_days, e.tariff_code \
    from bond b join child c on c.id = b.child_id \
    left join enrolment e on e.id = (select n.id from enrolment n where n.child_id = c.id \
        and n.last_day >= $3 order by n.first_day, n.id limit 1) \
    left join school s on s.id = e.school_id left join class_group k on k.id = e.class_id \
    where b.person_id = $1 and b.body_id = $2 and (b.may_see = 1 or b.may_cancel = 1 or b.may_pay = 1 \
        or b.may_documents = 1) and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $3) and (b.last_day is null or b.last_day >= $3) \
    order by c.born_on, c.first_name, c.id";
const WALLET_OF_BADGE: &str = "select g.child_id, c.wallet_id from badge g join child c on c.id = g.child_id \
    where g.body_id = $1 and g.code = $2 and c.body_id = $1";
const TARIFF: &str = "select code, first_day, last_day, net, vat from tariff where body_id = $1 and code = $2 \
    and first_day <= $3 and (last_day is null or last_day >= $3) order by first_day desc limit 1";

// Somebody whom no office ever bound to a child: every bond was granted by another adult.
const DECLARED: &str = "select count(*) as n from bond b where b.person_id = $1 \
    and not exists (select 1 from person p where p.id = b.granted_by)";
// An office bound this person to a child, or a provider of identities vouched for them.
const PROVEN_CODE: &str = "select p.fiscal_code from person p where p.id = $1 and (exists (select 1 from bond b \
        where b.person_id = p.id and not exists (select 1 from person g where g.id = b.granted_by)) \
    or exists (select 1 from login_proof l where l.person_id = p.id)) \
    and not exists (select 1 from child c where c.body_id = p.body_id and c.fiscal_code = p.fiscal_code)";
const FORGET_CREDENTIAL: &str = "delete from credential where person_id = $1";
const FORGET_CONTACTS: &str = "delete from contact where person_id = $1";
const FORGET_DEVICES: &str = "delete from known_device where person_id = $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("people::payer_of_badge", PAYER_OF_BADGE),
        ("people::credential", CREDENTIAL),
        ("people::set_credential", SET_CREDENTIAL),
        ("people::name", NAME),
        ("people::children", CHILDREN),
        ("people::wallet_of_badge", WALLET_OF_BADGE),
        ("people::tariff", TARIFF),
        ("people::declared", DECLARED),
        ("people::proven_code", PROVEN_CODE),
        ("people::forget_credential", FORGET_CREDENTIAL),
        ("people::forget_contacts", FORGET_CONTACTS),
        ("people::forget_devices", FORGET_DEVICES),
    ]
}

/// A password as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// argon2id, PHC.
    pub password_hash: String,
    /// Whether it only opens the choice of another.
    pub provisional: bool,
    /// Until when it is good, where there is an end.
    pub expires_at: Option<Instant>,
}

/// A child as its family sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Identity.
    pub id: ChildId,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
    /// Its first badge, where it has one.
    pub badge: Option<BadgeCode>,
    /// The wallet that pays.
    pub wallet: WalletId,
    /// What this person may do.
    pub rights: Rights,
    /// The enrolment that holds or is to come, where there is one.
    pub place: Option<Place>,
}

/// Where a child is enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the school.
    pub school: String,
    /// Name of the class.
    pub class: String,
    /// Giorni di fruizione.
    pub use_days: Weekdays,
    /// Code of the tariff.
    pub tariff: String,
}

/// The child with that badge, and the wallet that pays for it.
pub fn wallet_of_badge(
    tx: &mut dyn Tx,
    body: BodyId,
    badge: &BadgeCode,
) -> Result<Option<(ChildId, WalletId)>, StorageError> {
    let row = tx.query_opt(WALLET_OF_BADGE, &params![body, badge.as_str()])?;
    row.map(|row| Ok((row.parsed("child_id")?, row.parsed("wallet_id")?)))
        .transpose()
}

/// The one adult who signs in with that badge: the payer of its child.
pub fn payer_of_badge(
    tx: &mut dyn Tx,
    body: BodyId,
    badge: &BadgeCode,
    today: ServiceDay,
) -> Result<Option<PersonId>, StorageError> {
    let row = tx.query_opt(PAYER_OF_BADGE, &params![body, badge.as_str(), today])?;
    row.map(|row| row.parsed("person_id")).transpose()
}

/// A person's password.
pub fn credential(tx: &mut dyn Tx, person: PersonId) -> Result<Option<Credential>, StorageError> {
    tx.query_opt(CREDENTIAL, &params![person])?
        .map(|row| {
            Ok(Credential {
                password_hash: row.text("password_hash")?.to_owned(),
                provisional: row.bool("provisional")?,
                expires_at: row.opt_instant("expires_at")?,
            })
        })
        .transpose()
}

/// Gives a person a password, or another one.
pub fn set_credential(
    tx: &mut dyn Tx,
    actor: Actor,
    new: &Credential,
    now: Instant,
) -> Result<(), StorageError> {
    let Actor { body, person } = actor;
    tx.execute(
        SET_CREDENTIAL,
        &params![
            person,
            body,
            &new.password_hash,
            new.provisional,
            new.expires_at,
            now
        ],
    )?;
    Ok(())
}

/// Takes every way in from somebody who only said to be who they are: password, contacts, devices, sessions. Bonds stay.
///
/// Whoever joins by an invitation and a password types a fiscal code that nobody checks. When an office enrols the
/// person of that code, or a provider proves to be them, what the other chose must not open the family's account.
/// Answers whether there was anything to take; whom an office has bound to a child keeps everything.
pub fn forget_declared(tx: &mut dyn Tx, person: PersonId, now: Instant) -> Result<bool, StorageError> {
    if tx.query_one(DECLARED, &params![person])?.int("n")? > 0 || credential(tx, person)?.is_none() {
        return Ok(false);
    }
    for statement in [FORGET_CREDENTIAL, FORGET_CONTACTS, FORGET_DEVICES] {
        tx.execute(statement, &params![person])?;
    }
    crate::sessions::end_all(tx, person, now, "identity_proved")?;
    crate::recoveries::end_all(tx, person, now)?;
    Ok(true)
}

/// The fiscal code of an adult, where it is known to be theirs: whoever only typed it, when joining by an invitation and a
/// password, might have typed another's. Never a child's.
pub fn proven_code(tx: &mut dyn Tx, person: PersonId) -> Result<Option<String>, StorageError> {
    let row = tx.query_opt(PROVEN_CODE, &params![person])?;
    row.map(|row| row.text("fiscal_code").map(str::to_owned))
        .transpose()
}

/// First name and surname of an adult.
pub fn name(tx: &mut dyn Tx, actor: Actor) -> Result<(String, String), StorageError> {
    let row = tx.query_one(NAME, &params![actor.person, actor.body])?;
    Ok((
        row.text("first_name")?.to_owned(),
        row.text("surname")?.to_owned(),
    ))
}

/// First name of an adult, where there is such a one.
pub fn first_name(tx: &mut dyn Tx, actor: Actor) -> Result<Option<String>, StorageError> {
    tx.query_opt(NAME, &params![actor.person, actor.body])?
        .map(|row| Ok(row.text("first_name")?.to_owned()))
        .transpose()
}

/// The children for whom a person may do anything on that day, eldest first; where they are enrolled is told only to who
/// sees them or pays for them.
pub fn children(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<Child>, StorageError> {
    let rows = tx.query(CHILDREN, &params![actor.person, actor.body, today])?;
    rows.iter().map(child).collect()
}

fn child(row: &Row) -> Result<Child, StorageError> {
    let badge = row.opt_text("badge")?.map(BadgeCode::parse).transpose();
    let rights = Rights {
        see: row.bool("may_see")?,
        cancel: row.bool("may_cancel")?,
        pay: row.bool("may_pay")?,
        documents: row.bool("may_documents")?,
    };
    let place = match row.opt_text("school")?.filter(|_| rights.see || rights.pay) {
        None => None,
        Some(school) => Some(Place {
            school: school.to_owned(),
            class: row.text("class")?.to_owned(),
            use_days: Weekdays::from_bits(row.small("use_days")?),
            tariff: row.text("tariff_code")?.to_owned(),
        }),
    };
    Ok(Child {
        id: row.parsed("id")?,
        first_name: row.text("first_name")?.to_owned(),
        surname: row.text("surname")?.to_owned(),
        badge: badge.map_err(|error| StorageError::Column {
            name: "badge".to_owned(),
            problem: error.to_string(),
        })?,
        wallet: row.parsed("wallet_id")?,
        rights,
        place,
    })
}

/// The version of a tariff that holds on a day.
pub fn tariff(
    tx: &mut dyn Tx,
    body: BodyId,
    code: &str,
    day: ServiceDay,
) -> Result<Option<Tariff>, StorageError> {
    tx.query_opt(TARIFF, &params![body, code, day])?
        .map(|row| {
            Ok(Tariff {
                code: row.text("code")?.to_owned(),
                first: row.parsed("first_day")?,
                last: row.opt_parsed("last_day")?,
                net: row.parsed("net")?,
                vat: row.parsed("vat")?,
            })
        })
        .transpose()
}
