//! `redeem_login`: the app that began a login asks what became of it, and takes its session once.

use super::outcome;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Input},
    sessions::opening::{self, SessionAnswer},
};
use api::logins::{LoginOutcome, LoginState, RedeemLoginRequest, RedeemedLoginView};
use axum::{Json, extract::State};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Instant, LoginId, people::Actor};
use identity::TokenHash;
use sha2::{Digest as _, Sha256};
use storage::{
    Tx, bodies, logins,
    logins::{Login, State as Stage},
    sessions::{self, Client, Kind},
};

/// A verifier of RFC 7636, 4.1, in bytes.
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<LoginId>,
    Input(request): Input<RedeemLoginRequest>,
) -> ApiResult<RedeemedLoginView> {
    if !VERIFIER.contains(&request.verifier.0.len()) {
        return Err(ApiError::not_found());
    }
    let shared = app.clone();
    let code = request.code.map(|code| TokenHash::of(&code.0).to_string());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(request.verifier.0.as_bytes()));
    let view = app.store.write(move |tx| {
        let login = logins::by_id(tx, id)?.filter(|login| login.challenge.as_deref() == Some(&challenge));
        let login = login.ok_or_else(ApiError::not_found)?;
        redeem(tx, &shared, &caller, (&login, code.as_deref()))
    });
    view.await.map(Json)
}

fn redeem(
    tx: &mut dyn Tx,
    app: &App,
    caller: &Caller,
    (login, code): (&Login, Option<&str>),
) -> Result<RedeemedLoginView, ApiError> {
    let now = app.now();
    match login.state {
        Stage::Done => return Ok(failed(LoginOutcome::AlreadyUsed)),
        Stage::Failed => {
            let why = login.outcome.as_deref().and_then(LoginOutcome::from_name);
            return Ok(failed(why.unwrap_or(LoginOutcome::ProviderFault)));
        }
        _ if now >= login.expires_at => return Ok(failed(LoginOutcome::Expired)),
        Stage::Begun | Stage::Away | Stage::Answering => return Ok(waiting()),
        Stage::Proved => {}
    }
    let brought = code.is_some()
        && code == login.code_hash.as_deref()
        && login.code_expires_at.is_some_and(|until| now < until);
    let Some(person) = login.person.filter(|_| brought || login.numbered) else {
        return Ok(waiting());
    };
    if !logins::finish(tx, login.id, person)? {
        return Ok(failed(LoginOutcome::AlreadyUsed));
    }
    let actor = Actor {
        body: login.body,
        person,
    };
    open(tx, app, caller, (login, actor), now)
}

fn open(
    tx: &mut dyn Tx,
    app: &App,
    caller: &Caller,
    (login, actor): (&Login, Actor),
    now: Instant,
) -> Result<RedeemedLoginView, ApiError> {
    let provider = app.logins.find(&login.provider);
    let way = provider.map_or(Detail::None, |known| outcome::way(known.provider().kind()));
    let origin = Origin::of(caller, Client::App);
    let who = (actor.body, actor.person);
    let mut view = RedeemedLoginView {
        state: LoginState::Done,
        outcome: None,
        session: None,
    };
    if let Some(session) = login.confirms {
        sessions::confirm(tx, session, now)?;
        origin.done(tx, who, (Act::Confirm, way, now))?;
        return Ok(view);
    }
    origin.done(tx, who, (Act::SignIn, way, now))?;
    let opened = opening::open(
        tx,
        &*app.chance,
        actor,
        Kind::Full,
        (Client::App, origin.device()),
        now,
    )?;
    let slug = bodies::by_id(tx, actor.body)?
        .map(|body| body.slug)
        .unwrap_or_default();
    view.session = Some(SessionAnswer::new(opened, slug, app.settings.is_https(), now).into_view());
    Ok(view)
}

const fn waiting() -> RedeemedLoginView {
    RedeemedLoginView {
        state: LoginState::Waiting,
        outcome: None,
        session: None,
    }
}

const fn failed(why: LoginOutcome) -> RedeemedLoginView {
    RedeemedLoginView {
        state: LoginState::Failed,
        outcome: Some(why),
        session: None,
    }
}
