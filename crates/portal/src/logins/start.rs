//! `start_login`: a login begins. Nothing is asked of the provider yet; that is for the browser to do.

use super::back;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    families::InvitationKeys,
    http::{Caller, Input},
    session::authenticate,
    sessions::attempts::{self, CountError, Counted, TooMany},
};
use api::{
    Access,
    logins::{LoginView, StartLoginRequest},
    sessions::ClientKind,
};
use axum::{Json, extract::State};
use domain::{Instant, LoginId, SessionId};
use identity::federated::PENDING_FOR;
use std::sync::Arc;
use storage::{StorageError, Tx, bodies, logins, logins::NewLogin, sessions::Client};

/// base64url of a SHA-256, without padding.
const CHALLENGE: usize = 43;

#[derive(Debug, thiserror::Error)]
enum StartError {
    /// No such body, or it does not offer that provider: nobody learns which.
    #[error("no such way to sign in")]
    NoSuchWay,
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error("{0:?}")]
    Refused(ApiError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CountError> for StartError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::NoSuchWay => Self::not_found(),
            StartError::Wait(error) => error.into(),
            StartError::Refused(error) => error,
            StartError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<StartLoginRequest>,
) -> ApiResult<LoginView> {
    check(&request)?;
    let provider = app
        .logins
        .find(&request.provider)
        .ok_or_else(ApiError::not_found)?;
    let known = |hint: &String| provider.provider().hints().iter().any(|one| one.value == *hint);
    if !request.hint.iter().all(known) {
        return Err(ApiError::invalid("hint", "is none of the provider's"));
    }
    let shared = app.clone();
    let begun = app.store.write(move |tx| {
        let now = shared.now();
        // Each makes a row, and the row's page lines of the audit.
        attempts::count(tx, &[Counted::logins(caller.address)], now)?;
        let body = bodies::by_slug(tx, &request.body)?.ok_or(StartError::NoSuchWay)?;
        let offered = |one: &super::LoginProvider| one.is_offered(&body.settings.sign_in_ways);
        if !shared.logins.find(&request.provider).is_some_and(offered) {
            return Err(StartError::NoSuchWay);
        }
        let new = NewLogin {
            id: shared.fresh(now, LoginId::from_parts),
            body: body.id,
            provider: request.provider.clone(),
            app: request.client == ClientKind::App,
            hint: request.hint.clone(),
            challenge: request.challenge.clone(),
            back: json(&request.back)?,
            // Link and code themselves are kept nowhere: whoever reads the database accepts nothing by them.
            invitation: request
                .invitation
                .as_ref()
                .map(|proof| json(&InvitationKeys::of(&proof.token.0, &proof.code.0)))
                .transpose()?,
            confirms: confirms(tx, &request, &caller, (body.id, now))?,
            number: (request.client == ClientKind::App).then(|| number(&shared)),
            created_at: now,
            expires_at: now + PENDING_FOR,
        };
        logins::add(tx, &new)?;
        Ok(new)
    });
    let begun = begun.await?;
    tracing::info!(login = %begun.id, provider = begun.provider, "a login began");
    Ok(Json(LoginView {
        id: begun.id,
        url: app.settings.address(&format!("accesso/avvio/{}", begun.id)),
        expires_at: begun.expires_at,
        number: begun.number,
    }))
}

/// What can be said without the database.
fn check(request: &StartLoginRequest) -> Result<(), ApiError> {
    back::check(&request.back, request.client)?;
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let fits = match (&request.challenge, request.client) {
        (Some(challenge), ClientKind::App) => {
            challenge.len() == CHALLENGE && challenge.bytes().all(base64url)
        }
        (None, ClientKind::Browser) => true,
        _ => false,
    };
    if !fits {
        return Err(ApiError::invalid(
            "challenge",
            "an app sends S256 of its verifier, a browser none",
        ));
    }
    if request.confirm && request.invitation.is_some() {
        return Err(ApiError::invalid("confirm", "goes without an invitation"));
    }
    Ok(())
}

/// The session that is to be confirmed: the caller's own, full and of this body.
fn confirms(
    tx: &mut dyn Tx,
    request: &StartLoginRequest,
    caller: &Caller,
    (body, now): (domain::BodyId, Instant),
) -> Result<Option<SessionId>, StartError> {
    if !request.confirm {
        return Ok(None);
    }
    let asking = authenticate(tx, &caller.credentials, Access::Session, now).map_err(StartError::Refused)?;
    let app = asking.session.client == Client::App;
    if asking.actor.body != body || app != (request.client == ClientKind::App) {
        return Err(StartError::Refused(ApiError::unauthenticated()));
    }
    Ok(Some(asking.session.id))
}

/// Four digits, each number as likely as another.
fn number(app: &App) -> String {
    let chance = Arc::clone(&app.chance);
    // 60,000 is the greatest multiple of 10,000 in sixteen bits; what is above is drawn again.
    loop {
        let mut random = [0; 2];
        chance.bytes(&mut random);
        let drawn = u16::from_be_bytes(random);
        if drawn < 60_000 {
            return format!("{:04}", drawn % 10_000);
        }
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, StartError> {
    serde_json::to_string(value).map_err(|error| StartError::Refused(ApiError::internal(error)))
}
