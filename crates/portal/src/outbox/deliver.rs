//! One round: takes what is due, puts it into words, hands it over, and writes down what became of it.

use crate::App;
use chrono::TimeDelta;
use domain::{
    Instant,
    message::{Address, Message},
    telling::Preferences,
};
use notify::{Carriers, CarryError, Content, Destination, Parcel, backoff, words};
use storage::{
    StorageError,
    bodies::{self, Body},
    outbox::{self, Taken},
    preferences,
    subscriptions::{self, Subscription},
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
    body: Body,
    preferences: Preferences,
    device: Option<Subscription>,
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
    let Some(about) = about(&app, &message).await? else {
        return end(&app, taken, Err(CarryError::Gone)).await;
    };
    // The last look at the clock before the word is out.
    let now = app.now();
    if !message.text.is_urgent()
        && let Some(morning) = about.preferences.quiet.end(now)
    {
        let wait = app.store.write(move |tx| outbox::postponed(tx, &taken, morning));
        return wait.await.map(|()| false);
    }
    let channel = message.to.channel();
    let Some(carrier) = carriers.of(channel) else {
        let nobody = CarryError::Later(format!("the portal has no [{}]", channel.as_str()));
        return end(&app, taken, Err(nobody)).await;
    };
    let outcome = carrier.carry(&parcel(&app, &message, &about, now)).await;
    let tries = taken.tries;
    match &outcome {
        Ok(()) => {
            tracing::info!(id = %taken.id, kind = message.text.kind(), channel = channel.as_str(), tries, "delivered");
        }
        Err(problem) => {
            tracing::warn!(id = %taken.id, kind = message.text.kind(), channel = channel.as_str(), tries, %problem, "not delivered");
        }
    }
    end(&app, taken, outcome).await
}

/// None where its device is no longer there, or no longer this person's.
async fn about(app: &App, message: &Message) -> Result<Option<About>, StorageError> {
    let (body, person, to, now) = (message.body, message.person, message.to.clone(), app.now());
    let read = app.store.read(move |tx| {
        let body = bodies::by_id(tx, body)?.ok_or_else(|| StorageError::NoRow {
            sql: "body of a message".to_owned(),
        })?;
        let preferences = match person {
            Some(person) => preferences::of(tx, person)?,
            None => Preferences::default(),
        };
        let device = match to {
            Address::Push(id) => {
                let device = match person {
                    Some(person) => subscriptions::by_id(tx, id, person, now)?,
                    None => None,
                };
                if device.is_none() {
                    return Ok(None);
                }
                device
            }
            Address::Mail(_) | Address::Phone(_) => None,
        };
        Ok(Some(About {
            body,
            preferences,
            device,
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
    };
    let text = &message.text;
    let (to, content) = match (&message.to, &about.device) {
        (Address::Phone(number), _) => (
            Destination::Phone(number.clone()),
            Content::Short(words::short(text, &sender)),
        ),
        (Address::Push(_), Some(device)) => (
            Destination::Web {
                endpoint: device.endpoint.clone(),
                public_key: device.public_key.clone(),
                secret: device.secret.clone(),
            },
            Content::Note(words::note(text, &sender, about.preferences.preview)),
        ),
        // Without a device there is no push: `about` has seen to it.
        (to, _) => (
            Destination::Mail(to.as_text()),
            Content::Letter(words::letter(text, &sender)),
        ),
    };
    Parcel {
        id: message.id,
        sender: about.body.name.clone(),
        reply_to: Some(contacts.email.clone()).filter(|email| !email.is_empty()),
        to,
        content,
        urgent: text.is_urgent(),
        at: now,
        expires: message.expires,
    }
}

/// Writes down what became of it.
async fn end(app: &App, taken: Taken, outcome: Result<(), CarryError>) -> Result<bool, StorageError> {
    let now = app.now();
    let mut random = [0; 4];
    app.chance.bytes(&mut random);
    let chance = u32::from_le_bytes(random);
    let taken_by_channel = outcome.is_ok();
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
            outbox::dropped(tx, taken.id, &CarryError::Gone.to_string(), now)
        }
        Err(CarryError::Never(problem)) => outbox::dead(tx, &taken, problem, now),
        Err(CarryError::Later(problem)) => match backoff::next_try(taken.tries, now, chance) {
            Some(next) => outbox::failed(tx, &taken, next, problem),
            None => outbox::dead(tx, &taken, problem, now),
        },
    });
    written.await.map(|()| taken_by_channel)
}
