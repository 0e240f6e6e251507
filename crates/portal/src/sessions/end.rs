//! `end_session`: signs a person out of one device. Its refresh tokens open nothing any more.

use super::opening::signed_out_with;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::{Args, Caller},
    operation::write,
};
use api::sessions::{EndSession, EndedSessionView};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use domain::SessionId;
use storage::{StorageError, sessions};

#[derive(Debug, thiserror::Error)]
enum EndError {
    #[error("no such session of this person")]
    NotTheirs,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<EndError> for ApiError {
    fn from(error: EndError) -> Self {
        match error {
            EndError::NotTheirs => Self::not_found(),
            EndError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(session): Args<SessionId>,
) -> Result<Response, ApiError> {
    let from = caller.clone();
    let ended = write::<EndSession, EndError, _>(&app, &caller, &(), move |tx, asking| {
        if !sessions::end_own(tx, asking.actor, session, asking.now, "ended")? {
            return Err(EndError::NotTheirs);
        }
        let this = session == asking.session.id;
        let detail = if this {
            Detail::ThisDevice
        } else {
            Detail::OtherDevice
        };
        let origin = Origin::of(&from, asking.session.client);
        origin.done(tx, asking.who(), (Act::EndSession, detail, asking.now))?;
        Ok(EndedSessionView { this })
    });
    let Json(view) = ended.await?;
    Ok(if view.this {
        signed_out_with(view, app.settings.is_https())
    } else {
        Json(view).into_response()
    })
}
