//! Notifications on iPhones and iPads, through Apple's provider API: HTTP/2, and a token signed with the team's key.
//!
//! The client is reqwest with HTTP/2, see `docs/decisions/0017`. Apple keeps no list of what it has delivered:
//! `apns-collapse-id` lets a repetition take the place of the first on the device.

use crate::{
    answers::{busy, client, content, retry_after, secret, unreached, word},
    carrier::{Carrier, CarryError, Content, Destination, Parcel},
    push::Payload,
    sms::{is_protected, judge},
    words::Note,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::Instant;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Client, ClientBuilder, StatusCode, header};
use rustls_pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fs, io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};
use url::Url;

const WHO: &str = "Apple";
/// Apple wants a token to live between these two: one that is renewed sooner is punished, an older one refused.
const SOONEST: TimeDelta = TimeDelta::minutes(20);
const LATEST: TimeDelta = TimeDelta::minutes(50);
/// So long at most a notification waits for a phone that is away.
const LONGEST: TimeDelta = TimeDelta::days(2);
/// What Apple takes, in bytes.
const LARGEST: usize = 4_096;
/// The longest `apns-collapse-id`, in bytes.
const LONGEST_TAG: usize = 64;

/// `[apns]`: notifications on iPhones and iPads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApnsSettings {
    /// The file with the team's key, `AuthKey_….p8`.
    pub key_file: PathBuf,
    /// The key's name: ten letters and digits.
    pub key_id: String,
    /// The team's name: ten letters and digits.
    pub team_id: String,
    /// The app's bundle id.
    pub topic: String,
    /// Apple's address; another one only for a test.
    #[serde(default = "production")]
    pub url: String,
    /// Apple's address for apps that are being made.
    #[serde(default = "development")]
    pub development_url: String,
}

fn production() -> String {
    "https://api.push.apple.com".to_owned()
}
fn development() -> String {
    "https://api.sandbox.push.apple.com".to_owned()
}

/// APNs settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ApnsError {
    /// The key cannot be read.
    #[error("cannot read {path}, the file of apns.key_file")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file of apns.key_file holds no key as Apple gives it (.p8)")]
    Malformed,
    /// Names that Apple does not give.
    #[error("apns.key_id and apns.team_id are ten letters and digits, apns.topic is the app's bundle id")]
    Names,
    /// http to another machine.
    #[error("apns.url and apns.development_url must begin with https")]
    Unprotected,
    /// HTTP cannot be set up.
    #[error("HTTP for iPhones' notifications cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// The token in use, and when it was made.
struct Signed {
    token: String,
    at: Instant,
}

/// Hands notifications to Apple.
pub struct Apns {
    client: Client,
    production: String,
    development: String,
    topic: String,
    team: String,
    key_id: String,
    key: EncodingKey,
    signed: Mutex<Option<Signed>>,
}

impl Apns {
    /// Reads the settings and the key.
    pub fn new(settings: &ApnsSettings) -> Result<Self, ApnsError> {
        let named =
            |name: &str| name.len() == 10 && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
        let topic = |letter: u8| letter.is_ascii_alphanumeric() || b"-.".contains(&letter);
        let has_topic = !settings.topic.is_empty() && settings.topic.bytes().all(topic);
        if !named(&settings.key_id) || !named(&settings.team_id) || !has_topic {
            return Err(ApnsError::Names);
        }
        let text = fs::read(&settings.key_file).map_err(|source| ApnsError::File {
            path: settings.key_file.clone(),
            source,
        })?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(&text).map_err(|_| ApnsError::Malformed)?;
        let address = |text: &str| {
            let url = text.trim_end_matches('/');
            let protected = url.parse::<Url>().is_ok_and(|url| is_protected(&url));
            protected.then(|| url.to_owned()).ok_or(ApnsError::Unprotected)
        };
        let made = Self {
            client: client(ClientBuilder::http2_prior_knowledge).map_err(ApnsError::Http)?,
            production: address(&settings.url)?,
            development: address(&settings.development_url)?,
            topic: settings.topic.clone(),
            team: settings.team_id.clone(),
            key_id: settings.key_id.clone(),
            key: EncodingKey::from_ec_der(key.secret_pkcs8_der()),
            signed: Mutex::new(None),
        };
        // A key of another sort is found out now and not at the first notification.
        let token = made.sign(Instant::default());
        token.map(|_| made).ok_or(ApnsError::Malformed)
    }

    fn sign(&self, now: Instant) -> Option<String> {
        #[derive(Serialize)]
        struct Claims<'a> {
            iss: &'a str,
            iat: i64,
        }
        let head = Header {
            kid: Some(self.key_id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        let claims = Claims {
            iss: &self.team,
            iat: now.timestamp(),
        };
        jsonwebtoken::encode(&head, &claims, &self.key).ok()
    }

    /// The token in use, or another one where its time has come. `spent` is one that Apple calls expired: it is made
    /// anew unless that would be too soon; then none.
    fn token(&self, now: Instant, spent: Option<&str>) -> Option<String> {
        let mut kept = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signed) = &*kept {
            let age = now - signed.at;
            let is_spent = spent == Some(signed.token.as_str());
            if is_spent && (TimeDelta::zero()..SOONEST).contains(&age) {
                return None;
            }
            // A clock that was set back makes it be from the future.
            if !is_spent && (TimeDelta::zero()..LATEST).contains(&age) {
                return Some(signed.token.clone());
            }
        }
        let token = self.sign(now)?;
        *kept = Some(Signed {
            token: token.clone(),
            at: now,
        });
        Some(token)
    }

    async fn send(&self, letter: &Envelope<'_>, token: &str) -> Result<Answer, CarryError> {
        let answer = self
            .client
            .post(letter.url.clone())
            .header(header::AUTHORIZATION, secret(&format!("bearer {token}"))?)
            .header(header::CONTENT_TYPE, "application/json")
            .header("apns-topic", &self.topic)
            .header("apns-push-type", "alert")
            .header("apns-id", letter.parcel.id.to_string())
            .header("apns-expiration", letter.until.to_string())
            .header("apns-priority", if letter.parcel.urgent { "10" } else { "5" })
            .header("apns-collapse-id", letter.tag)
            .body(letter.payload.clone())
            .send()
            .await
            .map_err(|error| unreached(&error, WHO))?;
        let (status, wait) = (answer.status(), retry_after(&answer, letter.parcel.at));
        let reason = if status.is_success() {
            String::new()
        } else {
            serde_json::from_slice::<Refused>(&content(answer).await)
                .map(|refused| refused.reason)
                .unwrap_or_default()
        };
        Ok(Answer { status, wait, reason })
    }
}

/// One notification, as it goes out.
struct Envelope<'a> {
    parcel: &'a Parcel,
    url: String,
    /// Seconds since 1970.
    until: i64,
    tag: &'a str,
    payload: Vec<u8>,
}

/// Apple's way to say no.
#[derive(Deserialize)]
struct Refused {
    reason: String,
}

struct Answer {
    status: StatusCode,
    wait: Option<TimeDelta>,
    reason: String,
}

impl Answer {
    fn judged(&self) -> Result<(), CarryError> {
        let said = || format!("{WHO} says {} ({})", word(&self.reason), self.status.as_u16());
        match (self.status, self.reason.as_str()) {
            (status, _) if status.is_success() => Ok(()),
            (StatusCode::GONE, _) | (_, "BadDeviceToken") => Err(CarryError::Gone),
            // Another app's name in our configuration would silence every iPhone for good, were this `Gone`.
            (_, "DeviceTokenNotForTopic" | "TopicDisallowed" | "BadTopic") => Err(CarryError::Never(
                "the device's app is not the one of apns.topic".to_owned(),
            )),
            (_, "ExpiredProviderToken") => Err(CarryError::Later(
                "Apple calls a new token expired: does this machine's clock go right?".to_owned(),
            )),
            (_, "TooManyProviderTokenUpdates") => Err(busy(Some(SOONEST), said())),
            _ => match judge(self.status, WHO) {
                Err(CarryError::Later(_)) => Err(busy(self.wait, said())),
                Err(CarryError::Never(_)) => Err(CarryError::Never(said())),
                other => other,
            },
        }
    }
}

/// What Apple is asked to show: the words, and beside them what the app reads when it is opened from there.
fn payload(parcel: &Parcel, note: &Note) -> Result<Vec<u8>, CarryError> {
    let mut whole = serde_json::to_value(Payload::new(parcel.id, note))
        .map_err(|error| CarryError::Never(error.to_string()))?;
    let mut aps = json!({
        "alert": { "title": note.title, "body": note.body },
        "sound": "default",
        "thread-id": note.tag,
    });
    // The app has made one category a kind of action, with its button.
    if let Some(action) = note.actions.first() {
        aps["category"] = Value::from(action.id.as_str());
    }
    whole["aps"] = aps;
    let whole = serde_json::to_vec(&whole).map_err(|error| CarryError::Never(error.to_string()))?;
    if whole.len() > LARGEST {
        return Err(CarryError::Never("the notification is too long".to_owned()));
    }
    Ok(whole)
}

#[async_trait]
impl Carrier for Apns {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let (
            Destination::Apns {
                token: device,
                development,
            },
            Content::Note(note),
        ) = (&parcel.to, &parcel.content)
        else {
            return Err(CarryError::Never("this is no iPhone".to_owned()));
        };
        if !is_token(device) {
            return Err(CarryError::Gone);
        }
        let latest = parcel.at + LONGEST;
        let envelope = Envelope {
            parcel,
            url: format!(
                "{}/3/device/{device}",
                if *development {
                    &self.development
                } else {
                    &self.production
                }
            ),
            until: parcel
                .expires
                .map_or(latest, |expires| expires.min(latest))
                .timestamp(),
            tag: note.tag.get(..LONGEST_TAG).unwrap_or(&note.tag),
            payload: payload(parcel, note)?,
        };
        let unsigned = || CarryError::Later("the key of [apns] does not sign".to_owned());
        let token = self.token(parcel.at, None).ok_or_else(unsigned)?;
        let mut answer = self.send(&envelope, &token).await?;
        if answer.reason == "ExpiredProviderToken"
            && let Some(renewed) = self.token(parcel.at, Some(&token))
        {
            answer = self.send(&envelope, &renewed).await?;
        }
        answer.judged()
    }
}

/// Whether a text that a client names can be a device token: Apple says only that it is hex and may grow.
pub fn is_token(text: &str) -> bool {
    (64..=200).contains(&text.len())
        && text.len().is_multiple_of(2)
        && text.bytes().all(|letter| letter.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, reason: &str) -> Result<(), CarryError> {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            wait: None,
            reason: reason.to_owned(),
        }
        .judged()
    }

    #[test]
    fn only_what_says_so_forgets_a_device() {
        assert_eq!(judged(410, "Unregistered"), Err(CarryError::Gone));
        assert_eq!(judged(410, "ExpiredToken"), Err(CarryError::Gone));
        assert_eq!(judged(400, "BadDeviceToken"), Err(CarryError::Gone));
        for (status, reason) in [
            (400, "DeviceTokenNotForTopic"),
            (400, "TopicDisallowed"),
            (404, "BadPath"),
            (413, "PayloadTooLarge"),
        ] {
            assert!(
                matches!(judged(status, reason), Err(CarryError::Never(_))),
                "{reason}"
            );
        }
        for (status, reason) in [
            (403, "InvalidProviderToken"),
            (403, "ExpiredProviderToken"),
            (429, "TooManyRequests"),
            (500, "InternalServerError"),
            (503, "Shutdown"),
        ] {
            assert!(
                matches!(judged(status, reason), Err(CarryError::Later(_))),
                "{reason}"
            );
        }
        assert!(matches!(
            judged(429, "TooManyProviderTokenUpdates"),
            Err(CarryError::NotBefore { wait, .. }) if wait == SOONEST
        ));
    }

    #[test]
    fn a_device_token_is_hex() {
        assert!(is_token(&"0aF9".repeat(16)));
        for bad in ["", "0a", &"zz".repeat(32), &"ab".repeat(300), "../../3/device"] {
            assert!(!is_token(bad), "{bad}");
        }
    }
}
