//! HTTP to one portal, and to nowhere else.

use crate::{PortalAddress, Transport, answers_tokens, words};
use api::{CSRF_HEADER, Call, ErrorBody, IDEMPOTENCY_KEY, Method, Reply, sessions::Secret};
use domain::IdempotencyKey;
use reqwest::redirect;
use std::time::Duration;

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);
/// Until the whole answer is there.
const ANSWER: Duration = Duration::from_secs(20);
/// Longest answer, in bytes; a school year's calendar is below a tenth of it.
const LONGEST: usize = 2 * 1024 * 1024;
/// Waits between tries after a failed connection.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];

/// Calls one portal. Follows no redirect, sends no cookie, keeps no token.
#[derive(Debug, Clone)]
pub struct Client {
    portal: PortalAddress,
    http: reqwest::Client,
}

impl Client {
    /// A client of this portal. Fails where the system has no usable TLS.
    pub fn new(portal: PortalAddress) -> Result<Self, ErrorBody> {
        let mut builder = reqwest::Client::builder()
            // The system is what a family knows its device by in the list of devices.
            .user_agent(format!(
                "refettorio/{} ({})",
                env!("CARGO_PKG_VERSION"),
                std::env::consts::OS
            ))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER);
        if portal.is_loopback() {
            builder = builder.no_proxy();
        } else {
            builder = builder.https_only(true);
        }
        let http = builder.build().map_err(|error| {
            tracing::error!(%error, "no HTTP client");
            words::offline()
        })?;
        Ok(Self { portal, http })
    }

    /// The portal that it calls.
    pub fn portal(&self) -> &PortalAddress {
        &self.portal
    }

    /// Calls, with a bearer token where there is one. A write without key gets one, so that a retry after a
    /// broken connection is the same act; the number of tries is bounded.
    pub async fn send_call(&self, call: Call, bearer: Option<&Secret>) -> Result<Reply, ErrorBody> {
        let call = keyed(call)?;
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.attempt(&call, bearer).await {
                Ok(reply) => return Ok(reply),
                Err(Failure::Answer(error)) => return Err(error),
                Err(Failure::Network(error)) => error,
            };
            tracing::warn!(operation = call.operation, error = %without_address(&error), "no answer");
            // An answer with tokens that got lost must not be asked for twice: the portal would take the
            // second use of a refresh token for a theft. Where no connection stood, nothing was asked.
            let again = error.is_connect() || (!error.is_timeout() && !answers_tokens(&call.operation));
            match pauses.next() {
                Some(pause) if again => tokio::time::sleep(*pause).await,
                _ => return Err(words::offline()),
            }
        }
    }

    async fn attempt(&self, call: &Call, bearer: Option<&Secret>) -> Result<Reply, Failure> {
        let url = self
            .portal
            .at(&call.path)
            .ok_or_else(|| Failure::Answer(words::unreadable()))?;
        let method = match call.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = self
            .http
            .request(method, url)
            .header("accept", "application/json")
            .header(CSRF_HEADER, "1");
        if let Some(key) = call.key {
            request = request.header(IDEMPOTENCY_KEY, key.to_string());
        }
        if let Some(Secret(token)) = bearer {
            request = request.bearer_auth(token);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(Failure::Network)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Failure::Network)? {
            if bytes.len() + chunk.len() > LONGEST {
                return Err(Failure::Answer(words::unreadable()));
            }
            bytes.extend_from_slice(&chunk);
        }
        read(status, &bytes).map_err(Failure::Answer)
    }
}

impl Transport for Client {
    fn carry(&self, call: Call) -> impl Future<Output = Result<Reply, ErrorBody>> {
        self.send_call(call, None)
    }
}

/// Why a try brought nothing.
enum Failure {
    /// No answer, or half of one.
    Network(reqwest::Error),
    /// An answer that means nothing.
    Answer(ErrorBody),
}

/// Makes a reply of what came over the wire.
fn read(status: u16, bytes: &[u8]) -> Result<Reply, ErrorBody> {
    let body = if bytes.is_empty() {
        Some(serde_json::Value::Null)
    } else {
        serde_json::from_slice(bytes).ok()
    };
    match (status, body) {
        (200..=299, Some(body)) => Ok(Reply { status, body }),
        (400..=599, Some(body)) if body.is_object() => Ok(Reply { status, body }),
        // A gateway that speaks for a portal which does not.
        (502..=504, _) => Err(words::offline()),
        _ => Err(words::unreadable()),
    }
}

/// The same call; a write without key gets one.
pub(crate) fn keyed(mut call: Call) -> Result<Call, ErrorBody> {
    if call.method != Method::Get && call.key.is_none() {
        call.key = Some(fresh_key()?);
    }
    Ok(call)
}

/// A key for an act that has none. All of it is chance: the portal only compares it.
fn fresh_key() -> Result<IdempotencyKey, ErrorBody> {
    let (mut time, mut random) = ([0; 8], [0; 10]);
    getrandom::fill(&mut time[2..])
        .and_then(|()| getrandom::fill(&mut random))
        .map_err(|error| {
            tracing::error!(%error, "no randomness");
            words::offline()
        })?;
    Ok(IdempotencyKey::from_parts(u64::from_be_bytes(time), random))
}

/// What a failure was, without the address: it holds the names of children's records.
fn without_address(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = error.to_string();
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::ErrorCode;

    #[test]
    fn what_is_not_json_is_unreadable_and_a_gateway_is_offline() {
        let code = |status, bytes: &[u8]| read(status, bytes).map_err(|error| error.code);
        assert_eq!(code(200, b"<html>"), Err(ErrorCode::UnreadableAnswer));
        assert_eq!(code(404, b"<html>"), Err(ErrorCode::UnreadableAnswer));
        assert_eq!(code(302, b""), Err(ErrorCode::UnreadableAnswer));
        assert_eq!(code(502, b"Bad gateway"), Err(ErrorCode::Offline));
        assert_eq!(
            code(204, b"").map(|reply| reply.body),
            Ok(serde_json::Value::Null)
        );
    }

    #[test]
    fn two_acts_have_two_keys() {
        assert_ne!(fresh_key(), fresh_key());
    }
}
