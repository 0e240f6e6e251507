//! Sessions and their refresh tokens. A token is here only as its SHA-256.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Instant, PersonId, SessionId, people::Actor};

const OPEN: &str = "insert into session (id, body_id, person_id, kind, client, access_hash, access_expires_at, \
    created_at, last_used_at, ends_at, device, confirmed_at) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11)";
const BY_ACCESS: &str = "select id, body_id, person_id, kind, client, access_expires_at, last_used_at, ends_at, \
    confirmed_at from session where access_hash = $1 and ended_at is null";
const BY_ID: &str = "select id, body_id, person_id, kind, client, access_expires_at, last_used_at, ends_at, \
    confirmed_at from session where id = $1 and ended_at is null";
const RENEW: &str = "update session set access_hash = $1, access_expires_at = $2, last_used_at = $3 \
    where id = $4 and ended_at is null";
const PROLONG: &str = "update session set access_expires_at = $1, last_used_at = $2 \
    where id = $3 and ended_at is null";
const CONFIRM: &str = "update session set confirmed_at = $1 where id = $2 and ended_at is null";
const TOUCH: &str = "update session set last_used_at = $1 \
    where id = $2 and ended_at is null and last_used_at <= $3";
// One that can still be used: its access holds, or it has a refresh token that does.
const OPEN_OF: &str = "select id, client, device, created_at, last_used_at from session \
    where body_id = $1 and person_id = $2 and ended_at is null and ends_at > $3 and (access_expires_at > $3 or \
    exists (select 1 from refresh_token r where r.session_id = session.id and r.spent_at is null \
    and r.expires_at > $3)) order by last_used_at desc, id desc limit 100";
const END_OWN: &str = "update session set ended_at = $1, ended_because = $2 \
    where id = $3 and body_id = $4 and person_id = $5 and ended_at is null";
const END: &str = "update session set ended_at = $1, ended_because = $2 where id = $3 and ended_at is null";
const END_ALL: &str =
    "update session set ended_at = $1, ended_because = $2 where person_id = $3 and ended_at is null";
const ADD_REFRESH: &str = "insert into refresh_token (token_hash, session_id, issued_at, expires_at) \
    values ($1, $2, $3, $4)";
const FIND_REFRESH: &str = "select session_id, expires_at, spent_at from refresh_token where token_hash = $1";
const SPEND_REFRESH: &str =
    "update refresh_token set spent_at = $1 where token_hash = $2 and spent_at is null";
const PRUNE_REFRESH: &str = "delete from refresh_token where session_id in \
    (select id from session where ends_at < $1 or ended_at < $1)";
const PRUNE: &str = "delete from session where ends_at < $1 or ended_at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("sessions::open", OPEN),
        ("sessions::by_access", BY_ACCESS),
        ("sessions::by_id", BY_ID),
        ("sessions::renew", RENEW),
        ("sessions::prolong", PROLONG),
        ("sessions::confirm", CONFIRM),
        ("sessions::touch", TOUCH),
        ("sessions::open_of", OPEN_OF),
        ("sessions::end_own", END_OWN),
        ("sessions::end", END),
        ("sessions::end_all", END_ALL),
        ("sessions::add_refresh", ADD_REFRESH),
        ("sessions::find_refresh", FIND_REFRESH),
        ("sessions::spend_refresh", SPEND_REFRESH),
        ("sessions::prune_refresh", PRUNE_REFRESH),
        ("sessions::prune", PRUNE),
    ]
}

/// What a session opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Everything.
    Full,
    /// Only the choice of a password.
    ChoosePassword,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ChoosePassword => "choose_password",
        }
    }
}

/// How a client keeps its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Tokens.
    App,
    /// A cookie.
    Browser,
}

impl Client {
    const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Browser => "browser",
        }
    }
}

/// A session that has not been ended. Whether it still holds at some instant is the caller's to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// The tenant.
    pub body: BodyId,
    /// Whose.
    pub person: PersonId,
    /// What it opens.
    pub kind: Kind,
    /// App or browser.
    pub client: Client,
    /// When the access token or cookie expires.
    pub access_expires_at: Instant,
    /// When it was last renewed.
    pub last_used_at: Instant,
    /// When it ends, whatever is used.
    pub ends_at: Instant,
    /// When its person last showed who they are.
    pub confirmed_at: Option<Instant>,
}

/// A refresh token's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// Of which session.
    pub session: SessionId,
    /// Good until.
    pub expires_at: Instant,
    /// When it was used, where it was.
    pub spent_at: Option<Instant>,
}

fn session(row: &Row) -> Result<Session, StorageError> {
    let word = |name: &str| StorageError::Column {
        name: name.to_owned(),
        problem: "is no known word".to_owned(),
    };
    Ok(Session {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        person: row.parsed("person_id")?,
        kind: match row.text("kind")? {
            "full" => Kind::Full,
            "choose_password" => Kind::ChoosePassword,
            _ => return Err(word("kind")),
        },
        client: client(row)?,
        access_expires_at: row.instant("access_expires_at")?,
        last_used_at: row.instant("last_used_at")?,
        ends_at: row.instant("ends_at")?,
        confirmed_at: row.opt_instant("confirmed_at")?,
    })
}

fn client(row: &Row) -> Result<Client, StorageError> {
    match row.text("client")? {
        "app" => Ok(Client::App),
        "browser" => Ok(Client::Browser),
        _ => Err(StorageError::Column {
            name: "client".to_owned(),
            problem: "is no known word".to_owned(),
        }),
    }
}

/// Opens a session on a device that said nothing of itself; `last_used_at` is when.
pub fn open(tx: &mut dyn Tx, new: &Session, access_hash: &str) -> Result<(), StorageError> {
    open_on(tx, new, access_hash, "")
}

/// Opens a session on a device; `device` is it in words. `last_used_at` is when.
pub fn open_on(tx: &mut dyn Tx, new: &Session, access_hash: &str, device: &str) -> Result<(), StorageError> {
    let (kind, client) = (new.kind.as_str(), new.client.as_str());
    tx.execute(
        OPEN,
        &params![
            new.id,
            new.body,
            new.person,
            kind,
            client,
            access_hash,
            new.access_expires_at,
            new.last_used_at,
            new.ends_at,
            device,
            new.confirmed_at
        ],
    )?;
    Ok(())
}

/// A session as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Identity.
    pub id: SessionId,
    /// App or browser.
    pub client: Client,
    /// The device in words; empty where it is not known.
    pub device: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it was last used, to five minutes.
    pub last_used_at: Instant,
}

/// The sessions of a person that can still be used, the last used first; at most 100.
pub fn open_of(tx: &mut dyn Tx, actor: Actor, now: Instant) -> Result<Vec<OpenSession>, StorageError> {
    let rows = tx.query(OPEN_OF, &params![actor.body, actor.person, now])?;
    let one = |row: &Row| {
        Ok(OpenSession {
            id: row.parsed("id")?,
            client: client(row)?,
            device: row.text("device")?.to_owned(),
            opened_at: row.instant("created_at")?,
            last_used_at: row.instant("last_used_at")?,
        })
    };
    rows.iter().map(one).collect()
}

/// Notes that the session's person has just shown who they are.
pub fn confirm(tx: &mut dyn Tx, id: SessionId, now: Instant) -> Result<(), StorageError> {
    tx.execute(CONFIRM, &params![now, id])?;
    Ok(())
}

/// Notes that a session is in use, unless that was noted after `unless_after`.
pub fn touch(
    tx: &mut dyn Tx,
    id: SessionId,
    now: Instant,
    unless_after: Instant,
) -> Result<(), StorageError> {
    tx.execute(TOUCH, &params![now, id, unless_after])?;
    Ok(())
}

/// Ends a session of this person; false where they have no such session.
pub fn end_own(
    tx: &mut dyn Tx,
    actor: Actor,
    id: SessionId,
    now: Instant,
    because: &str,
) -> Result<bool, StorageError> {
    Ok(tx.execute(END_OWN, &params![now, because, id, actor.body, actor.person])? == 1)
}

/// The session of an access token or cookie, unless it was ended.
pub fn by_access(tx: &mut dyn Tx, access_hash: &str) -> Result<Option<Session>, StorageError> {
    tx.query_opt(BY_ACCESS, &params![access_hash])?
        .as_ref()
        .map(session)
        .transpose()
}

/// A session, unless it was ended.
pub fn by_id(tx: &mut dyn Tx, id: SessionId) -> Result<Option<Session>, StorageError> {
    tx.query_opt(BY_ID, &params![id])?
        .as_ref()
        .map(session)
        .transpose()
}

/// Gives a session a new access token; the old one opens nothing any more.
pub fn renew(
    tx: &mut dyn Tx,
    id: SessionId,
    access_hash: &str,
    access_until: Instant,
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(RENEW, &params![access_hash, access_until, now, id])?;
    Ok(())
}

/// Lets the same access token or cookie hold longer.
pub fn prolong(
    tx: &mut dyn Tx,
    id: SessionId,
    access_until: Instant,
    now: Instant,
) -> Result<(), StorageError> {
    tx.execute(PROLONG, &params![access_until, now, id])?;
    Ok(())
}

/// Ends a session.
pub fn end(tx: &mut dyn Tx, id: SessionId, now: Instant, because: &str) -> Result<(), StorageError> {
    tx.execute(END, &params![now, because, id])?;
    Ok(())
}

/// Ends every session of a person; answers how many.
pub fn end_all(tx: &mut dyn Tx, person: PersonId, now: Instant, because: &str) -> Result<u64, StorageError> {
    tx.execute(END_ALL, &params![now, because, person])
}

/// Adds a refresh token to a session.
pub fn add_refresh(
    tx: &mut dyn Tx,
    token_hash: &str,
    session: SessionId,
    now: Instant,
    until: Instant,
) -> Result<(), StorageError> {
    tx.execute(ADD_REFRESH, &params![token_hash, session, now, until])?;
    Ok(())
}

/// A refresh token, spent or not.
pub fn find_refresh(tx: &mut dyn Tx, token_hash: &str) -> Result<Option<Refresh>, StorageError> {
    tx.query_opt(FIND_REFRESH, &params![token_hash])?
        .map(|row| {
            Ok(Refresh {
                session: row.parsed("session_id")?,
                expires_at: row.instant("expires_at")?,
                spent_at: row.opt_instant("spent_at")?,
            })
        })
        .transpose()
}

/// Spends a refresh token; false where it was spent already.
pub fn spend_refresh(tx: &mut dyn Tx, token_hash: &str, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(SPEND_REFRESH, &params![now, token_hash])? == 1)
}

/// Forgets the sessions that were over before an instant, with their refresh tokens; answers how many. Logins and
/// subscriptions that name them have to be gone. The job alone calls it.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE_REFRESH, &params![before])?;
    tx.execute(PRUNE, &params![before])
}
