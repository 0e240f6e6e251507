//! `/accesso/ritorno/{provider}`: a browser comes back from the provider.
//!
//! What is pending is taken out of the database before the provider is asked, by the browser that left and by no
//! other: what comes back is worth one attempt.

use super::{LoginProvider, back, browser, last, matching, outcome, page, words};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::Caller,
    session::authenticate,
    sessions::opening::{self, Opened, SessionAnswer},
    telling::{self, Teller},
};
use api::{
    Access,
    logins::{BackTo, LoginOutcome},
};
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Response},
};
use domain::{BodyId, Instant, PersonId, people::Actor};
use http::{HeaderMap, StatusCode, header};
use identity::{
    FederatedLogin as _, LoginError, VerifiedIdentity,
    federated::{Callback, Pending},
};
use storage::{
    StorageError, Tx, bodies, logins,
    logins::{Login, State as Stage},
    sessions::{self, Client, Kind},
};

/// How long an app may take the session of a login that went well.
const TAKE_WITHIN: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// What a callback found in the database.
enum Found {
    /// Nothing, or somebody else's.
    Nothing,
    /// A login that this callback does not go on with.
    Refused(Box<Login>, LoginOutcome),
    /// This browser's, taken out.
    Taken(Box<Login>, Box<Pending>),
}

/// What a login opened.
enum Opens {
    /// The browser's session.
    Session(Box<Opened>, String, Instant),
    /// The session that it had is confirmed.
    Confirmed,
    /// The app's, once it comes for it.
    App,
    /// Nothing.
    Nothing(LoginOutcome),
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let known = app.logins.find(&provider).ok_or_else(ApiError::not_found)?;
    let query = query.unwrap_or_default();
    let Ok(state_hash) = Callback::state_hash_in(&query) else {
        return Ok(page::lost());
    };
    let browser = browser::hash(&headers, app.settings.is_https());
    let (shared, asked) = (app.clone(), caller.clone());
    let browser = browser.map(|hash| hash.to_string());
    let found = app
        .store
        .write(move |tx| take(tx, &shared, &asked, (&provider, &state_hash, browser.as_deref())));
    match found.await? {
        Found::Nothing => Ok(page::lost()),
        Found::Refused(login, why) => answer_refused(&login, why),
        Found::Taken(login, pending) => {
            let id = known.provider().id().clone();
            let proved = match Callback::from_query(id, login.body, &query) {
                Ok(callback) => known.login().finish(callback, *pending, app.now()).await,
                Err(error) => Err(error),
            };
            settle(&app, &caller, known, *login, proved).await
        }
    }
}

/// Finds the login and takes it, where it is this browser's and still waits.
fn take(
    tx: &mut dyn Tx,
    app: &App,
    caller: &Caller,
    (provider, state_hash, browser): (&str, &str, Option<&str>),
) -> Result<Found, ApiError> {
    let now = app.now();
    let Some(login) = logins::by_state(tx, state_hash)?.filter(|login| login.provider == provider) else {
        return Ok(Found::Nothing);
    };
    let mine = login.browser_hash.is_some() && login.browser_hash.as_deref() == browser;
    let own = match login.confirms.filter(|_| !login.app) {
        None => true,
        Some(session) => authenticate(tx, &caller.credentials, Access::Session, now)
            .is_ok_and(|asking| asking.session.id == session),
    };
    let why = if !mine || !own {
        Some(LoginOutcome::OtherBrowser)
    } else if login.state != Stage::Away {
        Some(LoginOutcome::AlreadyUsed)
    } else if now >= login.expires_at {
        logins::fail(tx, login.id, LoginOutcome::Expired.as_str())?;
        Some(LoginOutcome::Expired)
    } else {
        None
    };
    if let Some(why) = why {
        note_refused(tx, caller, &login, None, (outcome::detail(why), now))?;
        return Ok(Found::Refused(Box::new(login), why));
    }
    let pending = login.pending.as_deref().unwrap_or_default();
    let pending: Pending = serde_json::from_str(pending).map_err(ApiError::internal)?;
    if !logins::take(tx, login.id)? {
        return Ok(Found::Refused(Box::new(login), LoginOutcome::AlreadyUsed));
    }
    Ok(Found::Taken(Box::new(login), Box::new(pending)))
}

/// Makes of what the provider says what it opens here, in one transaction.
async fn settle(
    app: &App,
    caller: &Caller,
    known: &LoginProvider,
    login: Login,
    proved: Result<VerifiedIdentity, LoginError>,
) -> Result<Response, ApiError> {
    if let Err(error) = &proved {
        outcome::log(&login.provider, error);
    }
    let way = outcome::way(known.provider().kind());
    let (shared, caller, row) = (app.clone(), caller.clone(), login.clone());
    let opened = app.store.write(move |tx| {
        let now = shared.now();
        let opens = match &proved {
            Err(error) => Opens::Nothing(outcome::of(error)),
            Ok(identity) => open(tx, &shared, &caller, (&row, identity, way), now)?,
        };
        if let Opens::Nothing(why) = &opens {
            logins::fail(tx, row.id, why.as_str())?;
            note_refused(tx, &caller, &row, None, (outcome::detail(*why), now))?;
        }
        Ok::<_, ApiError>(opens)
    });
    let back: BackTo = serde_json::from_str(&login.back).map_err(ApiError::internal)?;
    let path = match &back {
        BackTo::Page { path } => path.as_str(),
        BackTo::Loopback { .. } | BackTo::Scheme => "/",
    };
    match opened.await? {
        Opens::Session(opened, slug, now) => {
            tracing::info!(login = %login.id, provider = login.provider, "signed in");
            let mut response = page::go(path);
            let cookies = SessionAnswer::new(*opened, slug, app.settings.is_https(), now).into_response();
            for cookie in cookies.headers().get_all(header::SET_COOKIE) {
                response.headers_mut().append(header::SET_COOKIE, cookie.clone());
            }
            Ok(response)
        }
        Opens::Confirmed => Ok(page::go(path)),
        Opens::App => Ok(page::go(&last::path(login.id))),
        Opens::Nothing(why) if login.app => {
            tracing::info!(login = %login.id, outcome = why.as_str(), "a login ended");
            Ok(page::go(&last::path(login.id)))
        }
        Opens::Nothing(why) => Ok(page::go(&back::outcome_page(why))),
    }
}

fn open(
    tx: &mut dyn Tx,
    app: &App,
    caller: &Caller,
    (login, identity, way): (&Login, &VerifiedIdentity, Detail),
    now: Instant,
) -> Result<Opens, ApiError> {
    let person = match matching::person(tx, &*app.chance, login, (identity, now))? {
        Ok(person) => person,
        Err(why) => return Ok(Opens::Nothing(why)),
    };
    matching::keep_proof(tx, login, identity, (person, now))?;
    if login.app {
        logins::prove(tx, login.id, person, now + TAKE_WITHIN)?;
        return Ok(Opens::App);
    }
    logins::finish(tx, login.id, person)?;
    let actor = Actor {
        body: login.body,
        person,
    };
    let origin = Origin::of(caller, Client::Browser);
    if let Some(session) = login.confirms {
        sessions::confirm(tx, session, now)?;
        origin.done(tx, (actor.body, person), (Act::Confirm, way, now))?;
        return Ok(Opens::Confirmed);
    }
    origin.done(tx, (actor.body, person), (Act::SignIn, way, now))?;
    let with = (Client::Browser, origin.device());
    let shown = caller.device.as_ref();
    let new = telling::sign_in::is_new_device(tx, actor, shown)?;
    let device = opening::know_device(tx, &*app.chance, actor, shown, now)?;
    let opened = opening::open(tx, &*app.chance, actor, Kind::Full, with, now)?.on(device);
    if new {
        let teller = Teller {
            chance: &*app.chance,
            now,
            body: actor.body,
        };
        telling::sign_in::from_new_device(tx, teller, actor, (opened.id(), origin.device()))?;
    }
    let slug = bodies::by_id(tx, actor.body)?
        .map(|body| body.slug)
        .unwrap_or_default();
    Ok(Opens::Session(Box::new(opened), slug, now))
}

fn note_refused(
    tx: &mut dyn Tx,
    caller: &Caller,
    login: &Login,
    person: Option<PersonId>,
    (detail, now): (Detail, Instant),
) -> Result<(), StorageError> {
    if !logins::note_refusal(tx, login.id, outcome::MOST_NOTED)? {
        return Ok(());
    }
    let client = if login.app { Client::App } else { Client::Browser };
    let act = if login.confirms.is_some() {
        Act::Confirm
    } else {
        Act::SignIn
    };
    let who: (BodyId, Option<PersonId>) = (login.body, person);
    Origin::of(caller, client).refused(tx, who, (act, detail, now))
}

fn answer_refused(login: &Login, why: LoginOutcome) -> Result<Response, ApiError> {
    if !login.app {
        return Ok(page::go(&back::outcome_page(why)));
    }
    let back: BackTo = serde_json::from_str(&login.back).map_err(ApiError::internal)?;
    // Another browser is not sent to an app: the app is somebody else's, or on another machine.
    let to_app = match why {
        LoginOutcome::OtherBrowser => None,
        _ => back::with_outcome(&back, login.id, why),
    };
    Ok((StatusCode::OK, page::ended(&words::of(why), to_app.as_deref())).into_response())
}
