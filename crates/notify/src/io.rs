//! App IO: a message of a public body to a citizen, by fiscal code.
//!
//! IO's rules: its profile is asked before each message, one citizen a call, the body's own key for each body. It knows no
//! key by which it tells a repetition, and an answer that was lost cannot be asked for again: whoever is killed between
//! sending and writing down says it twice.

use crate::{
    answers::{busy, client, content, retry_after, secret, unreached},
    carrier::{Carrier, CarryError, Content, Destination, Parcel},
    sms::{is_protected, judge},
    words::{self, Sender},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use domain::{Instant, message::Text};
use reqwest::{Client, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use std::{collections::BTreeMap, convert::identity, fmt::Write as _, fs, io, path::PathBuf};
use url::Url;

const WHO: &str = "App IO";
const KEY: &str = "Ocp-Apim-Subscription-Key";
/// How long IO keeps trying, in seconds: no less, no more.
const SHORTEST: TimeDelta = TimeDelta::hours(1);
const LONGEST: TimeDelta = TimeDelta::days(7);
/// Letters of a subject.
const SUBJECT: std::ops::RangeInclusive<usize> = 10..=120;
/// Letters of a text.
const MARKDOWN: std::ops::RangeInclusive<usize> = 80..=10_000;

/// `[io]`: messages in App IO.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IoSettings {
    /// IO's address; another one only for a test.
    #[serde(default = "production")]
    pub url: String,
    /// `[io.bodies.SLUG]`: the bodies that write there. Each has a service of its own.
    #[serde(default)]
    pub bodies: BTreeMap<String, IoBody>,
}

/// `[io.bodies.SLUG]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IoBody {
    /// The file with the primary key of the body's service.
    pub key_file: PathBuf,
}

fn production() -> String {
    "https://api.io.pagopa.it/api/v1".to_owned()
}

/// IO settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IoError {
    /// A key cannot be read.
    #[error("cannot read {path}, the file of io.bodies.{body}.key_file")]
    Key {
        /// Whose.
        body: String,
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not one line.
    #[error("the file of io.bodies.{0}.key_file holds no key: one line, as IO's back office shows it")]
    Malformed(String),
    /// http to another machine.
    #[error("io.url must begin with https")]
    Unprotected,
    /// HTTP cannot be set up.
    #[error("HTTP for App IO cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// What App IO shows. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct IoText {
    /// 10 to 120 letters. IO shows it on a locked screen.
    pub subject: String,
    /// 80 to 10,000 letters, with the buttons before them.
    pub markdown: String,
}

/// A message as App IO shows it: what a notification would say, since both are seen on a telephone, and where to go on.
/// `preview` is the receiver's choice: without it only that there is something.
pub fn text(text: &Text, sender: &Sender<'_>, preview: bool, now: Instant) -> IoText {
    let note = words::note(text, sender, preview, now);
    let contacts = sender.contacts;
    let mut buttons = note
        .actions
        .iter()
        .map(|action| (action.label.as_str(), action.path.as_str()))
        .chain([("Apri la mensa", note.path.as_str())])
        .take(2)
        .collect::<Vec<_>>();
    if note.actions.iter().any(|action| action.path == note.path) {
        // The same door twice.
        buttons.truncate(1);
    }
    let mut front = String::new();
    for (at, (label, path)) in buttons.iter().enumerate() {
        // Writing into a text cannot fail.
        let _ = write!(
            front,
            "  cta_{}:\n    text: \"{}\"\n    action: \"iohandledlink://{}{path}\"\n",
            at + 1,
            plain(label),
            sender.origin
        );
    }
    let mut ask = String::new();
    match (contacts.phone.is_empty(), contacts.email.is_empty()) {
        (false, false) => {
            ask = format!(
                " Hai domande? Chiama {} o scrivi a {}.",
                contacts.phone, contacts.email
            );
        }
        (false, true) => ask = format!(" Hai domande? Chiama {}.", contacts.phone),
        (true, false) => ask = format!(" Hai domande? Scrivi a {}.", contacts.email),
        (true, true) => {}
    }
    let markdown = format!(
        "---\nit:\n{front}---\n{}\n\nTrovi i dettagli, e quello che puoi fare, nell'app della mensa.\n\n\
         Questo avviso arriva dal servizio di mensa scolastica: {}.{ask}\n",
        plain(&note.body),
        plain(sender.name),
    );
    let subject: String = format!("Mensa scolastica: {}", subject(text, preview));
    IoText {
        subject: subject.chars().take(*SUBJECT.end()).collect(),
        markdown,
    }
}

fn subject(text: &Text, preview: bool) -> &'static str {
    if !preview {
        return "c'è un avviso per te";
    }
    match text {
        Text::LowBalance { .. } => "pasti rimasti",
        Text::MorningReminder { .. } => "promemoria per oggi",
        Text::PaymentReceived { .. } => "pagamento arrivato",
        Text::DaysChanged { .. } => "giorni cambiati",
        Text::ClosureAnnounced { .. } => "chiusura del servizio",
        Text::RenewalOpens { .. } => "iscrizioni aperte",
        _ => "c'è un avviso per te",
    }
}

/// Names without what markdown would take for its own.
fn plain(text: &str) -> String {
    let markup = |letter: &char| !"*_`#<>[]{}|\\\"\n\r".contains(*letter);
    text.chars().filter(markup).collect()
}

/// Hands messages to App IO.
pub struct Io {
    client: Client,
    url: String,
    keys: BTreeMap<String, header::HeaderValue>,
}

impl Io {
    /// Reads the settings and each body's key.
    pub fn new(settings: &IoSettings) -> Result<Self, IoError> {
        let url = settings.url.trim_end_matches('/');
        if !url.parse::<Url>().is_ok_and(|url| is_protected(&url)) {
            return Err(IoError::Unprotected);
        }
        let mut keys = BTreeMap::new();
        for (body, own) in &settings.bodies {
            let key = fs::read_to_string(&own.key_file).map_err(|source| IoError::Key {
                body: body.clone(),
                path: own.key_file.clone(),
                source,
            })?;
            let key = Some(key.trim()).filter(|key| !key.is_empty()).map(secret);
            let key = key
                .and_then(Result::ok)
                .ok_or_else(|| IoError::Malformed(body.clone()))?;
            keys.insert(body.clone(), key);
        }
        Ok(Self {
            client: client(identity).map_err(IoError::Http)?,
            url: url.to_owned(),
            keys,
        })
    }

    async fn post(
        &self,
        path: &str,
        key: &header::HeaderValue,
        (content, now): (&serde_json::Value, Instant),
    ) -> Result<Answer, CarryError> {
        let answer = self
            .client
            .post(format!("{}/{path}", self.url))
            .header(KEY, key.clone())
            .json(content)
            .send()
            .await
            .map_err(|error| unreached(&error, WHO))?;
        Ok(Answer {
            status: answer.status(),
            wait: retry_after(&answer, now),
            body: self::content(answer).await,
        })
    }
}

struct Answer {
    status: StatusCode,
    wait: Option<TimeDelta>,
    body: Vec<u8>,
}

impl Answer {
    fn judged(&self) -> Result<(), CarryError> {
        match judge(self.status, WHO) {
            Err(CarryError::Later(problem)) => Err(busy(self.wait, problem)),
            other => other,
        }
    }

    /// Whether the citizen lets this service write.
    fn profile(&self) -> Result<(), CarryError> {
        #[derive(Deserialize)]
        struct Profile {
            sender_allowed: bool,
        }
        if self.status == StatusCode::NOT_FOUND {
            return Err(CarryError::Unreachable(
                "this person does not use App IO".to_owned(),
            ));
        }
        self.judged()?;
        let profile: Profile = serde_json::from_slice(&self.body)
            .map_err(|_| CarryError::Later("App IO's profile cannot be read".to_owned()))?;
        if profile.sender_allowed {
            return Ok(());
        }
        Err(CarryError::Unreachable(
            "this person has switched off the body's messages in App IO".to_owned(),
        ))
    }
}

#[async_trait]
impl Carrier for Io {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let (Destination::Io { body, fiscal_code }, Content::Io(text)) = (&parcel.to, &parcel.content) else {
            return Err(CarryError::Never("this is no message for App IO".to_owned()));
        };
        let Some(key) = self.keys.get(body) else {
            return Err(CarryError::Unreachable(
                "this body does not write in App IO".to_owned(),
            ));
        };
        let fits = SUBJECT.contains(&text.subject.chars().count())
            && MARKDOWN.contains(&text.markdown.chars().count());
        if !fits {
            return Err(CarryError::Never(
                "the message is too short or too long for App IO".to_owned(),
            ));
        }
        let who = json!({ "fiscal_code": fiscal_code });
        self.post("profiles", key, (&who, parcel.at)).await?.profile()?;
        let keep = parcel.expires.map_or(LONGEST, |expires| expires - parcel.at);
        let message = json!({
            "fiscal_code": fiscal_code,
            "feature_level_type": "STANDARD",
            "time_to_live": keep.clamp(SHORTEST, LONGEST).num_seconds(),
            "content": {
                "subject": text.subject,
                "markdown": text.markdown,
                "require_secure_channels": true,
            },
        });
        let answer = self.post("messages", key, (&message, parcel.at)).await?;
        answer.judged()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{body::Contacts, contact::Language};

    fn low() -> Text {
        let wallet = json!({
            "children": ["Elio"], "meals_left": 2, "balance": 1_236, "last_day": null, "at_limit": false,
        });
        serde_json::from_value(json!({ "kind": "low_balance", "wallets": [wallet] })).unwrap()
    }

    fn written(of: &Text, preview: bool) -> IoText {
        let contacts = Contacts {
            office: "Ufficio scuola".to_owned(),
            phone: "0346 000000".to_owned(),
            email: "scuola@comune.example.it".to_owned(),
            hours: String::new(),
        };
        let sender = Sender {
            name: "Comune di Valdarca",
            contacts: &contacts,
            origin: "https://mensa.comune.example.it",
            language: Language::It,
        };
        text(of, &sender, preview, "2026-11-23T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_low_balance_says_meals_and_no_money_and_leads_to_the_top_up() {
        let written = written(&low(), true);
        assert!(
            SUBJECT.contains(&written.subject.chars().count()),
            "{}",
            written.subject
        );
        assert!(MARKDOWN.contains(&written.markdown.chars().count()));
        assert!(
            written
                .markdown
                .starts_with("---\nit:\n  cta_1:\n    text: \"Ricarica\"\n")
        );
        assert!(
            written
                .markdown
                .contains("action: \"iohandledlink://https://mensa.comune.example.it/ricarica\"")
        );
        assert!(!written.markdown.contains("cta_2"));
        assert!(written.markdown.contains("Restano 2 pasti."));
        for word in ["12,36", "€", "euro", "debito", "saldo"] {
            assert!(
                !written.markdown.contains(word) && !written.subject.contains(word),
                "{word}"
            );
        }
    }

    #[test]
    fn without_preview_it_says_only_that_there_is_something() {
        let written = written(&low(), false);
        assert!(!written.markdown.contains("pasti") && !written.subject.contains("pasti"));
        assert!(SUBJECT.contains(&written.subject.chars().count()));
        assert!(MARKDOWN.contains(&written.markdown.chars().count()));
    }

    #[test]
    fn a_name_brings_no_markup_along() {
        assert_eq!(
            plain("Ele*na_ [x](http://a) \"b\"\n---"),
            "Elena x(http://a) b---"
        );
    }
}
