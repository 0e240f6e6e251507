//! `/accesso/fine/{login}`: the last page of an app's login. It sends the browser to the app with a code, and beneath
//! that asks for the number that the app shows: whoever was sent a stranger's link has no such number.

use super::{back, browser, page, words};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::Caller,
};
use api::logins::{BackTo, LoginOutcome};
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use domain::{Instant, LoginId};
use http::{HeaderMap, StatusCode};
use identity::Token;
use storage::{
    StorageError, Tx, logins,
    logins::{Login, State as Stage},
    sessions::Client,
};
use url::form_urlencoded;

/// How long a code is good.
const CODE: TimeDelta = TimeDelta::seconds(60);
/// How many wrong numbers end a login.
const TRIES: u8 = 3;

/// Where the page of a login is.
pub(super) fn path(login: LoginId) -> String {
    format!("/accesso/fine/{login}")
}

/// What the page shows.
enum Shown {
    /// Nothing: not this browser's.
    Lost,
    /// The way to the app, and the number's form; `wrong` where one was typed that is not it.
    Way { to_app: String, wrong: bool },
    /// It is done, or the number was right.
    Done,
    /// It did not work.
    Failed {
        why: LoginOutcome,
        to_app: Option<String>,
    },
}

pub(super) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Path(login): Path<String>,
) -> Result<Response, ApiError> {
    let Some((id, browser)) = asked(&app, &headers, &login) else {
        return Ok(page::lost());
    };
    let shared = app.clone();
    let shown = app.store.write(move |tx| {
        let now = shared.now();
        match own(tx, id, &browser)? {
            None => Ok(Shown::Lost),
            Some(login) => look(tx, &shared, &login, (false, now)),
        }
    });
    Ok(answer(id, &shown.await?))
}

pub(super) async fn number(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(login): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    // The number is typed here: no other page sends it, however near its address is to ours.
    if headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "same-origin")
    {
        return Ok(page::lost());
    }
    let Some((id, browser)) = asked(&app, &headers, &login) else {
        return Ok(page::lost());
    };
    let typed: String = form_urlencoded::parse(&body)
        .find(|(name, _)| name == "numero")
        .map(|(_, value)| value.chars().filter(char::is_ascii_digit).take(8).collect())
        .unwrap_or_default();
    let shared = app.clone();
    let shown = app.store.write(move |tx| {
        let now = shared.now();
        let Some(login) = own(tx, id, &browser)? else {
            return Ok(Shown::Lost);
        };
        if login.state != Stage::Proved || now >= login.expires_at {
            return look(tx, &shared, &login, (false, now));
        }
        let right = login.number.as_deref() == Some(typed.as_str());
        logins::number(tx, id, right)?;
        if right {
            return Ok(Shown::Done);
        }
        if login.tries + 1 < TRIES {
            return look(tx, &shared, &login, (true, now));
        }
        let why = LoginOutcome::OtherBrowser;
        logins::fail(tx, id, why.as_str())?;
        let act = if login.confirms.is_some() {
            Act::Confirm
        } else {
            Act::SignIn
        };
        let who = (login.body, login.person);
        Origin::of(&caller, Client::App).refused(tx, who, (act, Detail::WrongNumber, now))?;
        Ok(Shown::Failed { why, to_app: None })
    });
    Ok(answer(id, &shown.await?))
}

/// Which login, and which browser asks.
fn asked(app: &App, headers: &HeaderMap, login: &str) -> Option<(LoginId, String)> {
    let browser = browser::hash(headers, app.settings.is_https())?;
    Some((login.parse().ok()?, browser.to_string()))
}

/// An app's login, for the browser that it was tied to.
fn own(tx: &mut dyn Tx, id: LoginId, browser: &str) -> Result<Option<Login>, StorageError> {
    let login = logins::by_id(tx, id)?;
    Ok(login.filter(|login| login.app && login.browser_hash.as_deref() == Some(browser)))
}

fn look(tx: &mut dyn Tx, app: &App, login: &Login, (wrong, now): (bool, Instant)) -> Result<Shown, ApiError> {
    let back: BackTo = serde_json::from_str(&login.back).map_err(ApiError::internal)?;
    match login.state {
        Stage::Proved if now >= login.expires_at => Ok(Shown::Failed {
            why: LoginOutcome::Expired,
            to_app: None,
        }),
        Stage::Proved if login.numbered => Ok(Shown::Done),
        Stage::Proved => {
            // Each time another code: the one before may be in a history.
            let mut random = [0; 32];
            app.chance.bytes(&mut random);
            let code = Token::from_random(random);
            logins::offer(tx, login.id, code.hash().as_str(), now + CODE)?;
            Ok(match back::with_code(&back, login.id, code.reveal()) {
                Some(to_app) => Shown::Way { to_app, wrong },
                None => Shown::Lost,
            })
        }
        Stage::Done => Ok(Shown::Done),
        Stage::Failed => {
            let why = login.outcome.as_deref().and_then(LoginOutcome::from_name);
            let why = why.unwrap_or(LoginOutcome::ProviderFault);
            let to_app = back::with_outcome(&back, login.id, why);
            Ok(Shown::Failed { why, to_app })
        }
        Stage::Begun | Stage::Away | Stage::Answering => Ok(Shown::Lost),
    }
}

fn answer(login: LoginId, shown: &Shown) -> Response {
    match shown {
        Shown::Lost => page::lost(),
        Shown::Way { to_app, wrong } => page::to_app(&path(login), to_app, *wrong).into_response(),
        Shown::Done => page::done().into_response(),
        Shown::Failed { why, to_app } => {
            (StatusCode::OK, page::ended(&words::of(*why), to_app.as_deref())).into_response()
        }
    }
}
