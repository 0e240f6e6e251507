//! `refresh_session`: a refresh token for new tokens. Each is good once.

use super::opening::{self, Opened, SessionAnswer};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::{Caller, Input},
};
use api::sessions::RefreshRequest;
use axum::extract::State;
use domain::SessionId;
use identity::TokenHash;
use std::sync::Arc;
use storage::{
    StorageError, bodies,
    sessions::{self, Client},
};

/// What became of the session. All three are kept: a theft must be remembered.
enum Outcome {
    Renewed(Box<Opened>, String, domain::Instant),
    Reused(SessionId),
    Over,
}

#[derive(Debug, thiserror::Error)]
enum RefreshError {
    #[error("a spent refresh token came back; session {0} was ended")]
    Reused(SessionId),
    #[error("no such session any more")]
    Over,
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        Self::unauthenticated().because(error)
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<RefreshRequest>,
) -> Result<SessionAnswer, ApiError> {
    let hash = TokenHash::of(&request.refresh_token.0);
    // Only an app has a refresh token.
    let origin = Origin::of(&caller, Client::App);
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let outcome = app.store.write(move |tx| {
        let now = clock.now();
        let Some(refresh) = sessions::find_refresh(tx, hash.as_str())? else {
            return Ok::<_, StorageError>(Outcome::Over);
        };
        if refresh.spent_at.is_some() || !sessions::spend_refresh(tx, hash.as_str(), now)? {
            // A session that is over is not ended twice.
            if let Some(session) = sessions::by_id(tx, refresh.session)? {
                sessions::end(tx, session.id, now, "refresh_reused")?;
                let who = (session.body, Some(session.person));
                origin.refused(tx, who, (Act::RefreshSession, Detail::RefreshReused, now))?;
            }
            return Ok(Outcome::Reused(refresh.session));
        }
        let session = sessions::by_id(tx, refresh.session)?;
        let Some(session) = session.filter(|s| now < s.ends_at && now < refresh.expires_at) else {
            return Ok(Outcome::Over);
        };
        let slug = bodies::by_id(tx, session.body)?
            .map(|body| body.slug)
            .unwrap_or_default();
        let opened = opening::renew(tx, &*chance, session, now)?;
        Ok(Outcome::Renewed(Box::new(opened), slug, now))
    });
    match outcome.await? {
        Outcome::Renewed(opened, slug, now) => {
            Ok(SessionAnswer::new(*opened, slug, app.settings.is_https(), now))
        }
        Outcome::Reused(session) => {
            tracing::warn!(%session, "a spent refresh token came back: the session was ended");
            Err(RefreshError::Reused(session).into())
        }
        Outcome::Over => Err(RefreshError::Over.into()),
    }
}
