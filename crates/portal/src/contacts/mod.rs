//! Recapiti: where a person is reached. A contact counts once a code came back from it; every change is told to the
//! old ones (OWASP ASVS 5.0, 6.3.7).

mod add;
pub(crate) mod codes;
mod list;
mod remove;
mod set_language;
mod verify;

use crate::{
    clock::{Chance, fresh},
    http::Routes,
};
use api::{
    Endpoint as _,
    contacts::{AddContact, ContactView, ListContacts, RemoveContact, SetLanguage, VerifyContact},
};
use domain::{
    Instant, MessageId,
    contact::{Contact, ContactKind},
    message::{self, Address, Message, Text},
    people::Actor,
};
use storage::{
    StorageError, Tx,
    contacts::{self, KeptContact},
    outbox,
};

/// How many contacts a person may have.
const MOST: usize = 6;

/// The writes that take no idempotency key: a hash of their requests would be a hash of a code.
pub(crate) const WITHOUT_KEY: [&str; 1] = [VerifyContact::OPERATION];

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListContacts, _>(list::handle)
        .operation::<AddContact, _>(add::handle)
        .operation::<VerifyContact, _>(verify::handle)
        .operation::<RemoveContact, _>(remove::handle)
        .operation::<SetLanguage, _>(set_language::handle)
}

/// Where a message to a contact goes.
pub(crate) fn address(contact: &Contact) -> Address {
    let text = contact.as_str().to_owned();
    match contact.kind() {
        ContactKind::Mail => Address::Mail(text),
        ContactKind::Phone => Address::Phone(text),
    }
}

/// Says something to verified contacts of a person, each once for a cause, in the transaction of what it tells of.
pub(crate) fn tell(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    (actor, to): (Actor, &[Contact]),
    (cause, text): (&str, &Text),
    now: Instant,
) -> Result<(), StorageError> {
    for contact in to {
        let message = Message {
            id: fresh(chance, now, MessageId::from_parts),
            body: actor.body,
            person: Some(actor.person),
            to: address(contact),
            cause: cause.to_owned(),
            due: now,
            expires: None,
            text: text.clone(),
        };
        outbox::add(tx, &message, now)?;
    }
    Ok(())
}

/// Says to every verified contact of a person that the password was changed.
pub(crate) fn tell_password_changed(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    actor: Actor,
    now: Instant,
) -> Result<(), StorageError> {
    let to = contacts::verified(tx, actor)?;
    let cause = format!("password/{}/{}", actor.person, now.timestamp_micros());
    tell(
        tx,
        chance,
        (actor, &to),
        (&cause, &Text::PasswordChanged { at: now }),
        now,
    )
}

/// Says to those contacts that one was added or removed.
fn tell_change(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    (actor, to): (Actor, &[Contact]),
    (changed, added): (&KeptContact, bool),
    now: Instant,
) -> Result<(), StorageError> {
    let contact = match changed.contact.kind() {
        ContactKind::Mail => message::ContactKind::Mail,
        ContactKind::Phone => message::ContactKind::Phone,
    };
    let text = Text::ContactChanged {
        contact,
        added,
        at: now,
    };
    let cause = format!("contact/{}/{}", changed.id, now.timestamp_micros());
    tell(tx, chance, (actor, to), (&cause, &text), now)
}

fn view(kept: &KeptContact, proposed: &[Contact], now: Instant) -> ContactView {
    let verified = kept.verified_at.is_some();
    let code = kept.code.as_ref();
    ContactView {
        id: kept.id,
        kind: kept.contact.kind(),
        value: kept.contact.as_str().to_owned(),
        verified,
        proposed_by_office: !verified && proposed.contains(&kept.contact),
        code_until: code
            .filter(|code| now < code.until && code.tries > 0)
            .map(|code| code.until),
    }
}
