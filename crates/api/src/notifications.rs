//! Avvisi sul computer: what waits to be shown by an app that watches by itself, and that a notification has done its
//! work, on whichever device.
//!
//! Phones and browsers are reached by a push service; a computer's app asks here. The texts are those of every other
//! notification: no surname, diet, amount or debt, and with previews switched off only that there is something.

use crate::{NoQuery, endpoint};
use domain::{ChildId, Instant, MessageId};
use serde::{Deserialize, Serialize};

endpoint! {
    /// What is to be shown on this computer since the last time, and what is to be shown no more. 404 where this
    /// session has no subscription of kind `desktop`.
    ListNotifications {} list_notifications Get "/api/v1/notifications" Session
    "What is to be shown on this computer, for an app that asks again and again"
    query NotificationsQuery, request (), response NotificationsView
}

endpoint! {
    /// The person acted upon a notification: it is shown nowhere else. Any message of theirs that a
    /// device got, also one that came through a push service; one that has ended already is no error.
    EndNotification { message: MessageId } end_notification Post "/api/v1/notifications/{message}/end" Session
    "Ends a notification on every device of this person"
    query NoQuery, request (), response ()
}

/// From where on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationsQuery {
    /// [`NotificationsView::cursor`] of the last answer; everything that is still to be shown without it.
    #[serde(default)]
    pub after: Option<String>,
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationsView {
    /// The portal's clock.
    pub now: Instant,
    /// The oldest first.
    pub items: Vec<NotificationView>,
    /// For the next time. It belongs to this session's subscription.
    pub cursor: String,
    /// When to ask again.
    pub next_in_seconds: u32,
}

/// One notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationView {
    /// Identity: the same on every attempt.
    pub id: MessageId,
    /// First line; empty where it has ended.
    pub title: String,
    /// What follows; empty where it has ended.
    pub body: String,
    /// Page of the interface that it opens: `/ricarica`.
    pub path: String,
    /// A newer one with the same tag takes its place.
    pub tag: String,
    /// What can be done at once.
    pub actions: Vec<NotificationActionView>,
    /// Since when.
    pub at: Instant,
    /// From then on it is of no use; of a reminder the cut-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// True where it is to be shown no more: it was acted upon elsewhere, or is true no longer.
    pub ended: bool,
}

/// A button of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotificationActionView {
    /// What it does.
    pub id: NotificationAction,
    /// What stands on it: "Ricarica".
    pub label: String,
    /// Page of the interface where it is done.
    pub path: String,
    /// For [`NotificationAction::AbsentToday`]: whom it is about. No others, whatever has changed since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<ChildId>,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotificationAction {
    /// Opens the top-up with the suggested amount.
    TopUp,
    /// Today the children that the reminder names do not eat.
    AbsentToday,
}
