//! Notifiche: the devices on which a person is told.

use crate::{NoQuery, endpoint, sessions::Secret};
use domain::SubscriptionId;
use serde::{Deserialize, Serialize};

endpoint! {
    /// What a browser needs to subscribe.
    GetPushKey {} get_push_key Get "/api/v1/push/key" Session "The key with which a browser subscribes"
    query NoQuery, request (), response PushKeyView
}

endpoint! {
    /// Notifications come to this device from now on, until it is signed out. The same device again is the same
    /// subscription.
    SubscribePush {} subscribe_push Post "/api/v1/push/subscriptions" Session "Sends notifications to this device"
    query NoQuery, request SubscribePushRequest, response SubscriptionView
}

endpoint! {
    /// No more notifications there.
    UnsubscribePush { subscription: SubscriptionId } unsubscribe_push Post
    "/api/v1/push/subscriptions/{subscription}/remove" Session "Sends no more notifications there"
    query NoQuery, request (), response ()
}

/// The portal's key towards push services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PushKeyView {
    /// `applicationServerKey`: P-256, uncompressed, base64url. None where this portal sends no notifications.
    pub key: Option<String>,
}

/// A device, as whoever carries notifications to it knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SubscribePushRequest {
    /// A browser: what `PushSubscription.toJSON()` tells.
    Web {
        /// `endpoint`: an address of the browser's push service.
        endpoint: String,
        /// `keys.p256dh`.
        public_key: String,
        /// `keys.auth`.
        secret: Secret,
    },
    /// An Android phone.
    Fcm {
        /// The registration token of Firebase Cloud Messaging.
        token: Secret,
    },
    /// An iPhone or iPad.
    Apns {
        /// The device token, hex.
        token: Secret,
        /// Whether the app was signed for development: Apple keeps those devices apart.
        development: bool,
    },
    /// A computer on which the app runs: it asks for its notifications by itself. One a session.
    Desktop {},
}

/// A device that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscriptionView {
    /// Identity.
    pub id: SubscriptionId,
}
