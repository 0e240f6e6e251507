//! Contacts that persons gave themselves, the codes that were sent to them, and the language in which they are
//! written to. What the office wrote down is in `person` and only a proposal.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, ContactId, Instant, PersonId,
    contact::{Contact, ContactKind, Language},
    people::Actor,
};

const OF: &str = "select id, kind, value, verified_at, code_hash, code_until, code_tries from contact \
    where body_id = $1 and person_id = $2 order by case when verified_at is null then 1 else 0 end, added_at, id";
const BY_ID: &str = "select id, kind, value, verified_at, code_hash, code_until, code_tries from contact \
    where body_id = $1 and person_id = $2 and id = $3";
const PROPOSED: &str = "select email, phone from person where body_id = $1 and id = $2";
const ADD: &str = "insert into contact (id, body_id, person_id, kind, value, added_at) \
    values ($1, $2, $3, $4, $5, $6) on conflict (person_id, kind, value) do nothing";
const ADD_VERIFIED: &str = "insert into contact (id, body_id, person_id, kind, value, added_at, verified_at) \
    values ($1, $2, $3, $4, $5, $6, $6) on conflict (person_id, kind, value) do update set \
    verified_at = excluded.verified_at, code_hash = null, code_until = null, code_tries = null";
const SET_CODE: &str = "update contact set code_hash = $1, code_until = $2, code_tries = $3 \
    where body_id = $4 and person_id = $5 and id = $6";
const TAKE_TRY: &str = "update contact set code_tries = code_tries - 1 \
    where body_id = $1 and person_id = $2 and id = $3 and code_tries > 0 and code_until > $4";
const VERIFY: &str = "update contact set verified_at = $1, code_hash = null, code_until = null, code_tries = null \
    where body_id = $2 and person_id = $3 and id = $4 and code_hash = $5";
const REMOVE: &str = "delete from contact where body_id = $1 and person_id = $2 and id = $3";
// Two parents may share a mailbox.
const OWNERS: &str = "select c.person_id from contact c join credential k on k.person_id = c.person_id \
    where c.body_id = $1 and c.kind = $2 and c.value = $3 and c.verified_at is not null \
    order by c.verified_at, c.id limit $4";
const LANGUAGE: &str = "select language from person where body_id = $1 and id = $2";
const SET_LANGUAGE: &str = "update person set language = $1 where body_id = $2 and id = $3";
const SENT: &str = "insert into code_sent (body_id, target, kind, at, sent) values ($1, $2, $3, $4, $5)";
const SENT_TO: &str = "select count(*) as n from code_sent where target = $1 and at > $2";
const SENT_BY: &str = "select cast(coalesce(sum(sent), 0) as bigint) as n from code_sent \
    where body_id = $1 and kind = $2 and at > $3";
const PRUNE_SENT: &str = "delete from code_sent where at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("contacts::of", OF),
        ("contacts::by_id", BY_ID),
        ("contacts::proposed", PROPOSED),
        ("contacts::add", ADD),
        ("contacts::add_verified", ADD_VERIFIED),
        ("contacts::set_code", SET_CODE),
        ("contacts::take_try", TAKE_TRY),
        ("contacts::verify", VERIFY),
        ("contacts::remove", REMOVE),
        ("contacts::owners", OWNERS),
        ("contacts::language", LANGUAGE),
        ("contacts::set_language", SET_LANGUAGE),
        ("contacts::sent", SENT),
        ("contacts::sent_to", SENT_TO),
        ("contacts::sent_by", SENT_BY),
        ("contacts::prune_sent", PRUNE_SENT),
    ]
}

/// A contact as it is kept. Its `Debug` shows no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptContact {
    /// Identity.
    pub id: ContactId,
    /// The address or number.
    pub contact: Contact,
    /// When a code came back from it.
    pub verified_at: Option<Instant>,
    /// The code that may come back.
    pub code: Option<KeptCode>,
}

/// A code that was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptCode {
    /// argon2id, PHC.
    pub hash: String,
    /// Good until.
    pub until: Instant,
    /// Tries that are left.
    pub tries: u32,
}

impl std::fmt::Debug for KeptCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptCode(…)")
    }
}

fn broken(name: &str) -> StorageError {
    StorageError::Column {
        name: name.to_owned(),
        problem: "is no known word".to_owned(),
    }
}

fn kept(row: &Row) -> Result<KeptContact, StorageError> {
    let kind = ContactKind::from_name(row.text("kind")?).ok_or_else(|| broken("kind"))?;
    let code = match (row.opt_text("code_hash")?, row.opt_instant("code_until")?) {
        (Some(hash), Some(until)) => Some(KeptCode {
            hash: hash.to_owned(),
            until,
            tries: row.small("code_tries")?,
        }),
        _ => None,
    };
    Ok(KeptContact {
        id: row.parsed("id")?,
        contact: Contact::parse(kind, row.text("value")?).map_err(|_| broken("value"))?,
        verified_at: row.opt_instant("verified_at")?,
        code,
    })
}

/// The contacts of a person, verified ones first, then in the order in which they were added.
pub fn list(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<KeptContact>, StorageError> {
    let rows = tx.query(OF, &params![actor.body, actor.person])?;
    rows.iter().map(kept).collect()
}

/// Where a person is reached: the verified contacts.
pub fn verified(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Contact>, StorageError> {
    let all = list(tx, actor)?.into_iter();
    Ok(all
        .filter(|c| c.verified_at.is_some())
        .map(|c| c.contact)
        .collect())
}

/// One contact of a person.
pub fn by_id(tx: &mut dyn Tx, actor: Actor, id: ContactId) -> Result<Option<KeptContact>, StorageError> {
    let row = tx.query_opt(BY_ID, &params![actor.body, actor.person, id])?;
    row.as_ref().map(kept).transpose()
}

/// What the office wrote down, as far as it is a contact.
pub fn proposed(tx: &mut dyn Tx, actor: Actor) -> Result<Vec<Contact>, StorageError> {
    let Some(row) = tx.query_opt(PROPOSED, &params![actor.body, actor.person])? else {
        return Ok(Vec::new());
    };
    let mail = row.opt_text("email")?.map(|text| (ContactKind::Mail, text));
    let phone = row.opt_text("phone")?.map(|text| (ContactKind::Phone, text));
    let both = [mail, phone].into_iter().flatten();
    Ok(both
        .filter_map(|(kind, text)| Contact::parse(kind, text).ok())
        .collect())
}

/// Adds a contact, unverified; nothing where the person has it already.
pub fn add(
    tx: &mut dyn Tx,
    actor: Actor,
    id: ContactId,
    contact: &Contact,
    now: Instant,
) -> Result<(), StorageError> {
    let (kind, value) = (contact.kind().as_str(), contact.as_str());
    tx.execute(ADD, &params![id, actor.body, actor.person, kind, value, now])?;
    Ok(())
}

/// Adds a contact that has proved itself by other means, such as the link of an invitation.
pub fn add_verified(
    tx: &mut dyn Tx,
    actor: Actor,
    id: ContactId,
    contact: &Contact,
    now: Instant,
) -> Result<(), StorageError> {
    let (kind, value) = (contact.kind().as_str(), contact.as_str());
    tx.execute(
        ADD_VERIFIED,
        &params![id, actor.body, actor.person, kind, value, now],
    )?;
    Ok(())
}

/// Notes the code that is on its way to a contact; an earlier one is good no more.
pub fn set_code(tx: &mut dyn Tx, actor: Actor, id: ContactId, code: &KeptCode) -> Result<(), StorageError> {
    let (body, person) = (actor.body, actor.person);
    tx.execute(
        SET_CODE,
        &params![code.hash.as_str(), code.until, code.tries, body, person, id],
    )?;
    Ok(())
}

/// Takes one try of a contact's code; false where none is left or its time is over.
pub fn take_try(tx: &mut dyn Tx, actor: Actor, id: ContactId, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(TAKE_TRY, &params![actor.body, actor.person, id, now])? == 1)
}

/// Verifies a contact by the code with that hash; false where another was sent meanwhile.
pub fn verify(
    tx: &mut dyn Tx,
    actor: Actor,
    id: ContactId,
    code_hash: &str,
    now: Instant,
) -> Result<bool, StorageError> {
    Ok(tx.execute(VERIFY, &params![now, actor.body, actor.person, id, code_hash])? == 1)
}

/// Removes a contact; false where the person has no such.
pub fn remove(tx: &mut dyn Tx, actor: Actor, id: ContactId) -> Result<bool, StorageError> {
    Ok(tx.execute(REMOVE, &params![actor.body, actor.person, id])? == 1)
}

/// Of how many persons one mailbox or number opens the accounts: those who verified it first.
pub const SHARED_BY: usize = 3;

/// Who signs in with, and recovers by, a verified contact: whoever has a password, in the order in which they verified
/// it, at most [`SHARED_BY`].
pub fn owners(tx: &mut dyn Tx, body: BodyId, contact: &Contact) -> Result<Vec<PersonId>, StorageError> {
    let (kind, value) = (contact.kind().as_str(), contact.as_str());
    let most = i64::try_from(SHARED_BY).unwrap_or(i64::MAX);
    let rows = tx.query(OWNERS, &params![body, kind, value, most])?;
    rows.iter().map(|row| row.parsed("person_id")).collect()
}

/// The language in which a person is written to.
pub fn language(tx: &mut dyn Tx, actor: Actor) -> Result<Language, StorageError> {
    match tx.query_opt(LANGUAGE, &params![actor.body, actor.person])? {
        None => Ok(Language::default()),
        Some(row) => Language::from_name(row.text("language")?).ok_or_else(|| broken("language")),
    }
}

/// Sets the language in which a person is written to.
pub fn set_language(tx: &mut dyn Tx, actor: Actor, language: Language) -> Result<(), StorageError> {
    tx.execute(
        SET_LANGUAGE,
        &params![language.as_str(), actor.body, actor.person],
    )?;
    Ok(())
}

/// Notes that a code was asked for, and whether it went out. `target` is a hash of where to.
pub fn note_sent(
    tx: &mut dyn Tx,
    body: BodyId,
    (target, kind): (&str, ContactKind),
    sent: bool,
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(SENT, &params![body, target, kind.as_str(), now, sent])?;
    Ok(())
}

/// How many codes were asked for to that place after an instant.
pub fn asked_to(tx: &mut dyn Tx, target: &str, after: Instant) -> Result<u32, StorageError> {
    tx.query_one(SENT_TO, &params![target, after])?.small("n")
}

/// How many codes of that kind went out for a body after an instant.
pub fn sent_by(
    tx: &mut dyn Tx,
    body: BodyId,
    kind: ContactKind,
    after: Instant,
) -> Result<u32, StorageError> {
    tx.query_one(SENT_BY, &params![body, kind.as_str(), after])?
        .small("n")
}

/// Forgets what was sent before an instant; answers how many.
pub fn prune_sent(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE_SENT, &params![before])
}
