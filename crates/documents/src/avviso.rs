//! pagoPA's payment notice, as its specification 3.5 wants it. Avviso di pagamento.

mod words;

use domain::{Cents, ServiceDay};
use serde::Serialize;

use crate::{
    DocumentError, qr,
    texts::{breakable, digits, groups_of_four, optional, required, without_iban},
    typeset::{Particulars, Template, typeset},
};
use words::Words;

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

/// What the template gets.
#[derive(Serialize)]
struct Values<'a> {
    lang: &'static str,
    words: &'a Words,
    title: String,
    body_name: String,
    body_fiscal_code: String,
    office_name: Option<String>,
    info: Option<String>,
    cbill: Option<String>,
    recipient_name: String,
    recipient_fiscal_code: Option<String>,
    recipient_address: Option<String>,
    subject: String,
    amount: String,
    due: Option<String>,
    notice_number: String,
    online_text: String,
    qr_alt: &'static str,
    qr_modules: usize,
    qr_runs: Vec<qr::Run>,
}

/// The notice as a PDF/UA-1 file of one A4 page, in one language.
pub fn avviso(avviso: &Avviso, language: Language) -> Result<Vec<u8>, DocumentError> {
    let values = values(avviso, language)?;
    let particulars = Particulars {
        ident: format!(
            "avviso {} {} {}",
            avviso.body_fiscal_code,
            avviso.notice_number,
            language.as_str()
        ),
        made_at: None,
        pages: 1,
    };
    typeset(Template::Avviso, &values, &particulars)
}

fn values(avviso: &Avviso, language: Language) -> Result<Values<'static>, DocumentError> {
    let words = Words::of(language);
    let body_name = required("body_name", &avviso.body_name, 100)?;
    let body_fiscal_code = digits("body_fiscal_code", &avviso.body_fiscal_code, 11)?;
    let notice_number = digits("notice_number", &avviso.notice_number, 18)?;
    let office_name = optional("office_name", avviso.office_name.as_deref(), 50)?;
    let website = optional("website", avviso.website.as_deref(), 100)?;
    let info = [optional("info", avviso.info.as_deref(), 100)?, website.clone()];
    let info = info.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let info = optional("info", Some(&info), 100)?;
    let recipient_name = required("recipient_name", &avviso.recipient_name, 70)?;
    let recipient_fiscal_code = Some(avviso.recipient_fiscal_code.as_str());
    let recipient_fiscal_code = optional("recipient_fiscal_code", recipient_fiscal_code, 16)?;
    let recipient_address = optional("recipient_address", avviso.recipient_address.as_deref(), 140)?;
    let subject = required("subject", &avviso.subject, 90)?;
    let cbill = optional("cbill", avviso.cbill.as_deref(), 5)?;
    if avviso.amount <= Cents::ZERO || avviso.amount > Cents::MAX {
        return Err(DocumentError::Amount);
    }
    for (field, text) in [
        ("body_name", Some(&body_name)),
        ("office_name", office_name.as_ref()),
        ("info", info.as_ref()),
        ("recipient_name", Some(&recipient_name)),
        ("recipient_address", recipient_address.as_ref()),
        ("subject", Some(&subject)),
    ] {
        without_iban(field, text.map_or("", String::as_str))?;
    }
    qr::check_payload(&avviso.qr_text, &notice_number, &body_fiscal_code, avviso.amount)?;
    let grouped = groups_of_four(&notice_number);
    let online_text = if website.is_some() {
        words
            .online_text_with_site
            .replace("{body}", &breakable(&body_name))
    } else {
        words.online_text.to_owned()
    };
    Ok(Values {
        lang: language.as_str(),
        words,
        title: format!("{} {grouped}", words.title),
        body_name: breakable(&body_name),
        body_fiscal_code,
        office_name: office_name.as_deref().map(breakable),
        info: info.as_deref().map(breakable),
        cbill: cbill.map(|code| code.to_uppercase()),
        recipient_name: breakable(&recipient_name),
        recipient_fiscal_code: recipient_fiscal_code.map(|code| code.to_uppercase()),
        recipient_address: recipient_address.as_deref().map(breakable),
        subject: breakable(&subject),
        amount: amount(avviso.amount, language),
        due: avviso.due.map(|day| day.format("%d/%m/%Y").to_string()),
        notice_number: grouped,
        online_text,
        qr_alt: qr_alt(language),
        qr_modules: qr::MODULES,
        qr_runs: qr::runs(&avviso.qr_text)?,
    })
}

/// `1.020,99`; in English `1,020.99` (specification, `AVVISO.IMPORTO`).
fn amount(amount: Cents, language: Language) -> String {
    let italian = amount.to_string();
    if language != Language::En {
        return italian;
    }
    italian
        .chars()
        .map(|character| match character {
            '.' => ',',
            ',' => '.',
            other => other,
        })
        .collect()
}

/// What a screen reader says for the QR code.
const fn qr_alt(language: Language) -> &'static str {
    match language {
        Language::It => "Codice QR di pagoPA per pagare questo avviso: dice gli stessi dati scritti accanto",
        Language::De => "QR-Code von pagoPA für diese Zahlungsmitteilung: enthält die nebenstehenden Daten",
        Language::En => "pagoPA QR code to pay this notice: it holds the same data that is printed here",
        Language::Fr => "Code QR de pagoPA pour payer cet avis : il contient les données indiquées ci-contre",
        Language::Sl => "QR-koda pagoPA za plačilo tega obvestila: vsebuje podatke, navedene ob njej",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_the_language_writes_it() {
        let amount_in = |language| amount(Cents::new(102_099), language);
        assert_eq!(amount_in(Language::It), "1.020,99");
        assert_eq!(amount_in(Language::De), "1.020,99");
        assert_eq!(amount_in(Language::En), "1,020.99");
    }

    #[test]
    fn a_language_is_read_from_its_code() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.as_str()), Some(language));
        }
        assert_eq!(Language::parse("de-IT"), Some(Language::De));
        assert_eq!(Language::parse("es"), None);
    }
}
