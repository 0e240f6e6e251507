//! Opening a session: its tokens, its rows, and how a client gets them.

use crate::{clock::Chance, clock::fresh, http::caller::cookie_name, session::kind_view};
use api::sessions::{ClientKind, Secret, SessionView, TokensView};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use domain::{Instant, SessionId, password::MIN_LENGTH, people::Actor};
use http::{HeaderValue, header};
use identity::{
    Token,
    session::{Kept, Lifetime},
};
use serde::Serialize;
use storage::{
    StorageError, Tx,
    sessions::{self, Client, Kind, Session},
};

/// A session that was opened or renewed, with its secrets: for the answer and nothing else.
pub(super) struct Opened {
    session: Session,
    access: Token,
    refresh: Option<Token>,
}

pub(super) const fn client(kind: ClientKind) -> Client {
    match kind {
        ClientKind::App => Client::App,
        ClientKind::Browser => Client::Browser,
    }
}

pub(super) const fn client_kind(client: Client) -> ClientKind {
    match client {
        Client::App => ClientKind::App,
        Client::Browser => ClientKind::Browser,
    }
}

const fn kept(client: Client) -> Kept {
    match client {
        Client::App => Kept::Tokens,
        Client::Browser => Kept::Cookie,
    }
}

fn token(chance: &dyn Chance) -> Token {
    let mut random = [0; 32];
    chance.bytes(&mut random);
    Token::from_random(random)
}

/// Opens a session for a person who has proved to be that person; `device` is in words.
pub(super) fn open(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    actor: Actor,
    kind: Kind,
    (client, device): (Client, &str),
    now: Instant,
) -> Result<Opened, StorageError> {
    let lifetime = Lifetime::opened(now, kept(client), kind == Kind::ChoosePassword);
    let session = Session {
        id: fresh(chance, now, SessionId::from_parts),
        body: actor.body,
        person: actor.person,
        kind,
        client,
        access_expires_at: lifetime.access_until,
        last_used_at: now,
        ends_at: lifetime.ends_at,
    };
    let access = token(chance);
    sessions::open_on(tx, &session, access.hash().as_str(), device)?;
    let refresh = add_refresh(tx, chance, &session, lifetime, now)?;
    Ok(Opened {
        session,
        access,
        refresh,
    })
}

/// Gives a session new tokens; the old ones open nothing any more.
pub(super) fn renew(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    mut session: Session,
    now: Instant,
) -> Result<Opened, StorageError> {
    let lifetime = Lifetime::renewed(now, kept(session.client), session.ends_at);
    session.access_expires_at = lifetime.access_until;
    let access = token(chance);
    sessions::renew(tx, session.id, access.hash().as_str(), lifetime.access_until, now)?;
    let refresh = add_refresh(tx, chance, &session, lifetime, now)?;
    Ok(Opened {
        session,
        access,
        refresh,
    })
}

fn add_refresh(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    session: &Session,
    lifetime: Lifetime,
    now: Instant,
) -> Result<Option<Token>, StorageError> {
    if session.client == Client::Browser {
        return Ok(None);
    }
    let refresh = token(chance);
    sessions::add_refresh(
        tx,
        refresh.hash().as_str(),
        session.id,
        now,
        lifetime.refresh_until,
    )?;
    Ok(Some(refresh))
}

/// What the client gets: tokens in the answer for the app, a cookie for a browser.
pub(super) struct SessionAnswer {
    view: SessionView,
    cookie: Option<HeaderValue>,
}

impl SessionAnswer {
    pub(super) fn new(opened: Opened, slug: String, https: bool, now: Instant) -> Self {
        let Opened {
            session,
            access,
            refresh,
        } = opened;
        let tokens = refresh.map(|refresh| TokensView {
            access_token: Secret(access.reveal().to_owned()),
            access_expires_at: session.access_expires_at,
            refresh_token: Secret(refresh.reveal().to_owned()),
            device_token: None,
        });
        let cookie = (session.client == Client::Browser)
            .then(|| cookie(access.reveal(), session.access_expires_at - now, https))
            .flatten();
        let view = SessionView {
            kind: kind_view(session.kind),
            body: slug,
            password_min: u16::try_from(MIN_LENGTH).unwrap_or(u16::MAX),
            tokens,
        };
        Self { view, cookie }
    }
}

impl IntoResponse for SessionAnswer {
    fn into_response(self) -> Response {
        let mut response = Json(self.view).into_response();
        if let Some(cookie) = self.cookie {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The session cookie; an age of zero takes it away. None where the token is no cookie's value.
pub(crate) fn cookie(token: &str, age: TimeDelta, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let mut value = HeaderValue::from_str(&format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        cookie_name(https),
        age.num_seconds().max(0)
    ))
    .ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// An answer without content that takes the cookie away.
pub(super) fn signed_out(https: bool) -> Response {
    signed_out_with((), https)
}

/// An answer that takes the cookie away.
pub(super) fn signed_out_with(answer: impl Serialize, https: bool) -> Response {
    let mut response = Json(answer).into_response();
    if let Some(cookie) = cookie("", TimeDelta::zero(), https) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
