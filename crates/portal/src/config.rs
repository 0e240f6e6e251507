//! The portal's configuration: one commented TOML file, each key also by environment.
//!
//! Secrets are never in it, only the paths of the files that hold them. Every mistake names the key and says what
//! to write.

use crate::{http::wellknown::AppSection, station::forwarder::StationSection};
use domain::Instant;
use identity::oidc::{self, ProviderSettings};
use notify::{
    apns::ApnsSettings, fcm::FcmSettings, io::IoSettings, mail::MailSettings, push::PushSettings,
    sms::SmsSettings,
};
use pagopa::config::PagopaSettings;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};
use storage::Target;
use toml::{Table, Value};
use url::Url;

/// The commented example, which is the documentation of every key.
pub const EXAMPLE: &str = include_str!("../refettorio.example.toml");

/// Before each key in the environment: `REFETTORIO_LISTEN`, `REFETTORIO_LOG_FORMAT`.
const ENV_PREFIX: &str = "REFETTORIO_";

/// Keys that can be set by environment, and what to write.
const KEYS: [(&str, &str); 8] = [
    ("listen", "an address and port, such as \"127.0.0.1:8080\""),
    (
        "public_url",
        "the address that families open, such as \"https://mensa.comune.example.it\"",
    ),
    ("database", "\"sqlite:PATH\" or \"postgres://USER@HOST/NAME\""),
    (
        "ui_dir",
        "the folder of the built interface, or leave it out where the interface is embedded",
    ),
    (
        "signing_key_file",
        "the path of the file that holds the receipts' signing key; it is made at first start",
    ),
    (
        "trusted_proxies",
        "the addresses of your reverse proxies, such as [\"127.0.0.1\"]",
    ),
    ("log.format", "\"text\" or \"json\""),
    (
        "log.filter",
        "a level such as \"info\", or \"warn,refettorio_portal=debug\"",
    ),
];

/// How the log is written to stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// Text or JSON.
    pub format: LogFormat,
    /// What is written, in tracing's words.
    pub filter: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info".to_owned(),
        }
    }
}

/// The configuration, read and checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the portal listens; port 0 lets the system choose.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// What families open; decides the cookie's kind and the return addresses of a checkout.
    pub public_url: Url,
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(deserialize_with = "target")]
    pub database: Target,
    /// The built interface, where it is not embedded.
    #[serde(default)]
    pub ui_dir: Option<PathBuf>,
    /// 32 bytes, base64; made at first start.
    pub signing_key_file: PathBuf,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether the clock stands still between two readings of its file: only in tests, set by `--clock`.
    #[serde(skip)]
    pub clock_stands_still: bool,
    /// The log.
    #[serde(default)]
    pub log: LogSettings,
    /// The phone apps that this address belongs to.
    #[serde(default)]
    pub app: AppSection,
    /// pagoPA's addresses and keys.
    #[serde(default)]
    pub pagopa: PagopaSection,
    /// Codes by mail and SMS.
    #[serde(default)]
    pub codes: CodesSection,
    /// The server that takes our mail.
    #[serde(default)]
    pub mail: Option<MailSettings>,
    /// The gateway that takes our texts.
    #[serde(default)]
    pub sms: Option<SmsSettings>,
    /// Notifications in browsers.
    #[serde(default)]
    pub push: Option<PushSettings>,
    /// Notifications on Android phones.
    #[serde(default)]
    pub fcm: Option<FcmSettings>,
    /// Notifications on iPhones and iPads.
    #[serde(default)]
    pub apns: Option<ApnsSettings>,
    /// Messages in App IO.
    #[serde(default)]
    pub io: Option<IoSettings>,
    /// Who vouches for people: SPID and CIE.
    #[serde(default)]
    pub login: LoginSection,
}

/// `[[login.provider]]`: the providers of identities, in the order of their buttons.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginSection {
    /// One each for SPID and CIE, or one hub for both.
    #[serde(default)]
    pub provider: Vec<ProviderSettings>,
}

/// `[codes]`: the codes that prove a contact or bring a password back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CodesSection {
    /// The most codes by SMS that are sent for one body in a day: each costs money, and anybody may ask for one.
    pub sms_per_day: u32,
}

impl Default for CodesSection {
    fn default() -> Self {
        Self { sms_per_day: 200 }
    }
}

/// `[pagopa]`: where pagoPA is, and by the body's short name where its key is. What body and pagoPA agreed on
/// (fiscal code, account, station) comes with the body's own file.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagopaSection {
    /// GPD's address for every body.
    pub gpd_url: Option<String>,
    /// Checkout's address for every body.
    pub checkout_url: Option<String>,
    /// Where flows of transfers are read, for every body.
    pub fdr_url: Option<String>,
    /// Where GPD gives receipts, for every body.
    pub receipts_url: Option<String>,
    /// Where receipts of any payment are given, for every body.
    pub biz_events_url: Option<String>,
    /// Hosts beyond pagoPA's own to which a parent may be sent.
    #[serde(default)]
    pub checkout_hosts: Vec<String>,
    /// `[pagopa.station]`: who may push receipts. Without it, only programs on this machine.
    pub station: Option<StationSection>,
    /// `[pagopa.bodies.SLUG]`: `key_file`, and any other key of [`PagopaSettings`] that is to be overridden.
    #[serde(default)]
    pub bodies: BTreeMap<String, Table>,
}

impl PagopaSection {
    /// All that is needed to speak to pagoPA for a body; none where it has no section here or brought no
    /// settings of its own. `own` is the JSON that came with the body.
    pub fn of(&self, slug: &str, own: Option<&str>) -> Result<Option<PagopaSettings>, ConfigError> {
        let Some(section) = self.bodies.get(slug) else {
            return Ok(None);
        };
        let wrong = |problem: String| ConfigError::Key {
            key: format!("pagopa.bodies.{slug}"),
            problem,
            expected: "what check-config --example shows".to_owned(),
        };
        let mut all: serde_json::Map<String, serde_json::Value> = match own {
            None => serde_json::Map::new(),
            Some(own) => serde_json::from_str(own).map_err(|error| wrong(error.to_string()))?,
        };
        let services = [
            ("gpd_url", &self.gpd_url),
            ("checkout_url", &self.checkout_url),
            ("fdr_url", &self.fdr_url),
            ("receipts_url", &self.receipts_url),
            ("biz_events_url", &self.biz_events_url),
        ];
        for (key, value) in services {
            if let Some(value) = value {
                all.insert(key.to_owned(), value.clone().into());
            }
        }
        if !self.checkout_hosts.is_empty() {
            all.insert("checkout_hosts".to_owned(), self.checkout_hosts.clone().into());
        }
        for (key, value) in section {
            let value = serde_json::to_value(value).map_err(|error| wrong(error.to_string()))?;
            all.insert(key.clone(), value);
        }
        serde_json::from_value(all.into())
            .map(Some)
            .map_err(|error| wrong(error.to_string()))
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn target<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Target, D::Error> {
    Target::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {problem}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// Not TOML.
    #[error("the configuration is not TOML: {0}")]
    Syntax(String),
    /// A key is absent, unknown or wrong.
    #[error("{key}: {problem}. Write {expected}")]
    Key {
        /// Which key.
        key: String,
        /// What is wrong.
        problem: String,
        /// What to write.
        expected: String,
    },
}

impl From<oidc::ConfigError> for ConfigError {
    fn from(error: oidc::ConfigError) -> Self {
        Self::Key {
            key: format!("login.provider {}", error.id),
            problem: error.problem.to_owned(),
            expected: "it as check-config --example shows it".to_owned(),
        }
    }
}

impl Settings {
    /// Reads the file, where there is one, and lets the environment override it.
    pub fn load(path: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let text = match path {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| ConfigError::File {
                path: path.to_owned(),
                problem: error.to_string(),
            })?,
        };
        Self::parse(&text, env)
    }

    /// Reads a TOML text, overridden by the environment.
    pub fn parse(text: &str, env: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let mut table: Table = text
            .parse()
            .map_err(|e: toml::de::Error| ConfigError::Syntax(e.to_string()))?;
        for (key, _) in KEYS {
            if let Some(value) = env.get(&format!("{ENV_PREFIX}{}", key.to_uppercase().replace('.', "_"))) {
                set(&mut table, key, value);
            }
        }
        // One key at a time, so that a mistake is told with its key.
        for (key, expected) in KEYS {
            check(&table, key, expected)?;
        }
        let settings: Self = table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Key {
                key: "configuration".to_owned(),
                problem: error.message().to_owned(),
                expected: "only the keys that check-config --example shows".to_owned(),
            })?;
        settings.checked()
    }

    fn checked(self) -> Result<Self, ConfigError> {
        let url = &self.public_url;
        let wrong = |problem: &str| ConfigError::Key {
            key: "public_url".to_owned(),
            problem: problem.to_owned(),
            expected: expected("public_url"),
        };
        let host = url.host_str().ok_or_else(|| wrong("it has no host"))?;
        let loopback = host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<IpAddr>()
                .is_ok_and(|ip| ip.is_loopback());
        if !(url.scheme() == "https" || url.scheme() == "http" && loopback) {
            return Err(wrong("passwords need https; http is for this machine only"));
        }
        if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
            return Err(wrong("it is more than scheme, host and port"));
        }
        oidc::resolve(self.login.provider.clone())?;
        if let Some((key, problem, expected)) = self.app.mistake() {
            return Err(ConfigError::Key {
                key: key.to_owned(),
                problem,
                expected: expected.to_owned(),
            });
        }
        Ok(self)
    }

    /// Whether families come by https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// `public_url` as browsers write an origin, without a slash at the end.
    pub fn origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// An address of the interface: `settings.address("ritorno/…")`.
    pub fn address(&self, path: &str) -> String {
        format!("{}/{}", self.origin(), path.trim_start_matches('/'))
    }

    /// What the log says at start; no secret is in it.
    pub fn summary(&self, now: Instant) -> String {
        format!(
            "{} on {}, database {}, clock {now}",
            self.origin(),
            self.listen,
            self.database
        )
    }
}

fn expected(key: &str) -> String {
    KEYS.iter()
        .find(|(known, _)| *known == key)
        .map(|(_, what)| (*what).to_owned())
        .unwrap_or_default()
}

/// Puts a text from the environment where the file would have it.
fn set(table: &mut Table, key: &str, value: &str) {
    let value = match key {
        "trusted_proxies" => {
            let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        _ => Value::String(value.to_owned()),
    };
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((outer, inner)) => {
            let section = table.entry(outer).or_insert_with(|| Value::Table(Table::new()));
            if let Some(section) = section.as_table_mut() {
                section.insert(inner.to_owned(), value);
            }
        }
    }
}

fn check(table: &Table, key: &str, expected: &str) -> Result<(), ConfigError> {
    let value = match key.split_once('.') {
        None => table.get(key),
        Some((outer, inner)) => table.get(outer).and_then(|section| section.get(inner)),
    };
    let wrong = |problem: String| ConfigError::Key {
        key: key.to_owned(),
        problem,
        expected: expected.to_owned(),
    };
    let Some(value) = value.cloned() else {
        return match key {
            "public_url" | "database" | "signing_key_file" => Err(wrong("it is missing".to_owned())),
            _ => Ok(()),
        };
    };
    let told = |error: toml::de::Error| wrong(error.message().trim().to_owned());
    match key {
        "listen" => value.try_into::<SocketAddr>().map(|_| ()).map_err(told),
        "public_url" => value.try_into::<Url>().map(|_| ()).map_err(told),
        "trusted_proxies" => value.try_into::<Vec<IpAddr>>().map(|_| ()).map_err(told),
        "log.format" => value.try_into::<LogFormat>().map(|_| ()).map_err(told),
        "database" => {
            let text = value
                .as_str()
                .ok_or_else(|| wrong("it is not a text".to_owned()))?;
            Target::parse(text)
                .map(|_| ())
                .map_err(|error| wrong(error.to_string()))
        }
        _ => value
            .as_str()
            .map(|_| ())
            .ok_or_else(|| wrong("it is not a text".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str =
        "public_url = 'http://127.0.0.1:8080'\ndatabase = 'sqlite:a.db'\nsigning_key_file = 'k'\n";

    fn parse(text: &str, env: &[(&str, &str)]) -> Result<Settings, String> {
        let env = env
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Settings::parse(text, &env).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_is_a_configuration() {
        let settings = parse(EXAMPLE, &[]).unwrap();
        assert!(settings.is_https());
        for (key, _) in KEYS {
            assert!(EXAMPLE.contains(key.rsplit('.').next().unwrap()), "{key}");
        }
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let env = [
            ("REFETTORIO_LISTEN", "127.0.0.1:0"),
            ("REFETTORIO_LOG_FORMAT", "json"),
        ];
        let settings = parse(LEAST, &env).unwrap();
        assert_eq!(
            (settings.listen.port(), settings.log.format),
            (0, LogFormat::Json)
        );
        let proxies = parse(LEAST, &[("REFETTORIO_TRUSTED_PROXIES", "127.0.0.1, ::1")]).unwrap();
        assert_eq!(proxies.trusted_proxies.len(), 2);
    }

    #[test]
    fn every_mistake_names_its_key_and_what_to_write() {
        for (text, key, hint) in [
            ("", "public_url", "https://"),
            (&LEAST.replace("sqlite:a.db", "a.db"), "database", "sqlite:PATH"),
            (&format!("{LEAST}listen = 'here'"), "listen", "127.0.0.1:8080"),
            (&format!("{LEAST}[log]\nformat = 'xml'"), "log.format", "\"json\""),
            (
                &format!("{LEAST}lisen = '127.0.0.1:0'"),
                "lisen",
                "check-config --example",
            ),
            (
                &LEAST.replace("http://127.0.0.1:8080", "http://mensa.example.it"),
                "public_url",
                "https",
            ),
            (
                &LEAST.replace("http://127.0.0.1:8080", "https://mensa.example.it/x"),
                "public_url",
                "https",
            ),
        ] {
            let error = parse(text, &[]).unwrap_err();
            assert!(error.contains(key) && error.contains(hint), "{error}");
        }
        assert!(parse("listen = ", &[]).unwrap_err().contains("TOML"));
    }
}
