//! Somebody came in from a device that was not known as theirs: told to their mail addresses and their other devices,
//! whatever they chose to be told of. Never of the very first sign-in, which is from a new device always.

use super::Teller;
use crate::clock::fresh;
use domain::{
    MessageId, SessionId,
    contact::ContactKind,
    message::{Address, Message, Text},
    people::Actor,
};
use identity::TokenHash;
use storage::{StorageError, Tx, contacts, outbox, subscriptions, telling, throttle};

/// Whether this person is known, and this device of theirs is not. Asked before the device is known from now on.
pub(crate) fn is_new_device(
    tx: &mut dyn Tx,
    actor: Actor,
    shown: Option<&TokenHash>,
) -> Result<bool, StorageError> {
    if !telling::has_devices(tx, actor.person)? {
        return Ok(false);
    }
    Ok(match shown {
        Some(shown) => !throttle::known_device(tx, shown.as_str(), actor.person)?,
        None => true,
    })
}

/// Tells of a session that was opened there; `device` as the list of devices names it.
pub(crate) fn from_new_device(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    actor: Actor,
    (session, device): (SessionId, &str),
) -> Result<(), StorageError> {
    let mails = contacts::verified(tx, actor)?.into_iter();
    let mut to: Vec<Address> = mails
        .filter(|contact| contact.kind() == ContactKind::Mail)
        .map(|contact| Address::Mail(contact.as_str().to_owned()))
        .collect();
    let devices = subscriptions::of(tx, actor.person, teller.now)?.into_iter();
    to.extend(
        devices
            .filter(|known| known.session != session)
            .map(|known| Address::Push(known.id)),
    );
    for to in to {
        let message = Message {
            id: fresh(teller.chance, teller.now, MessageId::from_parts),
            body: actor.body,
            person: Some(actor.person),
            to,
            cause: format!("sign_in/{session}"),
            due: teller.now,
            expires: None,
            text: Text::NewSignIn {
                device: device.to_owned(),
                at: teller.now,
            },
        };
        outbox::add(tx, &message, teller.now)?;
    }
    Ok(())
}
