//! `list_sessions`: the devices on which a person is signed in.

use super::opening::client_kind;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
};
use api::sessions::{ListSessions, OpenSessionView};
use axum::extract::State;
use chrono::{DurationRound as _, TimeDelta};
use domain::{Instant, SessionId};
use storage::sessions::{self, OpenSession};

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<OpenSessionView>> {
    read::<ListSessions, ApiError, _>(&app, &caller, |tx, asking| {
        let mut open: Vec<_> = sessions::open_of(tx, asking.actor, asking.now)?
            .into_iter()
            .map(|session| view(session, asking.session.id))
            .collect();
        // The others stay in their order.
        open.sort_by_key(|session| !session.this);
        Ok(open)
    })
    .await
}

fn view(session: OpenSession, this: SessionId) -> OpenSessionView {
    OpenSessionView {
        id: session.id,
        device: session.device,
        means: client_kind(session.client),
        signed_in_at: session.opened_at,
        last_used_at: minute(session.last_used_at),
        this: session.id == this,
    }
}

/// The beginning of its minute.
fn minute(at: Instant) -> Instant {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}
