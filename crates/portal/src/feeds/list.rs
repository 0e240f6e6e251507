//! `list_feeds`: the addresses that a person has made.

use super::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
};
use api::feeds::{FeedView, ListFeeds};
use axum::extract::State;
use domain::time::day_in_rome;
use storage::feeds;

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<FeedView>> {
    read::<ListFeeds, ApiError, _>(&app, &caller, |tx, asking| {
        let open = feeds::of_person(tx, asking.actor, day_in_rome(asking.now))?;
        Ok(open.into_iter().map(view).collect())
    })
    .await
}
