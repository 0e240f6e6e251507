//! `get_body`: one body, by its short name.

use super::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Args,
};
use api::{ErrorCode, bodies::BodyView};
use axum::{Json, extract::State};
use http::StatusCode;
use storage::{StorageError, bodies};

#[derive(Debug, thiserror::Error)]
enum GetBodyError {
    #[error("no such body")]
    Unknown,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetBodyError> for ApiError {
    fn from(error: GetBodyError) -> Self {
        match error {
            GetBodyError::Unknown => Self::new(
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "Questo servizio non gestisce la mensa che cerchi. Scegli il tuo Comune dall'elenco.",
            ),
            GetBodyError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(State(app): State<App>, Args(slug): Args<String>) -> ApiResult<BodyView> {
    let logins = app.logins.clone();
    let answer = app.store.read(move |tx| {
        let body = bodies::by_slug(tx, &slug)?.ok_or(GetBodyError::Unknown)?;
        Ok::<_, GetBodyError>(view(tx, &logins, body)?)
    });
    Ok(Json(answer.await?))
}
