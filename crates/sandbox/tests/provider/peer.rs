//! The same adapter against a provider that somebody else wrote and had certified: npm's `oidc-provider`. Not run by
//! itself, for it needs Node: `cargo xtask interop` does, or
//!
//! ```sh
//! mkdir -p target/peer && cp crates/sandbox/tests/provider/{*.json,peer.mjs} target/peer
//! cd target/peer && npm ci --ignore-scripts && node peer.mjs 3900 &
//! OIDC_PEER=http://127.0.0.1:3900 cargo test -p refettorio-sandbox --test provider peer -- --nocapture
//! ```

use crate::support::{CALLBACK, adapter, body, id, settings};
use domain::Instant;
use identity::{
    FederatedLogin as _, LoginError, VerifiedIdentity,
    federated::{Callback, Level, StartLogin},
    oidc::{ClaimsFrom, OidcLogin},
};
use std::{collections::BTreeMap, env};
use url::Url;

/// What `OIDC_PEER` says, or that nothing was tried.
fn peer() -> Option<String> {
    let peer = env::var("OIDC_PEER").ok();
    if peer.is_none() {
        println!("NOT RUN: set OIDC_PEER to the issuer of a running oidc-provider");
    }
    peer
}

fn login(issuer: &str, claims_from: ClaimsFrom, hint: &str) -> OidcLogin {
    let mut settings = settings(issuer);
    settings.claims_from = claims_from;
    settings.extra_params = BTreeMap::from([("login_hint".to_owned(), hint.to_owned())]);
    adapter(settings)
}

/// The peer checks times against the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the other side of this test has no other clock"
)]
fn now() -> Instant {
    chrono::Utc::now()
}

/// Goes there and back as a browser would, with its cookies.
async fn sign_in(login: &OidcLogin) -> Result<VerifiedIdentity, LoginError> {
    let request = StartLogin {
        body: body(),
        callback: Url::parse(CALLBACK).unwrap(),
        fresh: false,
        hint: None,
        now: now(),
    };
    let begun = login.start(request).await?;
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let mut cookies = BTreeMap::new();
    let mut at = begun.redirect;
    while !at.as_str().starts_with(CALLBACK) {
        let jar: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = browser
            .get(at.clone())
            .header("cookie", jar.join("; "))
            .send()
            .await
            .unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers()["location"].to_str().unwrap();
        at = at.join(location).unwrap();
    }
    let callback = Callback::from_query(id("spid"), body(), at.query().unwrap())?;
    login.finish(callback, begun.pending, now()).await
}

#[tokio::test]
async fn a_certified_provider_tells_fiscal_code_and_level() {
    let Some(peer) = peer() else { return };
    for from in [ClaimsFrom::IdToken, ClaimsFrom::Userinfo] {
        let who = sign_in(&login(&peer, from, "agrees")).await.unwrap();
        assert_eq!(who.fiscal_code().as_str(), "LCTMRT86P60L400L");
        assert_eq!((who.level(), who.given_name()), (Level::Two, Some("Marta")));
    }
}

#[tokio::test]
async fn a_certified_provider_tells_that_consent_was_not_given() {
    let Some(peer) = peer() else { return };
    let told = sign_in(&login(&peer, ClaimsFrom::IdToken, "refuses")).await;
    assert_eq!(told.unwrap_err(), LoginError::Denied);
}

#[tokio::test]
async fn a_certified_provider_tells_a_level_that_is_too_low() {
    let Some(peer) = peer() else { return };
    let told = sign_in(&login(&peer, ClaimsFrom::IdToken, "level-one")).await;
    assert_eq!(told.unwrap_err(), LoginError::LevelTooLow);
}
