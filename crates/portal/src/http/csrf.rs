//! Another site's page can send a browser's cookie, but not a header of our own.
//!
//! Whatever changes something needs that header, unless it comes with a bearer token, which no browser sends by
//! itself. Where the browser tells where the request comes from, that has to be here.

use super::caller::bearer;
use crate::{app::App, errors::ApiError};
use api::{CSRF_HEADER, ErrorCode};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, Method, StatusCode, header};

/// Lets a request pass, or answers `cross_site`.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    if allowed(
        request.method(),
        request.uri().path(),
        request.headers(),
        &app.settings.origin(),
    ) {
        next.run(request).await
    } else {
        cross_site().into_response()
    }
}

fn cross_site() -> ApiError {
    ApiError::new(
        StatusCode::FORBIDDEN,
        ErrorCode::CrossSite,
        "La richiesta non viene dalle pagine di questo servizio. Apri il servizio dal suo indirizzo e riprova.",
    )
}

fn allowed(method: &Method, path: &str, headers: &HeaderMap, origin: &str) -> bool {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || !path.starts_with(api::PREFIX) || bearer(headers).is_some() {
        return true;
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let ours = text(CSRF_HEADER).is_some_and(|value| value == "1");
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let from =
        text(header::ORIGIN.as_str()).is_none_or(|from| from == origin || site_matches_host(from, headers));
    ours && site && from
}

/// The portal may be reached by another name than `public_url`: on loopback, or behind a proxy.
fn site_matches_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let place = origin.split_once("://").map(|(_, place)| place);
    host.is_some() && host == place
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://mensa.example.it";

    fn post(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        allowed(&Method::POST, "/api/v1/periods", &headers, HERE)
    }

    #[test]
    fn a_write_needs_our_header_and_our_origin() {
        assert!(post(&[
            ("x-refettorio", "1"),
            ("origin", HERE),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(post(&[("x-refettorio", "1")]));
        assert!(!post(&[]));
        assert!(!post(&[
            ("x-refettorio", "1"),
            ("origin", "https://evil.example")
        ]));
        assert!(!post(&[("x-refettorio", "1"), ("origin", "null")]));
        assert!(!post(&[("x-refettorio", "1"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn a_bearer_token_is_enough_and_reading_is_free() {
        assert!(post(&[
            ("authorization", "Bearer abc"),
            ("origin", "tauri://localhost")
        ]));
        assert!(allowed(&Method::GET, "/api/v1/me", &HeaderMap::new(), HERE));
        assert!(allowed(&Method::POST, "/pagopa/station", &HeaderMap::new(), HERE));
    }

    #[test]
    fn the_host_itself_is_our_origin_too() {
        assert!(post(&[
            ("x-refettorio", "1"),
            ("host", "127.0.0.1:4000"),
            ("origin", "http://127.0.0.1:4000")
        ]));
    }
}
