//! `refresh_session`: a refresh token for new tokens. Each is good once.

use super::opening::{self, Opened, SessionAnswer};
use crate::{app::App, errors::ApiError, http::Input};
use api::sessions::RefreshRequest;
use axum::extract::State;
use domain::SessionId;
use identity::TokenHash;
use std::sync::Arc;
use storage::{StorageError, bodies, sessions};

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
    Input(request): Input<RefreshRequest>,
) -> Result<SessionAnswer, ApiError> {
    let hash = TokenHash::of(&request.refresh_token.0);
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let outcome = app.store.write(move |tx| {
        let now = clock.now();
        let Some(refresh) = sessions::find_refresh(tx, hash.as_str())? else {
            return Ok::<_, StorageError>(Outcome::Over);
        };
        if refresh.spent_at.is_some() || !sessions::spend_refresh(tx, hash.as_str(), now)? {
            sessions::end(tx, refresh.session, now, "refresh_reused")?;
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
