//! A push service, and browsers that are subscribed to it. It checks what a real one checks, and decrypts with the
//! browser's keys, which a real one does not have: so a test can read what a family would read.
//!
//! | path | what it is |
//! |---|---|
//! | `POST /push/{device}` | the push service (RFC 8030, RFC 8291, RFC 8292) |
//! | `POST /sandbox/push/devices` | a browser subscribes: endpoint, public key, secret |
//! | `DELETE /sandbox/push/devices/{device}` | it is gone: 410 from now on |
//! | `GET /sandbox/push` | what the browsers got, decrypted, oldest first |
//! | `PUT /sandbox/push/faults` | what goes wrong from now on ([`Faults`]) |

mod decrypt;
pub(crate) mod page;
pub(crate) mod token;
mod vapid;

use crate::clock::Clock;
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{delete, get, post, put},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use url::Url;

/// A browser's subscription, as `PushSubscription.toJSON()` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its number here.
    pub device: String,
    /// Where notifications for it go.
    pub endpoint: String,
    /// `p256dh`.
    pub public_key: String,
    /// `auth`.
    pub secret: String,
}

/// A notification that reached a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// When.
    pub at: DateTime<Utc>,
    /// Which browser.
    pub device: String,
    /// `Topic`: a repetition has the same.
    pub topic: String,
    /// `Urgency`.
    pub urgency: String,
    /// `TTL`, in seconds.
    pub ttl: u32,
    /// What was decrypted.
    pub payload: serde_json::Value,
}

/// What goes wrong: every so many notifications. 0 is never, 1 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// 503.
    pub later: u32,
    /// Taken, but the answer says 502.
    pub unsaid: u32,
}

struct Browser {
    key: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
    gone: bool,
}

#[derive(Default)]
struct Kept {
    browsers: HashMap<String, Browser>,
    pushed: Vec<Pushed>,
    repeated: usize,
    faults: Faults,
    attempts: u32,
}

/// The push service.
pub struct PushService {
    clock: Clock,
    url: Url,
    kept: Mutex<Kept>,
}

impl std::fmt::Debug for PushService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushService")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl PushService {
    pub(crate) fn new(url: &Url, starts_at: Option<DateTime<Utc>>) -> Self {
        Self {
            clock: Clock::new(starts_at),
            url: url.clone(),
            kept: Mutex::default(),
        }
    }

    /// A browser subscribes.
    pub fn subscribe(&self) -> Option<Device> {
        let key = PrivateKey::generate(&ECDH_P256).ok()?;
        let public = key.compute_public_key().ok()?.as_ref().to_vec();
        let (mut auth, mut number) = ([0; 16], [0; 12]);
        getrandom::fill(&mut auth).ok()?;
        getrandom::fill(&mut number).ok()?;
        let device = hex::encode(number);
        let told = Device {
            endpoint: self.url.join(&format!("push/{device}")).ok()?.into(),
            public_key: URL_SAFE_NO_PAD.encode(&public),
            secret: URL_SAFE_NO_PAD.encode(auth),
            device: device.clone(),
        };
        let browser = Browser {
            key,
            public,
            auth,
            gone: false,
        };
        self.kept().browsers.insert(device, browser);
        Some(told)
    }

    /// A browser unsubscribes, or is thrown away.
    pub fn forget(&self, device: &str) -> bool {
        let mut kept = self.kept();
        let known = kept.browsers.get_mut(device);
        known.map(|browser| browser.gone = true).is_some()
    }

    /// What the browsers got, oldest first; each once however often it was sent.
    pub fn pushed(&self) -> Vec<Pushed> {
        self.kept().pushed.clone()
    }

    /// How many came again under the same topic.
    pub fn repeated(&self) -> usize {
        self.kept().repeated
    }

    /// Changes what goes wrong.
    pub fn set_faults(&self, faults: Faults) {
        self.kept().faults = faults;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, device: &str, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        let now = self.clock.now();
        let of = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let mut kept = self.kept();
        let kept = &mut *kept;
        let Some(browser) = kept.browsers.get(device) else {
            return StatusCode::NOT_FOUND;
        };
        if browser.gone {
            return StatusCode::GONE;
        }
        let (Some(ttl), Some("aes128gcm")) =
            (of("ttl").and_then(|ttl| ttl.parse().ok()), of("content-encoding"))
        else {
            return StatusCode::BAD_REQUEST;
        };
        let signed = of("authorization").is_some_and(|header| vapid::is_good(header, &self.url, now));
        if !signed {
            return StatusCode::UNAUTHORIZED;
        }
        if body.len() > 4_096 {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        let attempt = kept.attempts;
        kept.attempts += 1;
        let is_turn = |every: u32| every != 0 && attempt.is_multiple_of(every);
        if is_turn(kept.faults.later) {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        let plain = decrypt::decrypt(&browser.key, &browser.public, browser.auth, body);
        let Some(payload) = plain.and_then(|plain| serde_json::from_slice(&plain).ok()) else {
            return StatusCode::BAD_REQUEST;
        };
        let pushed = Pushed {
            at: now,
            device: device.to_owned(),
            topic: of("topic").unwrap_or_default().to_owned(),
            urgency: of("urgency").unwrap_or("normal").to_owned(),
            ttl,
            payload,
        };
        let known = kept.pushed.iter_mut().find(|known| {
            known.device == pushed.device && !known.topic.is_empty() && known.topic == pushed.topic
        });
        match known {
            Some(known) => {
                kept.repeated += 1;
                *known = pushed;
            }
            None => kept.pushed.push(pushed),
        }
        if is_turn(kept.faults.unsaid) {
            StatusCode::BAD_GATEWAY
        } else {
            StatusCode::CREATED
        }
    }
}

async fn take(
    State(service): State<Arc<PushService>>,
    Path(device): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    service.take(&device, &headers, &body)
}

async fn subscribe(State(service): State<Arc<PushService>>) -> Result<Json<Device>, StatusCode> {
    service
        .subscribe()
        .map(Json)
        .ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn forget(State(service): State<Arc<PushService>>, Path(device): Path<String>) -> StatusCode {
    if service.forget(&device) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

async fn pushed(State(service): State<Arc<PushService>>) -> Json<Vec<Pushed>> {
    Json(service.pushed())
}

async fn set_faults(State(service): State<Arc<PushService>>, Json(faults): Json<Faults>) -> Json<Faults> {
    service.set_faults(faults);
    Json(faults)
}

/// The push service's paths.
pub(crate) fn router(service: Arc<PushService>) -> Router {
    Router::new()
        .route("/push/{device}", post(take))
        .route("/sandbox/push", get(pushed))
        .route("/sandbox/push/devices", post(subscribe))
        .route("/sandbox/push/devices/{device}", delete(forget))
        .route("/sandbox/push/faults", put(set_faults))
        .with_state(service)
}
