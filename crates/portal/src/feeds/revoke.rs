//! `revoke_feed`: ends a private address.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::write,
};
use api::feeds::RevokeFeed;
use axum::extract::State;
use domain::FeedId;
use storage::feeds;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(feed): Args<FeedId>,
) -> ApiResult<()> {
    let from = caller.clone();
    write::<RevokeFeed, ApiError, _>(&app, &caller, &(), move |tx, asking| {
        if !feeds::revoke(tx, asking.actor, feed, asking.now)? {
            return Err(ApiError::not_found());
        }
        let origin = Origin::of(&from, asking.session.client);
        origin.done(tx, asking.who(), (Act::RevokeFeed, Detail::None, asking.now))?;
        Ok(())
    })
    .await
}
