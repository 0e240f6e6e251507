//! pagoPA's payment notice, as its specification 3.5 wants it. Avviso di pagamento.

use domain::{Cents, ServiceDay};

use crate::DocumentError;

/// The languages in which pagoPA publishes the fixed texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Italian.
    It,
    /// German.
    De,
    /// English.
    En,
    /// French.
    Fr,
    /// Slovene.
    Sl,
}

impl Language {
    /// All of them, Italian first.
    pub const ALL: [Self; 5] = [Self::It, Self::De, Self::En, Self::Fr, Self::Sl];

    /// Its ISO 639-1 code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::It => "it",
            Self::De => "de",
            Self::En => "en",
            Self::Fr => "fr",
            Self::Sl => "sl",
        }
    }

    /// Reads an ISO 639-1 code, with or without a region: `de`, `de-IT`.
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.as_str() == code)
    }
}

/// What is printed on a notice. Lengths are in characters and are checked: what is too long is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avviso {
    /// The body that is paid, up to 100. `ENTE.NOME`.
    pub body_name: String,
    /// Its fiscal code, 11 digits. `ENTE.CF`.
    pub body_fiscal_code: String,
    /// Its office, up to 50. `ENTE.SETTORE`.
    pub office_name: Option<String>,
    /// How to reach it, up to 100 together with the website. `ENTE.INFO`.
    pub info: Option<String>,
    /// Where one can pay on the body's own site, as people write it (`mensa.comune.example.it`). With it the notice
    /// names the body's site among the places to pay.
    pub website: Option<String>,
    /// The body's interbank code, 5 capitals or digits. `ENTE.CBILL`.
    pub cbill: Option<String>,
    /// Who owes, up to 70: an adult, never the child. `DESTINATARIO.NOMECOMPLETO`.
    pub recipient_name: String,
    /// Their fiscal code, up to 16. `DESTINATARIO.CF`.
    pub recipient_fiscal_code: String,
    /// Their address, up to 140. `DESTINATARIO.INDIRIZZO`.
    pub recipient_address: Option<String>,
    /// What is to be paid, up to 90. `AVVISO.OGGETTO`.
    pub subject: String,
    /// How much.
    pub amount: Cents,
    /// Until when; nothing for a notice that has no due date.
    pub due: Option<ServiceDay>,
    /// The notice number, 18 digits. `AVVISO.CODICE`.
    pub notice_number: String,
    /// The payload of the QR code: `PAGOPA|002|<notice number>|<body's fiscal code>|<cents>`.
    pub qr_text: String,
}

/// The notice as a PDF/UA-1 file of one A4 page, in one language.
pub fn avviso(avviso: &Avviso, language: Language) -> Result<Vec<u8>, DocumentError> {
    let _ = (avviso, language);
    Err(DocumentError::Typeset("not yet".to_owned()))
}
