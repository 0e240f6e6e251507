//! Devices that asked to be told. Each belongs to a session: who signs out of a device silences it.

use crate::{Row, StorageError, Tx, params};
use domain::{Instant, PersonId, SessionId, SubscriptionId, people::Actor};

/// A browser, as its push service knows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Identity.
    pub id: SubscriptionId,
    /// The session that it goes with.
    pub session: SessionId,
    /// The push service's address for it.
    pub endpoint: String,
    /// The browser's public key, base64url.
    pub public_key: String,
    /// The browser's secret, base64url.
    pub secret: String,
}

pub(crate) const SAVE: &str = "\
    INSERT INTO subscription (id, body_id, person_id, session_id, kind, endpoint, public_key, secret, created_at) \
    VALUES ($1, $2, $3, $4, 'web', $5, $6, $7, $8) \
    ON CONFLICT (endpoint) DO UPDATE SET body_id = excluded.body_id, person_id = excluded.person_id, \
        session_id = excluded.session_id, public_key = excluded.public_key, secret = excluded.secret \
    RETURNING id";

/// Keeps a subscription; the same browser again is the same subscription, now of whoever is signed in there.
pub fn save(
    tx: &mut dyn Tx,
    actor: Actor,
    new: &Subscription,
    now: Instant,
) -> Result<SubscriptionId, StorageError> {
    let row = tx.query_one(
        SAVE,
        &params![
            new.id,
            actor.body,
            actor.person,
            new.session,
            &new.endpoint,
            &new.public_key,
            &new.secret,
            now
        ],
    )?;
    row.parsed("id")
}

macro_rules! alive {
    ($more:literal) => {
        concat!(
            "SELECT u.id, u.session_id, u.endpoint, u.public_key, u.secret FROM subscription u \
             JOIN session s ON s.id = u.session_id AND s.person_id = u.person_id \
             WHERE s.ended_at IS NULL AND s.ends_at > $1 AND ",
            $more
        )
    };
}
pub(crate) const OF: &str = alive!("u.person_id = $2 ORDER BY u.created_at, u.id");
pub(crate) const BY_ID: &str = alive!("u.id = $2 AND u.person_id = $3");

/// The devices of an adult whose sessions hold.
pub fn of(tx: &mut dyn Tx, person: PersonId, now: Instant) -> Result<Vec<Subscription>, StorageError> {
    tx.query(OF, &params![now, person])?.iter().map(read).collect()
}

/// One of them; none where its session has ended, or where it is somebody else's by now: a browser in which another
/// person signs in stays the same subscription.
pub fn by_id(
    tx: &mut dyn Tx,
    id: SubscriptionId,
    person: PersonId,
    now: Instant,
) -> Result<Option<Subscription>, StorageError> {
    tx.query_opt(BY_ID, &params![now, id, person])?
        .as_ref()
        .map(read)
        .transpose()
}

fn read(row: &Row) -> Result<Subscription, StorageError> {
    Ok(Subscription {
        id: row.parsed("id")?,
        session: row.parsed("session_id")?,
        endpoint: row.text("endpoint")?.to_owned(),
        public_key: row.text("public_key")?.to_owned(),
        secret: row.text("secret")?.to_owned(),
    })
}

pub(crate) const REMOVE: &str = "DELETE FROM subscription WHERE id = $1 AND person_id = $2";
pub(crate) const REMOVE_OWN: &str =
    "DELETE FROM subscription WHERE person_id = $1 AND body_id = $2 AND id = $3";

/// The push service knows it no more. What is somebody else's by now stays.
pub fn remove(tx: &mut dyn Tx, id: SubscriptionId, person: PersonId) -> Result<(), StorageError> {
    tx.execute(REMOVE, &params![id, person]).map(drop)
}

/// Its owner wants no more; false where it is not theirs.
pub fn remove_own(tx: &mut dyn Tx, actor: Actor, id: SubscriptionId) -> Result<bool, StorageError> {
    Ok(tx.execute(REMOVE_OWN, &params![actor.person, actor.body, id])? == 1)
}

pub(crate) const PRUNE: &str = "\
    DELETE FROM subscription WHERE session_id IN (\
        SELECT s.id FROM session s WHERE s.ended_at IS NOT NULL OR s.ends_at <= $1)";

/// Forgets the devices whose sessions have ended; answers how many.
pub fn prune(tx: &mut dyn Tx, now: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![now])
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("subscriptions::SAVE", SAVE),
        ("subscriptions::OF", OF),
        ("subscriptions::BY_ID", BY_ID),
        ("subscriptions::REMOVE", REMOVE),
        ("subscriptions::REMOVE_OWN", REMOVE_OWN),
        ("subscriptions::PRUNE", PRUNE),
    ]
}
