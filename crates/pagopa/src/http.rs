//! How we call pagoPA: one secret header, short time-outs, few and jittered retries, a breaker, no redirect followed.

use crate::{Breaker, config::ServiceUrl};
use reqwest::{Client, RequestBuilder, Response, header, redirect};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use url::Url;

/// No answer of pagoPA that we read is larger, in bytes.
const LARGEST_ANSWER: usize = 1_048_576;

/// Chiave di sottoscrizione from pagoPA's back office. Never printed, not even in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionKey(String);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("cannot read the pagoPA key from {path}")]
    File {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Empty, or with characters that no key has.
    #[error("the pagoPA key must be one line of visible ASCII characters")]
    Malformed,
}

impl SubscriptionKey {
    /// A key of visible ASCII characters.
    pub fn new(key: &str) -> Result<Self, KeyError> {
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(KeyError::Malformed);
        }
        Ok(Self(key.to_owned()))
    }

    /// Reads the key from a file of its own, so that it is in no configuration file and no dump.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(path).map_err(|source| KeyError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::new(text.trim())
    }

    fn add_to(&self, request: RequestBuilder) -> RequestBuilder {
        match header::HeaderValue::from_str(&self.0) {
            Ok(mut value) => {
                value.set_sensitive(true);
                request.header("Ocp-Apim-Subscription-Key", value)
            }
            // Unreachable: `new` lets only visible ASCII in.
            Err(_) => request,
        }
    }
}

impl fmt::Debug for SubscriptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriptionKey(hidden)")
    }
}

/// How long we wait for pagoPA and how often we ask again. A parent may be looking at a spinner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To open the connection.
    pub connect: Duration,
    /// For one whole answer.
    pub answer: Duration,
    /// After this much in all no other attempt begins.
    pub total: Duration,
    /// Attempts in all, where asking again is safe.
    pub attempts: u32,
    /// Pause before the second attempt; it doubles, and each pause is drawn between half of it and all of it.
    pub first_pause: Duration,
    /// No pause is longer; a `Retry-After` beyond it ends the attempts.
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            answer: Duration::from_secs(8),
            total: Duration::from_secs(15),
            attempts: 3,
            first_pause: Duration::from_millis(300),
            longest_pause: Duration::from_secs(3),
        }
    }
}

impl Patience {
    /// The same, but one attempt only.
    #[must_use]
    pub fn once(self) -> Self {
        Self { attempts: 1, ..self }
    }

    fn pause(&self, attempt: u32, retry_after: Option<Duration>) -> Option<Duration> {
        if let Some(asked) = retry_after {
            return (asked <= self.longest_pause).then_some(asked);
        }
        let full = self
            .first_pause
            .saturating_mul(1 << attempt.min(10))
            .min(self.longest_pause);
        // Without randomness from the system there is no jitter, which is no reason to fail.
        let share = getrandom::u32().unwrap_or(u32::MAX) % 512;
        Some(full / 2 + full * share / 1024)
    }
}

/// The client could not be made; the machine's TLS setup is broken.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up HTTPS")]
pub struct HttpSetupError(#[source] reqwest::Error);

/// One of pagoPA's services, as every client here calls it.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    pub(crate) http: Client,
    pub(crate) base: ServiceUrl,
    key: Option<SubscriptionKey>,
    pub(crate) patience: Patience,
    pub(crate) breaker: Breaker,
}

impl Service {
    pub(crate) fn new(
        base: ServiceUrl,
        key: Option<SubscriptionKey>,
        patience: Patience,
    ) -> Result<Self, HttpSetupError> {
        Ok(Self {
            http: client(&patience)?,
            base,
            key,
            patience,
            breaker: Breaker::default(),
        })
    }

    /// Asks for what stands at an address; safe to repeat.
    pub(crate) async fn get(&self, url: Url) -> Result<Answer, String> {
        self.send(self.http.get(url), self.patience).await
    }

    /// Sends as patiently as said, unless the breaker is open. What the caller gets as an error, and each answer that
    /// says "not now", is a failure of the service; any other answer shows that it works.
    pub(crate) async fn send(&self, request: RequestBuilder, patience: Patience) -> Result<Answer, String> {
        let permit = self.breaker.admit().map_err(|resting| resting.to_string())?;
        let patience = if permit.probe { patience.once() } else { patience };
        let request = match &self.key {
            Some(key) => key.add_to(request),
            None => request,
        };
        let outcome = send(request, &patience).await;
        match &outcome {
            Ok(answer) if answer.status != 429 && answer.status < 500 => permit.worked(),
            _ => permit.failed(),
        }
        outcome
    }
}

fn client(patience: &Patience) -> Result<Client, HttpSetupError> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .connect_timeout(patience.connect)
        .timeout(patience.answer)
        .user_agent(concat!("refettorio/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(HttpSetupError)
}

/// What came back, body read whole.
pub(crate) struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

/// Sends, and sends again after a failure of the network, 429, 502, 503 and 504, as `patience` allows.
async fn send(request: RequestBuilder, patience: &Patience) -> Result<Answer, String> {
    let began = Instant::now();
    let mut attempt = 0;
    loop {
        let outcome = match request.try_clone() {
            Some(again) => once(again).await,
            None => return Err("the request cannot be sent twice".to_owned()),
        };
        let retry_after = match &outcome {
            Ok(answer) if matches!(answer.status, 429 | 502..=504) => answer.retry_after,
            Ok(_) => return outcome,
            Err(_) => None,
        };
        let pause = patience.pause(attempt, retry_after);
        attempt += 1;
        match pause {
            Some(pause) if attempt < patience.attempts && began.elapsed() + pause < patience.total => {
                tokio::time::sleep(pause).await;
            }
            _ => return outcome,
        }
    }
}

async fn once(request: RequestBuilder) -> Result<Answer, String> {
    let response = request.send().await.map_err(describe)?;
    let text = |name| {
        response
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    };
    let (status, location) = (response.status().as_u16(), text(header::LOCATION));
    let retry_after = text(header::RETRY_AFTER)
        .and_then(|v| v.trim().parse().ok())
        .map(Duration::from_secs);
    Ok(Answer {
        status,
        location,
        retry_after,
        body: read(response).await?,
    })
}

async fn read(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(describe)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(format!("the answer is larger than {LARGEST_ANSWER} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The whole chain of reasons, without the address: it names the debtor's position.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(reason) = cause {
        text.push_str(": ");
        text.push_str(&reason.to_string());
        cause = reason.source();
    }
    text
}

/// The `title` and `detail` of a problem answer, or what could be read of it, for the log.
pub(crate) fn problem(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Problem {
        title: Option<String>,
        detail: Option<String>,
        message: Option<String>,
        #[serde(rename = "appErrorCode")]
        code: Option<String>,
        #[serde(default)]
        errors: Vec<Detail>,
    }
    #[derive(serde::Deserialize)]
    struct Detail {
        message: Option<String>,
    }
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => {
            let details = problem.errors.into_iter().map(|detail| detail.message);
            let parts: Vec<String> = [problem.title, problem.detail, problem.message, problem.code]
                .into_iter()
                .chain(details)
                .flatten()
                .collect();
            parts.join(": ")
        }
        Err(_) => String::from_utf8_lossy(body).chars().take(200).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = SubscriptionKey::new("s3cret").unwrap();
        assert_eq!(format!("{key:?}"), "SubscriptionKey(hidden)");
        for bad in ["", "two words", "line\nline", "è"] {
            assert!(SubscriptionKey::new(bad).is_err());
        }
    }

    #[test]
    fn a_key_comes_from_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "s3cret\n").unwrap();
        assert_eq!(
            SubscriptionKey::from_file(&path).unwrap(),
            SubscriptionKey::new("s3cret").unwrap()
        );
        assert!(matches!(
            SubscriptionKey::from_file(&folder.path().join("none")),
            Err(KeyError::File { .. })
        ));
    }

    #[test]
    fn pauses_grow_are_bounded_and_respect_the_server() {
        let patience = Patience::default();
        for attempt in 0..20 {
            let pause = patience.pause(attempt, None).unwrap();
            assert!(pause >= patience.first_pause / 2 && pause <= patience.longest_pause);
        }
        assert_eq!(
            patience.pause(0, Some(Duration::from_secs(2))),
            Some(Duration::from_secs(2))
        );
        assert_eq!(patience.pause(0, Some(Duration::from_mins(1))), None);
    }

    #[test]
    fn a_problem_is_told_in_one_line() {
        assert_eq!(
            problem(br#"{"title":"BAD","status":400,"detail":"iuv"}"#),
            "BAD: iuv"
        );
        assert_eq!(
            problem(
                br#"{"httpStatusCode":400,"appErrorCode":"FDR-1","errors":[{"path":"x","message":"y"}]}"#
            ),
            "FDR-1: y"
        );
        assert_eq!(problem(b"<html>gateway"), "<html>gateway");
        assert_eq!(problem(b""), "");
    }
}
