//! `get_preferences` and `set_preferences`: how a person wants to be told.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Caller, Input, Routes},
    operation::{read, write},
    session::Asking,
};
use api::preferences::{GetPreferences, PreferencesView, SetPreferences};
use axum::extract::State;
use domain::telling::Preferences;
use storage::{StorageError, Tx, preferences, subscriptions, telling};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<GetPreferences, _>(get)
        .operation::<SetPreferences, _>(set)
}

fn view(
    tx: &mut dyn Tx,
    asking: &Asking,
    choices: Preferences,
    push: bool,
) -> Result<PreferencesView, StorageError> {
    let person = asking.actor.person;
    let devices = subscriptions::of(tx, person, asking.now)?.len();
    Ok(PreferencesView {
        choices,
        mail: telling::mail(tx, person)?.is_some(),
        push,
        devices: u32::try_from(devices).unwrap_or(u32::MAX),
    })
}

async fn get(State(app): State<App>, caller: Caller) -> ApiResult<PreferencesView> {
    let push = app.settings.push.is_some();
    read::<GetPreferences, ApiError, _>(&app, &caller, move |tx, asking| {
        let choices = preferences::of(tx, asking.actor.person)?;
        Ok(view(tx, asking, choices, push)?)
    })
    .await
}

async fn set(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<Preferences>,
) -> ApiResult<PreferencesView> {
    if !request.quiet.is_valid() {
        return Err(ApiError::invalid(
            "quiet",
            "a minute of the day is from 0 to 1439",
        ));
    }
    let push = app.settings.push.is_some();
    write::<SetPreferences, ApiError, _>(&app, &caller, &request, move |tx, asking| {
        preferences::set(tx, asking.actor, &request, asking.now)?;
        Ok(view(tx, asking, request, push)?)
    })
    .await
}
