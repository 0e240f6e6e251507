//! What a body must know to be on pagoPA: one section of the portal's configuration for each body.

use crate::{BodyFiscalCode, SegregationCode, SubscriptionKey, TaxonomyCode, http::KeyError};
use serde::{Deserialize, Serialize};
use std::{fmt, path::PathBuf, str::FromStr};
use url::{Host, Url};

/// Why a value of the configuration is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not an IBAN with right check digits.
    #[error("not an IBAN with right check digits")]
    Iban,
    /// Not 1 to 140 characters.
    #[error("the body's name has 1 to 140 characters")]
    CompanyName,
    /// Not `https`, and not this very machine.
    #[error("the address of a service begins with https://")]
    ServiceUrl,
}

/// What pagoPA and the body agreed on, as the configuration file gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PagopaSettings {
    /// Codice fiscale of the body that holds the credit: the Comune, or the caterer in a concession.
    pub fiscal_code: BodyFiscalCode,
    /// Name that payers read.
    pub company_name: CompanyName,
    /// Codice di segregazione, two digits.
    pub segregation_code: SegregationCode,
    /// Account that is credited; registered in pagoPA's back office.
    pub iban: Iban,
    /// Code of the station that receives the receipts.
    pub station_id: String,
    /// Fiscal code of the station's owner: the body itself or its technology partner.
    pub broker_id: String,
    /// File that holds the subscription key and nothing else.
    pub key_file: PathBuf,
    /// What top-ups are, in pagoPA's taxonomy.
    #[serde(default = "TaxonomyCode::school_canteen")]
    pub taxonomy: TaxonomyCode,
    /// GPD up to and including the version: `https://api.platform.pagopa.it/gpd/debt-positions-service/v1`, or
    /// on `api.uat.platform.pagopa.it` for tests. No default: notices of the two worlds never mix.
    pub gpd_url: ServiceUrl,
    /// Checkout up to and including the version: `https://api.platform.pagopa.it/checkout/ec/v2`.
    pub checkout_url: ServiceUrl,
    /// Hosts (`host` or `host:port`) beyond `pagopa.it` to which a parent may be sent. Only for stand-ins.
    #[serde(default)]
    pub checkout_hosts: Vec<String>,
}

impl PagopaSettings {
    /// Reads the key.
    pub fn key(&self) -> Result<SubscriptionKey, KeyError> {
        SubscriptionKey::from_file(&self.key_file)
    }
}

/// Address of a pagoPA service: `https`, or `http` on this very machine for a stand-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Url", into = "Url")]
pub struct ServiceUrl(Url);

impl ServiceUrl {
    /// The address of one operation below this one.
    pub(crate) fn below<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

impl TryFrom<Url> for ServiceUrl {
    type Error = ConfigError;
    fn try_from(url: Url) -> Result<Self, ConfigError> {
        if is_safe(&url) && url.query().is_none() && url.fragment().is_none() {
            Ok(Self(url))
        } else {
            Err(ConfigError::ServiceUrl)
        }
    }
}

impl From<ServiceUrl> for Url {
    fn from(url: ServiceUrl) -> Self {
        url.0
    }
}

impl FromStr for ServiceUrl {
    type Err = ConfigError;
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Url::parse(text).map_err(|_| ConfigError::ServiceUrl)?.try_into()
    }
}

/// `https` without credentials in it, or `http` on this very machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return false,
    };
    let bare = url.username().is_empty() && url.password().is_none();
    bare && (url.scheme() == "https" || (url.scheme() == "http" && loopback))
}

/// The body's name as payers read it, 1 to 140 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyName(String);

impl CompanyName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CompanyName {
    type Err = ConfigError;
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 140 || text.chars().any(char::is_control) {
            return Err(ConfigError::CompanyName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for CompanyName {
    type Error = ConfigError;
    fn try_from(text: String) -> Result<Self, ConfigError> {
        text.parse()
    }
}

impl From<CompanyName> for String {
    fn from(name: CompanyName) -> Self {
        name.0
    }
}

/// Account number (ISO 13616). Debug output shows its last four characters only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// The number without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Iban {
    type Err = ConfigError;
    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let iban: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let shape = (15..=34).contains(&iban.len())
            && iban.bytes().all(|b| b.is_ascii_alphanumeric())
            && iban.bytes().take(2).all(|b| b.is_ascii_uppercase())
            && (!iban.starts_with("IT") || iban.len() == 27);
        // ISO 7064: country and check digits go last, letters count 10 to 35, the rest modulo 97 is 1.
        let remainder =
            iban.bytes()
                .skip(4)
                .chain(iban.bytes().take(4))
                .fold(0_u32, |rest, byte| match byte {
                    b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
                    _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
                });
        if shape && remainder == 1 {
            Ok(Self(iban))
        } else {
            Err(ConfigError::Iban)
        }
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban(…{})", self.0.get(self.0.len() - 4..).unwrap_or_default())
    }
}

impl TryFrom<String> for Iban {
    type Error = ConfigError;
    fn try_from(text: String) -> Result<Self, ConfigError> {
        text.parse()
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTION: &str = r#"
        fiscal_code = "03334231200"
        company_name = "Comune di Prova"
        segregation_code = "01"
        iban = "IT60 X054 2811 1010 0000 0123 456"
        station_id = "03334231200_01"
        broker_id = "03334231200"
        key_file = "keys/pagopa"
        gpd_url = "https://api.uat.platform.pagopa.it/gpd/debt-positions-service/v1/"
        checkout_url = "http://127.0.0.1:8090/checkout/ec/v2"
    "#;

    #[test]
    fn a_section_of_the_configuration_is_read_and_checked() {
        let settings: PagopaSettings = toml::from_str(SECTION).unwrap();
        assert_eq!(settings.taxonomy, TaxonomyCode::school_canteen());
        assert_eq!(
            settings.gpd_url.below(["organizations", "a/b"]).as_str(),
            "https://api.uat.platform.pagopa.it/gpd/debt-positions-service/v1/organizations/a%2Fb"
        );
        assert_eq!(
            settings.checkout_url.below(["carts"]).path(),
            "/checkout/ec/v2/carts"
        );
        assert!(!format!("{settings:?}").contains("IT60"));
        for (right, wrong) in [
            ("fiscal_code = \"03334231200\"", "fiscal_code = \"03334231201\""),
            ("IT60", "IT61"),
            ("\"01\"", "\"1\""),
            ("http://127.0.0.1", "http://example.com"),
            ("key_file", "key"),
        ] {
            assert!(
                toml::from_str::<PagopaSettings>(&SECTION.replace(right, wrong)).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (url, safe) in [
            ("https://api.platform.pagopa.it/x", true),
            ("http://localhost:1/x", true),
            ("http://[::1]:1/x", true),
            ("http://127.0.0.1.example.com/x", false),
            ("https://user@api.platform.pagopa.it/x", false),
            ("ftp://127.0.0.1/x", false),
            ("data:text/plain,x", false),
        ] {
            assert_eq!(is_safe(&Url::parse(url).unwrap()), safe, "{url}");
        }
    }

    #[test]
    fn account_numbers_are_checked() {
        assert!("GB82 WEST 1234 5698 7654 32".parse::<Iban>().is_ok());
        for bad in [
            "",
            "IT60X0542811101000000123457",
            "IT60X054281110100000012345",
            "è",
        ] {
            assert_eq!(bad.parse::<Iban>(), Err(ConfigError::Iban), "{bad}");
        }
    }
}
