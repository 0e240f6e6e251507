//! SMS through a gateway that takes JSON over HTTP, as most do: its address, its key and the names of its fields are
//! configuration.

use crate::carrier::{Carrier, CarryError, Content, Destination, Parcel};
use async_trait::async_trait;
use reqwest::{Client, StatusCode, header, redirect};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{fs, io, net::IpAddr, path::PathBuf, time::Duration};
use url::Url;

const CONNECT: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(15);

/// `[sms]`: the gateway that takes our texts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Where it takes one text.
    pub url: Url,
    /// The file with its key, sent as `Authorization: Bearer`.
    pub key_file: Option<PathBuf>,
    /// Who it comes from, where the gateway wants to be told: at most 11 letters.
    pub sender: Option<String>,
    /// Its name for the number.
    #[serde(default = "to_field")]
    pub to_field: String,
    /// Its name for the text.
    #[serde(default = "text_field")]
    pub text_field: String,
    /// Its name for the sender.
    #[serde(default = "sender_field")]
    pub sender_field: String,
    /// Its name for our own number of the text, by which it tells a repetition.
    #[serde(default = "id_field")]
    pub id_field: String,
}

fn to_field() -> String {
    "to".to_owned()
}
fn text_field() -> String {
    "text".to_owned()
}
fn sender_field() -> String {
    "sender".to_owned()
}
fn id_field() -> String {
    "id".to_owned()
}

/// SMS settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// http to another machine.
    #[error("sms.url must begin with https")]
    Unprotected,
    /// The key cannot be read.
    #[error("cannot read {path}, the file of sms.key_file")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// HTTP cannot be set up.
    #[error("HTTP for SMS cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// Hands texts to a gateway.
pub struct Gateway {
    client: Client,
    settings: SmsSettings,
    key: Option<String>,
}

impl Gateway {
    /// Reads the settings and the key.
    pub fn new(settings: &SmsSettings) -> Result<Self, SmsError> {
        if !is_protected(&settings.url) {
            return Err(SmsError::Unprotected);
        }
        let key = settings.key_file.as_ref().map(|path| {
            let key = fs::read_to_string(path).map_err(|source| SmsError::Key {
                path: path.clone(),
                source,
            });
            key.map(|key| key.trim().to_owned())
        });
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .build()
            .map_err(SmsError::Http)?;
        Ok(Self {
            client,
            settings: settings.clone(),
            key: key.transpose()?,
        })
    }
}

/// https, or http to this very machine.
pub(crate) fn is_protected(url: &Url) -> bool {
    let loopback = url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback())
    });
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

#[async_trait]
impl Carrier for Gateway {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let (Destination::Phone(to), Content::Short(text)) = (&parcel.to, &parcel.content) else {
            return Err(CarryError::Never("this is no SMS".to_owned()));
        };
        let settings = &self.settings;
        let mut fields = Map::from_iter([
            (settings.to_field.clone(), Value::from(to.clone())),
            (settings.text_field.clone(), Value::from(text.clone())),
            (settings.id_field.clone(), Value::from(parcel.id.to_string())),
        ]);
        if let Some(sender) = &settings.sender {
            fields.insert(settings.sender_field.clone(), Value::from(sender.clone()));
        }
        let mut request = self
            .client
            .post(settings.url.clone())
            .header("Idempotency-Key", parcel.id.to_string())
            .json(&fields);
        if let Some(key) = &self.key {
            let value = header::HeaderValue::from_str(&format!("Bearer {key}"));
            let mut value =
                value.map_err(|_| CarryError::Never("the SMS gateway's key is not one line".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        match request.send().await {
            Ok(answer) => judge(answer.status(), "the SMS gateway"),
            Err(error) if error.is_timeout() => {
                Err(CarryError::Later("the SMS gateway does not answer".to_owned()))
            }
            Err(_) => Err(CarryError::Later("the SMS gateway cannot be reached".to_owned())),
        }
    }
}

/// What a status means for a parcel: what is our fault or the number's will not get better by itself.
pub(crate) fn judge(status: StatusCode, who: &str) -> Result<(), CarryError> {
    if status.is_success() {
        return Ok(());
    }
    let again = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
                // A key that was renewed, an account that is topped up again.
                | StatusCode::UNAUTHORIZED
                | StatusCode::PAYMENT_REQUIRED
                | StatusCode::FORBIDDEN
        );
    if again {
        Err(CarryError::Later(format!("{who} answers {}", status.as_u16())))
    } else {
        Err(CarryError::Never(format!(
            "{who} refuses it ({})",
            status.as_u16()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_on_another_machine_needs_https() {
        assert!(is_protected(&"http://127.0.0.1:9/sms".parse().unwrap()));
        assert!(is_protected(&"https://sms.example.it/".parse().unwrap()));
        assert!(!is_protected(&"http://sms.example.it/".parse().unwrap()));
    }

    #[test]
    fn what_may_get_better_is_tried_again() {
        assert_eq!(judge(StatusCode::ACCEPTED, "it"), Ok(()));
        for code in [408, 429, 500, 503, 401] {
            let status = StatusCode::from_u16(code).unwrap();
            assert!(matches!(judge(status, "it"), Err(CarryError::Later(_))), "{code}");
        }
        for code in [301, 400, 404, 422] {
            let status = StatusCode::from_u16(code).unwrap();
            assert!(matches!(judge(status, "it"), Err(CarryError::Never(_))), "{code}");
        }
    }
}
