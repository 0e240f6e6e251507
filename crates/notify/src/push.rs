//! Web Push: a notification through the push service of the receiver's browser (RFC 8030), which cannot read it
//! (RFC 8291) and knows who sends it (VAPID, RFC 8292).

use crate::{
    carrier::{Carrier, CarryError, Content, Destination, Parcel},
    sms::{is_protected, judge},
    words::Note,
};
use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{Instant, MessageId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Client, StatusCode, header, redirect};
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use url::Url;
use web_push_native::{Auth, p256::PublicKey};

const CONNECT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(15);
/// A push service keeps a notification at most so long for a device that is away.
const LONGEST: TimeDelta = TimeDelta::days(2);
/// How long one of our signatures is good; RFC 8292 allows a day.
const SIGNED_FOR: TimeDelta = TimeDelta::hours(12);
/// What every push service takes, in bytes (RFC 8030, section 7.2), with room for what encryption adds.
const LARGEST: usize = 3_000;

/// The push services of the browsers there are; `*.` stands for any name below. Others come from the configuration. No
/// address that a client names is called otherwise: it would let anybody make the portal call anything.
const SERVICES: [&str; 5] = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
];

/// `[push]`: notifications in browsers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PushSettings {
    /// The file with our key; made when it is not there. Who loses it loses every subscription.
    pub key_file: PathBuf,
    /// Whom a push service writes to where something is wrong: `mailto:…` or `https://…`.
    pub contact: String,
    /// Hosts beyond those of the browsers there are, such as `127.0.0.1:9000` for a test.
    #[serde(default)]
    pub hosts: Vec<String>,
}

impl PushSettings {
    /// Whether an address that a client names is one of a push service.
    pub fn allows(&self, endpoint: &str) -> bool {
        let Ok(url) = Url::parse(endpoint) else {
            return false;
        };
        let Some(host) = url
            .host_str()
            .filter(|_| is_protected(&url) && url.username().is_empty())
        else {
            return false;
        };
        let with_port = url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        self.hosts.contains(&with_port)
            || (url.scheme() == "https"
                && url.port().is_none()
                && SERVICES.iter().any(|known| match known.strip_prefix("*.") {
                    Some(above) => host
                        .strip_suffix(above)
                        .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
                    None => host == *known,
                }))
    }
}

/// Push settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The key cannot be read or made.
    #[error("cannot use {path}, the file of push.key_file")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file of push.key_file holds no P-256 key")]
    Malformed,
    /// Not somebody to write to.
    #[error("push.contact must begin with mailto: or https://")]
    Contact,
    /// HTTP cannot be set up.
    #[error("HTTP for notifications cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// The portal's key towards push services. Never printed.
pub struct VapidKey {
    public: String,
    signing: EncodingKey,
}

impl VapidKey {
    /// Reads the key, PKCS#8 in base64; makes it where there is none, readable by its owner alone.
    pub fn load_or_create(path: &Path) -> Result<Self, PushError> {
        let unusable = |source| PushError::Key {
            path: path.to_owned(),
            source,
        };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let document =
                    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                        .map_err(|_| PushError::Malformed)?;
                let text = URL_SAFE_NO_PAD.encode(document.as_ref());
                match create(path, &text) {
                    Ok(()) => text,
                    // Somebody else made it meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        fs::read_to_string(path).map_err(unusable)?
                    }
                    Err(error) => return Err(unusable(error)),
                }
            }
            Err(error) => return Err(unusable(error)),
        };
        let document = URL_SAFE_NO_PAD
            .decode(text.trim())
            .map_err(|_| PushError::Malformed)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document)
            .map_err(|_| PushError::Malformed)?;
        Ok(Self {
            public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
            signing: EncodingKey::from_ec_der(&document),
        })
    }

    /// What a browser is told when it subscribes: the public key, uncompressed, base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` header for a push service (RFC 8292).
    fn authorization(&self, endpoint: &Url, contact: &str, now: Instant) -> Option<header::HeaderValue> {
        #[derive(Serialize)]
        struct Claims<'a> {
            aud: String,
            exp: i64,
            sub: &'a str,
        }
        let claims = Claims {
            aud: endpoint.origin().ascii_serialization(),
            exp: (now + SIGNED_FOR).timestamp(),
            sub: contact,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.signing).ok()?;
        let mut value = header::HeaderValue::from_str(&format!("vapid t={token}, k={}", self.public)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

/// What a notification holds on every device: what a service worker, a phone's app or a desktop reads.
#[derive(Serialize)]
pub(crate) struct Payload<'a> {
    id: String,
    #[serde(flatten)]
    note: &'a Note,
}

impl<'a> Payload<'a> {
    pub(crate) fn new(id: MessageId, note: &'a Note) -> Self {
        Self {
            id: id.to_string(),
            note,
        }
    }
}

/// Hands notifications to push services.
pub struct Pusher {
    client: Client,
    key: VapidKey,
    settings: PushSettings,
}

impl Pusher {
    /// Reads the settings and the key.
    pub fn new(settings: &PushSettings) -> Result<Self, PushError> {
        if !settings.contact.starts_with("mailto:") && !settings.contact.starts_with("https://") {
            return Err(PushError::Contact);
        }
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(PushError::Http)?;
        Ok(Self {
            client,
            key: VapidKey::load_or_create(&settings.key_file)?,
            settings: settings.clone(),
        })
    }
}

fn encrypted(parcel: &Parcel, note: &Note, public_key: &str, secret: &str) -> Result<Vec<u8>, CarryError> {
    let plain = serde_json::to_vec(&Payload::new(parcel.id, note))
        .map_err(|error| CarryError::Never(error.to_string()))?;
    if plain.len() > LARGEST {
        return Err(CarryError::Never("the notification is too long".to_owned()));
    }
    let (public, auth) = keys(public_key, secret)
        // Such a subscription will never be readable.
        .ok_or(CarryError::Gone)?;
    web_push_native::encrypt(plain, &public, &auth)
        .map_err(|_| CarryError::Never("the notification cannot be encrypted".to_owned()))
}

fn keys(public_key: &str, secret: &str) -> Option<(PublicKey, Auth)> {
    let public = URL_SAFE_NO_PAD.decode(public_key.trim_end_matches('=')).ok()?;
    let auth = URL_SAFE_NO_PAD.decode(secret.trim_end_matches('=')).ok()?;
    let auth: [u8; 16] = auth.try_into().ok()?;
    Some((PublicKey::from_sec1_bytes(&public).ok()?, Auth::from(auth)))
}

/// Whether keys that a client names can be used.
pub fn are_keys(public_key: &str, secret: &str) -> bool {
    keys(public_key, secret).is_some()
}

#[async_trait]
impl Carrier for Pusher {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let (
            Destination::Web {
                endpoint,
                public_key,
                secret,
            },
            Content::Note(note),
        ) = (&parcel.to, &parcel.content)
        else {
            return Err(CarryError::Never("this is no notification".to_owned()));
        };
        if !self.settings.allows(endpoint) {
            return Err(CarryError::Never("not an address of a push service".to_owned()));
        }
        let url = Url::parse(endpoint).map_err(|_| CarryError::Gone)?;
        let body = encrypted(parcel, note, public_key, secret)?;
        let authorization = self
            .key
            .authorization(&url, &self.settings.contact, parcel.at)
            .ok_or_else(|| CarryError::Never("the notification cannot be signed".to_owned()))?;
        let keep = parcel
            .expires
            .map_or(LONGEST, |expires| expires - parcel.at)
            .clamp(TimeDelta::zero(), LONGEST);
        let sent = self
            .client
            .post(url)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("TTL", keep.num_seconds().to_string())
            .header("Urgency", if parcel.urgent { "high" } else { "normal" })
            // A repetition takes the place of what was not yet delivered (RFC 8030, section 5.4): 32 letters.
            .header("Topic", parcel.id.uuid().simple().to_string())
            .body(body)
            .send()
            .await;
        match sent {
            Ok(answer) if matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::GONE) => {
                Err(CarryError::Gone)
            }
            Ok(answer) => judge(answer.status(), "the push service"),
            Err(error) if error.is_timeout() => {
                Err(CarryError::Later("the push service does not answer".to_owned()))
            }
            Err(_) => Err(CarryError::Later("the push service cannot be reached".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn settings(hosts: &[&str]) -> PushSettings {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "refettorio-push-{}-{}.key",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        PushSettings {
            key_file: std::env::temp_dir().join(name),
            contact: "mailto:mensa@comune.example.it".to_owned(),
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        }
    }

    #[test]
    fn only_push_services_are_called() {
        let settings = settings(&["127.0.0.1:9000"]);
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/abc",
            "https://wns2-db5p.notify.windows.com/w/?token=abc",
            "http://127.0.0.1:9000/push/abc",
        ] {
            assert!(settings.allows(good), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/abc",
            "https://fcm.googleapis.com.example.it/abc",
            "https://push.apple.com.example.it/abc",
            "https://evilpush.apple.com@example.it/",
            "https://notify.windows.com/",
            "http://127.0.0.1:9001/push/abc",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!settings.allows(bad), "{bad}");
        }
    }

    #[test]
    fn the_key_is_made_once_and_stays() {
        let settings = settings(&[]);
        let first = VapidKey::load_or_create(&settings.key_file).unwrap();
        let again = VapidKey::load_or_create(&settings.key_file).unwrap();
        assert_eq!(first.public(), again.public());
        // An uncompressed point of P-256 is 65 bytes, the first of them 4.
        let point = URL_SAFE_NO_PAD.decode(first.public()).unwrap();
        assert_eq!((point.len(), point[0]), (65, 4));
        fs::write(&settings.key_file, "nonsense").unwrap();
        assert!(VapidKey::load_or_create(&settings.key_file).is_err());
        fs::remove_file(&settings.key_file).unwrap();
    }

    #[test]
    fn keys_that_no_browser_makes_are_told_apart() {
        let settings = settings(&[]);
        let key = VapidKey::load_or_create(&settings.key_file).unwrap();
        let secret = URL_SAFE_NO_PAD.encode([7; 16]);
        assert!(are_keys(key.public(), &secret));
        assert!(!are_keys(key.public(), "AAAA"));
        assert!(!are_keys(&secret, &secret));
        fs::remove_file(&settings.key_file).unwrap();
    }
}
