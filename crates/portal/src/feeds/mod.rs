//! Calendari da abbonare: a child's meals and closures at a private address.
//!
//! The address is the key: it is told once, kept as a hash, and dies when it is revoked or when its person may no longer
//! see the child. Making one takes no idempotency key: an answer with a secret is kept nowhere, and making it twice
//! leaves one, since the second ends the first.

mod calendar;
mod create;
mod limit;
mod list;
mod revoke;
mod serve;

use crate::http::Routes;
use api::{
    Endpoint as _,
    feeds::{CreateFeed, FeedView, ListFeeds, RevokeFeed},
};
use axum::routing::get;
use std::sync::Arc;
use storage::feeds::Feed;

/// The writes that take no idempotency key.
pub(crate) const WITHOUT_KEY: [&str; 1] = [CreateFeed::OPERATION];

/// Where addresses begin; also what no page of the interface answers.
pub(crate) const FOLDER: &str = "feeds/";

/// This noun's operations, and the address itself.
pub fn routes() -> Routes {
    let limit = Arc::new(limit::Limit::default());
    let serve = move |state, caller, path| serve::handle(Arc::clone(&limit), state, caller, path);
    Routes::new()
        .operation::<ListFeeds, _>(list::handle)
        .operation::<CreateFeed, _>(create::handle)
        .operation::<RevokeFeed, _>(revoke::handle)
        .beyond("/feeds/{file}", get(serve))
}

fn view(feed: Feed) -> FeedView {
    FeedView {
        id: feed.id,
        child: feed.child,
        first_name: feed.first_name,
        created_at: feed.created_at,
        last_read_at: feed.last_read_at,
    }
}
