//! `set_language`: in which language a person is written to.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Caller, Input},
    operation::write,
};
use api::contacts::{SetLanguage, SetLanguageRequest};
use axum::extract::State;
use storage::contacts;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<SetLanguageRequest>,
) -> ApiResult<()> {
    write::<SetLanguage, ApiError, _>(&app, &caller, &request, move |tx, asking| {
        contacts::set_language(tx, asking.actor, request.language).map_err(ApiError::from)
    })
    .await
}
