//! What a body must know to be on pagoPA: one section of the portal's configuration for each body.

mod names;

pub use names::{BrokerId, Cbill, CompanyName, Iban, OfficeInfo, OfficeName, StationId};

use crate::{
    BodyFiscalCode, NoticeNumber, SegregationCode, SubscriptionKey, codes, http::KeyError,
    taxonomy::Taxonomies,
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, str::FromStr};
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
    /// Not 1 to 50 characters.
    #[error("the office's name has 1 to 50 characters")]
    OfficeName,
    /// Not 1 to 100 characters.
    #[error("the office's information has 1 to 100 characters")]
    OfficeInfo,
    /// Not five capital letters and digits.
    #[error("a CBILL code has five capital letters and digits, such as A0EDT")]
    Cbill,
    /// Not 1 to 35 characters.
    #[error("a station's code has 1 to 35 visible characters")]
    StationId,
    /// Not 1 to 35 characters.
    #[error("a broker's code has 1 to 35 visible characters")]
    BrokerId,
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
    /// What is collected, in pagoPA's taxonomy: one code, or one for each kind of notice.
    #[serde(default)]
    pub taxonomy: Taxonomies,
    /// Codice CBILL, which a printed notice shows for home banking. From the contract with bank or partner.
    #[serde(default)]
    pub cbill: Option<Cbill>,
    /// Settore: the office that a printed notice and a payer's bank show beside the body's name.
    #[serde(default)]
    pub office_name: Option<OfficeName>,
    /// How to reach the office, on a printed notice: telephone, mail, opening hours, with ` · ` in between.
    #[serde(default)]
    pub info: Option<OfficeInfo>,
    /// The body's own station, which answers pagoPA's questions about notices. Where there is one, GPD is never called.
    #[serde(default)]
    pub station: Option<OwnStation>,
    /// GPD up to and including the version: `https://api.platform.pagopa.it/gpd/debt-positions-service/v1`, or
    /// on `api.uat.platform.pagopa.it` for tests. No default: notices of the two worlds never mix.
    pub gpd_url: ServiceUrl,
    /// Checkout up to and including the version: `https://api.platform.pagopa.it/checkout/ec/v2`.
    pub checkout_url: ServiceUrl,
    /// Where Checkout opens a single notice; pagoPA's production where nothing is said.
    #[serde(default)]
    pub checkout_site: Option<ServiceUrl>,
    /// Reporting flows up to and including the version: `https://api.platform.pagopa.it/fdr-org/service/v1`.
    #[serde(default)]
    pub fdr_url: Option<ServiceUrl>,
    /// GPD's receipts: `https://api.platform.pagopa.it/gpd/payments-receipts-service/v1`.
    #[serde(default)]
    pub receipts_url: Option<ServiceUrl>,
    /// Receipts of any payment: `https://api.platform.pagopa.it/bizevents/service/v1`.
    #[serde(default)]
    pub biz_events_url: Option<ServiceUrl>,
    /// Hosts (`host` or `host:port`) beyond `pagopa.it` to which a parent may be sent. Only for stand-ins.
    #[serde(default)]
    pub checkout_hosts: Vec<String>,
}

impl PagopaSettings {
    /// Reads the key.
    pub fn key(&self) -> Result<SubscriptionKey, KeyError> {
        SubscriptionKey::from_file(&self.key_file)
    }

    /// The address that opens Checkout with one notice, for mails and printed notices.
    pub fn checkout_link(&self, notice: NoticeNumber) -> String {
        match &self.checkout_site {
            Some(site) => codes::checkout_link_at(site, self.fiscal_code, notice).into(),
            None => codes::checkout_link(self.fiscal_code, notice),
        }
    }

    /// The station to which pagoPA speaks, and its owner: the body's own one, or the one that only gets receipts.
    pub fn station_and_broker(&self) -> (&str, &str) {
        match &self.station {
            Some(own) => (own.id.as_str(), own.broker.as_str()),
            None => (&self.station_id, &self.broker_id),
        }
    }
}

/// A body's own station: `station = { broker = "03334231200", id = "03334231200_01" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnStation {
    /// Fiscal code of the station's owner.
    pub broker: BrokerId,
    /// The station's code.
    pub id: StationId,
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
        assert_eq!(settings.taxonomy, Taxonomies::default());
        assert!(settings.station.is_none() && settings.cbill.is_none() && settings.fdr_url.is_none());
        assert_eq!(settings.station_and_broker(), ("03334231200_01", "03334231200"));
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
    fn what_a_body_may_say_besides_is_read_and_checked() {
        let more = r#"
            cbill = "A0EDT"
            office_name = "Ufficio Scuola"
            info = "Tel. 055 000000 · scuola@comune.example.it"
            taxonomy = { top_up = "6/0107101TS/" }
            station = { broker = "81005750021", id = "81005750021_02" }
            checkout_site = "https://uat.checkout.pagopa.it"
            fdr_url = "https://api.uat.platform.pagopa.it/fdr-org/service/v1"
            receipts_url = "https://api.uat.platform.pagopa.it/gpd/payments-receipts-service/v1"
            biz_events_url = "https://api.uat.platform.pagopa.it/bizevents/service/v1"
        "#;
        let all = format!("{SECTION}{more}");
        let settings: PagopaSettings = toml::from_str(&all).unwrap();
        assert_eq!(settings.cbill.as_ref().unwrap().as_str(), "A0EDT");
        assert_eq!(settings.station_and_broker(), ("81005750021_02", "81005750021"));
        assert_eq!(settings.taxonomy.top_up.as_str(), "6/0107101TS/");
        assert_eq!(settings.taxonomy.invoice.as_str(), "9/0107101TS/");
        assert_eq!(
            settings.checkout_link("301000000000004285".parse().unwrap()),
            "https://uat.checkout.pagopa.it/03334231200301000000000004285"
        );
        let long = format!("\"{}\"", "x".repeat(51));
        for (right, wrong) in [
            ("\"A0EDT\"", "\"A0ED\""),
            ("\"A0EDT\"", "\"a0edt\""),
            ("\"Ufficio Scuola\"", long.as_str()),
            ("\"Ufficio Scuola\"", "\"  \""),
            ("\"81005750021_02\"", "\"a b\""),
            ("id = ", "code = "),
            ("https://uat", "http://uat"),
            ("6/0107101TS/", "6/0107101TS"),
        ] {
            assert!(all.contains(right), "{right}");
            assert!(
                toml::from_str::<PagopaSettings>(&all.replace(right, wrong)).is_err(),
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
}
