//! Google's tokens and Firebase Cloud Messaging, and Android phones that are registered there. It checks what they check:
//! the assertion's signature, scope, audience and times; the bearer; the message's shape and size.
//!
//! | path | what it is |
//! |---|---|
//! | `POST /google/token` | a token for an assertion (RFC 7523) |
//! | `POST /fcm/v1/projects/{project}/messages:send` | one message (FCM HTTP v1) |
//! | `GET /sandbox/fcm/account` | the service account, as Firebase's console gives it |
//! | `POST /sandbox/fcm/devices` | a phone registers; its token |
//! | `DELETE /sandbox/fcm/devices/{token}` | the app is gone from it: `UNREGISTERED` from now on |
//! | `POST /sandbox/fcm/revoke` | the tokens that were given out are good no more |
//! | `GET /sandbox/fcm` | what the phones got, oldest first |
//! | `PUT /sandbox/fcm/faults` | what goes wrong from now on ([`Faults`]) |

mod shape;

use crate::{
    clock::Clock,
    push::token::{opened, pem, random},
};
use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa,
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair},
};
use axum::{
    Form, Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
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

/// The project that the service account belongs to.
pub const PROJECT: &str = "refettorio-prova";
const EMAIL: &str = "avvisi@refettorio-prova.iam.example";
const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long a token is good, in seconds.
const GOOD_FOR: i64 = 3_599;
/// Clocks may differ by so much.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// A message that reached a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// When.
    pub at: DateTime<Utc>,
    /// Which phone.
    pub device: String,
    /// The message as it came.
    pub message: Value,
}

/// What goes wrong: every so many messages. 0 is never, 1 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// 503, come back in half a minute.
    pub later: u32,
    /// 429, the quota is used up.
    pub quota: u32,
    /// 401, whatever the token.
    pub unauthorized: u32,
    /// 403, the phone belongs to another project.
    pub other_project: u32,
    /// Taken, but the answer says 502.
    pub unsaid: u32,
    /// No token is given: 503.
    pub no_token: u32,
}

#[derive(Default)]
struct Kept {
    /// Whether the app is still on it.
    devices: HashMap<String, bool>,
    /// Tokens and until when they are good.
    tokens: HashMap<String, DateTime<Utc>>,
    given: usize,
    received: Vec<Received>,
    faults: Faults,
    attempts: u32,
    asked: u32,
}

/// Google and the phones.
pub struct Firebase {
    clock: Clock,
    url: Url,
    key: OnceLock<Option<RsaKeyPair>>,
    kept: Mutex<Kept>,
}

impl std::fmt::Debug for Firebase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Firebase")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Firebase {
    pub(crate) fn new(url: &Url, clock: Clock) -> Self {
        Self {
            clock,
            url: url.clone(),
            key: OnceLock::new(),
            kept: Mutex::default(),
        }
    }

    fn key(&self) -> Option<&RsaKeyPair> {
        let made = || RsaKeyPair::generate(rsa::KeySize::Rsa2048).ok();
        self.key.get_or_init(made).as_ref()
    }

    fn token_url(&self) -> String {
        format!("{}google/token", self.url)
    }

    /// The address for `fcm.url`.
    pub fn address(&self) -> String {
        format!("{}fcm", self.url)
    }

    /// The service account's JSON; none where no key can be made.
    pub fn account(&self) -> Option<Value> {
        let key: Pkcs8V1Der<'_> = self.key()?.as_der().ok()?;
        Some(json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": KEY_ID,
            "private_key": pem(key.as_ref()),
            "client_email": EMAIL,
            "client_id": "100000000000000000001",
            "token_uri": self.token_url(),
        }))
    }

    /// A phone registers.
    pub fn register(&self) -> Option<String> {
        let token = format!("{}:APA91b{}", random::<11>()?, random::<40>()?);
        self.kept().devices.insert(token.clone(), true);
        Some(token)
    }

    /// The app goes from a phone.
    pub fn forget(&self, device: &str) -> bool {
        let mut kept = self.kept();
        let known = kept.devices.get_mut(device);
        known.map(|there| *there = false).is_some()
    }

    /// The tokens that were given out are good no more.
    pub fn revoke(&self) {
        self.kept().tokens.clear();
    }

    /// How many tokens were given out.
    pub fn tokens_given(&self) -> usize {
        self.kept().given
    }

    /// What the phones got, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.kept().received.clone()
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

    fn grant(&self, asked: &Asked) -> Response {
        let now = self.clock.now();
        let refused = |why: &str| {
            let body = json!({ "error": "invalid_grant", "error_description": why });
            (StatusCode::BAD_REQUEST, Json(body)).into_response()
        };
        if asked.grant_type != GRANT {
            return refused("grant_type");
        }
        let Some(key) = self.key() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let public = key.public_key().as_ref();
        let Some((head, claims)) = opened(&asked.assertion, &RSA_PKCS1_2048_8192_SHA256, public) else {
            return refused("Invalid JWT Signature.");
        };
        let instant = |name: &str| DateTime::from_timestamp(claims[name].as_i64()?, 0);
        let (Some(made), Some(until)) = (instant("iat"), instant("exp")) else {
            return refused("iat and exp");
        };
        let times = made <= now + SKEW && now < until && until - made <= TimeDelta::hours(1);
        let good = head["alg"] == "RS256"
            && head["kid"] == KEY_ID
            && claims["iss"] == EMAIL
            && claims["aud"] == self.token_url()
            && claims["scope"] == SCOPE;
        if !good || !times {
            return refused("Invalid JWT");
        }
        let Some(token) = random::<32>() else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut kept = self.kept();
        let asked = kept.asked;
        kept.asked += 1;
        if is_turn(asked, kept.faults.no_token) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        kept.given += 1;
        kept.tokens
            .insert(token.clone(), now + TimeDelta::seconds(GOOD_FOR));
        let body = json!({ "access_token": token, "expires_in": GOOD_FOR, "token_type": "Bearer" });
        Json(body).into_response()
    }

    fn take(&self, project: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        let now = self.clock.now();
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let mut kept = self.kept();
        let kept = &mut *kept;
        let until = bearer.and_then(|token| kept.tokens.get(token));
        if until.is_none_or(|until| *until <= now) {
            return refusal(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", None, None);
        }
        if project != PROJECT {
            return refusal(StatusCode::FORBIDDEN, "PERMISSION_DENIED", None, None);
        }
        let attempt = kept.attempts;
        kept.attempts += 1;
        let faults = kept.faults;
        if is_turn(attempt, faults.unauthorized) {
            return refusal(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", None, None);
        }
        if is_turn(attempt, faults.later) {
            let answer = refusal(
                StatusCode::SERVICE_UNAVAILABLE,
                "UNAVAILABLE",
                Some("UNAVAILABLE"),
                None,
            );
            return ([(header::RETRY_AFTER, "30")], answer).into_response();
        }
        if is_turn(attempt, faults.quota) {
            let code = Some("QUOTA_EXCEEDED");
            return refusal(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", code, None);
        }
        let invalid = |field: &str| {
            let code = Some("INVALID_ARGUMENT");
            refusal(StatusCode::BAD_REQUEST, "INVALID_ARGUMENT", code, Some(field))
        };
        let message = match shape::read(body) {
            Ok(message) => message,
            Err(field) => return invalid(&field),
        };
        let device = message["token"].as_str().unwrap_or_default().to_owned();
        match kept.devices.get(&device) {
            None => return invalid("message.token"),
            Some(false) => {
                return refusal(StatusCode::NOT_FOUND, "NOT_FOUND", Some("UNREGISTERED"), None);
            }
            Some(true) => {}
        }
        if is_turn(attempt, faults.other_project) {
            let code = Some("SENDER_ID_MISMATCH");
            return refusal(StatusCode::FORBIDDEN, "PERMISSION_DENIED", code, None);
        }
        let number = kept.received.len();
        kept.received.push(Received {
            at: now,
            device,
            message,
        });
        if is_turn(attempt, faults.unsaid) {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        Json(json!({ "name": format!("projects/{PROJECT}/messages/{number}") })).into_response()
    }
}

fn is_turn(attempt: u32, every: u32) -> bool {
    every != 0 && attempt.is_multiple_of(every)
}

/// Google's way to say no.
fn refusal(status: StatusCode, name: &str, code: Option<&str>, field: Option<&str>) -> Response {
    let mut details = Vec::new();
    if let Some(field) = field {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{ "field": field, "description": "Invalid value" }],
        }));
    }
    if let Some(code) = code {
        details.push(json!({
            "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
            "errorCode": code,
        }));
    }
    let error = json!({ "code": status.as_u16(), "message": name, "status": name, "details": details });
    (status, Json(json!({ "error": error }))).into_response()
}

#[derive(Debug, Deserialize)]
struct Asked {
    grant_type: String,
    assertion: String,
}

async fn grant(State(firebase): State<Arc<Firebase>>, Form(asked): Form<Asked>) -> Response {
    firebase.grant(&asked)
}

async fn take(
    State(firebase): State<Arc<Firebase>>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    firebase.take(&project, &headers, &body)
}

async fn account(State(firebase): State<Arc<Firebase>>) -> Result<Json<Value>, StatusCode> {
    let account = firebase.account();
    account.map(Json).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn register(State(firebase): State<Arc<Firebase>>) -> Result<Json<Value>, StatusCode> {
    let token = firebase.register().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({ "token": token })))
}

async fn forget(State(firebase): State<Arc<Firebase>>, Path(device): Path<String>) -> StatusCode {
    if firebase.forget(&device) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

async fn revoke(State(firebase): State<Arc<Firebase>>) -> StatusCode {
    firebase.revoke();
    StatusCode::NO_CONTENT
}

async fn received(State(firebase): State<Arc<Firebase>>) -> Json<Vec<Received>> {
    Json(firebase.received())
}

async fn set_faults(State(firebase): State<Arc<Firebase>>, Json(faults): Json<Faults>) -> Json<Faults> {
    firebase.set_faults(faults);
    Json(faults)
}

/// Google's paths.
pub(crate) fn router(firebase: Arc<Firebase>) -> Router {
    Router::new()
        .route("/google/token", post(grant))
        .route("/fcm/v1/projects/{project}/messages:send", post(take))
        .route("/sandbox/fcm", get(received))
        .route("/sandbox/fcm/account", get(account))
        .route("/sandbox/fcm/devices", post(register))
        .route("/sandbox/fcm/devices/{token}", delete(forget))
        .route("/sandbox/fcm/revoke", post(revoke))
        .route("/sandbox/fcm/faults", put(set_faults))
        .with_state(firebase)
}
