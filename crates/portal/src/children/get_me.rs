//! `get_me`: who is signed in, the body and the children. The first thing that a client asks, so a browser's cookie
//! is renewed here.

use crate::{
    app::App,
    bodies::view,
    confirmation,
    errors::ApiError,
    http::{Caller, caller::cookie_value},
    logins::Logins,
    operation::{note_use, use_is_old},
    session::{Asking, authenticate},
    sessions::cookie,
};
use api::{
    Endpoint as _,
    children::{ChildView, GetMe, MeView},
};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use domain::{calendar::Weekdays, time::day_in_rome};
use http::{HeaderMap, header};
use identity::session::{Kept, Lifetime, cookie_is_stale};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies, contacts, people,
    sessions::{self, Client, Session},
};

#[derive(Debug, thiserror::Error)]
enum GetMeError {
    #[error("the session's body is gone")]
    NoBody,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetMeError> for ApiError {
    fn from(error: GetMeError) -> Self {
        match error {
            GetMeError::NoBody => Self::internal(error),
            GetMeError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let clock = Arc::clone(&app.clock);
    let logins = app.logins.clone();
    let read = app.store.read(move |tx| {
        let asking = authenticate(tx, &caller.credentials, GetMe::ACCESS, clock.now())?;
        Ok::<_, ApiError>((me(tx, &logins, &asking)?, asking))
    });
    let (me, asking) = read.await?;
    let mut response = Json(me).into_response();
    let session = &asking.session;
    let renewed = Lifetime::renewed(asking.now, Kept::Cookie, session.ends_at).access_until;
    if session.client == Client::Browser && cookie_is_stale(session.access_expires_at, renewed) {
        renew_cookie(&app, session, &headers, &asking, &mut response).await?;
    } else if use_is_old(&asking) {
        note_use(&app, asking).await;
    }
    Ok(response)
}

/// Lets the same cookie hold for another month.
async fn renew_cookie(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    asking: &Asking,
    response: &mut Response,
) -> Result<(), ApiError> {
    let (id, now) = (session.id, asking.now);
    let until = Lifetime::renewed(now, Kept::Cookie, session.ends_at).access_until;
    app.store
        .write(move |tx| sessions::prolong(tx, id, until, now).map_err(ApiError::from))
        .await?;
    let https = app.settings.is_https();
    if let Some(cookie) = cookie_value(headers, https).and_then(|token| cookie(token, until - now, https)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(())
}

fn me(tx: &mut dyn Tx, logins: &Logins, asking: &Asking) -> Result<MeView, GetMeError> {
    let today = day_in_rome(asking.now);
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(GetMeError::NoBody)?;
    let rounding = body.settings.rounding;
    let (first_name, surname) = people::name(tx, asking.actor)?;
    let mut children = Vec::new();
    for child in people::children(tx, asking.actor, today)? {
        // A child without a badge cannot be named to the office; the import never leaves one so.
        let Some(badge) = child.badge else {
            tracing::warn!(child = %child.id, "has no badge");
            continue;
        };
        let tariff = match &child.place {
            Some(place) => people::tariff(tx, asking.actor.body, &place.tariff, today)?,
            None => None,
        };
        let (school, class, use_days) = match child.place {
            Some(place) => (Some(place.school), Some(place.class), place.use_days),
            None => (None, None, Weekdays::NONE),
        };
        children.push(ChildView {
            id: child.id,
            first_name: child.first_name,
            surname: child.surname,
            badge,
            school,
            class,
            use_days,
            wallet: child.wallet,
            // A price tells the family's fee band: whoever does not pay need not know it.
            unit_price: tariff
                .filter(|_| child.rights.pay)
                .and_then(|tariff| tariff.unit_price(rounding).ok()),
            rights: child.rights,
        });
    }
    Ok(MeView {
        person: asking.actor.person,
        now: asking.now,
        initials: [&first_name, &surname]
            .iter()
            .filter_map(|name| name.chars().next())
            .collect(),
        name: format!("{first_name} {surname}"),
        language: contacts::language(tx, asking.actor)?,
        ways: confirmation::ways(tx, asking.actor, &body.settings)?,
        body: view(tx, logins, body)?,
        children,
    })
}
