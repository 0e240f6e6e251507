//! The files that tie the portal's address to a phone app.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

use http::{Request, StatusCode, header, response::Parts};
use serde_json::Value;
use testkit::{
    Bench, Means,
    portal::{
        http::wellknown::{ANDROID_PATH, APPLE_PATH},
        router::{Body, bytes_of},
    },
    role::Anonymous,
};

async fn get(bench: &Bench, path: &str) -> (Parts, Value) {
    let phone = bench.actor::<Anonymous>(Means::Browser).await;
    let request = Request::get(path).body(Body::empty()).unwrap();
    let (head, body) = phone.raw(request).await.into_parts();
    let bytes = bytes_of(body).await.unwrap();
    (head, serde_json::from_slice(&bytes).unwrap())
}

fn fingerprint() -> String {
    ["0A"; 32].join(":")
}

#[tokio::test]
async fn without_an_app_the_address_is_nobodys() {
    let bench = Bench::new().await;
    for path in [ANDROID_PATH, APPLE_PATH] {
        assert_eq!(get(&bench, path).await.0.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn each_system_is_told_only_of_the_app_that_was_named_for_it() {
    let section = "\n[app]\napple_ids = ['A1B2C3D4E5.it.refettorio.famiglia']\n";
    let bench = Bench::with(|toml| toml.push_str(section)).await;
    assert_eq!(get(&bench, ANDROID_PATH).await.0.status, StatusCode::NOT_FOUND);
    let (head, body) = get(&bench, APPLE_PATH).await;
    assert_eq!(head.status, StatusCode::OK);
    // No page is taken from the browser until the office says so.
    assert_eq!(
        body["applinks"]["details"][0]["components"],
        serde_json::json!([])
    );
    assert_eq!(
        body["webcredentials"]["apps"],
        serde_json::json!(["A1B2C3D4E5.it.refettorio.famiglia"])
    );
}

#[tokio::test]
async fn a_named_app_is_told_as_json_straight_and_may_be_kept_an_hour() {
    let section = format!(
        "\n[app]\nandroid_certificates = ['{}']\napple_ids = ['A1B2C3D4E5.it.refettorio.famiglia']\n\
         links = ['/invito/*']\n",
        fingerprint()
    );
    let bench = Bench::with(|toml| toml.push_str(&section)).await;
    for path in [ANDROID_PATH, APPLE_PATH] {
        let (head, _) = get(&bench, path).await;
        assert_eq!(head.status, StatusCode::OK, "{path}: phones follow no redirect");
        assert_eq!(head.headers[header::CONTENT_TYPE], "application/json", "{path}");
        assert_eq!(
            head.headers[header::CACHE_CONTROL],
            "public, max-age=3600",
            "{path}"
        );
    }
    let (_, android) = get(&bench, ANDROID_PATH).await;
    let target = &android[0]["target"];
    assert_eq!(target["namespace"], "android_app");
    assert_eq!(target["package_name"], "it.refettorio.famiglia");
    assert_eq!(
        target["sha256_cert_fingerprints"],
        serde_json::json!([fingerprint()])
    );
    assert_eq!(
        android[0]["relation"][0],
        "delegate_permission/common.handle_all_urls"
    );
    let (_, apple) = get(&bench, APPLE_PATH).await;
    let details = &apple["applinks"]["details"][0];
    assert_eq!(
        details["appIDs"],
        serde_json::json!(["A1B2C3D4E5.it.refettorio.famiglia"])
    );
    assert_eq!(details["components"], serde_json::json!([{"/": "/invito/*"}]));
}
