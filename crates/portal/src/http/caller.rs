//! Who calls, as far as the request alone tells: what they hold, not yet who they are.

use crate::{app::App, errors::ApiError};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use domain::IdempotencyKey;
use identity::TokenHash;
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// What a request holds to prove itself. Only [`crate::session::authenticate`] makes a person of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nothing.
    None,
    /// `Authorization: Bearer`, from the app.
    Bearer(TokenHash),
    /// The cookie, from a browser.
    Cookie(TokenHash),
}

/// A request's caller.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What they hold.
    pub credentials: Credentials,
    /// The idempotency key as sent; read with [`Caller::key`].
    key: Option<String>,
    /// The path as sent, without query.
    pub path: String,
    /// Where the request comes from, past trusted proxies.
    pub address: IpAddr,
    /// What a browser shows of an earlier sign-in there; it opens nothing.
    pub device: Option<TokenHash>,
    /// What the client calls itself; only [`crate::audit::Origin`] reads it, and keeps fixed words of it.
    agent: Option<HeaderValue>,
}

impl Caller {
    /// What the client calls itself: never to be shown or kept.
    pub(crate) fn agent(&self) -> &str {
        let agent = self.agent.as_ref().and_then(|agent| agent.to_str().ok());
        agent.unwrap_or("")
    }

    /// The idempotency key that every write needs.
    pub fn key(&self) -> Result<IdempotencyKey, ApiError> {
        let text = self.key.as_deref().ok_or_else(crate::idempotency::key_missing)?;
        text.trim()
            .parse()
            .map_err(|_| ApiError::invalid(api::IDEMPOTENCY_KEY, "is not a UUID"))
    }
}

/// The session cookie's name: the `__Host-` prefix where the browser takes it, which is on https only.
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-refettorio" } else { "refettorio" }
}

/// The name of the cookie by which a browser is known again: see [`crate::sessions`].
pub const fn device_cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-refettorio-device"
    } else {
        "refettorio-device"
    }
}

/// The bearer token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The session cookie of a request.
pub fn cookie_value(headers: &HeaderMap, https: bool) -> Option<&str> {
    cookie(headers, cookie_name(https))
}

/// The nearest address that is not one of our own proxies.
fn address(parts: &Parts, trusted: &[IpAddr]) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| {
            info.0.ip().to_canonical()
        });
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    forwarded
        .into_iter()
        .rev()
        .find(|ip| !trusted.contains(ip))
        .unwrap_or(peer)
}

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let credentials = if let Some(token) = bearer(&parts.headers) {
            Credentials::Bearer(TokenHash::of(token))
        } else if let Some(token) = cookie_value(&parts.headers, app.settings.is_https()) {
            Credentials::Cookie(TokenHash::of(token))
        } else {
            Credentials::None
        };
        let key = parts
            .headers
            .get(api::IDEMPOTENCY_KEY)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned);
        Ok(Self {
            credentials,
            key,
            path: parts.uri.path().to_owned(),
            device: cookie(&parts.headers, device_cookie_name(app.settings.is_https())).map(TokenHash::of),
            address: address(parts, &app.settings.trusted_proxies),
            agent: parts.headers.get(header::USER_AGENT).cloned(),
        })
    }
}
