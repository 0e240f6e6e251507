//! `confirm_password`: the person of a session shows by the password that it is still they.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Caller, Input},
    session::{Asking, authenticate},
    sessions::attempts::{self, CountError, Counted, TooMany},
};
use api::{
    Endpoint as _, ErrorCode,
    confirmations::{ConfirmPassword, ConfirmPasswordRequest, ConfirmationView},
};
use axum::{Json, extract::State};
use domain::{body::SignInWay, session::CONFIRMATION_HOLDS};
use http::StatusCode;
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    people::{self, Credential},
    sessions,
};

#[derive(Debug, thiserror::Error)]
enum ConfirmError {
    #[error("the password is wrong")]
    Wrong,
    #[error("this person does not sign in by password")]
    NoPassword,
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{0:?}")]
    Session(ApiError),
}

impl From<CountError> for ConfirmError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<ConfirmError> for ApiError {
    fn from(error: ConfirmError) -> Self {
        match error {
            ConfirmError::Wrong => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WrongCredentials,
                "La password non è corretta. Controlla e riprova.",
            ),
            ConfirmError::NoPassword => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WayNotOffered,
                "Qui non si conferma con la password. Scegli SPID o CIE.",
            ),
            ConfirmError::Wait(error) => error.into(),
            ConfirmError::Storage(error) => error.into(),
            ConfirmError::Session(error) => error,
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<ConfirmPasswordRequest>,
) -> ApiResult<ConfirmationView> {
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let before = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, ConfirmPassword::ACCESS, clock.now())
            .map_err(ConfirmError::Session)?;
        let credential = credential(tx, &asking)?;
        attempts::count(tx, &[Counted::person(asking.actor.person)], asking.now)?;
        Ok::<_, ConfirmError>((asking, credential))
    });
    let (asking, credential) = before.await?;
    let origin = Origin::of(&caller, asking.session.client);
    let right = app
        .passwords
        .verify(request.password.0, Some(credential.password_hash.clone()))
        .await?;
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let confirmed = app.store.write(move |tx| {
        let now = clock.now();
        // Between the two somebody may have signed out or changed the password: then this proves nothing.
        let asking =
            authenticate(tx, &credentials, ConfirmPassword::ACCESS, now).map_err(ConfirmError::Session)?;
        let person = asking.actor.person;
        if !right || people::credential(tx, person)?.as_ref() != Some(&credential) {
            let who = (asking.actor.body, Some(person));
            origin.refused(tx, who, (Act::Confirm, Detail::WrongPassword, now))?;
            return Ok(None);
        }
        attempts::take_back(tx, &[Counted::person(person)])?;
        sessions::confirm(tx, asking.session.id, now)?;
        origin.done(tx, asking.who(), (Act::Confirm, Detail::Password, now))?;
        Ok::<_, ConfirmError>(Some(now + CONFIRMATION_HOLDS))
    });
    let until = confirmed.await?.ok_or(ConfirmError::Wrong)?;
    Ok(Json(ConfirmationView { until }))
}

/// The person's own password, where the body takes passwords.
fn credential(tx: &mut dyn Tx, asking: &Asking) -> Result<Credential, ConfirmError> {
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(ConfirmError::NoPassword)?;
    if !body.settings.sign_in_ways.contains(&SignInWay::Badge) {
        return Err(ConfirmError::NoPassword);
    }
    let credential = people::credential(tx, asking.actor.person)?;
    credential
        .filter(|credential| !credential.provisional)
        .ok_or(ConfirmError::NoPassword)
}
