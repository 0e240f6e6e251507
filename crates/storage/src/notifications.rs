//! Notifications that lie ready for a computer's app, which asks for them. Each is a push message whose subscription is
//! of kind `desktop`; it is put here in the transaction in which the outbox counts it as delivered.
//!
//! A change gets the next position within its subscription, so that a reader who knows how far it got misses nothing and
//! reads nothing twice, also across restarts of either side.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Instant, MessageId, PersonId, SubscriptionId, people::Actor};

/// What is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// First line.
    pub title: String,
    /// What follows.
    pub words: String,
    /// Page that it opens.
    pub path: String,
    /// What takes its place has the same.
    pub tag: String,
    /// JSON array of buttons.
    pub actions: String,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Of the message.
    pub id: MessageId,
    /// What it says; wiped where it has ended.
    pub words: Words,
    /// Where a reader gets to with it.
    pub position: i64,
    /// Since when.
    pub at: Instant,
    /// When it runs out.
    pub expires: Option<Instant>,
    /// Whether it is to be shown no more.
    pub ended: bool,
    /// Whether it may come at night.
    pub urgent: bool,
}

pub(crate) const PUT: &str = "\
    INSERT INTO notification (id, body_id, person_id, subscription_id, cause, kind, title, words, path, tag, actions, \
        position, at, expires_at, ended_at) \
    SELECT o.id, o.body_id, o.person_id, o.address, o.cause, o.kind, $2, $3, $4, $5, $6, \
        COALESCE((SELECT MAX(n.position) FROM notification n WHERE n.subscription_id = o.address), 0) + 1, \
        $7, o.expires_at, NULL \
    FROM outbox o WHERE o.id = $1 AND o.channel = 'push' AND o.person_id IS NOT NULL \
        AND o.state IN ('waiting', 'dead') \
    ON CONFLICT (id) DO NOTHING";

/// Lays a message ready that still waits in the outbox. The caller counts it as delivered in the same transaction.
pub fn put(tx: &mut dyn Tx, message: MessageId, words: &Words, now: Instant) -> Result<bool, StorageError> {
    let put = tx.execute(
        PUT,
        &params![
            message,
            &words.title,
            &words.words,
            &words.path,
            &words.tag,
            &words.actions,
            now
        ],
    )?;
    Ok(put == 1)
}

pub(crate) const AFTER: &str = "\
    SELECT id, title, words, path, tag, actions, position, at, expires_at, ended_at, \
        COALESCE((SELECT o.urgent FROM outbox o WHERE o.id = notification.id), 0) AS urgent FROM notification \
    WHERE subscription_id = $1 AND person_id = $2 AND position > $3 \
        AND (ended_at IS NOT NULL OR expires_at IS NULL OR expires_at > $4) \
    ORDER BY position, id";

/// What has changed since a position.
pub fn after(
    tx: &mut dyn Tx,
    subscription: SubscriptionId,
    person: PersonId,
    position: i64,
    now: Instant,
) -> Result<Vec<Notification>, StorageError> {
    tx.query(AFTER, &params![subscription, person, position, now])?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<Notification, StorageError> {
    Ok(Notification {
        id: row.parsed("id")?,
        words: Words {
            title: row.text("title")?.to_owned(),
            words: row.text("words")?.to_owned(),
            path: row.text("path")?.to_owned(),
            tag: row.text("tag")?.to_owned(),
            actions: row.text("actions")?.to_owned(),
        },
        position: row.int("position")?,
        at: row.instant("at")?,
        expires: row.opt_instant("expires_at")?,
        ended: row.opt_instant("ended_at")?.is_some(),
        urgent: row.bool("urgent")?,
    })
}

pub(crate) const OWN_CAUSE: &str = "\
    SELECT cause FROM outbox WHERE id = $1 AND person_id = $2 AND body_id = $3 AND channel = 'push'";

/// What a message was about that one of this person's devices got; none where there is no such message of theirs.
pub fn cause_of(tx: &mut dyn Tx, actor: Actor, message: MessageId) -> Result<Option<String>, StorageError> {
    let row = tx.query_opt(OWN_CAUSE, &params![message, actor.person, actor.body])?;
    row.map(|row| row.text("cause").map(str::to_owned)).transpose()
}

pub(crate) const HUSH: &str = "\
    UPDATE outbox SET state = 'withdrawn', ended_at = $1, content = '' \
    WHERE person_id = $2 AND body_id = $3 AND cause = $4 AND channel = 'push' AND state IN ('waiting', 'dead')";

macro_rules! end_where {
    ($which:literal) => {
        concat!(
            "UPDATE notification SET ended_at = $1, title = '', words = '', actions = '[]', position = \
             (SELECT MAX(n.position) + 1 FROM notification n \
              WHERE n.subscription_id = notification.subscription_id) \
             WHERE person_id = $2 AND body_id = $3 AND ended_at IS NULL AND ",
            $which
        )
    };
}
pub(crate) const END_CAUSE: &str = end_where!("cause = $4");
pub(crate) const END_KIND: &str = end_where!("kind = $4");

/// Ends a cause for a person: what waits for other devices is not sent, and what is shown on computers goes away. Answers
/// how many messages and notifications that were.
pub fn end_cause(tx: &mut dyn Tx, actor: Actor, cause: &str, now: Instant) -> Result<u64, StorageError> {
    let hushed = tx.execute(HUSH, &params![now, actor.person, actor.body, cause])?;
    Ok(hushed + tx.execute(END_CAUSE, &params![now, actor.person, actor.body, cause])?)
}

/// Ends what computers show of one kind; answers how many.
pub fn end_kind(
    tx: &mut dyn Tx,
    body: BodyId,
    person: PersonId,
    kind: &str,
    now: Instant,
) -> Result<u64, StorageError> {
    tx.execute(END_KIND, &params![now, person, body, kind])
}

pub(crate) const OPEN_CAUSES: &str = "\
    SELECT cause FROM notification WHERE person_id = $1 AND body_id = $2 AND kind = $3 AND ended_at IS NULL \
    UNION SELECT cause FROM outbox WHERE person_id = $1 AND body_id = $2 AND kind = $3 AND channel = 'push' \
        AND state = 'waiting'";

/// The causes of one kind that a person is told of on a computer, or is about to be told of on any device.
pub fn open_causes(tx: &mut dyn Tx, actor: Actor, kind: &str) -> Result<Vec<String>, StorageError> {
    tx.query(OPEN_CAUSES, &params![actor.person, actor.body, kind])?
        .iter()
        .map(|row| row.text("cause").map(str::to_owned))
        .collect()
}

// The highest position stays: a computer that was told of it asks for what comes after.
pub(crate) const PRUNE: &str = "\
    DELETE FROM notification WHERE at < $1 AND position < \
        (SELECT MAX(n.position) FROM notification n WHERE n.subscription_id = notification.subscription_id)";
pub(crate) const STALE: &str = "\
    UPDATE notification SET title = '', words = '', actions = '[]', ended_at = COALESCE(ended_at, $1) \
    WHERE at < $2 AND (title <> '' OR ended_at IS NULL)";
pub(crate) const WIPE: &str = "\
    UPDATE notification SET title = '', words = '', actions = '[]' WHERE expires_at <= $1 AND title <> ''";

/// Wipes what has run out by `now`, ends and forgets what was laid ready before `before`; answers how many were forgotten.
/// The last of each computer stays, without words.
pub fn prune(tx: &mut dyn Tx, now: Instant, before: Instant) -> Result<u64, StorageError> {
    tx.execute(WIPE, &params![now])?;
    tx.execute(STALE, &params![now, before])?;
    tx.execute(PRUNE, &params![before])
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("notifications::PUT", PUT),
        ("notifications::AFTER", AFTER),
        ("notifications::OWN_CAUSE", OWN_CAUSE),
        ("notifications::HUSH", HUSH),
        ("notifications::END_CAUSE", END_CAUSE),
        ("notifications::END_KIND", END_KIND),
        ("notifications::OPEN_CAUSES", OPEN_CAUSES),
        ("notifications::PRUNE", PRUNE),
        ("notifications::STALE", STALE),
        ("notifications::WIPE", WIPE),
    ]
}
