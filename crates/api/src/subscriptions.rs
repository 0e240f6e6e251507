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
    /// Notifications come to this browser from now on, until it is signed out. The same browser again is the same
    /// subscription.
    SubscribePush {} subscribe_push Post "/api/v1/push/subscriptions" Session "Sends notifications to this browser"
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

/// What `PushSubscription.toJSON()` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SubscribePushRequest {
    /// `endpoint`: an address of the browser's push service.
    pub endpoint: String,
    /// `keys.p256dh`.
    pub public_key: String,
    /// `keys.auth`.
    pub secret: Secret,
}

/// A device that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SubscriptionView {
    /// Identity.
    pub id: SubscriptionId,
}
