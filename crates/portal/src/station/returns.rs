//! A browser that comes back from a checkout. What the address says is noted as a hint and shown; it never credits.

use crate::{app::App, http::statics};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::AttemptId;
use http::HeaderMap;
use storage::{StorageError, attempts};

/// The words that the four return addresses end with.
const WORDS: [&str; 4] = ["ok", "annullato", "errore", "attesa"];

/// Notes the word and shows the interface, which watches the payment.
pub(crate) async fn handle(
    State(app): State<App>,
    Path((attempt, word)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let word = WORDS.into_iter().find(|known| *known == word);
    if let (Ok(attempt), Some(word)) = (attempt.parse::<AttemptId>(), word) {
        let now = app.now();
        let noted = app
            .store
            .write(move |tx| attempts::note_return(tx, attempt, word, now));
        if let Err::<(), StorageError>(error) = noted.await {
            // Only the hint is lost: the receipt decides, and the lock ends by itself.
            tracing::warn!(%attempt, %error, "the way back from a checkout was not noted");
        }
    }
    statics::page(&app, &headers).await
}
