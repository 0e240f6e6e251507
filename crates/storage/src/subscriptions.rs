//! Devices that asked to be told. Each belongs to a session: who signs out of a device silences it.

use crate::{Row, StorageError, Tx, params};
use domain::{Instant, PersonId, SessionId, SubscriptionId, people::Actor};

/// A device, as whoever carries notifications to it knows it. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub enum Device {
    /// A browser.
    Web {
        /// The push service's address for it.
        endpoint: String,
        /// The browser's public key, base64url.
        public_key: String,
        /// The browser's secret, base64url.
        secret: String,
    },
    /// An Android phone.
    Fcm {
        /// Its registration token.
        token: String,
    },
    /// An iPhone or iPad.
    Apns {
        /// Its device token, hex.
        token: String,
        /// Whether its app was signed for development.
        development: bool,
    },
    /// A computer that asks by itself; one a session.
    Desktop,
}

impl Device {
    /// The name in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Web { .. } => "web",
            Self::Fcm { .. } => "fcm",
            Self::Apns { .. } => "apns",
            Self::Desktop => "desktop",
        }
    }
}

/// A device that asked to be told.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Identity.
    pub id: SubscriptionId,
    /// The session that it goes with.
    pub session: SessionId,
    /// Which device.
    pub device: Device,
}

pub(crate) const SAVE: &str = "\
    INSERT INTO subscription (id, body_id, person_id, session_id, kind, endpoint, public_key, secret, development, \
        created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
    ON CONFLICT (kind, endpoint) DO UPDATE SET body_id = excluded.body_id, person_id = excluded.person_id, \
        session_id = excluded.session_id, public_key = excluded.public_key, secret = excluded.secret, \
        development = excluded.development \
    RETURNING id";
pub(crate) const REPLACE: &str = "DELETE FROM subscription WHERE session_id = $1 AND kind = $2 AND id <> $3";

pub(crate) const KEEP_FEW: &str = "\
    DELETE FROM subscription WHERE person_id = $1 AND id <> $2 AND id NOT IN (\
        SELECT u.id FROM subscription u JOIN session s ON s.id = u.session_id WHERE u.person_id = $1 \
        ORDER BY s.last_used_at DESC, u.id DESC LIMIT $3)";

/// On how many devices an adult is told. Beyond them whoever was used last the longest ago goes.
pub const MOST: i64 = 20;

/// Keeps a subscription; the same device again is the same subscription, now of whoever is signed in there. A session is
/// on one device: where its token or address has changed, the old one goes.
pub fn save(
    tx: &mut dyn Tx,
    actor: Actor,
    new: &Subscription,
    now: Instant,
) -> Result<SubscriptionId, StorageError> {
    let (endpoint, public_key, secret, development) = match &new.device {
        Device::Web {
            endpoint,
            public_key,
            secret,
        } => (endpoint.clone(), public_key.as_str(), secret.as_str(), false),
        Device::Fcm { token } => (token.clone(), "", "", false),
        Device::Apns { token, development } => (token.clone(), "", "", *development),
        Device::Desktop => (new.session.to_string(), "", "", false),
    };
    let row = tx.query_one(
        SAVE,
        &params![
            new.id,
            actor.body,
            actor.person,
            new.session,
            new.device.kind(),
            endpoint,
            public_key,
            secret,
            development,
            now
        ],
    )?;
    let id: SubscriptionId = row.parsed("id")?;
    tx.execute(REPLACE, &params![new.session, new.device.kind(), id])?;
    tx.execute(KEEP_FEW, &params![actor.person, id, MOST])?;
    Ok(id)
}

macro_rules! alive {
    ($more:literal) => {
        concat!(
            "SELECT u.id, u.session_id, u.kind, u.endpoint, u.public_key, u.secret, u.development FROM subscription u \
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
    let token = row.text("endpoint")?.to_owned();
    let device = match row.text("kind")? {
        "fcm" => Device::Fcm { token },
        "apns" => Device::Apns {
            token,
            development: row.bool("development")?,
        },
        "desktop" => Device::Desktop,
        _ => Device::Web {
            endpoint: token,
            public_key: row.text("public_key")?.to_owned(),
            secret: row.text("secret")?.to_owned(),
        },
    };
    Ok(Subscription {
        id: row.parsed("id")?,
        session: row.parsed("session_id")?,
        device,
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
        ("subscriptions::REPLACE", REPLACE),
        ("subscriptions::KEEP_FEW", KEEP_FEW),
        ("subscriptions::OF", OF),
        ("subscriptions::BY_ID", BY_ID),
        ("subscriptions::REMOVE", REMOVE),
        ("subscriptions::REMOVE_OWN", REMOVE_OWN),
        ("subscriptions::PRUNE", PRUNE),
    ]
}
