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
use std::sync::Arc;
use storage::Tx;

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
        op(tx, &asking).map_err(Into::into)
    });
    answer.await.map(Json)
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
        Ok(answer)
    });
    answer.await.map(Json)
}
