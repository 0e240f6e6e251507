//! `create_feed`: makes a private address. Whoever reads it sees the child's days, so it is noted who made it.

use super::{FOLDER, view};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    session::authenticate,
};
use api::{
    Endpoint as _,
    feeds::{CreateFeed, NewFeedView},
    sessions::Secret,
};
use axum::{Json, extract::State};
use domain::{ChildId, FeedId, time::day_in_rome};
use identity::Token;
use std::sync::Arc;
use storage::feeds::{self, Feed};

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(child): Args<ChildId>,
) -> ApiResult<NewFeedView> {
    let mut random = [0; 32];
    app.chance.bytes(&mut random);
    let secret = Token::from_random(random);
    let hash = secret.hash();
    let clock = Arc::clone(&app.clock);
    let id = app.fresh(app.now(), FeedId::from_parts);
    let made = app.store.write(move |tx| {
        let asking = authenticate(tx, &caller.credentials, CreateFeed::ACCESS, clock.now())?;
        let today = day_in_rome(asking.now);
        let first_name =
            feeds::seen_child(tx, asking.actor, today, child)?.ok_or_else(ApiError::not_found)?;
        let feed = Feed {
            id,
            child,
            first_name,
            created_at: asking.now,
            last_read_at: None,
        };
        feeds::replace(tx, asking.actor, &feed, hash.as_str())?;
        let origin = Origin::of(&caller, asking.session.client);
        origin.done(tx, asking.who(), (Act::CreateFeed, Detail::None, asking.now))?;
        Ok::<_, ApiError>(feed)
    });
    let feed = view(made.await?);
    let address = app.settings.address(&format!("{FOLDER}{}.ics", secret.reveal()));
    Ok(Json(NewFeedView {
        feed,
        address: Secret(address),
    }))
}
