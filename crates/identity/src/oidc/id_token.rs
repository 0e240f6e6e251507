//! An id token: taken apart, its signature checked, and then each rule of OpenID Connect Core 3.1.3.7 by itself.

use super::keys;
use crate::federated::{Misbehaviour, SKEW};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use domain::Instant;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

type Claims = Map<String, Value>;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// A token whose signature nobody has checked yet: only what is needed to find the key can be read.
pub(super) struct Unverified<'a> {
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
    pub algorithm: Algorithm,
    pub kid: Option<String>,
}

impl<'a> Unverified<'a> {
    /// Takes a token apart; the algorithm must be one that we take.
    pub(super) fn read(token: &'a str) -> Result<Self, Misbehaviour> {
        let malformed = Misbehaviour::MalformedToken;
        let (signed, signature) = token.rsplit_once('.').ok_or(malformed("not three parts"))?;
        let (header, payload) = signed.split_once('.').ok_or(malformed("not three parts"))?;
        if payload.contains('.') {
            return Err(malformed("not three parts"));
        }
        let header: Header = json(header).ok_or(malformed("its header is no JSON"))?;
        let algorithm = keys::algorithm(&header.alg).ok_or(Misbehaviour::Algorithm)?;
        if header.crit.is_some() {
            return Err(malformed("its header demands an extension"));
        }
        Ok(Self {
            signed,
            payload,
            signature,
            algorithm,
            kid: header.kid,
        })
    }

    /// The claims, once the signature is that of the key.
    pub(super) fn verify(&self, key: &DecodingKey) -> Result<Claims, Misbehaviour> {
        let valid = crypto::verify(self.signature, self.signed.as_bytes(), key, self.algorithm);
        if !valid.unwrap_or(false) {
            return Err(Misbehaviour::Signature);
        }
        json(self.payload).ok_or(Misbehaviour::MalformedToken("its payload is no JSON object"))
    }
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What the claims of one login must say.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub access_token: &'a str,
    pub began: Instant,
    pub fresh: bool,
    pub now: Instant,
}

/// What a login needs of claims that passed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub subject: String,
    pub issued_at: Instant,
    pub auth_time: Instant,
    pub acr: Option<String>,
    pub token_id: Option<String>,
}

/// Checks the claims of a verified token.
pub(super) fn check(claims: &Claims, expected: &Expected<'_>) -> Result<Checked, Misbehaviour> {
    if text(claims, "iss") != Some(expected.issuer) {
        return Err(Misbehaviour::Issuer);
    }
    audience(claims, expected.client_id)?;
    if text(claims, "nonce") != Some(expected.nonce) {
        return Err(Misbehaviour::Nonce);
    }
    let issued_at = times(claims, expected)?;
    let auth_time = auth_time(claims, issued_at, expected)?;
    access_token(claims, expected.access_token)?;
    let subject = text(claims, "sub").filter(|sub| (1..=255).contains(&sub.len()));
    Ok(Checked {
        subject: subject.ok_or(Misbehaviour::Claim("sub"))?.to_owned(),
        issued_at,
        auth_time,
        acr: text(claims, "acr")
            .filter(|acr| !acr.is_empty())
            .map(str::to_owned),
        token_id: text(claims, "jti").map(|id| id.chars().take(128).collect()),
    })
}

/// For us and nobody else: there is no other audience that we would trust.
fn audience(claims: &Claims, client_id: &str) -> Result<(), Misbehaviour> {
    let for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(|one| one.as_str() == Some(client_id)),
        _ => false,
    };
    if !for_us {
        return Err(Misbehaviour::Audience);
    }
    match claims.get("azp") {
        None => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        Some(_) => Err(Misbehaviour::AuthorizedParty),
    }
}

/// `exp`, `iat` and `nbf`, each within [`SKEW`]; gives `iat`.
fn times(claims: &Claims, expected: &Expected<'_>) -> Result<Instant, Misbehaviour> {
    let now = expected.now;
    let expires = instant(claims, "exp")?.ok_or(Misbehaviour::Claim("exp"))?;
    let issued_at = instant(claims, "iat")?.ok_or(Misbehaviour::Claim("iat"))?;
    let not_before = instant(claims, "nbf")?.unwrap_or(issued_at);
    if now - expires >= SKEW {
        return Err(Misbehaviour::TokenExpired);
    }
    if issued_at - now > SKEW || not_before - now > SKEW {
        return Err(Misbehaviour::FromTheFuture);
    }
    if expected.began - issued_at > SKEW {
        return Err(Misbehaviour::OlderThanTheLogin);
    }
    Ok(issued_at)
}

fn auth_time(claims: &Claims, issued_at: Instant, expected: &Expected<'_>) -> Result<Instant, Misbehaviour> {
    let told = instant(claims, "auth_time")?;
    if expected.fresh && told.is_none_or(|told| expected.began - told > SKEW) {
        return Err(Misbehaviour::NotFresh);
    }
    let at = told.unwrap_or(issued_at);
    if at - expected.now > SKEW {
        return Err(Misbehaviour::FromTheFuture);
    }
    Ok(at)
}

/// `at_hash`, where it is there: the left half of the access token's SHA-256 (Core 3.1.3.6; all our algorithms are 256).
fn access_token(claims: &Claims, access_token: &str) -> Result<(), Misbehaviour> {
    let Some(told) = claims.get("at_hash") else {
        return Ok(());
    };
    let hash = Sha256::digest(access_token.as_bytes());
    if told.as_str() == Some(URL_SAFE_NO_PAD.encode(&hash[..16]).as_str()) {
        Ok(())
    } else {
        Err(Misbehaviour::AccessToken)
    }
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// Seconds since 1970; a fraction is cut off.
fn instant(claims: &Claims, name: &'static str) -> Result<Option<Instant>, Misbehaviour> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast from a float saturates, and what is left is checked"
    )]
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|float| float as i64));
    seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map(Some)
        .ok_or(Misbehaviour::Claim(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// 2026-11-23T08:30:00Z.
    const NOW: i64 = 1_795_422_600;

    fn at(seconds: i64) -> Instant {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn expected(fresh: bool) -> Expected<'static> {
        Expected {
            issuer: "https://accesso.example.it",
            client_id: "mensa",
            nonce: "n",
            access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            began: at(NOW - 30),
            fresh,
            now: at(NOW),
        }
    }

    fn claims(more: &Value) -> Claims {
        let mut claims = json!({
            "iss": "https://accesso.example.it", "aud": "mensa", "nonce": "n", "sub": "s",
            "iat": NOW - 5, "exp": NOW + 300,
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object().unwrap().clone()
    }

    fn refused(more: &Value) -> Misbehaviour {
        check(&claims(more), &expected(false)).unwrap_err()
    }

    #[test]
    fn a_plain_token_passes_and_tells_when() {
        let checked = check(
            &claims(&json!({ "acr": "L2", "auth_time": 1_795_422_590.5 })),
            &expected(false),
        )
        .unwrap();
        assert_eq!(checked.auth_time, at(NOW - 10));
        assert_eq!(checked.issued_at, at(NOW - 5));
        assert_eq!(checked.acr.as_deref(), Some("L2"));
    }

    #[test]
    fn an_audience_beside_us_is_one_too_many() {
        for aud in [
            json!("other"),
            json!(["mensa", "other"]),
            json!([]),
            json!(7),
            json!(null),
        ] {
            assert_eq!(refused(&json!({ "aud": aud })), Misbehaviour::Audience);
        }
        assert!(
            check(
                &claims(&json!({ "aud": ["mensa"], "azp": "mensa" })),
                &expected(false)
            )
            .is_ok()
        );
        assert_eq!(refused(&json!({ "azp": "other" })), Misbehaviour::AuthorizedParty);
        assert_eq!(refused(&json!({ "azp": null })), Misbehaviour::AuthorizedParty);
    }

    #[test]
    fn clocks_may_differ_by_a_minute_and_no_more() {
        let ok = |more: Value| check(&claims(&more), &expected(false)).is_ok();
        assert!(ok(json!({ "exp": NOW - 59 })));
        assert_eq!(refused(&json!({ "exp": NOW - 60 })), Misbehaviour::TokenExpired);
        assert!(ok(json!({ "iat": NOW + 60 })));
        assert_eq!(refused(&json!({ "iat": NOW + 61 })), Misbehaviour::FromTheFuture);
        assert_eq!(refused(&json!({ "nbf": NOW + 61 })), Misbehaviour::FromTheFuture);
        assert_eq!(
            refused(&json!({ "auth_time": NOW + 61 })),
            Misbehaviour::FromTheFuture
        );
        assert!(ok(json!({ "iat": NOW - 90 })));
        assert_eq!(
            refused(&json!({ "iat": NOW - 91 })),
            Misbehaviour::OlderThanTheLogin
        );
    }

    #[test]
    fn a_claim_that_is_missing_or_of_another_type_is_named() {
        for (name, value) in [
            ("exp", json!(null)),
            ("exp", json!("1795422900")),
            ("iat", json!({})),
            ("iat", json!(1e300)),
            ("sub", json!("")),
            ("sub", json!("s".repeat(256))),
        ] {
            assert_eq!(
                refused(&json!({ name: value })),
                Misbehaviour::Claim(name),
                "{name}"
            );
        }
        let mut none = claims(&json!({}));
        none.remove("exp");
        assert_eq!(check(&none, &expected(false)), Err(Misbehaviour::Claim("exp")));
    }

    #[test]
    fn a_fresh_login_needs_a_time_of_its_own() {
        assert_eq!(
            check(&claims(&json!({})), &expected(true)),
            Err(Misbehaviour::NotFresh)
        );
        let old = claims(&json!({ "auth_time": NOW - 3_600 }));
        assert_eq!(check(&old, &expected(true)), Err(Misbehaviour::NotFresh));
        assert!(check(&old, &expected(false)).is_ok());
        assert!(check(&claims(&json!({ "auth_time": NOW - 3 })), &expected(true)).is_ok());
    }

    /// The example of OpenID Connect Core, A.3.
    #[test]
    fn the_access_token_must_be_the_one_that_the_token_speaks_of() {
        assert!(
            check(
                &claims(&json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" })),
                &expected(false)
            )
            .is_ok()
        );
        assert_eq!(refused(&json!({ "at_hash": "x" })), Misbehaviour::AccessToken);
    }

    #[test]
    fn tokens_that_are_none_are_refused_before_any_key_is_asked_for() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for (token, error) in [
            (String::new(), Misbehaviour::MalformedToken("not three parts")),
            ("a.b".to_owned(), Misbehaviour::MalformedToken("not three parts")),
            (
                "a.b.c.d".to_owned(),
                Misbehaviour::MalformedToken("not three parts"),
            ),
            (
                "a.b.c".to_owned(),
                Misbehaviour::MalformedToken("its header is no JSON"),
            ),
            (
                format!("{}.e30.", part(r#"{"alg":"none"}"#)),
                Misbehaviour::Algorithm,
            ),
            (
                format!("{}.e30.", part(r#"{"alg":"rs256"}"#)),
                Misbehaviour::Algorithm,
            ),
            (
                format!("{}.e30.", part(r#"{"alg":"RS256","crit":["b64"]}"#)),
                Misbehaviour::MalformedToken("its header demands an extension"),
            ),
        ] {
            assert_eq!(Unverified::read(&token).err(), Some(error), "{token}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(token in "\\PC*") {
            let _ = Unverified::read(&token);
        }

        #[test]
        fn no_times_make_checking_panic(iat in any::<i64>(), exp in any::<f64>(), auth_time in any::<i64>()) {
            let claims = claims(&json!({ "iat": iat, "exp": exp, "auth_time": auth_time }));
            let _ = check(&claims, &expected(true));
        }
    }
}
