//! Where papers are made: first what they say is read, in one transaction that asks who asks; then they are typeset,
//! outside of it, on threads that may be busy for a second, a few at a time. Nothing is kept.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    session::{Asking, authenticate},
};
use api::{Access, notices::DocumentView};
use axum::Json;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use documents::DocumentError;
use std::{sync::Arc, time::Duration};
use storage::Tx;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// So many papers are typeset at once, whoever asks for them.
static PRESSES: Semaphore = Semaphore::const_new(2);
/// So long somebody waits for a press.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads what a paper says.
pub(super) async fn read<T, X, F>(app: &App, caller: &Caller, op: F) -> Result<T, ApiError>
where
    T: Send + 'static,
    X: Into<ApiError>,
    F: Fn(&mut dyn Tx, &Asking) -> Result<T, X> + Send + Sync + 'static,
{
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let known = app.store.read(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        op(tx, &asking).map_err(Into::into)
    });
    known.await
}

/// Typesets a paper.
pub(super) async fn print(
    file_name: String,
    typeset: impl FnOnce() -> Result<Vec<u8>, DocumentError> + Send + 'static,
) -> ApiResult<DocumentView> {
    let waited = timeout(PATIENCE, PRESSES.acquire()).await;
    let press = waited
        .map_err(|_| ApiError::busy().because("no press is free"))?
        .map_err(ApiError::internal)?;
    let done = spawn_blocking(move || {
        // Held until the work is done, also where nobody waits for it any more.
        let _press = press;
        typeset().map(|pdf| STANDARD.encode(pdf))
    });
    let content = done
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)?;
    Ok(Json(DocumentView {
        file_name,
        media_type: "application/pdf".to_owned(),
        content,
    }))
}
