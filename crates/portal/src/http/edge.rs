//! The outermost layer: a request's id, its time limit, one line in the log, and the headers of every answer.

use crate::{app::App, errors::ApiError};
use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, header};
use std::time::{Duration, Instant};
use tracing::Instrument as _;

/// No answer takes longer: a family would have given up.
const LIMIT: Duration = Duration::from_secs(30);

/// Scripts and styles are files of ours; the interface is WebAssembly.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'";

/// Runs a request in its span. The log has method, route, status and time: never a token, a body or a name.
pub async fn wrap(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut random = [0; 8];
    app.chance.bytes(&mut random);
    let id = hex::encode(random);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("other", |path| path.as_str())
        .to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id, %method, route);
    let started = Instant::now();
    let answer = async {
        let mut response = tokio::time::timeout(LIMIT, next.run(request))
            .await
            .unwrap_or_else(|_| {
                ApiError::busy()
                    .because("took longer than the limit")
                    .into_response()
            });
        if let Some(error) = response.extensions_mut().remove::<ApiError>() {
            response = told(error, &id, response);
        }
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), micros, "answered");
        response
    };
    let mut response = answer.instrument(span).await;
    dress(&mut response, &id, app.settings.is_https());
    response
}

/// Logs an error's detail once and gives a fault of ours the id that the office can look up.
fn told(error: ApiError, id: &str, response: Response) -> Response {
    let status = error.status;
    let detail = error.detail.as_deref().unwrap_or("");
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), code = ?error.body.code, detail, "failed");
        let headers = response.headers().clone();
        let mut answer = (status, Json(error.body.with("request", id))).into_response();
        for (name, value) in &headers {
            if name != header::CONTENT_LENGTH {
                answer.headers_mut().insert(name.clone(), value.clone());
            }
        }
        answer
    } else {
        tracing::info!(status = status.as_u16(), code = ?error.body.code, detail, "refused");
        response
    }
}

fn dress(response: &mut Response, id: &str, https: bool) {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", value);
    }
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "permissions-policy",
        HeaderValue::from_static("camera=(), geolocation=(), microphone=()"),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-origin"),
    );
    if https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    // What the API says is for one person and one moment.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
