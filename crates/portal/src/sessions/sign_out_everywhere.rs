//! `sign_out_everywhere`: ends every session of this person.

use super::opening::signed_out;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::Caller,
    session::authenticate,
};
use api::{Endpoint as _, sessions::SignOutEverywhere};
use axum::{extract::State, response::Response};
use std::sync::Arc;
use storage::sessions;

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    let clock = Arc::clone(&app.clock);
    let ended = app.store.write(move |tx| {
        let asking = authenticate(tx, &caller.credentials, SignOutEverywhere::ACCESS, clock.now())?;
        let ended = sessions::end_all(tx, asking.actor.person, asking.now, "signed_out_everywhere")?;
        let origin = Origin::of(&caller, asking.session.client);
        let what = (Act::SignOutEverywhere, Detail::None, asking.now);
        origin.done(tx, asking.who(), what)?;
        Ok::<_, ApiError>(ended)
    });
    let sessions = ended.await?;
    tracing::info!(sessions, "signed out everywhere");
    Ok(signed_out(app.settings.is_https()))
}
