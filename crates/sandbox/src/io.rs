//! App IO's interface for bodies, and citizens who use it or not. It checks what IO checks, and refuses besides what IO's
//! rules forbid: a message without a look at the profile just before.
//!
//! | path | what it is |
//! |---|---|
//! | `POST /io/api/v1/profiles` | whether a citizen lets this service write |
//! | `POST /io/api/v1/messages` | one message |
//! | `PUT /sandbox/io/citizens/{fiscal code}` | what a citizen is like ([`Citizen`]); who was never named reads |
//! | `GET /sandbox/io` | what the citizens got, oldest first |
//! | `PUT /sandbox/io/faults` | what goes wrong from now on ([`Faults`]) |

use crate::clock::Clock;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use chrono::{DateTime, Utc};
use domain::FiscalCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use url::Url;

/// The key that is taken where no other was allowed.
pub const KEY: &str = "chiave-di-prova-io";

/// Whether a citizen is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Citizen {
    /// Uses App IO and reads what this service writes.
    Reads,
    /// Uses App IO and has switched this service off.
    Refuses,
    /// Does not use it.
    Absent,
}

/// A message that reached a citizen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: DateTime<Utc>,
    /// IO's name for it.
    pub id: String,
    /// By which service: its key.
    pub service: String,
    /// The message as it came.
    pub message: Value,
}

/// What goes wrong: every so many calls, or messages. 0 is never, 1 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// 429 to every so many calls, come back in a minute and a half.
    pub slow_down: u32,
    /// 500 to every so many messages.
    pub later: u32,
    /// Taken, but the answer says 500.
    pub unsaid: u32,
}

#[derive(Default)]
struct Kept {
    citizens: HashMap<String, Citizen>,
    keys: HashSet<String>,
    /// Profiles that were looked at and not yet written to, by service.
    looked_at: HashSet<(String, String)>,
    profiles: usize,
    told: Vec<Told>,
    faults: Faults,
    calls: u32,
    attempts: u32,
}

/// App IO.
pub struct AppIo {
    clock: Clock,
    url: Url,
    kept: Mutex<Kept>,
}

impl std::fmt::Debug for AppIo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppIo")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl AppIo {
    pub(crate) fn new(url: &Url, clock: Clock) -> Self {
        let kept = Kept {
            keys: HashSet::from([KEY.to_owned()]),
            ..Kept::default()
        };
        Self {
            clock,
            url: url.clone(),
            kept: Mutex::new(kept),
        }
    }

    /// The address for `io.url`.
    pub fn address(&self) -> String {
        format!("{}io/api/v1", self.url)
    }

    /// Takes another service's key.
    pub fn allow(&self, key: &str) {
        self.kept().keys.insert(key.to_owned());
    }

    /// Says what a citizen is like.
    pub fn set_citizen(&self, fiscal_code: &str, citizen: Citizen) {
        self.kept().citizens.insert(fiscal_code.to_owned(), citizen);
    }

    /// How many profiles were asked for.
    pub fn profiles(&self) -> usize {
        self.kept().profiles
    }

    /// What the citizens got, oldest first.
    pub fn told(&self) -> Vec<Told> {
        self.kept().told.clone()
    }

    /// Changes what goes wrong.
    pub fn set_faults(&self, faults: Faults) {
        self.kept().faults = faults;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The service whose key it is.
    #[expect(
        clippy::result_large_err,
        reason = "the answer to a request, made once and handed on"
    )]
    fn service(kept: &mut Kept, headers: &HeaderMap) -> Result<String, Response> {
        let key = headers
            .get("ocp-apim-subscription-key")
            .and_then(|key| key.to_str().ok())
            .filter(|key| kept.keys.contains(*key));
        let Some(key) = key else {
            return Err(problem(StatusCode::UNAUTHORIZED, "Unauthorized"));
        };
        let call = kept.calls;
        kept.calls += 1;
        if is_turn(call, kept.faults.slow_down) {
            let answer = problem(StatusCode::TOO_MANY_REQUESTS, "Rate limit is exceeded");
            return Err(([(header::RETRY_AFTER, "90")], answer).into_response());
        }
        Ok(key.to_owned())
    }

    fn profile(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Asked {
            fiscal_code: String,
        }
        let mut kept = self.kept();
        let service = match Self::service(&mut kept, headers) {
            Ok(service) => service,
            Err(answer) => return answer,
        };
        let asked: Option<Asked> = serde_json::from_slice(body).ok();
        let Some(asked) = asked.filter(|asked| FiscalCode::parse(&asked.fiscal_code).is_ok()) else {
            return problem(StatusCode::BAD_REQUEST, "fiscal_code");
        };
        kept.profiles += 1;
        let citizen = kept.citizens.get(&asked.fiscal_code).copied();
        let allowed = match citizen.unwrap_or(Citizen::Reads) {
            Citizen::Absent => return problem(StatusCode::NOT_FOUND, "Profile not found"),
            Citizen::Refuses => false,
            Citizen::Reads => true,
        };
        kept.looked_at.insert((service, asked.fiscal_code));
        Json(json!({ "sender_allowed": allowed, "preferred_languages": ["it_IT"] })).into_response()
    }

    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let mut kept = self.kept();
        let service = match Self::service(&mut kept, headers) {
            Ok(service) => service,
            Err(answer) => return answer,
        };
        let attempt = kept.attempts;
        kept.attempts += 1;
        if is_turn(attempt, kept.faults.later) {
            return problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
        }
        let message = match read(body) {
            Ok(message) => message,
            Err(wrong) => return problem(StatusCode::BAD_REQUEST, &wrong),
        };
        let citizen = message["fiscal_code"].as_str().unwrap_or_default().to_owned();
        if !kept.looked_at.remove(&(service.clone(), citizen.clone())) {
            return problem(StatusCode::FORBIDDEN, "the profile was not looked at before");
        }
        if kept
            .citizens
            .get(&citizen)
            .is_some_and(|citizen| *citizen != Citizen::Reads)
        {
            return problem(StatusCode::FORBIDDEN, "the citizen does not allow it");
        }
        let id = format!("01K{:023}", kept.told.len());
        kept.told.push(Told {
            at: self.clock.now(),
            id: id.clone(),
            service,
            message,
        });
        if is_turn(attempt, kept.faults.unsaid) {
            return problem(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error");
        }
        (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
    }
}

fn is_turn(attempt: u32, every: u32) -> bool {
    every != 0 && attempt.is_multiple_of(every)
}

fn problem(status: StatusCode, detail: &str) -> Response {
    let body = json!({ "status": status.as_u16(), "title": "problem", "detail": detail });
    (status, Json(body)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    fiscal_code: String,
    feature_level_type: String,
    time_to_live: u32,
    content: Content,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    subject: String,
    markdown: String,
    require_secure_channels: bool,
}

/// The message, or what is wrong with it.
fn read(body: &[u8]) -> Result<Value, String> {
    let message: Message = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let wrong = |what: &str| Err(what.to_owned());
    if FiscalCode::parse(&message.fiscal_code).is_err() {
        return wrong("fiscal_code");
    }
    if message.feature_level_type != "STANDARD" {
        return wrong("feature_level_type");
    }
    if !(3_600..=604_800).contains(&message.time_to_live) {
        return wrong("time_to_live");
    }
    if !(10..=120).contains(&message.content.subject.chars().count()) {
        return wrong("content.subject");
    }
    if !(80..=10_000).contains(&message.content.markdown.chars().count()) {
        return wrong("content.markdown");
    }
    if !message.content.require_secure_channels {
        return wrong("content.require_secure_channels");
    }
    if !has_good_buttons(&message.content.markdown) {
        return wrong("content.markdown: front matter");
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// No front matter, or one with at most two buttons, each with a text and an address that IO opens.
fn has_good_buttons(markdown: &str) -> bool {
    let Some(rest) = markdown.strip_prefix("---\n") else {
        return true;
    };
    let Some((front, text)) = rest.split_once("\n---\n") else {
        return false;
    };
    let mut lines = front.lines();
    if lines.next() != Some("it:") || text.trim().is_empty() {
        return false;
    }
    let lines: Vec<_> = lines.collect();
    let buttons = lines.chunks(3).enumerate().all(|(at, button)| {
        let [name, text, action] = button else {
            return false;
        };
        let quoted = |line: &str, before: &str| {
            let value = line.strip_prefix(before)?;
            let value = value.strip_prefix('"')?.strip_suffix('"')?;
            (!value.is_empty() && !value.contains('"')).then(|| value.to_owned())
        };
        *name == format!("  cta_{}:", at + 1)
            && quoted(text, "    text: ").is_some_and(|text| text.chars().count() <= 30)
            && quoted(action, "    action: ")
                .and_then(|action| action.strip_prefix("iohandledlink://").map(str::to_owned))
                .and_then(|action| Url::parse(&action).ok())
                .is_some_and(|action| matches!(action.scheme(), "https" | "http"))
    });
    buttons && (1..=6).contains(&lines.len())
}

async fn profile(State(io): State<Arc<AppIo>>, headers: HeaderMap, body: Bytes) -> Response {
    io.profile(&headers, &body)
}

async fn take(State(io): State<Arc<AppIo>>, headers: HeaderMap, body: Bytes) -> Response {
    io.take(&headers, &body)
}

async fn set_citizen(
    State(io): State<Arc<AppIo>>,
    Path(fiscal_code): Path<String>,
    Json(citizen): Json<Citizen>,
) -> Json<Citizen> {
    io.set_citizen(&fiscal_code, citizen);
    Json(citizen)
}

async fn told(State(io): State<Arc<AppIo>>) -> Json<Vec<Told>> {
    Json(io.told())
}

async fn set_faults(State(io): State<Arc<AppIo>>, Json(faults): Json<Faults>) -> Json<Faults> {
    io.set_faults(faults);
    Json(faults)
}

/// IO's paths.
pub(crate) fn router(io: Arc<AppIo>) -> Router {
    Router::new()
        .route("/io/api/v1/profiles", post(profile))
        .route("/io/api/v1/messages", post(take))
        .route("/sandbox/io", get(told))
        .route("/sandbox/io/citizens/{fiscal_code}", put(set_citizen))
        .route("/sandbox/io/faults", put(set_faults))
        .with_state(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_that_io_would_not_show_are_refused() {
        let with = |front: &str| has_good_buttons(&format!("---\n{front}---\nTesto."));
        assert!(has_good_buttons("Testo senza pulsanti."));
        let button = "  cta_1:\n    text: \"Ricarica\"\n    action: \"iohandledlink://https://a.example.it/ricarica\"\n";
        assert!(with(&format!("it:\n{button}")));
        assert!(!with(button));
        assert!(!with(&format!("it:\n{}", button.replace("cta_1", "cta_2"))));
        assert!(!with(&format!(
            "it:\n{}",
            button.replace("https://", "javascript:")
        )));
        assert!(!with("it:\n"));
        assert!(!has_good_buttons("---\nit:\nTesto."));
    }
}
