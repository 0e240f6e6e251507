//! `sign_out`: ends this session.

use super::opening::signed_out;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::Caller,
    session::authenticate,
};
use api::{Endpoint as _, sessions::SignOut};
use axum::{extract::State, response::Response};
use std::sync::Arc;
use storage::sessions;

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    let clock = Arc::clone(&app.clock);
    let ended = app.store.write(move |tx| {
        let asking = authenticate(tx, &caller.credentials, SignOut::ACCESS, clock.now())?;
        sessions::end(tx, asking.session.id, asking.now, "signed_out")?;
        let origin = Origin::of(&caller, asking.session.client);
        origin
            .done(tx, asking.who(), (Act::SignOut, Detail::None, asking.now))
            .map_err(ApiError::from)
    });
    ended.await?;
    Ok(signed_out(app.settings.is_https()))
}
