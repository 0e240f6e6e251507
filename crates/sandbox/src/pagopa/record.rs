//! Everything that passes between creditor bodies and the platform, kept for whoever wants to hold it against the
//! published documents. Nothing is kept unless [`crate::Options::record`] asks for it.

use super::state::Platform;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// No message is larger, in bytes.
const LARGEST: usize = 4_194_304;

/// Who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// One of pagoPA's services, by a creditor body.
    Platform,
    /// A body's station, by pagoPA.
    Station,
}

/// One call and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Who was called.
    pub called: Called,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query; at a station, the operation.
    pub path: String,
    /// Who called, as it says itself (`User-Agent`).
    pub agent: Option<String>,
    /// Whether a subscription key came along.
    pub with_key: bool,
    /// Media type of what was sent, where there was one.
    pub sent_type: Option<String>,
    /// What was sent.
    pub sent: Vec<u8>,
    /// HTTP status.
    pub status: u16,
    /// Media type of the answer.
    pub answer_type: Option<String>,
    /// Where the answer leads.
    pub location: Option<String>,
    /// The answer.
    pub answer: Vec<u8>,
}

impl Platform {
    /// Everything recorded so far, in order of the answers.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.state().exchanges.clone()
    }

    pub(super) fn keep(&self, exchange: Exchange) {
        if self.record {
            self.state().exchanges.push(exchange);
        }
    }
}

/// Around the services.
pub(super) async fn record(State(platform): State<Arc<Platform>>, request: Request, next: Next) -> Response {
    if !platform.record {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // What cannot be read whole goes on as nothing, and is refused there.
    let sent = to_bytes(body, LARGEST).await.unwrap_or_default();
    let (method, path) = (parts.method.to_string(), parts.uri.to_string());
    let with_key = parts.headers.contains_key("ocp-apim-subscription-key");
    let sent_type = media_type(&parts.headers);
    let agent = text(&parts.headers, &header::USER_AGENT);
    let response = next
        .run(Request::from_parts(parts, Body::from(sent.clone())))
        .await;
    let (parts, body) = response.into_parts();
    let answer = to_bytes(body, LARGEST).await.unwrap_or_default();
    platform.keep(Exchange {
        called: Called::Platform,
        method,
        path,
        agent,
        with_key,
        sent_type,
        sent: sent.to_vec(),
        status: parts.status.as_u16(),
        answer_type: media_type(&parts.headers),
        location: text(&parts.headers, &header::LOCATION),
        answer: answer.to_vec(),
    });
    Response::from_parts(parts, Body::from(answer))
}

fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let whole = text(headers, &header::CONTENT_TYPE)?;
    whole.split(';').next().map(|media| media.trim().to_owned())
}
