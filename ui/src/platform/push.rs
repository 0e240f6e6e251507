//! Notifications that a push service brings to a browser, also while no page is open.

use api::{sessions::Secret, subscriptions::SubscribePushRequest};

/// How it stands with them in this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notices {
    /// Not to be had here.
    Unsupported,
    /// An iPhone or iPad shows them only of what stands on its home screen.
    NeedsHomeScreen,
    /// The person has refused them; only the browser's own settings can undo it.
    Denied,
    /// They can be had.
    Off,
    /// They come here, as far as this device knows.
    On(Keys),
}

/// Where to send to this browser, and how only it can read it: `PushSubscription.toJSON()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// An address of the browser's push service.
    pub endpoint: String,
    /// `keys.p256dh`.
    pub public_key: String,
    /// `keys.auth`.
    pub secret: Secret,
}

impl From<Keys> for SubscribePushRequest {
    fn from(keys: Keys) -> Self {
        Self::Web {
            endpoint: keys.endpoint,
            public_key: keys.public_key,
            secret: keys.secret,
        }
    }
}

/// Why nothing comes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSubscribed {
    /// The person said no.
    Denied,
    /// The person closed the question without an answer.
    Dismissed,
    /// The browser or its push service did not do it.
    Failed,
}
