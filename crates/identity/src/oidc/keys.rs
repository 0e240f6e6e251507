//! The provider's public keys (JWKS), and which of them checks a token.

use super::http;
use crate::federated::{LoginError, Misbehaviour};
use chrono::TimeDelta;
use domain::Instant;
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

const ENDPOINT: &str = "keys";

/// The algorithms that we take, by their name in a token's header.
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        "ES256" => Some(Algorithm::ES256),
        _ => None,
    }
}

/// One usable key. A key that we cannot read is left out and harms no other.
#[derive(Clone)]
struct Key {
    id: Option<String>,
    /// What it may sign: by its own `alg`, otherwise by its kind.
    signs: Vec<Algorithm>,
    checks: DecodingKey,
}

/// All that a provider publishes.
#[derive(Clone)]
pub(super) struct KeySet(Vec<Key>);

#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

/// The members of a key that decide what it is for (RFC 7517, 7518).
#[derive(Deserialize)]
struct Purpose {
    kty: String,
    #[serde(rename = "use")]
    meant_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    kid: Option<String>,
}

impl KeySet {
    fn new(published: Published) -> Self {
        Self(published.keys.into_iter().filter_map(usable).collect())
    }

    /// The key for a token's header. Without `kid` only where there is no choice.
    pub(super) fn find(&self, kid: Option<&str>, algorithm: Algorithm) -> Option<&DecodingKey> {
        let mut fitting = self.0.iter().filter(|key| {
            key.signs.contains(&algorithm) && kid.is_none_or(|kid| key.id.as_deref() == Some(kid))
        });
        let found = fitting.next()?;
        fitting.next().is_none().then_some(&found.checks)
    }
}

fn usable(value: Value) -> Option<Key> {
    let purpose = Purpose::deserialize(&value).ok()?;
    if purpose.meant_for.is_some_and(|meant_for| meant_for != "sig") {
        return None;
    }
    let by_kind = match (purpose.kty.as_str(), purpose.crv.as_deref()) {
        ("RSA", _) => vec![Algorithm::RS256, Algorithm::PS256],
        ("EC", Some("P-256")) => vec![Algorithm::ES256],
        _ => return None,
    };
    let signs = match purpose.alg {
        None => by_kind,
        Some(name) => by_kind
            .into_iter()
            .filter(|known| algorithm(&name) == Some(*known))
            .collect(),
    };
    let jwk = Jwk::deserialize(value).ok()?;
    Some(Key {
        id: purpose.kid,
        signs,
        checks: DecodingKey::from_jwk(&jwk).ok()?,
    })
}

/// Whether keys are fetched again even though those that are kept would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    Yes,
    No,
}

/// Whether a key was kept from before or fetched just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Kept,
    Fetched,
}

/// Keys kept in memory.
pub(super) struct Keys {
    kept: Mutex<Option<(Instant, KeySet)>>,
    keep_for: TimeDelta,
}

impl Keys {
    pub(super) fn new(keep_for: TimeDelta) -> Self {
        Self {
            kept: Mutex::new(None),
            keep_for,
        }
    }

    /// The key for a token. Keys that are too old, or do not have it, are fetched again, once. Who comes meanwhile waits
    /// and finds them.
    pub(super) async fn key(
        &self,
        client: &reqwest::Client,
        address: &Url,
        (kid, algorithm): (Option<&str>, Algorithm),
        now: Instant,
        again: Again,
    ) -> Result<(DecodingKey, Age), LoginError> {
        let mut kept = self.kept.lock().await;
        if again == Again::No
            && let Some((since, keys)) = &*kept
            && now - *since < self.keep_for
            && let Some(key) = keys.find(kid, algorithm)
        {
            return Ok((key.clone(), Age::Kept));
        }
        let published = http::get(ENDPOINT, client.get(address.clone())).await?;
        let (_, keys) = kept.insert((now, KeySet::new(published)));
        keys.find(kid, algorithm)
            .map(|key| (key.clone(), Age::Fetched))
            .ok_or_else(|| Misbehaviour::UnknownKey.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(keys: &Value) -> KeySet {
        KeySet::new(Published::deserialize(json!({ "keys": keys })).unwrap())
    }

    fn rsa(kid: &str, more: &Value) -> Value {
        let mut key = json!({ "kty": "RSA", "kid": kid, "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri", "e": "AQAB" });
        for (name, value) in more.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    #[test]
    fn a_key_that_nobody_can_read_harms_no_other() {
        let keys = set(&json!([
            42,
            { "kty": "unheard-of" },
            { "kty": "RSA", "kid": "half" },
            { "kty": "oct", "kid": "secret", "k": "c2VjcmV0" },
            rsa("good", &json!({})),
        ]));
        assert!(keys.find(Some("good"), Algorithm::RS256).is_some());
        assert!(keys.find(Some("secret"), Algorithm::HS256).is_none());
        assert_eq!(keys.0.len(), 1);
    }

    #[test]
    fn a_key_checks_only_what_it_is_for() {
        let keys = set(&json!([
            rsa("locks", &json!({ "use": "enc" })),
            rsa("pss", &json!({ "alg": "PS256" })),
        ]));
        assert!(keys.find(Some("locks"), Algorithm::RS256).is_none());
        assert!(keys.find(Some("pss"), Algorithm::RS256).is_none());
        assert!(keys.find(Some("pss"), Algorithm::PS256).is_some());
    }

    #[test]
    fn without_a_key_id_there_must_be_no_choice() {
        assert!(
            set(&json!([rsa("one", &json!({}))]))
                .find(None, Algorithm::RS256)
                .is_some()
        );
        let two = set(&json!([rsa("one", &json!({})), rsa("two", &json!({}))]));
        assert!(two.find(None, Algorithm::RS256).is_none());
    }
}
