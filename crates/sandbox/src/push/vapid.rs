//! RFC 8292 from the push service's side: who sends is known by a signed token that is made for this very service.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
struct Head {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: String,
}

/// Whether `vapid t=…, k=…` is signed, for us, and not good for longer than a day. The clock of a demonstration may be
/// days from the sender's: both go by the same one only within a test.
pub(super) fn is_good(header: &str, us: &Url, now: DateTime<Utc>) -> bool {
    check(header, us, now).is_some()
}

fn check(header: &str, us: &Url, now: DateTime<Utc>) -> Option<()> {
    let (mut token, mut key) = (None, None);
    for part in header.strip_prefix("vapid ")?.split(',') {
        match part.trim().split_once('=')? {
            ("t", value) => token = Some(value),
            ("k", value) => key = Some(value),
            _ => {}
        }
    }
    let key = URL_SAFE_NO_PAD.decode(key?).ok()?;
    let (signed, signature) = token?.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &key)
        .verify(signed.as_bytes(), &signature)
        .ok()?;
    let (head, claims) = signed.split_once('.')?;
    let head: Head = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(head).ok()?).ok()?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let until = DateTime::from_timestamp(claims.exp, 0)?;
    let good = head.alg == "ES256"
        && claims.aud == us.origin().ascii_serialization()
        && (claims.sub.starts_with("mailto:") || claims.sub.starts_with("https://"))
        && now < until
        && until - now <= TimeDelta::hours(24);
    good.then_some(())
}
