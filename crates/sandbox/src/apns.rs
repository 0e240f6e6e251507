//! Apple's push service, and iPhones that are registered there. It speaks HTTP/2 alone, without TLS since it is on this
//! machine, and checks what Apple checks: the token's signature, names and age, each header, the size.
//!
//! | path | what it is |
//! |---|---|
//! | `POST /apns/3/device/{token}` | one notification |
//! | `POST /apns-sviluppo/3/device/{token}` | the same, for apps that are being made |
//! | `GET /sandbox/apns/key` | the team's key and names, as Apple's site gives them |
//! | `POST /sandbox/apns/devices?development=…` | a device registers; its token |
//! | `DELETE /sandbox/apns/devices/{token}` | the app is gone from it: 410 from now on |
//! | `POST /sandbox/apns/expire` | the provider token in use is too old from now on |
//! | `GET /sandbox/apns` | what the devices got, oldest first |
//! | `PUT /sandbox/apns/faults` | what goes wrong from now on ([`Faults`]) |

use crate::{
    clock::Clock,
    push::token::{opened, pem, random},
};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, Version},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};
use url::Url;

const KEY_ID: &str = "PROVAKEY01";
const TEAM: &str = "PROVATEAM1";
/// The app's bundle id.
pub const TOPIC: &str = "it.refettorio.app";
const LARGEST: usize = 4_096;
/// Clocks may differ by so much.
const SKEW: TimeDelta = TimeDelta::minutes(1);
/// A provider's token is too old after that, and must not be changed before.
const OLDEST: TimeDelta = TimeDelta::hours(1);
const SOONEST: TimeDelta = TimeDelta::minutes(20);

/// A notification that reached a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alerted {
    /// When.
    pub at: DateTime<Utc>,
    /// Which device.
    pub device: String,
    /// Whether its app is being made.
    pub development: bool,
    /// `apns-id`.
    pub id: String,
    /// `apns-priority`.
    pub priority: u8,
    /// `apns-expiration`, seconds since 1970.
    pub expiration: i64,
    /// `apns-collapse-id`.
    pub collapse_id: String,
    /// What the device reads.
    pub payload: Value,
}

/// What goes wrong: every so many notifications. 0 is never, 1 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// 503.
    pub later: u32,
    /// 429, too many for one device.
    pub too_many: u32,
    /// 403, the key is not known.
    pub invalid_token: u32,
    /// 400, the device's app is another.
    pub other_topic: u32,
    /// Taken, but the answer says 500.
    pub unsaid: u32,
}

struct Device {
    development: bool,
    gone: bool,
}

/// A provider's token that was seen last.
struct Seen {
    token: String,
    made: DateTime<Utc>,
}

#[derive(Default)]
struct Kept {
    devices: HashMap<String, Device>,
    seen: Option<Seen>,
    /// Provider's tokens made up to then are too old.
    expired: Option<DateTime<Utc>>,
    tokens: usize,
    alerted: Vec<Alerted>,
    repeated: usize,
    faults: Faults,
    attempts: u32,
}

/// The team's key and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The content of the `.p8` file.
    pub key: String,
    /// The key's name.
    pub key_id: String,
    /// The team's name.
    pub team_id: String,
    /// The app's bundle id.
    pub topic: String,
}

/// Apple and the devices.
pub struct Apple {
    clock: Clock,
    url: Url,
    key: OnceLock<Option<EcdsaKeyPair>>,
    kept: Mutex<Kept>,
}

impl std::fmt::Debug for Apple {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Apple")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Why it is refused: Apple's word and the status.
type Refusal = (StatusCode, &'static str);

impl Apple {
    pub(crate) fn new(url: &Url, clock: Clock) -> Self {
        Self {
            clock,
            url: url.clone(),
            key: OnceLock::new(),
            kept: Mutex::default(),
        }
    }

    fn key(&self) -> Option<&EcdsaKeyPair> {
        let made = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok();
        self.key.get_or_init(made).as_ref()
    }

    /// The address for `apns.url`.
    pub fn address(&self) -> String {
        format!("{}apns", self.url)
    }

    /// The address for `apns.development_url`.
    pub fn development_address(&self) -> String {
        format!("{}apns-sviluppo", self.url)
    }

    /// What Apple's site gives a team; none where no key can be made.
    pub fn credentials(&self) -> Option<Credentials> {
        let key = self.key()?.to_pkcs8v1().ok()?;
        Some(Credentials {
            key: pem(key.as_ref()),
            key_id: KEY_ID.to_owned(),
            team_id: TEAM.to_owned(),
            topic: TOPIC.to_owned(),
        })
    }

    /// A device registers.
    pub fn register(&self, development: bool) -> Option<String> {
        let token = random::<32>()?;
        let device = Device {
            development,
            gone: false,
        };
        self.kept().devices.insert(token.clone(), device);
        Some(token)
    }

    /// The app goes from a device.
    pub fn forget(&self, device: &str) -> bool {
        let mut kept = self.kept();
        let known = kept.devices.get_mut(device);
        known.map(|device| device.gone = true).is_some()
    }

    /// The provider's token in use is too old from now on.
    pub fn expire(&self) {
        let mut kept = self.kept();
        kept.expired = kept.seen.as_ref().map(|seen| seen.made);
    }

    /// How many provider's tokens were seen.
    pub fn tokens_seen(&self) -> usize {
        self.kept().tokens
    }

    /// What the devices got, oldest first; each once however often it was sent.
    pub fn alerted(&self) -> Vec<Alerted> {
        self.kept().alerted.clone()
    }

    /// How many came again under the same `apns-id`.
    pub fn repeated(&self) -> usize {
        self.kept().repeated
    }

    /// Puts its clock ahead.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Changes what goes wrong.
    pub fn set_faults(&self, faults: Faults) {
        self.kept().faults = faults;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, kept: &mut Kept, headers: &HeaderMap) -> Result<(), Refusal> {
        let now = self.clock.now();
        let invalid = (StatusCode::FORBIDDEN, "InvalidProviderToken");
        let token = text(headers, "authorization").and_then(|value| value.strip_prefix("bearer "));
        let token = token.ok_or((StatusCode::FORBIDDEN, "MissingProviderToken"))?;
        let key = self.key().ok_or(invalid)?.public_key().as_ref();
        let (head, claims) = opened(token, &ECDSA_P256_SHA256_FIXED, key).ok_or(invalid)?;
        let made = claims["iat"]
            .as_i64()
            .and_then(|made| DateTime::from_timestamp(made, 0));
        let made = made.filter(|made| *made <= now + SKEW).ok_or(invalid)?;
        if head["alg"] != "ES256" || head["kid"] != KEY_ID || claims["iss"] != TEAM {
            return Err(invalid);
        }
        if now - made > OLDEST || kept.expired.is_some_and(|until| made <= until) {
            return Err((StatusCode::FORBIDDEN, "ExpiredProviderToken"));
        }
        match &kept.seen {
            Some(seen) if seen.token == token => return Ok(()),
            Some(seen) if made - seen.made < SOONEST => {
                return Err((StatusCode::TOO_MANY_REQUESTS, "TooManyProviderTokenUpdates"));
            }
            _ => {}
        }
        kept.tokens += 1;
        kept.seen = Some(Seen {
            token: token.to_owned(),
            made,
        });
        Ok(())
    }

    fn take(
        &self,
        device: &str,
        development: bool,
        (headers, body): (&HeaderMap, &[u8]),
    ) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let kept = &mut *kept;
        self.known(kept, headers)?;
        let attempt = kept.attempts;
        kept.attempts += 1;
        let faults = kept.faults;
        let is_turn = |every: u32| every != 0 && attempt.is_multiple_of(every);
        if is_turn(faults.later) {
            return Err((StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"));
        }
        if is_turn(faults.too_many) {
            return Err((StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"));
        }
        if is_turn(faults.invalid_token) {
            return Err((StatusCode::FORBIDDEN, "InvalidProviderToken"));
        }
        let mut alerted = read(headers, body)?;
        let known = kept
            .devices
            .get(device)
            .filter(|known| known.development == development);
        match known {
            None => return Err((StatusCode::BAD_REQUEST, "BadDeviceToken")),
            Some(known) if known.gone => return Err((StatusCode::GONE, "Unregistered")),
            Some(_) => {}
        }
        if is_turn(faults.other_topic) {
            return Err((StatusCode::BAD_REQUEST, "DeviceTokenNotForTopic"));
        }
        alerted.at = self.clock.now();
        device.clone_into(&mut alerted.device);
        alerted.development = development;
        let same = |known: &&mut Alerted| known.device == alerted.device && known.id == alerted.id;
        match kept.alerted.iter_mut().find(same) {
            Some(known) => {
                kept.repeated += 1;
                *known = alerted;
            }
            None => kept.alerted.push(alerted),
        }
        if is_turn(faults.unsaid) {
            return Err((StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"));
        }
        Ok(())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

/// Each header and the payload, checked; whose it is comes later.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Alerted, Refusal> {
    let bad = |reason: &'static str| (StatusCode::BAD_REQUEST, reason);
    match text(headers, "apns-topic") {
        None => return Err(bad("MissingTopic")),
        Some(TOPIC) => {}
        Some(_) => return Err(bad("TopicDisallowed")),
    }
    if text(headers, "apns-push-type") != Some("alert") {
        return Err(bad("InvalidPushType"));
    }
    let id = text(headers, "apns-id").filter(|id| is_uuid(id));
    let id = id.ok_or_else(|| bad("BadMessageId"))?;
    let priority = text(headers, "apns-priority").and_then(|priority| priority.parse().ok());
    let priority = priority.filter(|priority| matches!(priority, 1 | 5 | 10));
    let priority = priority.ok_or_else(|| bad("BadPriority"))?;
    let expiration = text(headers, "apns-expiration").and_then(|expiration| expiration.parse().ok());
    let expiration = expiration.ok_or_else(|| bad("BadExpirationDate"))?;
    let collapse_id = text(headers, "apns-collapse-id").unwrap_or_default();
    if collapse_id.len() > 64 {
        return Err(bad("BadCollapseId"));
    }
    if body.is_empty() {
        return Err(bad("PayloadEmpty"));
    }
    if body.len() > LARGEST {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge"));
    }
    let payload: Value = serde_json::from_slice(body).map_err(|_| bad("PayloadEmpty"))?;
    let alert = &payload["aps"]["alert"];
    if !alert["title"].is_string() || !alert["body"].is_string() {
        return Err(bad("PayloadEmpty"));
    }
    Ok(Alerted {
        at: DateTime::UNIX_EPOCH,
        device: String::new(),
        development: false,
        id: id.to_owned(),
        priority,
        expiration,
        collapse_id: collapse_id.to_owned(),
        payload,
    })
}

/// 8-4-4-4-12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|digit| digit.is_ascii_hexdigit())
}

async fn take(
    State((apple, development)): State<(Arc<Apple>, bool)>,
    Path(device): Path<String>,
    version: Version,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if version != Version::HTTP_2 {
        return StatusCode::HTTP_VERSION_NOT_SUPPORTED.into_response();
    }
    match apple.take(&device, development, (&headers, &body)) {
        Ok(()) => StatusCode::OK.into_response(),
        Err((status, reason)) => (status, Json(json!({ "reason": reason }))).into_response(),
    }
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    development: bool,
}

async fn credentials(State(apple): State<Arc<Apple>>) -> Result<Json<Credentials>, StatusCode> {
    let credentials = apple.credentials();
    credentials.map(Json).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn register(
    State(apple): State<Arc<Apple>>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, StatusCode> {
    let token = apple.register(which.development);
    let token = token.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "token": token })))
}

async fn forget(State(apple): State<Arc<Apple>>, Path(device): Path<String>) -> StatusCode {
    if apple.forget(&device) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

async fn expire(State(apple): State<Arc<Apple>>) -> StatusCode {
    apple.expire();
    StatusCode::NO_CONTENT
}

async fn alerted(State(apple): State<Arc<Apple>>) -> Json<Vec<Alerted>> {
    Json(apple.alerted())
}

async fn set_faults(State(apple): State<Arc<Apple>>, Json(faults): Json<Faults>) -> Json<Faults> {
    apple.set_faults(faults);
    Json(faults)
}

/// Apple's paths.
pub(crate) fn router(apple: &Arc<Apple>) -> Router {
    let provider = |development| {
        Router::new()
            .route("/3/device/{token}", post(take))
            .with_state((Arc::clone(apple), development))
    };
    Router::new()
        .nest("/apns", provider(false))
        .nest("/apns-sviluppo", provider(true))
        .merge(
            Router::new()
                .route("/sandbox/apns", get(alerted))
                .route("/sandbox/apns/key", get(credentials))
                .route("/sandbox/apns/devices", post(register))
                .route("/sandbox/apns/devices/{token}", delete(forget))
                .route("/sandbox/apns/expire", post(expire))
                .route("/sandbox/apns/faults", put(set_faults))
                .with_state(Arc::clone(apple)),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_a_uuid() {
        assert!(is_uuid("0198f2d2-7b1c-7d2e-8a52-0123456789ab"));
        for bad in [
            "",
            "1",
            "0198f2d27b1c7d2e8a520123456789ab",
            "0198f2d2-7b1c-7d2e-8a52-0123456789ag",
        ] {
            assert!(!is_uuid(bad), "{bad}");
        }
    }
}
