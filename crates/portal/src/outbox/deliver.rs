//! One round: takes what is due, puts it into words, hands it over, and writes down what became of it.

use super::inbox;
use crate::App;
use chrono::TimeDelta;
use domain::{
    Instant, MessageId,
    body::BodyKind,
    contact::Language,
    message::{Address, Message, Text},
    telling::Preferences,
    time::day_in_rome,
};
use notify::{Carriers, CarryError, Content, Destination, Parcel, backoff, io, words};
use storage::{
    StorageError, Tx,
    bodies::{self, Body},
    outbox::{self, Taken},
    people, preferences,
    subscriptions::{self, Device},
    telling,
};
use tokio::task::JoinSet;

/// Taken at once, and carried at once.
const BATCH: u32 = 16;
/// Longer than any carrier needs to give up.
const LEASE: TimeDelta = TimeDelta::minutes(3);

/// Delivers until nothing is due; answers how many messages the channels have taken.
pub async fn round(app: &App, carriers: &Carriers) -> Result<usize, StorageError> {
    let mut delivered = 0;
    loop {
        let now = app.now();
        if !app.store.read(move |tx| outbox::is_due(tx, now)).await? {
            return Ok(delivered);
        }
        let claim = app
            .store
            .write(move |tx| outbox::claim(tx, now, now + LEASE, BATCH));
        let taken: Vec<Taken> = claim.await?;
        if taken.is_empty() {
            return Ok(delivered);
        }
        let mut on_their_way = JoinSet::new();
        for taken in taken {
            on_their_way.spawn(one(app.clone(), carriers.clone(), taken));
        }
        // Whatever fails, the others are let finish: one that is cut off after its channel has it would come twice.
        let mut failed = None;
        while let Some(outcome) = on_their_way.join_next().await {
            match outcome {
                Ok(Ok(true)) => delivered += 1,
                Ok(Ok(false)) => {}
                Ok(Err(error)) => failed = Some(error),
                Err(error) => {
                    tracing::error!(%error, "a message was dropped on its way; it will be tried again");
                }
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
}

/// What the words and the hour depend on, besides the message.
struct About {
    text: Text,
    body: Body,
    language: Language,
    preferences: Preferences,
    to: Destination,
}

/// True where the channel has taken it.
async fn one(app: App, carriers: Carriers, taken: Taken) -> Result<bool, StorageError> {
    let Some(message) = taken.message.clone() else {
        return end(
            &app,
            taken,
            Err(CarryError::Never("it cannot be read any more".to_owned())),
        )
        .await;
    };
    let about = match about(&app, &message).await? {
        Ok(about) => about,
        Err(nobody) => return end(&app, taken, Err(nobody)).await,
    };
    // The last look at the clock before the word is out.
    let now = app.now();
    if !message.text.is_urgent()
        && let Some(morning) = about.preferences.quiet.end(now)
    {
        let wait = app.store.write(move |tx| outbox::postponed(tx, &taken, morning));
        return wait.await.map(|()| false);
    }
    let parcel = parcel(&app, &message, &about, now);
    if parcel.to == Destination::Inbox {
        return inbox::put(&app, taken, &parcel).await;
    }
    let channel = parcel.to.section();
    let Some(carrier) = carriers.to(&parcel.to) else {
        let problem = format!("the portal has no [{channel}]");
        let nobody = match &parcel.to {
            // Where its key cannot be read, messages wait for the operator.
            Destination::Io { .. } if app.settings.io.is_none() => CarryError::Unreachable(problem),
            _ => CarryError::Later(problem),
        };
        return end(&app, taken, Err(nobody)).await;
    };
    let outcome = carrier.carry(&parcel).await;
    let tries = taken.tries;
    match &outcome {
        Ok(()) => {
            tracing::info!(id = %taken.id, kind = message.text.kind(), channel, tries, "delivered");
        }
        Err(problem) => {
            tracing::warn!(id = %taken.id, kind = message.text.kind(), channel, tries, %problem, "not delivered");
        }
    }
    end(&app, taken, outcome).await
}

/// An error where nobody is to be reached there: the device is gone or another person's, the fiscal code is nobody's.
async fn about(app: &App, message: &Message) -> Result<Result<About, CarryError>, StorageError> {
    let (body, person, to, now) = (message.body, message.person, message.to.clone(), app.now());
    let spoken = message.text.language();
    let whole = message.clone();
    let read = app.store.read(move |tx| {
        // What may be told now: the office may have ended a bond overnight.
        let Some(text) = telling::still(tx, &whole, day_in_rome(now))? else {
            let nobodys = "the receiver is no longer to be told of it".to_owned();
            return Ok(Err(CarryError::Unreachable(nobodys)));
        };
        let body = bodies::by_id(tx, body)?.ok_or_else(|| StorageError::NoRow {
            sql: "body of a message".to_owned(),
        })?;
        let preferences = match person {
            Some(person) => preferences::of(tx, person)?,
            None => Preferences::default(),
        };
        let to = match to.clone() {
            Address::Mail(to) => Ok(Destination::Mail(to)),
            Address::Phone(to) => Ok(Destination::Phone(to)),
            Address::Push(id) => {
                let found = match person {
                    Some(person) => subscriptions::by_id(tx, id, person, now)?,
                    None => None,
                };
                found
                    .map(|found| destination(found.device))
                    .ok_or(CarryError::Gone)
            }
            Address::Io(_) if body.settings.kind != BodyKind::Public => Err(CarryError::Unreachable(
                "only public bodies write in App IO".to_owned(),
            )),
            Address::Io(person) => {
                let code = people::proven_code(tx, person)?;
                code.map(|fiscal_code| Destination::Io {
                    body: body.slug.clone(),
                    fiscal_code,
                })
                .ok_or_else(|| CarryError::Unreachable("nobody has proven that fiscal code".to_owned()))
            }
        };
        let language = match spoken {
            Some(language) => language,
            None => telling::language(tx, person)?,
        };
        Ok(to.map(|to| About {
            text,
            body,
            language,
            preferences,
            to,
        }))
    });
    read.await
}

fn parcel(app: &App, message: &Message, about: &About, now: Instant) -> Parcel {
    let origin = app.settings.origin();
    let contacts = &about.body.settings.contacts;
    let sender = words::Sender {
        name: &about.body.name,
        contacts,
        origin: &origin,
        language: about.language,
    };
    let text = &about.text;
    let content = match &about.to {
        Destination::Mail(_) => Content::Letter(words::letter(text, &sender)),
        Destination::Phone(_) => Content::Short(words::short(text, &sender)),
        Destination::Io { .. } => Content::Io(io::text(text, &sender, about.preferences.preview, now)),
        Destination::Web { .. } | Destination::Fcm { .. } | Destination::Apns { .. } | Destination::Inbox => {
            let mut note = words::note(text, &sender, about.preferences.preview, now);
            // Only a balance is said anew in the place of what was said before; two closures are two things to know.
            if !matches!(text, Text::LowBalance { .. }) {
                note.tag = format!("{}/{}", note.tag, message.id);
            }
            Content::Note(note)
        }
    };
    Parcel {
        id: message.id,
        sender: about.body.name.clone(),
        reply_to: Some(contacts.email.clone()).filter(|email| !email.is_empty()),
        to: about.to.clone(),
        content,
        urgent: text.is_urgent(),
        at: now,
        expires: message.expires,
    }
}

fn destination(device: Device) -> Destination {
    match device {
        Device::Web {
            endpoint,
            public_key,
            secret,
        } => Destination::Web {
            endpoint,
            public_key,
            secret,
        },
        Device::Fcm { token } => Destination::Fcm { token },
        Device::Apns { token, development } => Destination::Apns { token, development },
        Device::Desktop => Destination::Inbox,
    }
}

/// Writes down what became of it.
pub(super) async fn end(
    app: &App,
    taken: Taken,
    outcome: Result<(), CarryError>,
) -> Result<bool, StorageError> {
    let now = app.now();
    let mut random = [0; 4];
    app.chance.bytes(&mut random);
    let chance = u32::from_le_bytes(random);
    let taken_by_channel = outcome.is_ok();
    let letter = app.fresh(now, MessageId::from_parts);
    let written = app.store.write(move |tx| match &outcome {
        Ok(()) => outbox::delivered(tx, taken.id, now),
        Err(CarryError::Gone) => {
            if let Some(Message {
                to: Address::Push(device),
                person: Some(person),
                ..
            }) = &taken.message
            {
                subscriptions::remove(tx, *device, *person)?;
            }
            outbox::dropped(tx, taken.id, &CarryError::Gone.to_string(), now).map(drop)
        }
        Err(CarryError::Unreachable(problem)) => {
            // What was withdrawn on its way is not said by mail either.
            if outbox::dropped(tx, taken.id, problem, now)? {
                instead(tx, &taken, letter, now)?;
            }
            Ok(())
        }
        Err(CarryError::Never(problem)) => outbox::dead(tx, &taken, problem, now),
        Err(CarryError::NotBefore { problem, wait }) => match backoff::next_try(taken.tries, now, chance) {
            Some(next) => outbox::failed(tx, &taken, next.max(now + *wait), problem),
            None => outbox::dead(tx, &taken, problem, now),
        },
        Err(CarryError::Later(problem)) => match backoff::next_try(taken.tries, now, chance) {
            Some(next) => outbox::failed(tx, &taken, next, problem),
            None => outbox::dead(tx, &taken, problem, now),
        },
    });
    written.await.map(|()| taken_by_channel)
}

/// Who is not in App IO is told by mail, where there is one; once, where mail was to come anyway.
fn instead(tx: &mut dyn Tx, taken: &Taken, id: MessageId, now: Instant) -> Result<(), StorageError> {
    let Some(message) = &taken.message else {
        return Ok(());
    };
    let Address::Io(person) = message.to else {
        return Ok(());
    };
    if let Some(mail) = telling::mail(tx, person)? {
        let letter = Message {
            id,
            to: Address::Mail(mail),
            due: now,
            ..message.clone()
        };
        outbox::add(tx, &letter, now)?;
    }
    Ok(())
}
