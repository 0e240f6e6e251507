//! How an operation of the API runs: one closure on the database, with who asks resolved inside it.
//!
//! A handler reads its parts, calls [`read`] or [`write`] with a closure, and is done. Time is taken when the
//! closure runs (`asking.now`); a closure may run twice.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    idempotency::{Keyed, keep, recall},
    session::{Asking, authenticate},
};
use api::Endpoint;
use axum::Json;
use chrono::TimeDelta;
use std::sync::Arc;
use storage::{StorageError, Tx, sessions};

/// The use of a session is noted at most so often, so that reads stay reads.
const USE_NOTED: TimeDelta = TimeDelta::minutes(5);

/// Whether it is time to note that a session is in use.
pub(crate) fn use_is_old(asking: &Asking) -> bool {
    asking.now - asking.session.last_used_at >= USE_NOTED
}

fn touch(tx: &mut dyn Tx, asking: &Asking) -> Result<(), StorageError> {
    sessions::touch(tx, asking.session.id, asking.now, asking.now - USE_NOTED)
}

/// Notes that a session is in use. An answer does not fail for it.
pub(crate) async fn note_use(app: &App, asking: Asking) {
    let noted = app.store.write(move |tx| touch(tx, &asking));
    if let Err(error) = noted.await {
        tracing::debug!(%error, "the use of a session was not noted");
    }
}

/// Runs a reading operation on a snapshot.
pub async fn read<E, X, F>(app: &App, caller: &Caller, op: F) -> ApiResult<E::Response>
where
    E: Endpoint,
    E::Response: Send + 'static,
    X: Into<ApiError>,
    F: Fn(&mut dyn Tx, &Asking) -> Result<E::Response, X> + Send + Sync + 'static,
{
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let answer = app.store.read(move |tx| {
        let asking = authenticate(tx, &credentials, E::ACCESS, clock.now())?;
        let answer = op(tx, &asking).map_err(Into::<ApiError>::into)?;
        Ok::<_, ApiError>((answer, use_is_old(&asking).then_some(asking)))
    });
    let (answer, in_use) = answer.await?;
    if let Some(asking) = in_use {
        note_use(app, asking).await;
    }
    Ok(Json(answer))
}

/// Runs a writing operation once, however often it is sent with the same key.
pub async fn write<E, X, F>(app: &App, caller: &Caller, request: &E::Request, op: F) -> ApiResult<E::Response>
where
    E: Endpoint,
    E::Response: Send + 'static,
    X: Into<ApiError>,
    F: Fn(&mut dyn Tx, &Asking) -> Result<E::Response, X> + Send + Sync + 'static,
{
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let keyed = caller
        .key()
        .and_then(|key| Keyed::new::<E>(key, &caller.path, request));
    let answer = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, E::ACCESS, clock.now())?;
        let keyed = keyed.as_ref().map_err(Clone::clone)?;
        if let Some(before) = recall(tx, &asking, keyed)? {
            return Ok(before);
        }
        let answer = op(tx, &asking).map_err(Into::into)?;
        keep(tx, &asking, keyed, &answer)?;
        if use_is_old(&asking) {
            touch(tx, &asking)?;
        }
        Ok(answer)
    });
    answer.await.map(Json)
}
