//! The interface's files: from a folder, or from inside the program.
//!
//! They are packed beforehand (`FILE.br`, `FILE.gz`), so nothing is compressed here. What lies under `assets/` has
//! its content's hash in its name and is kept for ever; everything else is asked for again. A page that no file is
//! at is the interface's own to show.

use crate::{app::App, errors::ApiError};
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha2::{Digest as _, Sha256};
use std::{borrow::Cow, path::Path};

const INDEX: &str = "index.html";
/// Names below it hold their content's hash.
const HASHED: &str = "assets/";
/// What programs ask: never answered with a page.
const PROGRAMS: [&str; 4] = ["api/", "pagopa/", "health", crate::feeds::FOLDER];

/// Answers what no operation is at: a file, the interface's page, or nothing.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || PROGRAMS.iter().any(|first| path.starts_with(first)) {
        return ApiError::not_found().into_response();
    }
    let headers = request.headers();
    if !path.is_empty()
        && let Some(answer) = file(&app, &path, headers).await
    {
        return answer;
    }
    // A file that is not there is not there; only pages have no ending.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return ApiError::not_found().into_response();
    }
    page(&app, headers).await
}

/// The interface's one page.
pub async fn page(app: &App, headers: &HeaderMap) -> Response {
    match file(app, INDEX, headers).await {
        Some(answer) => answer,
        None => ApiError::not_found().into_response(),
    }
}

async fn file(app: &App, path: &str, headers: &HeaderMap) -> Option<Response> {
    if !is_plain(path) {
        return None;
    }
    let packed = packed(headers);
    let mut found = None;
    for (encoding, ending) in packed {
        if let Some(bytes) = read(app, &format!("{path}{ending}")).await {
            found = Some((bytes, Some(encoding)));
            break;
        }
    }
    let (bytes, encoding) = match found {
        Some(found) => found,
        None => (read(app, path).await?, None),
    };
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&bytes)[..12]));
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|seen| seen.as_bytes() == tag.as_bytes());
    let mut answer = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(bytes.into_owned()))
    };
    let cache = if path.starts_with(HASHED) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(path)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    Some(answer)
}

/// No way up, no hidden files, nothing that a file system reads otherwise than it looks.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    })
}

/// The packings that the client takes, best first.
fn packed(headers: &HeaderMap) -> Vec<(&'static str, &'static str)> {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let takes = |name: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            let refused = |rest: &str| rest.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
            words.next() == Some(name) && !words.any(refused)
        })
    };
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| takes(name))
        .collect()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

async fn read(app: &App, path: &str) -> Option<Cow<'static, [u8]>> {
    match &app.settings.ui_dir {
        Some(folder) => tokio::fs::read(Path::new(folder).join(path))
            .await
            .ok()
            .map(Cow::Owned),
        None => embedded(path),
    }
}

#[cfg(feature = "embedded-ui")]
fn embedded(path: &str) -> Option<Cow<'static, [u8]>> {
    #[derive(rust_embed::RustEmbed)]
    #[folder = "../../target/ui/site"]
    struct Site;
    Site::get(path).map(|file| file.data)
}

#[cfg(not(feature = "embedded-ui"))]
const fn embedded(_: &str) -> Option<Cow<'static, [u8]>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_are_looked_up() {
        for good in ["index.html", "assets/app-0f.css", "icons/a_b.png"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in [
            "../portal.db",
            "a/../b",
            "a//b",
            ".env",
            "a/.git",
            "a%2e",
            "a\\b",
            "",
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
    }

    #[test]
    fn brotli_goes_before_gzip_and_a_refused_packing_is_not_sent() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, text.parse().unwrap());
            packed(&headers).iter().map(|(name, _)| *name).collect::<Vec<_>>()
        };
        assert_eq!(of("gzip, deflate, br, zstd"), ["br", "gzip"]);
        assert_eq!(of("br;q=0, gzip;q=0.8"), ["gzip"]);
        assert!(of("identity").is_empty());
    }
}
