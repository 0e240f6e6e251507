//! The interface's files as the portal hands them out: what a browser may keep, and what it has to ask for again.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

use http::{Request, Response, header};
use std::fs;
use testkit::{Bench, Means, portal::router::Body, role::Anonymous};

async fn bench() -> (Bench, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("assets")).unwrap();
    for (path, text) in [
        ("index.html", "<!doctype html>"),
        ("sw.js", "self;"),
        ("manifest.webmanifest", "{}"),
        ("assets/app-0f.css", "a{}"),
    ] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let line = format!("ui_dir = '{}'\n", folder.path().display());
    let bench = Bench::with(|toml| toml.push_str(&line)).await;
    (bench, folder)
}

async fn get(bench: &Bench, path: &str) -> Response<Body> {
    let anybody = bench.actor::<Anonymous>(Means::Browser).await;
    anybody.raw(Request::get(path).body(Body::empty()).unwrap()).await
}

fn header_of<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn the_worker_and_the_page_are_asked_for_again_and_hashed_files_are_not() {
    let (bench, _folder) = bench().await;
    for (path, kind, cache) in [
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/calendario", "text/html; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        (
            "/assets/app-0f.css",
            "text/css; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let answer = get(&bench, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(header_of(&answer, header::CONTENT_TYPE.as_str()), kind, "{path}");
        assert_eq!(
            header_of(&answer, header::CACHE_CONTROL.as_str()),
            cache,
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_worker_may_only_speak_to_this_portal() {
    let (bench, _folder) = bench().await;
    let answer = get(&bench, "/sw.js").await;
    let policy = header_of(&answer, header::CONTENT_SECURITY_POLICY.as_str());
    assert!(
        policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"),
        "{policy}"
    );
}

#[tokio::test]
async fn no_page_of_the_interface_stands_in_for_what_programs_ask() {
    let (bench, _folder) = bench().await;
    for path in [
        "/api/v1/nothing",
        "/feeds/nothing.ics",
        "/feeds/nothing",
        "/health/nothing",
    ] {
        assert_eq!(get(&bench, path).await.status(), 404, "{path}");
    }
}
