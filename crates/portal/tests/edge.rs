//! What every request goes through: malformed requests, headers, files, the log.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

use api::{ErrorBody, ErrorCode, NoQuery, bodies::GetBody, bodies::ListBodies, health::GetHealth};
use http::{Request, Response, header};
use testkit::{
    Actor, Bench, Means,
    portal::router::{Body, bytes_of},
    role::{Anonymous, Parent},
};

async fn error(response: Response<Body>) -> (u16, ErrorBody) {
    let status = response.status().as_u16();
    let bytes = bytes_of(response.into_body()).await.unwrap();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&bytes))),
    )
}

async fn post(actor: &Actor, path: &str, kind: &str, body: impl Into<Body>) -> (u16, ErrorBody) {
    let request = actor
        .request("POST", path)
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .unwrap();
    error(actor.raw(request).await).await
}

#[tokio::test]
async fn the_bodies_are_public_and_an_unknown_one_is_not_found() {
    for bench in Bench::each().await {
        let anyone = bench.actor::<Anonymous>(Means::App).await;
        let bodies = anyone.ask(&ListBodies {}, &NoQuery {}, &()).await.unwrap();
        let slugs: Vec<_> = bodies.iter().map(|body| body.slug.as_str()).collect();
        assert_eq!(slugs, ["valmora", "pieve"]);
        let pieve = anyone
            .ask(&GetBody { body: "pieve".into() }, &NoQuery {}, &())
            .await
            .unwrap();
        assert_eq!(pieve.schools[0].cancel.at.to_string(), "09:15:00");
        let unknown = anyone
            .ask(
                &GetBody {
                    body: "altrove".into(),
                },
                &NoQuery {},
                &(),
            )
            .await
            .unwrap_err();
        assert_eq!(unknown.code, ErrorCode::NotFound);
        assert_eq!(
            anyone.ask(&GetHealth {}, &NoQuery {}, &()).await.unwrap().status,
            "ok"
        );
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_told_where_and_never_repeated() {
    let bench = Bench::new().await;
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let path = "/api/v1/sessions";
    for (kind, body) in [
        ("text/plain", "{}"),
        ("application/json", ""),
        ("application/json", "{\"body\":"),
        ("application/json", "{}"),
        (
            "application/json",
            r#"{"body":"valmora","badge":1,"password":"segretissima","client":"app"}"#,
        ),
        (
            "application/json",
            r#"{"body":"valmora","badge":"VM0001","password":"segretissima","client":"fax"}"#,
        ),
        (
            "application/json",
            r#"{"body":"valmora","badge":"VM0001","password":"segretissima","client":"app","admin":1}"#,
        ),
    ] {
        let (status, error) = post(&anyone, path, kind, body).await;
        assert_eq!((status, error.code), (400, ErrorCode::InvalidRequest), "{body}");
        assert!(!format!("{error:?}").contains("segretissima"), "{error:?}");
    }
    let (_, unknown) = post(
        &anyone,
        path,
        "application/json",
        r#"{"body":"v","badge":"b","password":"p","client":"app","admin":1}"#,
    )
    .await;
    assert!(
        unknown.field::<String>("body").unwrap().contains("admin"),
        "{unknown:?}"
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read() {
    let bench = Bench::new().await;
    let anyone = bench.actor::<Anonymous>(Means::App).await;
    let (status, error) = post(
        &anyone,
        "/api/v1/sessions",
        "application/json",
        "x".repeat(65 * 1024),
    )
    .await;
    assert_eq!((status, error.code), (413, ErrorCode::InvalidRequest));
}

#[tokio::test]
async fn malformed_addresses_are_invalid_and_unknown_ones_not_found() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    for (path, expected) in [
        ("/api/v1/children/23/calendar/2026-11", 400),
        ("/api/v1/nothing", 404),
        ("/api/v2/me", 404),
        (
            "/api/v1/wallets/0190c0de-0000-7000-8000-000000000000/postings",
            404,
        ),
    ] {
        let (status, _) = error(
            parent
                .raw(parent.request("GET", path).body(Body::empty()).unwrap())
                .await,
        )
        .await;
        assert_eq!(status, expected, "{path}");
    }
    let wrong_method = parent
        .raw(
            parent
                .request("DELETE", "/api/v1/me")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(error(wrong_method).await.0, 404);
}

#[tokio::test]
async fn a_write_without_a_key_or_with_a_used_one_changes_nothing() {
    let bench = Bench::new().await;
    let parent = bench.actor::<Parent>(Means::App).await;
    let child = bench.town.family.children[0].id;
    let cancel = |day: &str| api::meals::CancelMeal {
        child,
        day: day.parse().unwrap(),
    };
    let none = parent
        .send_keyed(&cancel("2026-11-24"), &NoQuery {}, &(), None)
        .await;
    assert_eq!(
        none.read::<api::meals::CancelMeal>().unwrap_err().code,
        ErrorCode::KeyMissing
    );
    let key = Some(parent.key());
    let first = parent
        .send_keyed(&cancel("2026-11-24"), &NoQuery {}, &(), key)
        .await;
    let again = parent
        .send_keyed(&cancel("2026-11-24"), &NoQuery {}, &(), key)
        .await;
    assert_eq!(
        (first.status, &first),
        (200, &again),
        "the same act sent again is the same answer"
    );
    let other = parent
        .send_keyed(&cancel("2026-11-25"), &NoQuery {}, &(), key)
        .await;
    assert_eq!(
        other.read::<api::meals::CancelMeal>().unwrap_err().code,
        ErrorCode::KeyReused
    );
    assert_eq!(bench.number("select count(*) as n from act").await, 1);
}

#[tokio::test]
async fn every_answer_has_its_guards_and_a_request_id() {
    let bench = Bench::new().await;
    let anyone = bench.actor::<Anonymous>(Means::Browser).await;
    for path in ["/health", "/api/v1/me", "/nowhere"] {
        let response = anyone.raw(Request::get(path).body(Body::empty()).unwrap()).await;
        let headers = response.headers();
        let csp = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            csp.contains("frame-ancestors 'none'") && csp.contains("'wasm-unsafe-eval'"),
            "{csp}"
        );
        assert!(
            !csp.contains("unsafe-inline") && !csp.contains("'unsafe-eval'"),
            "{csp}"
        );
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers["x-request-id"].len(), 16);
    }
}

#[tokio::test]
async fn the_interface_is_served_packed_kept_for_ever_by_its_hash_and_every_page_is_its_own() {
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("assets/app-0123456789abcdef.css", "plain"),
        ("assets/app-0123456789abcdef.css.br", "brotli"),
        ("assets/app-0123456789abcdef.css.gz", "gzip"),
    ] {
        std::fs::write(site.path().join(name), text).unwrap();
    }
    let folder = format!("ui_dir = '{}'\n", site.path().display());
    let bench = Bench::with(|toml| toml.insert_str(0, &folder)).await;
    let anyone = bench.actor::<Anonymous>(Means::Browser).await;
    let get = async |path: &str, accept: &str| {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, accept)
            .body(Body::empty())
            .unwrap();
        let response = anyone.raw(request).await;
        let (head, body) = response.into_parts();
        (
            head,
            String::from_utf8(bytes_of(body).await.unwrap().to_vec()).unwrap(),
        )
    };
    let style = "/assets/app-0123456789abcdef.css";
    for (accept, encoding, text) in [
        ("gzip, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("", None, "plain"),
    ] {
        let (head, body) = get(style, accept).await;
        assert_eq!(body, text);
        assert_eq!(
            head.headers
                .get(header::CONTENT_ENCODING)
                .map(|v| v.to_str().unwrap()),
            encoding
        );
        assert_eq!(head.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(
            head.headers[header::CACHE_CONTROL]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        assert_eq!(head.headers[header::VARY], "accept-encoding");
    }
    for page in ["/", "/calendario/2026-11", "/index.html"] {
        let (head, body) = get(page, "br").await;
        assert_eq!(
            (body.as_str(), head.status.as_u16()),
            ("<!doctype html>", 200),
            "{page}"
        );
        assert_eq!(head.headers[header::CACHE_CONTROL], "no-cache");
    }
    for absent in [
        "/assets/gone.js",
        "/../portal.db",
        "/..%2fportal.db",
        "/api/v1/nothing",
        "/favicon.ico",
    ] {
        assert_eq!(get(absent, "").await.0.status.as_u16(), 404, "{absent}");
    }
    let (head, _) = get("/", "").await;
    let tag = head.headers[header::ETAG].clone();
    let known = Request::get("/")
        .header(header::IF_NONE_MATCH, tag)
        .body(Body::empty())
        .unwrap();
    assert_eq!(anyone.raw(known).await.status(), 304);
}
