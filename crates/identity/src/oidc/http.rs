//! How providers are called: no redirect followed, little time, little memory, nothing written anywhere.

use crate::federated::{LoginError, Misbehaviour};
use reqwest::{Client, RequestBuilder, Response, header, redirect};
use std::{
    error::Error,
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use url::{Host, Url};

/// For one whole answer of a provider. A person waits for four of them at most.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// No answer of a provider that is read is larger, in bytes.
pub const LARGEST_ANSWER: usize = 262_144;

/// The client's secret at a provider. Never printed, not even in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be read.
    #[error("cannot read the client's secret from {path}")]
    File {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Empty, or with characters that no secret has.
    #[error("the client's secret must be one line of visible ASCII characters")]
    Malformed,
}

impl ClientSecret {
    /// A secret of visible ASCII characters.
    pub fn new(secret: &str) -> Result<Self, SecretError> {
        if secret.is_empty() || !secret.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SecretError::Malformed);
        }
        Ok(Self(secret.to_owned()))
    }

    /// Reads the secret from a file of its own, so that it is in no configuration file and no dump.
    pub fn from_file(path: &Path) -> Result<Self, SecretError> {
        let text = fs::read_to_string(path).map_err(|source| SecretError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::new(text.trim())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(hidden)")
    }
}

/// The HTTP client could not be made; the machine's TLS setup is broken.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up HTTPS")]
pub struct SetupError(#[source] reqwest::Error);

pub(super) fn client(patience: Duration) -> Result<Client, SetupError> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(patience)
        .timeout(patience)
        .user_agent(concat!("refettorio/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(SetupError)
}

/// What came back, body read whole.
pub(super) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) fn json<T: serde::de::DeserializeOwned>(
        &self,
        endpoint: &'static str,
    ) -> Result<T, LoginError> {
        // The words of serde_json may quote the body; only where it stumbled is told.
        serde_json::from_slice(&self.body).map_err(|error| {
            misbehaves(
                endpoint,
                format!(
                    "the answer is not the JSON that it should be (line {}, column {})",
                    error.line(),
                    error.column()
                ),
            )
        })
    }
}

pub(super) fn misbehaves(endpoint: &'static str, problem: impl Into<String>) -> LoginError {
    LoginError::ProviderMisbehaves(Misbehaviour::Answer {
        endpoint,
        problem: problem.into(),
    })
}

/// One call. A redirect, an answer too large and every status but 2xx and 4xx are told apart here.
pub(super) async fn call(endpoint: &'static str, request: RequestBuilder) -> Result<Answer, LoginError> {
    let unavailable = |error| LoginError::ProviderUnavailable(format!("{endpoint}: {}", describe(error)));
    let response = request
        .header(header::ACCEPT, "application/json")
        .send()
        .await
        .map_err(unavailable)?;
    let status = response.status();
    if status.is_redirection() {
        return Err(misbehaves(
            endpoint,
            format!("it redirects ({status}); write the right issuer"),
        ));
    }
    if status.is_server_error() || status.as_u16() == 429 {
        return Err(LoginError::ProviderUnavailable(format!(
            "{endpoint}: status {status}"
        )));
    }
    match read(response).await {
        Ok(Some(body)) => Ok(Answer {
            status: status.as_u16(),
            body,
        }),
        Ok(None) => Err(misbehaves(
            endpoint,
            format!("the answer is larger than {LARGEST_ANSWER} bytes"),
        )),
        Err(error) => Err(unavailable(error)),
    }
}

/// What stands at an address, which must be there.
pub(super) async fn get<T: serde::de::DeserializeOwned>(
    endpoint: &'static str,
    request: RequestBuilder,
) -> Result<T, LoginError> {
    let answer = call(endpoint, request).await?;
    if answer.status == 200 {
        answer.json(endpoint)
    } else {
        Err(misbehaves(endpoint, format!("status {}", answer.status)))
    }
}

async fn read(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// The error with its causes, without the address: that of the callback holds the code.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(reason) = cause {
        text.push_str(": ");
        text.push_str(&reason.to_string());
        cause = reason.source();
    }
    text
}

/// `https` without credentials in it, or `http` on this very machine.
pub(super) fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return false,
    };
    let bare = url.username().is_empty() && url.password().is_none();
    bare && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_its_file_and_shown_to_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "very-secret\n").unwrap();
        let secret = ClientSecret::from_file(&path).unwrap();
        assert_eq!(secret.reveal(), "very-secret");
        assert!(!format!("{secret:?}").contains("very"));
        fs::write(&path, "\n").unwrap();
        assert!(matches!(
            ClientSecret::from_file(&path),
            Err(SecretError::Malformed)
        ));
        assert!(ClientSecret::from_file(&folder.path().join("none")).is_err());
    }

    #[test]
    fn only_https_and_this_machine_are_called() {
        for (text, safe) in [
            ("https://accesso.example.it/oidc", true),
            ("http://127.0.0.1:8091", true),
            ("http://[::1]:8091", true),
            ("http://accesso.example.it", false),
            ("https://name:word@accesso.example.it", false),
            ("ftp://127.0.0.1", false),
            ("data:,x", false),
        ] {
            assert_eq!(is_safe(&Url::parse(text).unwrap()), safe, "{text}");
        }
    }
}
