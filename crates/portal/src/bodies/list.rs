//! `list_bodies`: the choice that a family makes first.

use super::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
};
use api::bodies::BodyView;
use axum::{Json, extract::State};
use storage::bodies;

pub(super) async fn handle(State(app): State<App>) -> ApiResult<Vec<BodyView>> {
    let logins = app.logins.clone();
    let answer = app.store.read(move |tx| {
        let all = bodies::list(tx)?;
        all.into_iter()
            .map(|body| view(tx, &logins, body).map_err(ApiError::from))
            .collect()
    });
    answer.await.map(Json)
}
