//! Notifications in this browser, at both of their ends: the browser's push service brings them, the portal sends them.
//!
//! Whoever turned them on here is remembered, by number and nothing else, so that they come again after the session was
//! renewed, and never to the next person who signs in.

use crate::{
    platform::{
        Here,
        push::{Keys, NotSubscribed, Notices},
    },
    portal::{Act, is_unanswered},
};
use api::{
    ErrorBody, ErrorCode,
    subscriptions::{SubscribePush, UnsubscribePush},
};
use domain::{PersonId, SubscriptionId};
use serde::{Deserialize, Serialize};

/// Under which name it lies.
const NAME: &str = "push";

/// Who turned them on here, and what the portal calls it.
#[derive(Serialize, Deserialize)]
struct Mark {
    person: PersonId,
    subscription: SubscriptionId,
}

fn mark(here: &Here) -> Option<Mark> {
    serde_json::from_value(serde_json::from_str(&here.recall(NAME)?).ok()?).ok()
}

/// Why nothing comes here.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// On this side.
    Place(NotSubscribed),
    /// On the portal's.
    Portal(ErrorBody),
}

async fn tell(here: &Here, person: PersonId, keys: Keys) -> Result<(), ErrorBody> {
    let act = Act::new(here, SubscribePush {}, keys.into());
    let subscription = act.send(here).await?.id;
    if let Ok(text) = serde_json::to_value(Mark { person, subscription }) {
        here.remember(NAME, &text.to_string());
    }
    Ok(())
}

/// How it stands for this person: [`Notices::On`] where the portal sends them here, as far as it can be asked.
pub async fn standing(here: &Here, person: PersonId) -> Result<Notices, ErrorBody> {
    let notices = here.notices().await;
    let Notices::On(keys) = &notices else {
        return Ok(notices);
    };
    if mark(here).is_none_or(|mark| mark.person != person) {
        // Another's, or nobody knows whose.
        leave(here).await;
        return Ok(Notices::Off);
    }
    match tell(here, person, keys.clone()).await {
        Err(why) if !is_unanswered(&why) => Err(why),
        _ => Ok(notices),
    }
}

/// Asks the person's permission and turns them on at both ends, or at neither.
pub async fn turn_on(here: &Here, person: PersonId, key: String) -> Result<Notices, Trouble> {
    let keys = here.subscribe(key).await.map_err(Trouble::Place)?;
    match tell(here, person, keys.clone()).await {
        Ok(()) => Ok(Notices::On(keys)),
        Err(why) => {
            here.unsubscribe().await;
            Err(Trouble::Portal(why))
        }
    }
}

/// Turns them off at both ends. One is enough: a push service tells the portal that there is nobody any more.
pub async fn turn_off(here: &Here) -> Result<Notices, ErrorBody> {
    let told = match mark(here) {
        Some(mark) => {
            let subscription = mark.subscription;
            Act::new(here, UnsubscribePush { subscription }, ())
                .send(here)
                .await
        }
        None => Ok(()),
    };
    here.unsubscribe().await;
    let notices = here.notices().await;
    match told {
        Err(why) if why.code == ErrorCode::Unauthenticated => Err(why),
        Err(why) if why.code != ErrorCode::NotFound && matches!(notices, Notices::On(_)) => Err(why),
        _ => {
            here.forget(NAME);
            Ok(notices)
        }
    }
}

/// Somebody signed out, or somebody else has signed in: nothing comes here any more. The portal's end goes with the
/// session.
pub async fn leave(here: &Here) {
    if here.recall(NAME).is_some() {
        here.unsubscribe().await;
        here.forget(NAME);
    }
}

/// Somebody has signed in, or opened the page: a new session has no subscription yet.
pub async fn renew(here: &Here, person: PersonId) {
    if let Some(mark) = mark(here) {
        if mark.person == person {
            // Whoever looks at the preferences is told how it stands.
            let _ = standing(here, person).await;
        } else {
            leave(here).await;
        }
    }
}
