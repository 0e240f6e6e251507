//! Who somebody is, once it is proven.

use domain::{FiscalCode, Instant};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Name of a provider in the configuration, in addresses and in the audit: `spid`, `cie`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(String);

/// Not 1 to 32 small letters, digits and hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a provider's id has 1 to 32 small letters, digits and hyphens, such as \"spid\"")]
pub struct ProviderIdError;

impl ProviderId {
    /// Reads an id.
    pub fn parse(text: &str) -> Result<Self, ProviderIdError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=32).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ProviderIdError)
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ProviderId {
    type Error = ProviderIdError;
    fn try_from(text: String) -> Result<Self, ProviderIdError> {
        Self::parse(&text)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> Self {
        id.0
    }
}

/// Livello di sicurezza of SPID and CIE: 1 a password, 2 a second factor, 3 a card or certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Level {
    /// A password.
    One,
    /// A second factor. What parents need.
    Two,
    /// A card or a certificate.
    Three,
}

/// Not 1, 2 or 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a level is 1, 2 or 3")]
pub struct NotALevel;

impl TryFrom<u8> for Level {
    type Error = NotALevel;
    fn try_from(number: u8) -> Result<Self, NotALevel> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err(NotALevel),
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        match level {
            Level::One => 1,
            Level::Two => 2,
            Level::Three => 3,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        u8::from(*self).fmt(f)
    }
}

/// How the level is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LevelFrom {
    /// The provider said so in this login; the value of `acr`.
    Provider(String),
    /// The configuration says that the proxy lets nothing else through.
    Configuration,
}

/// What the audit keeps of a login beside who it was: enough to find it again in the provider's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Issuer of the assertion.
    pub issuer: String,
    /// Our request: the hash of its state.
    pub request: String,
    /// The assertion's own number (`jti`), where it has one.
    pub token_id: Option<String>,
    /// SHA-256 of the assertion, hex; the assertion itself is not kept.
    pub token_hash: String,
    /// When it was made.
    pub issued_at: Instant,
    /// How the level is known.
    pub level_from: LevelFrom,
}

/// A person whose provider vouched for them, all checks passed. Its `Debug` shows no one.
///
/// The key is [`VerifiedIdentity::fiscal_code`]: the subject changes with the provider. Names and mail are what the
/// provider says; names come from the enrolment, and a mail address is a proposal to be confirmed.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedIdentity(Verified);

/// The parts, for the adapters of this crate.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Verified {
    pub provider: ProviderId,
    pub subject: String,
    pub fiscal_code: FiscalCode,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
    pub level: Level,
    pub auth_time: Instant,
    pub evidence: Evidence,
}

impl VerifiedIdentity {
    pub(crate) fn new(parts: Verified) -> Self {
        Self(parts)
    }

    /// Who vouches.
    pub fn provider(&self) -> &ProviderId {
        &self.0.provider
    }

    /// The provider's name for the person (`sub`): for the audit, no key.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Codice fiscale: the key by which the person is found among those whom the office enrolled.
    pub fn fiscal_code(&self) -> &FiscalCode {
        &self.0.fiscal_code
    }

    /// Given name, as the provider says; some proxies put the surname here.
    pub fn given_name(&self) -> Option<&str> {
        self.0.given_name.as_deref()
    }

    /// Surname, as the provider says.
    pub fn family_name(&self) -> Option<&str> {
        self.0.family_name.as_deref()
    }

    /// Mail address, as the provider says; CIE has none.
    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// How well the provider knew them.
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// When they showed their credentials.
    pub fn auth_time(&self) -> Instant {
        self.0.auth_time
    }

    /// What the audit keeps.
    pub fn evidence(&self) -> &Evidence {
        &self.0.evidence
    }
}

impl fmt::Debug for VerifiedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedIdentity")
            .field("provider", &self.0.provider)
            .field("level", &self.0.level)
            .field("auth_time", &self.0.auth_time)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_numbered() {
        assert!(Level::One < Level::Two && Level::Two < Level::Three);
        for number in 1..=3 {
            assert_eq!(u8::from(Level::try_from(number).unwrap()), number);
        }
        assert_eq!(Level::try_from(4), Err(NotALevel));
    }

    #[test]
    fn a_providers_id_fits_into_an_address() {
        assert_eq!(ProviderId::parse("spid").unwrap().as_str(), "spid");
        for text in ["", "SPID", "a/b", "a b", &"a".repeat(33)] {
            assert!(ProviderId::parse(text).is_err(), "{text}");
        }
    }
}
