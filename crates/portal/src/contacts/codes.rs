//! Codes on their way: how many go to one place, and how many SMS a body pays for in a day.

use crate::app::App;
use chrono::{NaiveTime, TimeDelta};
use domain::{
    BodyId, Instant,
    contact::{Contact, ContactKind},
    time::{day_in_rome, instant_in_rome},
};
use identity::recovery::{Code, PER_CONTACT, WINDOW};
use sha2::{Digest as _, Sha256};
use storage::{StorageError, Tx, contacts};

/// Whether this portal sends SMS at all.
pub(crate) fn sms_offered(app: &App) -> bool {
    app.settings.sms.is_some()
}

/// A new code, and what is kept of it: always one hash.
pub(crate) async fn make(app: &App) -> Result<(Code, String), crate::errors::ApiError> {
    let (mut random, mut salt) = ([0; 8], [0; 16]);
    app.chance.bytes(&mut random);
    app.chance.bytes(&mut salt);
    let code = Code::from_random(random);
    let hash = app.passwords.hash(code.reveal().to_owned(), salt).await?;
    Ok((code, hash))
}

/// A place that codes go to, by a hash.
pub(crate) fn target(body: BodyId, text: &str) -> String {
    hex::encode(Sha256::digest(format!("code/{body}/{text}").as_bytes()))
}

/// Whether one more code may go to a contact, whoever asks for it.
pub(crate) fn may_send(
    tx: &mut dyn Tx,
    body: BodyId,
    (target, kind): (&str, ContactKind),
    sms_per_day: u32,
    now: Instant,
) -> Result<bool, StorageError> {
    let to_it = contacts::asked_to(tx, target, now - WINDOW)?;
    let midnight = instant_in_rome(day_in_rome(now), NaiveTime::MIN) - TimeDelta::microseconds(1);
    let by_body = contacts::sent_by(tx, body, kind, midnight)?;
    Ok(to_it < PER_CONTACT && (kind == ContactKind::Mail || by_body < sms_per_day))
}

/// The target of a contact.
pub(crate) fn target_of(body: BodyId, contact: &Contact) -> String {
    target(body, contact.as_str())
}
