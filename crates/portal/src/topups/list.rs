//! `list_top_ups`: this person's top-ups, newest first.

use super::{
    options::{TopUpOptionsError, fiscal_code},
    view::view,
};
use crate::{app::App, errors::ApiResult, http::Caller, operation::read};
use api::topups::{ListTopUps, TopUpView};
use axum::extract::State;
use storage::notices;

/// `list_top_ups`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<TopUpView>> {
    let inside = app.clone();
    read::<ListTopUps, TopUpOptionsError, _>(&app, &caller, move |tx, asking| {
        let fiscal_code = fiscal_code(&inside, tx, asking)?;
        let made = notices::top_ups_of(tx, asking.actor)?;
        Ok(made
            .iter()
            .map(|notice| view(notice, &fiscal_code, asking.now))
            .collect())
    })
    .await
}
