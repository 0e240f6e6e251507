//! Calendario da abbonare: a child's meals and closures at a private address, for the calendar that a family already
//! uses.
//!
//! The address itself (`/feeds/{secret}.ics`) is no operation of this API: it answers `text/calendar` to whoever knows
//! it, which is what calendars can do. It holds first names, days and the office's words for a closure; never a
//! surname, a school, a diet or money.

use crate::{NoQuery, endpoint, sessions::Secret};
use domain::{ChildId, FeedId, Instant};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The calendar addresses that this person has made and not revoked.
    ListFeeds {} list_feeds Get "/api/v1/feeds" Session "The calendar addresses that this person has made"
    query NoQuery, request (), response Vec<FeedView>
}

endpoint! {
    /// Makes the address of a child's calendar. The one that this person had for the child ends.
    CreateFeed { child: ChildId } create_feed Post "/api/v1/children/{child}/feed" Session "Makes a private calendar address; the one before ends"
    query NoQuery, request (), response NewFeedView
}

endpoint! {
    /// Ends an address. Whoever still asks there is told that it does not exist.
    RevokeFeed { feed: FeedId } revoke_feed Post "/api/v1/feeds/{feed}/revoke" Session "Ends a calendar address"
    query NoQuery, request (), response ()
}

/// An address that was made; where it is, is told once, in [`NewFeedView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FeedView {
    /// Identity; not the secret.
    pub id: FeedId,
    /// Whose days.
    pub child: ChildId,
    /// First name of the child.
    pub first_name: String,
    /// When it was made.
    pub created_at: Instant,
    /// When a calendar last read it, noted once an hour; none where none ever did.
    pub last_read_at: Option<Instant>,
}

/// An address that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewFeedView {
    /// What is listed from now on.
    pub feed: FeedView,
    /// The whole address. The portal keeps only its hash and cannot tell it again.
    pub address: Secret,
}
