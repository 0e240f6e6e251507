//! `get_preferences` and `set_preferences`: how a person wants to be told.

use crate::{
    app::App,
    config::Settings,
    errors::{ApiError, ApiResult},
    http::{Caller, Input, Routes},
    operation::{read, write},
    session::Asking,
};
use api::preferences::{GetPreferences, PreferencesView, SetPreferences};
use axum::extract::State;
use domain::{BodyId, body::BodyKind, telling::Preferences};
use std::sync::Arc;
use storage::{StorageError, Tx, bodies, people, preferences, subscriptions, telling};

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
    settings: &Settings,
) -> Result<PreferencesView, StorageError> {
    let person = asking.actor.person;
    let devices = subscriptions::of(tx, person, asking.now)?.len();
    Ok(PreferencesView {
        choices,
        mail: telling::mail(tx, person)?.is_some(),
        push: settings.push.is_some() || settings.fcm.is_some() || settings.apns.is_some() || devices > 0,
        io: writes_in_io(tx, asking.actor.body, settings)? && people::proven_code(tx, person)?.is_some(),
        devices: u32::try_from(devices).unwrap_or(u32::MAX),
    })
}

/// Whether a body writes in App IO: only public ones may, each with its own key.
fn writes_in_io(tx: &mut dyn Tx, body: BodyId, settings: &Settings) -> Result<bool, StorageError> {
    let Some(io) = &settings.io else {
        return Ok(false);
    };
    let body = bodies::by_id(tx, body)?;
    Ok(body.is_some_and(|body| body.settings.kind == BodyKind::Public && io.bodies.contains_key(&body.slug)))
}

async fn get(State(app): State<App>, caller: Caller) -> ApiResult<PreferencesView> {
    let settings = Arc::clone(&app.settings);
    read::<GetPreferences, ApiError, _>(&app, &caller, move |tx, asking| {
        let choices = preferences::of(tx, asking.actor.person)?;
        Ok(view(tx, asking, choices, &settings)?)
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
    let settings = Arc::clone(&app.settings);
    write::<SetPreferences, ApiError, _>(&app, &caller, &request, move |tx, asking| {
        preferences::set(tx, asking.actor, &request, asking.now)?;
        Ok(view(tx, asking, request, &settings)?)
    })
    .await
}
