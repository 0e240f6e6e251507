//! Calendari da abbonare: private addresses, one a person and child. A secret is here only as its SHA-256.
//!
//! Whether the person may still see the child is asked at every reading, of the bond.

use crate::{Row, StorageError, Tx, calendar::reach, params};
use domain::{BodyId, ChildId, FeedId, Instant, PersonId, ServiceDay, people::Actor};

const ADD: &str = "insert into feed (id, body_id, person_id, child_id, secret_hash, created_at) \
    values ($1, $2, $3, $4, $5, $6)";
const REVOKE_BEFORE: &str =
    "update feed set revoked_at = $1 where person_id = $2 and child_id = $3 and revoked_at is null";
const REVOKE: &str = "update feed set revoked_at = $1 \
    where id = $2 and body_id = $3 and person_id = $4 and revoked_at is null";
const END: &str = "update feed set revoked_at = $1 \
    where body_id = $2 and person_id = $3 and child_id = $4 and revoked_at is null";
const END_LOST: &str = "update feed set revoked_at = $1 where revoked_at is null and not exists \
    (select 1 from bond b where b.person_id = feed.person_id and b.child_id = feed.child_id \
    and b.body_id = feed.body_id and b.may_see = 1 and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $2) and (b.last_day is null or b.last_day >= $2))";
const OF_PERSON: &str = concat!(
    "select f.id, f.child_id, c.first_name, f.created_at, f.last_read_at from feed f \
     join child c on c.id = f.child_id where f.person_id = $1 and f.body_id = $2 and f.revoked_at is null \
     and f.child_id in ",
    reach!("may_see"),
    " order by c.born_on, c.first_name, f.created_at, f.id"
);
const SEEN_CHILD: &str = concat!(
    "select k.first_name from child k where k.id = $4 and k.id in ",
    reach!("may_see")
);
const BY_SECRET: &str = "select id, body_id, person_id, child_id, last_read_at from feed \
    where secret_hash = $1 and revoked_at is null";
const NOTE_READ: &str = "update feed set last_read_at = $1 where id = $2 and revoked_at is null";
const PRUNE: &str = "delete from feed where revoked_at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("feeds::add", ADD),
        ("feeds::revoke_before", REVOKE_BEFORE),
        ("feeds::revoke", REVOKE),
        ("feeds::end", END),
        ("feeds::end_lost", END_LOST),
        ("feeds::of_person", OF_PERSON),
        ("feeds::seen_child", SEEN_CHILD),
        ("feeds::by_secret", BY_SECRET),
        ("feeds::note_read", NOTE_READ),
        ("feeds::prune", PRUNE),
    ]
}

/// An address as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Identity.
    pub id: FeedId,
    /// Whose days.
    pub child: ChildId,
    /// The child's first name.
    pub first_name: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last read, to the hour.
    pub last_read_at: Option<Instant>,
}

/// An address as a calendar finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Identity.
    pub id: FeedId,
    /// With whose rights it is read.
    pub actor: Actor,
    /// Whose days.
    pub child: ChildId,
    /// When it was last read, to the hour.
    pub last_read_at: Option<Instant>,
}

fn feed(row: &Row) -> Result<Feed, StorageError> {
    Ok(Feed {
        id: row.parsed("id")?,
        child: row.parsed("child_id")?,
        first_name: row.text("first_name")?.to_owned(),
        created_at: row.instant("created_at")?,
        last_read_at: row.opt_instant("last_read_at")?,
    })
}

/// The first name of a child that the actor may see; none where they may not.
pub fn seen_child(
    tx: &mut dyn Tx,
    actor: Actor,
    today: ServiceDay,
    child: ChildId,
) -> Result<Option<String>, StorageError> {
    tx.query_opt(SEEN_CHILD, &params![actor.person, actor.body, today, child])?
        .map(|row| Ok(row.text("first_name")?.to_owned()))
        .transpose()
}

/// Keeps an address; the one that the person had for the child ends.
pub fn replace(tx: &mut dyn Tx, actor: Actor, new: &Feed, secret_hash: &str) -> Result<(), StorageError> {
    tx.execute(REVOKE_BEFORE, &params![new.created_at, actor.person, new.child])?;
    tx.execute(
        ADD,
        &params![
            new.id,
            actor.body,
            actor.person,
            new.child,
            secret_hash,
            new.created_at
        ],
    )?;
    Ok(())
}

/// Ends an address of this person; false where they have no such one.
pub fn revoke(tx: &mut dyn Tx, actor: Actor, id: FeedId, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(REVOKE, &params![now, id, actor.body, actor.person])? == 1)
}

/// Ends the address that an adult has for a child, with the bond that it was read by: granted again, the bond brings no
/// old address back.
pub(crate) fn end(
    tx: &mut dyn Tx,
    body: BodyId,
    (person, child): (PersonId, ChildId),
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(END, &params![now, body, person, child]).map(drop)
}

/// Ends every address whose maker may not see the child today: bonds also end by their last day, by an import, by a right
/// that the office took. Answers how many. The job alone calls it.
pub fn end_lost(tx: &mut dyn Tx, today: ServiceDay, now: Instant) -> Result<u64, StorageError> {
    tx.execute(END_LOST, &params![now, today])
}

/// The person's addresses that hold, of children that they may see, eldest first.
pub fn of_person(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<Feed>, StorageError> {
    let rows = tx.query(OF_PERSON, &params![actor.person, actor.body, today])?;
    rows.iter().map(feed).collect()
}

/// The address with that secret, unless it was revoked. What it may show is the caller's to ask of the bond.
pub fn by_secret(tx: &mut dyn Tx, secret_hash: &str) -> Result<Option<Found>, StorageError> {
    let Some(row) = tx.query_opt(BY_SECRET, &params![secret_hash])? else {
        return Ok(None);
    };
    let (body, person): (BodyId, PersonId) = (row.parsed("body_id")?, row.parsed("person_id")?);
    Ok(Some(Found {
        id: row.parsed("id")?,
        actor: Actor { body, person },
        child: row.parsed("child_id")?,
        last_read_at: row.opt_instant("last_read_at")?,
    }))
}

/// Notes that a calendar read it.
pub fn note_read(tx: &mut dyn Tx, id: FeedId, now: Instant) -> Result<(), StorageError> {
    tx.execute(NOTE_READ, &params![now, id]).map(drop)
}

/// Deletes addresses that were revoked before then; answers how many.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}
