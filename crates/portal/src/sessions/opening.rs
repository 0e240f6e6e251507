//! Opening a session: its tokens, its rows, and how a client gets them.

use crate::{
    clock::Chance,
    clock::fresh,
    http::caller::{cookie_name, device_cookie_name},
    session::kind_view,
};
use api::sessions::{ClientKind, Secret, SessionView, TokensView};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use domain::{Instant, SessionId, password::MIN_LENGTH, people::Actor};
use http::{HeaderValue, header};
use identity::{
    Token, TokenHash,
    session::{Kept, Lifetime},
};
use serde::Serialize;
use storage::{
    StorageError, Tx,
    sessions::{self, Client, Kind, Session},
    throttle,
};

/// A session that was opened or renewed, with its secrets: for the answer and nothing else.
pub(crate) struct Opened {
    session: Session,
    access: Token,
    refresh: Option<Token>,
    device: Option<Token>,
}

impl Opened {
    /// The session's identity.
    pub(crate) const fn id(&self) -> SessionId {
        self.session.id
    }

    /// The same, with a new token by which the device is known again.
    pub(crate) fn on(mut self, device: Option<Token>) -> Self {
        self.device = device;
        self
    }
}

pub(crate) const fn client(kind: ClientKind) -> Client {
    match kind {
        ClientKind::App => Client::App,
        ClientKind::Browser => Client::Browser,
    }
}

pub(crate) const fn client_kind(client: Client) -> ClientKind {
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
pub(crate) fn open(
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
        // Whoever opens a session has just shown who they are.
        confirmed_at: Some(now),
    };
    let access = token(chance);
    sessions::open_on(tx, &session, access.hash().as_str(), device)?;
    let refresh = add_refresh(tx, chance, &session, lifetime, now)?;
    Ok(Opened {
        session,
        access,
        refresh,
        device: None,
    })
}

/// Gives a session new tokens; the old ones open nothing any more.
pub(crate) fn renew(
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
        device: None,
    })
}

/// How long a device is known that is not used.
pub(crate) const DEVICE_KNOWN: TimeDelta = TimeDelta::days(400);
/// A device gets another token after so long; browsers keep no cookie longer than 400 days.
const DEVICE_RENEWED: TimeDelta = TimeDelta::days(180);

/// Knows the device of somebody who has just proved who they are; a token where it gets a new one. `shown` is what it
/// showed.
pub(crate) fn know_device(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    actor: Actor,
    shown: Option<&TokenHash>,
    now: Instant,
) -> Result<Option<Token>, StorageError> {
    if let Some(shown) = shown
        && let Some(first) = throttle::device_since(tx, shown.as_str())?
        && now - first < DEVICE_RENEWED
    {
        throttle::know_device(tx, shown.as_str(), actor, now)?;
        return Ok(None);
    }
    let token = token(chance);
    throttle::know_device(tx, token.hash().as_str(), actor, now)?;
    Ok(Some(token))
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
pub(crate) struct SessionAnswer {
    view: SessionView,
    cookie: Option<HeaderValue>,
    device: Option<HeaderValue>,
}

impl SessionAnswer {
    pub(crate) fn new(opened: Opened, slug: String, https: bool, now: Instant) -> Self {
        let Opened {
            session,
            access,
            refresh,
            device,
        } = opened;
        let tokens = refresh.map(|refresh| TokensView {
            access_token: Secret(access.reveal().to_owned()),
            access_expires_at: session.access_expires_at,
            refresh_token: Secret(refresh.reveal().to_owned()),
            device_token: device.as_ref().map(|device| Secret(device.reveal().to_owned())),
        });
        let cookie = (session.client == Client::Browser)
            .then(|| cookie(access.reveal(), session.access_expires_at - now, https))
            .flatten();
        let device = device.filter(|_| session.client == Client::Browser);
        let device = device.and_then(|device| {
            let name = device_cookie_name(https);
            named_cookie(name, device.reveal(), DEVICE_KNOWN, https)
        });
        let view = SessionView {
            kind: kind_view(session.kind),
            body: slug,
            password_min: u16::try_from(MIN_LENGTH).unwrap_or(u16::MAX),
            tokens,
        };
        Self { view, cookie, device }
    }

    /// Without the cookies: for an answer that holds more than the session.
    pub(crate) fn into_view(self) -> SessionView {
        self.view
    }
}

impl IntoResponse for SessionAnswer {
    fn into_response(self) -> Response {
        let mut response = Json(self.view).into_response();
        for cookie in [self.cookie, self.device].into_iter().flatten() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

/// The session cookie; an age of zero takes it away. None where the token is no cookie's value.
pub(crate) fn cookie(token: &str, age: TimeDelta, https: bool) -> Option<HeaderValue> {
    named_cookie(cookie_name(https), token, age, https)
}

fn named_cookie(name: &str, token: &str, age: TimeDelta, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let mut value = HeaderValue::from_str(&format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        age.num_seconds().max(0)
    ))
    .ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// An answer without content that takes the cookie away.
pub(crate) fn signed_out(https: bool) -> Response {
    signed_out_with((), https)
}

/// An answer that takes the cookie away.
pub(crate) fn signed_out_with(answer: impl Serialize, https: bool) -> Response {
    let mut response = Json(answer).into_response();
    if let Some(cookie) = cookie("", TimeDelta::zero(), https) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
