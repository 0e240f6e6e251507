//! Who holds the credit: what notices and their papers need of a body's pagoPA settings, which is less than paying does.
//! An office may issue before the portal's operator has the key, and a receipt of last year is printed without it.

use crate::config::PagopaSection;
use pagopa::{
    BodyFiscalCode, Causale, SegregationCode,
    causale::CausaleError,
    config::{Cbill, CompanyName, OfficeInfo, OfficeName},
};
use serde::Deserialize;
use storage::bodies::Body;

/// Why a body issues nothing.
#[derive(Debug, thiserror::Error)]
pub enum CreditorError {
    /// It takes no payments.
    #[error("l'ente non ha la sezione [pagopa] in ente.toml: senza non può emettere avvisi")]
    NotOffered,
    /// Its settings cannot be read.
    #[error("le impostazioni di pagoPA dell'ente non si leggono: {0}")]
    Settings(String),
}

/// The parts of a body's pagoPA settings of which numbers and causali are made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Creditor {
    /// Codice fiscale of who holds the credit.
    pub fiscal_code: BodyFiscalCode,
    /// Codice di segregazione.
    pub segregation_code: SegregationCode,
    /// Name that payers read.
    pub company_name: CompanyName,
    /// Codice CBILL.
    #[serde(default)]
    pub cbill: Option<Cbill>,
    /// Settore.
    #[serde(default)]
    pub office_name: Option<OfficeName>,
    /// How to reach the office.
    #[serde(default)]
    pub info: Option<OfficeInfo>,
}

impl Creditor {
    /// What came with the body, and what the configuration says instead.
    pub fn of(section: &PagopaSection, body: &Body) -> Result<Self, CreditorError> {
        let wrong = |error: &dyn ToString| CreditorError::Settings(error.to_string());
        let mut all: serde_json::Map<String, serde_json::Value> = match &body.pagopa {
            None => serde_json::Map::new(),
            Some(own) => serde_json::from_str(own).map_err(|error| wrong(&error))?,
        };
        for (key, value) in section.bodies.get(&body.slug).into_iter().flatten() {
            all.insert(
                key.clone(),
                serde_json::to_value(value).map_err(|error| wrong(&error))?,
            );
        }
        if !all.contains_key("fiscal_code") {
            return Err(CreditorError::NotOffered);
        }
        serde_json::from_value(all.into()).map_err(|error| wrong(&error))
    }

    /// The causale of a notice: the body's name and the subject, where they fit and banks carry the name; otherwise
    /// the subject alone, beside which every payer's page shows the body.
    pub fn causale(&self, subject: &str) -> Result<Causale, CausaleError> {
        let alone = Causale::new(subject)?;
        Ok(Causale::new(&format!("{} - {subject}", self.company_name.as_str())).unwrap_or(alone))
    }
}
