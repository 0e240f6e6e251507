//! `/accesso/avvio/{login}`: the browser that opens it is the login's from now on, and goes to the provider.

use super::{back, browser, outcome, page, words};
use crate::{
    app::App,
    audit::{Act, Origin},
    errors::ApiError,
    http::Caller,
    session::authenticate,
};
use api::{
    Access,
    logins::{BackTo, LoginOutcome},
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use domain::LoginId;
use http::{HeaderMap, StatusCode, header};
use identity::{FederatedLogin as _, federated::StartLogin};
use std::sync::Arc;
use storage::{
    StorageError, logins,
    logins::{Login, State as Stage},
    sessions::Client,
};

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Path(login): Path<String>,
) -> Result<Response, ApiError> {
    let Ok(id) = login.parse::<LoginId>() else {
        return Ok(page::lost());
    };
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let found = app.store.read(move |tx| {
        let found = logins::by_id(tx, id)?;
        // A browser confirms its own session, not that of whoever sent the address.
        let own = match found
            .as_ref()
            .and_then(|login| login.confirms.filter(|_| !login.app))
        {
            None => true,
            Some(session) => authenticate(tx, &credentials, Access::Session, clock.now())
                .is_ok_and(|asking| asking.session.id == session),
        };
        Ok::<_, StorageError>(found.map(|login| (login, own)))
    });
    let Some((login, own)) = found.await? else {
        return Ok(page::lost());
    };
    let now = app.now();
    if login.state != Stage::Begun {
        return failed(&app, &caller, &login, LoginOutcome::AlreadyUsed, false).await;
    }
    if now >= login.expires_at {
        return failed(&app, &caller, &login, LoginOutcome::Expired, true).await;
    }
    if !own {
        return failed(&app, &caller, &login, LoginOutcome::OtherBrowser, false).await;
    }
    let Some(provider) = app.logins.find(&login.provider) else {
        return failed(&app, &caller, &login, LoginOutcome::ProviderFault, true).await;
    };
    let request = StartLogin {
        body: login.body,
        callback: provider.callback().clone(),
        fresh: login.confirms.is_some(),
        hint: login.hint.clone(),
        now,
    };
    let begun = match provider.login().start(request).await {
        Ok(begun) => begun,
        Err(error) => {
            outcome::log(&login.provider, &error);
            return failed(&app, &caller, &login, outcome::of(&error), true).await;
        }
    };
    let https = app.settings.is_https();
    let (browser, cookie) = browser::tie(&headers, &*app.chance, https);
    let state_hash = begun.pending.state_hash().to_owned();
    let pending = serde_json::to_string(&begun.pending).map_err(ApiError::internal)?;
    let left = app
        .store
        .write(move |tx| logins::leave(tx, id, browser.as_str(), (&state_hash, &pending)));
    if !left.await? {
        return failed(&app, &caller, &login, LoginOutcome::AlreadyUsed, false).await;
    }
    let mut response = page::go(begun.redirect.as_str());
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// It does not go on. `over` ends the login too, so that an app that asks learns why.
async fn failed(
    app: &App,
    caller: &Caller,
    login: &Login,
    why: LoginOutcome,
    over: bool,
) -> Result<Response, ApiError> {
    let client = if login.app { Client::App } else { Client::Browser };
    let (origin, clock) = (Origin::of(caller, client), Arc::clone(&app.clock));
    let (id, body, confirms) = (login.id, login.body, login.confirms.is_some());
    let noted = app.store.write(move |tx| {
        if over {
            logins::fail(tx, id, why.as_str())?;
        }
        if !logins::note_refusal(tx, id, outcome::MOST_NOTED)? {
            return Ok(());
        }
        let act = if confirms { Act::Confirm } else { Act::SignIn };
        origin.refused(tx, (body, None), (act, outcome::detail(why), clock.now()))
    });
    noted.await?;
    let back: BackTo = serde_json::from_str(&login.back).map_err(ApiError::internal)?;
    if !login.app {
        return Ok(page::go(&back::outcome_page(why)));
    }
    // Whoever opens it a second time, or in another place, is not sent to anybody's app.
    let to_app = over.then(|| back::with_outcome(&back, login.id, why)).flatten();
    let words = words::of(why);
    Ok((StatusCode::OK, page::ended(&words, to_app.as_deref())).into_response())
}
