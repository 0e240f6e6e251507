//! Telling families: what an act calls for is put into the outbox in the act's own transaction.
//!
//! Each file is one thing to be told. Who is told and when is the rule of `domain::telling` with each adult's
//! preferences; one message an adult, never one a child.

pub(crate) mod balance;
pub(crate) mod closures;
pub(crate) mod days;
pub(crate) mod payments;
pub mod reminders;
pub mod renewal;
pub(crate) mod sign_in;

use crate::clock::{Chance, fresh};
use domain::{
    BodyId, Instant, MessageId, PersonId,
    message::{Address, Message, Text},
    telling::Topic,
};
use storage::{StorageError, Tx, outbox, preferences, subscriptions, telling};

/// What every message needs.
#[derive(Clone, Copy)]
pub(crate) struct Teller<'a> {
    /// For the message's identity.
    pub(crate) chance: &'a dyn Chance,
    /// The instant of the act.
    pub(crate) now: Instant,
    /// Whose family it is.
    pub(crate) body: BodyId,
}

/// One thing to be said to one adult.
pub(crate) struct Word {
    pub(crate) person: PersonId,
    pub(crate) topic: Topic,
    /// Unique for this adult; the adult's id is added.
    pub(crate) cause: String,
    pub(crate) due: Instant,
    pub(crate) expires: Option<Instant>,
    pub(crate) text: Text,
}

impl Teller<'_> {
    /// Puts a word into the outbox, by the ways that the adult wants; answers how many messages that are.
    pub(crate) fn say(&self, tx: &mut dyn Tx, word: &Word) -> Result<usize, StorageError> {
        let Word { person, .. } = *word;
        let mut added = 0;
        for to in self.ways(tx, person, word.topic)? {
            let message = Message {
                id: fresh(self.chance, self.now, MessageId::from_parts),
                body: self.body,
                person: Some(person),
                to,
                cause: format!("{}/{person}", word.cause),
                due: word.due,
                expires: word.expires,
                text: word.text.clone(),
            };
            added += usize::from(outbox::add(tx, &message, self.now)?);
        }
        Ok(added)
    }

    /// Where an adult wants to be told of a thing, and can be.
    pub(crate) fn ways(
        &self,
        tx: &mut dyn Tx,
        person: PersonId,
        topic: Topic,
    ) -> Result<Vec<Address>, StorageError> {
        let ways = preferences::of(tx, person)?.of(topic);
        let mut to = Vec::new();
        if ways.push {
            let devices = subscriptions::of(tx, person, self.now)?;
            to.extend(devices.into_iter().map(|device| Address::Push(device.id)));
        }
        if ways.mail {
            to.extend(telling::mail(tx, person)?.map(Address::Mail));
        }
        if ways.io {
            // Whether the body writes there, and this person reads there, is asked at delivery.
            to.push(Address::Io(person));
        }
        Ok(to)
    }
}
