//! Notifications on Android phones, through Firebase Cloud Messaging's HTTP v1.
//!
//! A message has a `notification`, which the system shows by itself also where the app is not running, and beside it the
//! same as `data`, for the app when it is opened from there. A message of data alone would need the app to be woken, which
//! Android does late or never for one that is not urgent; so the buttons of a notification are for when the app runs.
//!
//! Google knows no key by which it tells a repetition: `tag` lets one take the place of the other on the phone.

use crate::{
    answers::{busy, client, content, retry_after, secret, unreached, word},
    carrier::{Carrier, CarryError, Content, Destination, Parcel},
    push::Payload,
    sms::{is_protected, judge},
};
use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::Instant;
use reqwest::{Client, StatusCode, header};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    convert::identity,
    fs, io,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;
use url::{Url, form_urlencoded::Serializer};

const WHO: &str = "Firebase";
/// What a token lets its bearer do: send, and nothing else.
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long one of our assertions is good; Google takes no longer.
const SIGNED_FOR: TimeDelta = TimeDelta::hours(1);
/// A token is no more used when so little of its life is left.
const MARGIN: TimeDelta = TimeDelta::minutes(5);
/// Where a quota is used up and no pause is named, Google asks for this one.
const QUOTA_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// So long at most a notification waits for a phone that is away.
const LONGEST: TimeDelta = TimeDelta::days(2);
/// What Firebase takes, in bytes, with room for what it counts and we do not.
const LARGEST: usize = 3_800;

/// The channel of ordinary notifications, which the app must have made under this name.
pub const CHANNEL: &str = "avvisi";
/// The channel of what cannot wait.
pub const URGENT_CHANNEL: &str = "urgenti";

/// `[fcm]`: notifications on Android phones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FcmSettings {
    /// The JSON file with the key of a service account of the Firebase project.
    pub service_account_file: PathBuf,
    /// Firebase's address; another one only for a test.
    #[serde(default = "google")]
    pub url: String,
}

fn google() -> String {
    "https://fcm.googleapis.com".to_owned()
}

/// FCM settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FcmError {
    /// The file cannot be read.
    #[error("cannot read {path}, the file of fcm.service_account_file")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file of fcm.service_account_file is not the JSON key of a service account")]
    Malformed,
    /// http to another machine.
    #[error("fcm.url and the token_uri of the service account must begin with https")]
    Unprotected,
    /// HTTP cannot be set up.
    #[error("HTTP for Android's notifications cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// What is needed of the file that Firebase's console gives.
#[derive(Deserialize)]
struct Account {
    project_id: String,
    private_key_id: String,
    private_key: String,
    client_email: String,
    token_uri: Url,
}

/// A token, and until when it is used.
struct Token {
    text: String,
    until: Instant,
}

/// Hands notifications to Firebase.
pub struct Fcm {
    client: Client,
    send: Url,
    account: Account,
    key: RsaKeyPair,
    /// Held while one is fetched, so that sixteen messages fetch one.
    token: Mutex<Option<Token>>,
    /// How often none was given: who waited for another's attempt does not make one more.
    failures: AtomicU64,
}

impl Fcm {
    /// Reads the settings and the key.
    pub fn new(settings: &FcmSettings) -> Result<Self, FcmError> {
        let text = fs::read_to_string(&settings.service_account_file).map_err(|source| FcmError::File {
            path: settings.service_account_file.clone(),
            source,
        })?;
        let account: Account = serde_json::from_str(&text).map_err(|_| FcmError::Malformed)?;
        let project = &account.project_id;
        let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.:".contains(&letter);
        if project.is_empty() || !project.bytes().all(plain) {
            return Err(FcmError::Malformed);
        }
        let key = PrivatePkcs8KeyDer::from_pem_slice(account.private_key.as_bytes())
            .map_err(|_| FcmError::Malformed)?;
        let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).map_err(|_| FcmError::Malformed)?;
        let send = format!(
            "{}/v1/projects/{project}/messages:send",
            settings.url.trim_end_matches('/')
        );
        let send: Url = send.parse().map_err(|_| FcmError::Unprotected)?;
        if !is_protected(&send) || !is_protected(&account.token_uri) {
            return Err(FcmError::Unprotected);
        }
        Ok(Self {
            client: client(identity).map_err(FcmError::Http)?,
            send,
            account,
            key,
            token: Mutex::new(None),
            failures: AtomicU64::new(0),
        })
    }

    /// The token in use, or another one. `spent` is one that Firebase has refused.
    async fn token(&self, now: Instant, spent: Option<&str>) -> Result<String, CarryError> {
        let failures = self.failures.load(Ordering::Relaxed);
        let mut kept = self.token.lock().await;
        if let Some(token) = &*kept
            && now < token.until
            && spent != Some(token.text.as_str())
        {
            return Ok(token.text.clone());
        }
        *kept = None;
        if self.failures.load(Ordering::Relaxed) != failures {
            return Err(CarryError::Later("Google has just given no token".to_owned()));
        }
        let fetched = self.fetch(now).await.inspect_err(|_| {
            self.failures.fetch_add(1, Ordering::Relaxed);
        })?;
        let text = fetched.text.clone();
        *kept = Some(fetched);
        Ok(text)
    }

    async fn fetch(&self, now: Instant) -> Result<Token, CarryError> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: String,
            expires_in: u32,
        }
        let assertion = self
            .assertion(now)
            .ok_or_else(|| CarryError::Later("the key of the service account does not sign".to_owned()))?;
        let form = Serializer::new(String::new())
            .extend_pairs([("grant_type", GRANT), ("assertion", &assertion)])
            .finish();
        let asked = self
            .client
            .post(self.account.token_uri.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .map_err(|error| unreached(&error, "Google's token service"))?;
        let (status, wait) = (asked.status(), retry_after(&asked, now));
        if !status.is_success() {
            // Never for good: an account can be restored, a clock set right.
            return Err(busy(
                wait,
                format!("Google refuses a token ({})", status.as_u16()),
            ));
        }
        let granted: Granted = serde_json::from_slice(&content(asked).await)
            .map_err(|_| CarryError::Later("Google's token cannot be read".to_owned()))?;
        let until = now + (TimeDelta::seconds(i64::from(granted.expires_in)) - MARGIN).max(TimeDelta::zero());
        Ok(Token {
            text: granted.access_token,
            until,
        })
    }

    /// RFC 7523: who asks, for what, signed with the service account's key.
    fn assertion(&self, now: Instant) -> Option<String> {
        let head = json!({ "alg": "RS256", "typ": "JWT", "kid": self.account.private_key_id });
        let claims = json!({
            "iss": self.account.client_email,
            "scope": SCOPE,
            "aud": self.account.token_uri.as_str(),
            "iat": now.timestamp(),
            "exp": (now + SIGNED_FOR).timestamp(),
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(&head), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .ok()?;
        Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    async fn send(&self, message: &[u8], token: &str, now: Instant) -> Result<Answer, CarryError> {
        let answer = self
            .client
            .post(self.send.clone())
            .header(header::AUTHORIZATION, secret(&format!("Bearer {token}"))?)
            .header(header::CONTENT_TYPE, "application/json")
            .body(message.to_vec())
            .send()
            .await
            .map_err(|error| unreached(&error, WHO))?;
        let (status, wait) = (answer.status(), retry_after(&answer, now));
        let problem = if status.is_success() {
            Problem::default()
        } else {
            serde_json::from_slice::<Refused>(&content(answer).await)
                .map(|refused| refused.error)
                .unwrap_or_default()
        };
        Ok(Answer {
            status,
            wait,
            problem,
        })
    }
}

/// Google's way to say no.
#[derive(Deserialize, Default)]
struct Refused {
    error: Problem,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Problem {
    status: String,
    details: Vec<Detail>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    error_code: String,
    field_violations: Vec<Violation>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Violation {
    field: String,
}

struct Answer {
    status: StatusCode,
    wait: Option<TimeDelta>,
    problem: Problem,
}

impl Answer {
    /// Firebase's own code, or Google's where there is none.
    fn code(&self) -> &str {
        let mut own = self
            .problem
            .details
            .iter()
            .map(|detail| detail.error_code.as_str());
        own.find(|code| !code.is_empty()).unwrap_or(&self.problem.status)
    }

    fn names_the_token(&self) -> bool {
        let mut violations = self
            .problem
            .details
            .iter()
            .flat_map(|detail| &detail.field_violations);
        violations.any(|violation| violation.field == "message.token")
    }

    fn judged(&self) -> Result<(), CarryError> {
        let said = || format!("{WHO} says {} ({})", word(self.code()), self.status.as_u16());
        match self.code() {
            _ if self.status.is_success() => Ok(()),
            "UNREGISTERED" => Err(CarryError::Gone),
            "INVALID_ARGUMENT" if self.names_the_token() => Err(CarryError::Gone),
            "INVALID_ARGUMENT" => Err(CarryError::Never(said())),
            // Another project's key in our configuration would silence every phone for good, were this `Gone`.
            "SENDER_ID_MISMATCH" => Err(CarryError::Never(
                "the phone's app belongs to another Firebase project".to_owned(),
            )),
            "QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED" => {
                Err(busy(Some(self.wait.unwrap_or(QUOTA_PAUSE)), said()))
            }
            _ if self.status == StatusCode::TOO_MANY_REQUESTS => {
                Err(busy(Some(self.wait.unwrap_or(QUOTA_PAUSE)), said()))
            }
            // A wrong address or project of ours must not silence everybody.
            _ if self.status == StatusCode::NOT_FOUND => Err(CarryError::Later(said())),
            _ => match judge(self.status, WHO) {
                Err(CarryError::Later(_)) => Err(busy(self.wait, said())),
                other => other,
            },
        }
    }
}

/// What Firebase is asked to send.
fn message(parcel: &Parcel, token: &str) -> Result<Vec<u8>, CarryError> {
    let Content::Note(note) = &parcel.content else {
        return Err(CarryError::Never("this is no notification".to_owned()));
    };
    let keep = parcel
        .expires
        .map_or(LONGEST, |expires| expires - parcel.at)
        .clamp(TimeDelta::zero(), LONGEST);
    // Data are texts; the actions are a list within one.
    let payload = serde_json::to_value(Payload::new(parcel.id, note))
        .map_err(|error| CarryError::Never(error.to_string()))?;
    let texts = payload.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), Value::from(text))
    });
    let (priority, channel) = if parcel.urgent {
        ("HIGH", URGENT_CHANNEL)
    } else {
        ("NORMAL", CHANNEL)
    };
    let whole = json!({ "message": {
        "token": token,
        "notification": { "title": note.title, "body": note.body },
        "data": texts.collect::<serde_json::Map<_, _>>(),
        "android": {
            "priority": priority,
            "ttl": format!("{}s", keep.num_seconds()),
            "collapse_key": note.tag,
            "notification": { "tag": note.tag, "channel_id": channel },
        },
    } });
    let whole = serde_json::to_vec(&whole).map_err(|error| CarryError::Never(error.to_string()))?;
    if whole.len() > LARGEST {
        return Err(CarryError::Never("the notification is too long".to_owned()));
    }
    Ok(whole)
}

#[async_trait]
impl Carrier for Fcm {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let Destination::Fcm { token: phone } = &parcel.to else {
            return Err(CarryError::Never("this is no Android phone".to_owned()));
        };
        let message = message(parcel, phone)?;
        let token = self.token(parcel.at, None).await?;
        let mut answer = self.send(&message, &token, parcel.at).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            // Once: a token may be withdrawn before its time.
            let token = self.token(parcel.at, Some(&token)).await?;
            answer = self.send(&message, &token, parcel.at).await?;
        }
        answer.judged()
    }
}

/// Whether a text that a client names can be a registration token.
pub fn is_token(text: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"-_:".contains(&letter);
    (20..=2_048).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> Result<(), CarryError> {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            wait: None,
            problem: serde_json::from_str::<Refused>(body)
                .map(|refused| refused.error)
                .unwrap_or_default(),
        }
        .judged()
    }

    fn error(status: &str, code: &str, field: &str) -> String {
        json!({ "error": { "code": 1, "message": "words", "status": status, "details": [
            { "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [{ "field": field }] },
            { "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code },
        ] } })
        .to_string()
    }

    #[test]
    fn only_what_says_so_forgets_a_phone() {
        let gone = Err(CarryError::Gone);
        assert_eq!(judged(404, &error("NOT_FOUND", "UNREGISTERED", "")), gone);
        assert_eq!(
            judged(
                400,
                &error("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token")
            ),
            gone
        );
        for (status, body) in [
            (404, "<html>".to_owned()),
            (404, error("NOT_FOUND", "", "")),
            (403, error("PERMISSION_DENIED", "SENDER_ID_MISMATCH", "")),
            (400, error("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data")),
            (403, error("PERMISSION_DENIED", "", "")),
            (401, error("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", "")),
        ] {
            let judged = judged(status, &body);
            assert!(judged.is_err() && judged != gone, "{status} {body}");
        }
    }

    #[test]
    fn what_may_get_better_is_tried_again_and_what_cannot_is_not() {
        let later = |result| matches!(result, Err(CarryError::Later(_) | CarryError::NotBefore { .. }));
        assert!(later(judged(503, "")));
        assert!(later(judged(500, &error("INTERNAL", "INTERNAL", ""))));
        assert!(later(judged(401, "")));
        assert!(matches!(
            judged(429, &error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "")),
            Err(CarryError::NotBefore { wait, .. }) if wait == QUOTA_PAUSE
        ));
        assert!(matches!(
            judged(
                400,
                &error("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.android.ttl")
            ),
            Err(CarryError::Never(_))
        ));
        assert_eq!(judged(200, "{}"), Ok(()));
    }

    #[test]
    fn a_registration_token_is_told_from_an_address() {
        assert!(is_token("cRz8Qj3vS0:APA91bH_q-Zt0123456789abcdef"));
        for bad in ["", "short", "https://example.it/a/b/c/d/e", &"a".repeat(3_000)] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
