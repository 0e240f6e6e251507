//! `sign_in`: a badge and its password.
//!
//! Whether the badge exists shows neither in the answer nor in the work: one attempt is counted, one hash verified.

use super::{
    attempts::{self, CountError, Counted, TooMany},
    opening::{self, SessionAnswer},
};
use crate::{
    app::App,
    errors::ApiError,
    http::{Caller, Input},
};
use api::{ErrorCode, sessions::SignInRequest};
use axum::extract::State;
use domain::{BadgeCode, body::SignInWay, people::Actor, time::day_in_rome};
use http::StatusCode;
use identity::provisional;
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    people::{self, Credential},
    sessions::Kind,
};

#[derive(Debug, thiserror::Error)]
pub(super) enum SignInError {
    #[error("no such body")]
    UnknownBody,
    #[error("the body does not take badges")]
    WayNotOffered,
    #[error("wrong badge or password")]
    Wrong,
    #[error("the provisional password is too old")]
    ProvisionalExpired,
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CountError> for SignInError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        let (status, code, words) = match error {
            SignInError::UnknownBody => (
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "Questo servizio non gestisce la mensa che cerchi. Scegli il tuo Comune dall'elenco.",
            ),
            SignInError::WayNotOffered => (
                StatusCode::FORBIDDEN,
                ErrorCode::WayNotOffered,
                "Qui non si accede con il codice badge. Scegli un altro modo di accesso.",
            ),
            SignInError::Wrong => (
                StatusCode::UNAUTHORIZED,
                ErrorCode::WrongCredentials,
                "Codice badge o password non corretti. Controlla e riprova; se hai perso la password, chiama l'ufficio.",
            ),
            SignInError::ProvisionalExpired => (
                StatusCode::FORBIDDEN,
                ErrorCode::ProvisionalExpired,
                "La password provvisoria è scaduta. Chiedine una nuova all'ufficio.",
            ),
            SignInError::Wait(error) => return error.into(),
            SignInError::Storage(error) => return error.into(),
        };
        Self::new(status, code, words)
    }
}

/// Who may be behind a badge.
type Found = Option<(Actor, Credential)>;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<SignInRequest>,
) -> Result<SessionAnswer, ApiError> {
    let SignInRequest {
        body: slug,
        badge,
        password,
        client,
    } = request;
    let code = BadgeCode::parse(&badge).ok();
    let shown: String = match &code {
        Some(code) => code.to_string(),
        None => badge.chars().take(64).collect(),
    };
    let counted = Arc::new([Counted::badge(&slug, &shown), Counted::address(caller.address)]);
    let found = {
        let (clock, counted, slug) = (Arc::clone(&app.clock), Arc::clone(&counted), slug.clone());
        let attempt = app.store.write(move |tx| {
            let now = clock.now();
            let body = bodies::by_slug(tx, &slug)?.ok_or(SignInError::UnknownBody)?;
            if !body.settings.sign_in_ways.contains(&SignInWay::Badge) {
                return Err(SignInError::WayNotOffered);
            }
            attempts::count(tx, &*counted, now)?;
            let person = match &code {
                Some(code) => people::payer_of_badge(tx, body.id, code, day_in_rome(now))?,
                None => None,
            };
            let Some(person) = person else { return Ok(None) };
            let actor = Actor {
                body: body.id,
                person,
            };
            Ok(people::credential(tx, person)?.map(|credential| (actor, credential)))
        });
        attempt.await?
    };
    let actor = proved(&app, &found, password.0).await?;
    let credential = found.map(|(_, credential)| credential);
    let clock = Arc::clone(&app.clock);
    let chance = Arc::clone(&app.chance);
    let client = opening::client(client);
    let opened = app.store.write(move |tx| {
        let now = clock.now();
        attempts::take_back(tx, &*counted)?;
        let kind = kind_of(tx, actor, credential.as_ref())?;
        Ok::<_, SignInError>((opening::open(tx, &*chance, actor, kind, client, now)?, now))
    });
    let (opened, now) = opened.await?;
    tracing::info!(person = %actor.person, "signed in");
    Ok(SessionAnswer::new(opened, slug, app.settings.is_https(), now))
}

/// Verifies the password, once, whoever it is.
async fn proved(app: &App, found: &Found, password: String) -> Result<Actor, ApiError> {
    let credential = found.as_ref().map(|(_, credential)| credential);
    let typed = match credential {
        Some(credential) if credential.provisional => provisional::as_printed(&password),
        _ => password,
    };
    let right = app
        .passwords
        .verify(typed, credential.map(|c| c.password_hash.clone()))
        .await?;
    let Some((actor, credential)) = found.as_ref().filter(|_| right) else {
        return Err(SignInError::Wrong.into());
    };
    if credential.provisional && credential.expires_at.is_some_and(|until| app.now() >= until) {
        return Err(SignInError::ProvisionalExpired.into());
    }
    Ok(*actor)
}

/// What the session opens; wrong where the password was changed meanwhile.
fn kind_of(tx: &mut dyn Tx, actor: Actor, verified: Option<&Credential>) -> Result<Kind, SignInError> {
    let now = people::credential(tx, actor.person)?;
    match (now, verified) {
        (Some(now), Some(verified)) if now == *verified => Ok(if now.provisional {
            Kind::ChoosePassword
        } else {
            Kind::Full
        }),
        _ => Err(SignInError::Wrong),
    }
}
