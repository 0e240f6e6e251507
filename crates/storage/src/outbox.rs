//! Messages that wait to be delivered. They are written in the transaction of the act that they tell of, so that no act
//! is ever told that did not happen, and none that happened is forgotten.
//!
//! Whoever delivers takes a message for a while ([`claim`]) by moving its next time ahead: where the deliverer is killed,
//! the message comes back by itself. What it holds is wiped when it has ended, and so is the address that it went to.

use crate::{Row, StorageError, Tx, params};
use domain::{
    BodyId, Instant, MessageId,
    message::{Address, Channel, Message, Text},
};
use sha2::{Digest as _, Sha256};

pub(crate) const ADD: &str = "\
    INSERT INTO outbox (id, body_id, person_id, channel, address, cause, kind, content, urgent, created_at, expires_at, \
        state, tries, next_at, problem, ended_at, digest) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', 0, $12, '', NULL, $13) \
    ON CONFLICT DO NOTHING";

/// Puts a message into the outbox, in the act's own transaction; false where the same was said to that address before.
pub fn add(tx: &mut dyn Tx, message: &Message, now: Instant) -> Result<bool, StorageError> {
    let content = serde_json::to_string(&message.text)
        .map_err(|error| StorageError::Constraint(format!("a message cannot be kept: {error}")))?;
    let added = tx.execute(
        ADD,
        &params![
            message.id,
            message.body,
            message.person,
            message.to.channel().as_str(),
            message.to.as_text(),
            &message.cause,
            message.text.kind(),
            content,
            message.text.is_urgent(),
            now,
            message.expires,
            message.due,
            digest(message)
        ],
    )?;
    Ok(added == 1)
}

/// What stays of an address when its message has ended: enough to know that the same cause was said there. A
/// subscription or a person's id is nobody's address and stays as it is.
fn digest(message: &Message) -> String {
    let address = message.to.as_text();
    match message.to {
        Address::Push(_) | Address::Io(_) => address,
        Address::Mail(_) | Address::Phone(_) => {
            let channel = message.to.channel().as_str();
            let whole = format!("{}\n{channel}\n{}\n{address}", message.body, message.cause);
            hex::encode(Sha256::digest(whole))
        }
    }
}

/// A message that was taken to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Identity.
    pub id: MessageId,
    /// How often it was taken, this time included.
    pub tries: u32,
    /// What and where to; none where it cannot be read any more.
    pub message: Option<Message>,
}

pub(crate) const DUE: &str = "\
    SELECT id FROM outbox WHERE state = 'waiting' AND (next_at <= $1 OR expires_at <= $1) LIMIT 1";

/// Whether something waits to be taken, or to be wiped because it has run out.
pub fn is_due(tx: &mut dyn Tx, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.query_opt(DUE, &params![now])?.is_some())
}

pub(crate) const CLAIM: &str = "\
    UPDATE outbox SET tries = tries + 1, next_at = $1 WHERE state = 'waiting' AND id IN (\
        SELECT id FROM outbox WHERE state = 'waiting' AND next_at <= $2 ORDER BY urgent DESC, next_at, id LIMIT $3) \
    RETURNING id, body_id, person_id, channel, address, cause, content, expires_at, tries, next_at";

/// Takes at most `most` messages that are due; nobody else gets them before `until`. Urgent ones come first.
pub fn claim(tx: &mut dyn Tx, now: Instant, until: Instant, most: u32) -> Result<Vec<Taken>, StorageError> {
    tx.execute(EXPIRE, &params![now])?;
    let rows = tx.query(CLAIM, &params![until, now, most])?;
    rows.iter().map(taken).collect()
}

fn taken(row: &Row) -> Result<Taken, StorageError> {
    Ok(Taken {
        id: row.parsed("id")?,
        tries: row.small("tries")?,
        message: readable(row)?,
    })
}

fn readable(row: &Row) -> Result<Option<Message>, StorageError> {
    let channel = match row.text("channel")? {
        "mail" => Channel::Mail,
        "sms" => Channel::Sms,
        "io" => Channel::Io,
        _ => Channel::Push,
    };
    let to = Address::read(channel, row.text("address")?);
    let text: Option<Text> = serde_json::from_str(row.text("content")?).ok();
    let (Some(to), Some(text)) = (to, text) else {
        return Ok(None);
    };
    Ok(Some(Message {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        person: row.opt_parsed("person_id")?,
        to,
        cause: row.text("cause")?.to_owned(),
        due: row.instant("next_at")?,
        expires: row.opt_instant("expires_at")?,
        text,
    }))
}

pub(crate) const EXPIRE: &str = "\
    UPDATE outbox SET state = 'expired', ended_at = expires_at, content = '', address = digest \
    WHERE state = 'waiting' AND expires_at <= $1";

pub(crate) const DELIVERED: &str = "\
    UPDATE outbox SET state = 'delivered', ended_at = $1, content = '', address = digest, problem = '' \
    WHERE id = $2 AND state IN ('waiting', 'dead')";

/// The channel has taken it. What it held is wiped.
pub fn delivered(tx: &mut dyn Tx, id: MessageId, now: Instant) -> Result<(), StorageError> {
    tx.execute(DELIVERED, &params![now, id]).map(drop)
}

pub(crate) const FAILED: &str =
    "UPDATE outbox SET next_at = $1, problem = $2 WHERE id = $3 AND tries = $4 AND state = 'waiting'";

/// The channel has not taken it; it may be taken again from `next` on. Nothing where somebody else has it meanwhile.
pub fn failed(tx: &mut dyn Tx, taken: &Taken, next: Instant, problem: &str) -> Result<(), StorageError> {
    tx.execute(FAILED, &params![next, problem, taken.id, taken.tries])
        .map(drop)
}

pub(crate) const POSTPONED: &str =
    "UPDATE outbox SET next_at = $1, tries = tries - 1 WHERE id = $2 AND tries = $3 AND state = 'waiting'";

/// It was not tried, because it is not the hour for it; that does not count as a try.
pub fn postponed(tx: &mut dyn Tx, taken: &Taken, to: Instant) -> Result<(), StorageError> {
    tx.execute(POSTPONED, &params![to, taken.id, taken.tries])
        .map(drop)
}

pub(crate) const DEAD: &str = "\
    UPDATE outbox SET state = 'dead', ended_at = $1, problem = $2 WHERE id = $3 AND tries = $4 AND state = 'waiting'";

/// It will not be tried again by itself; the office sees it.
pub fn dead(tx: &mut dyn Tx, taken: &Taken, problem: &str, now: Instant) -> Result<(), StorageError> {
    tx.execute(DEAD, &params![now, problem, taken.id, taken.tries])
        .map(drop)
}

pub(crate) const WITHDRAW: &str = "\
    UPDATE outbox SET state = 'withdrawn', ended_at = $1, content = '', address = digest \
    WHERE body_id = $2 AND cause = $3 AND state IN ('waiting', 'dead')";

/// It is true no more, or no more wanted: what was not delivered is not sent. Answers how many messages that were.
pub fn withdraw(tx: &mut dyn Tx, body: BodyId, cause: &str, now: Instant) -> Result<u64, StorageError> {
    tx.execute(WITHDRAW, &params![now, body, cause])
}

pub(crate) const DROPPED: &str = "\
    UPDATE outbox SET state = 'withdrawn', ended_at = $1, content = '', address = digest, problem = $2 \
    WHERE id = $3 AND state IN ('waiting', 'dead')";

/// Nobody is to be reached at that address, so it is not sent; false where it has ended meanwhile.
pub fn dropped(tx: &mut dyn Tx, id: MessageId, why: &str, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(DROPPED, &params![now, why, id])? == 1)
}

/// Messages that were not sent because nobody was to be reached there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Short name of the body.
    pub body: String,
    /// Which way.
    pub channel: String,
    /// Why.
    pub problem: String,
    /// How many, of those that are still kept.
    pub count: u32,
}

pub(crate) const UNSENT: &str = "\
    SELECT b.slug, o.channel, o.problem, COUNT(*) AS n FROM outbox o JOIN body b ON b.id = o.body_id \
    WHERE o.state = 'withdrawn' AND o.problem <> '' AND o.ended_at > $1 \
    GROUP BY b.slug, o.channel, o.problem ORDER BY b.slug, o.channel, o.problem";

/// What was not sent since an instant because nobody was to be reached there, by cause.
pub fn unsent(tx: &mut dyn Tx, since: Instant) -> Result<Vec<Unsent>, StorageError> {
    let rows = tx.query(UNSENT, &params![since])?;
    rows.iter()
        .map(|row| {
            Ok(Unsent {
                body: row.text("slug")?.to_owned(),
                channel: row.text("channel")?.to_owned(),
                problem: row.text("problem")?.to_owned(),
                count: row.small("n")?,
            })
        })
        .collect()
}

pub(crate) const WIPE: &str = "\
    UPDATE outbox SET content = '', address = digest WHERE state = 'dead' AND expires_at <= $1 AND content <> ''";
pub(crate) const PRUNE: &str = "DELETE FROM outbox WHERE state <> 'waiting' AND ended_at < $1";

/// Wipes what has run out by `now` and forgets what ended before `before`; answers how many messages were forgotten.
pub fn wipe(tx: &mut dyn Tx, now: Instant, before: Instant) -> Result<u64, StorageError> {
    tx.execute(EXPIRE, &params![now])?;
    tx.execute(WIPE, &params![now])?;
    tx.execute(PRUNE, &params![before])
}

/// A message that could not be delivered, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identity.
    pub id: MessageId,
    /// Short name of the body.
    pub body: String,
    /// Which way.
    pub channel: String,
    /// What it was about.
    pub kind: String,
    /// `waiting` or `dead`.
    pub state: String,
    /// Since when.
    pub created_at: Instant,
    /// How often it was tried.
    pub tries: u32,
    /// What the channel said last.
    pub problem: String,
}

pub(crate) const TROUBLED: &str = "\
    SELECT o.id, b.slug, o.channel, o.kind, o.state, o.created_at, o.tries, o.problem FROM outbox o \
    JOIN body b ON b.id = o.body_id WHERE o.state = 'dead' OR (o.state = 'waiting' AND o.problem <> '') \
    ORDER BY o.created_at, o.id LIMIT $1";

/// What could not be delivered so far, the oldest first.
pub fn troubled(tx: &mut dyn Tx, most: u32) -> Result<Vec<Letter>, StorageError> {
    let rows = tx.query(TROUBLED, &params![most])?;
    rows.iter()
        .map(|row| {
            Ok(Letter {
                id: row.parsed("id")?,
                body: row.text("slug")?.to_owned(),
                channel: row.text("channel")?.to_owned(),
                kind: row.text("kind")?.to_owned(),
                state: row.text("state")?.to_owned(),
                created_at: row.instant("created_at")?,
                tries: row.small("tries")?,
                problem: row.text("problem")?.to_owned(),
            })
        })
        .collect()
}

pub(crate) const RETRY: &str = "\
    UPDATE outbox SET state = 'waiting', ended_at = NULL, tries = 0, next_at = $1 \
    WHERE (CAST($2 AS TEXT) IS NULL OR id = $2) AND content <> '' \
        AND (state = 'dead' OR (state = 'waiting' AND problem <> ''))";

/// Tries again what could not be delivered, one message or all; answers how many.
pub fn retry(tx: &mut dyn Tx, id: Option<MessageId>, now: Instant) -> Result<u64, StorageError> {
    tx.execute(RETRY, &params![now, id])
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("outbox::ADD", ADD),
        ("outbox::DUE", DUE),
        ("outbox::CLAIM", CLAIM),
        ("outbox::EXPIRE", EXPIRE),
        ("outbox::DELIVERED", DELIVERED),
        ("outbox::FAILED", FAILED),
        ("outbox::POSTPONED", POSTPONED),
        ("outbox::DEAD", DEAD),
        ("outbox::WITHDRAW", WITHDRAW),
        ("outbox::DROPPED", DROPPED),
        ("outbox::UNSENT", UNSENT),
        ("outbox::WIPE", WIPE),
        ("outbox::PRUNE", PRUNE),
        ("outbox::TROUBLED", TROUBLED),
        ("outbox::RETRY", RETRY),
    ]
}
