//! What we answer to a receipt, valid against `paForNode.xsd`.

use super::parse::PA_FOR_NODE;
use quick_xml::escape::escape;
use std::fmt;

/// Why we do not take a receipt, in pagoPA's own words ("faultcode" of the creditor bodies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// Another receipt for this notice is stored already. pagoPA does not send it again.
    Duplicate,
    /// We know no such notice.
    UnknownNotice,
    /// We could not store it. The only answer after which pagoPA sends it again, every hour up to 48 times.
    System,
    /// The values contradict each other or what we know.
    Semantics,
    /// The message is not what the schema says.
    Xsd,
    /// The message is no message of this kind at all.
    ExtraXsd,
    /// Another operation than those we offer.
    SoapAction,
    /// The body is not ours.
    Domain,
    /// The station is not ours.
    Station,
    /// The station's owner is not ours.
    Broker,
}

impl FaultCode {
    /// pagoPA's code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "PAA_RECEIPT_DUPLICATA",
            Self::UnknownNotice => "PAA_PAGAMENTO_SCONOSCIUTO",
            Self::System => "PAA_SYSTEM_ERROR",
            Self::Semantics => "PAA_SEMANTICA",
            Self::Xsd => "PAA_SINTASSI_XSD",
            Self::ExtraXsd => "PAA_SINTASSI_EXTRAXSD",
            Self::SoapAction => "PAA_SOAPACTION_ERRATA",
            Self::Domain => "PAA_ID_DOMINIO_ERRATO",
            Self::Station => "PAA_STAZIONE_INT_ERRATA",
            Self::Broker => "PAA_ID_INTERMEDIARIO_ERRATO",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Duplicate => "Ricevuta già acquisita per questo avviso",
            Self::UnknownNotice => "Avviso di pagamento sconosciuto all'ente",
            Self::System => "Errore interno dell'ente: inviare di nuovo",
            Self::Semantics => "Valori non coerenti",
            Self::Xsd => "Messaggio non conforme allo schema",
            Self::ExtraXsd => "Messaggio SOAP non valido",
            Self::SoapAction => "Operazione non disponibile",
            Self::Domain => "Ente non gestito da questa stazione",
            Self::Station => "Stazione sconosciuta",
            Self::Broker => "Intermediario sconosciuto",
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub code: FaultCode,
    /// Who refuses: the body's fiscal code.
    pub id: String,
    /// More about it, for pagoPA's operators. No personal data.
    pub description: Option<String>,
}

impl Fault {
    /// A refusal by the body with this fiscal code.
    pub fn new(code: FaultCode, body: &str) -> Self {
        Self {
            code,
            id: body.to_owned(),
            description: None,
        }
    }

    /// The same, with more about it.
    #[must_use]
    pub fn describe(self, description: &str) -> Self {
        Self {
            description: Some(description.to_owned()),
            ..self
        }
    }
}

/// `paSendRTV2Response`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Stored. Also for a receipt that was stored before.
    Ok,
    /// Not taken.
    Ko(Fault),
}

impl Answer {
    /// The SOAP envelope, UTF-8, to be served as `text/xml` with status 200.
    pub fn to_xml(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="{PA_FOR_NODE}"><soapenv:Body><pafn:paSendRTV2Response>"#
        )?;
        match self {
            Self::Ok => f.write_str("<outcome>OK</outcome>")?,
            Self::Ko(fault) => {
                write!(
                    f,
                    "<outcome>KO</outcome><fault><faultCode>{}</faultCode><faultString>{}</faultString><id>{}</id>",
                    fault.code.as_str(),
                    escape(fault.code.meaning()),
                    escape(clean(&fault.id)),
                )?;
                if let Some(description) = &fault.description {
                    write!(f, "<description>{}</description>", escape(clean(description)))?;
                }
                f.write_str("</fault>")?;
            }
        }
        f.write_str("</pafn:paSendRTV2Response></soapenv:Body></soapenv:Envelope>")
    }
}

/// XML 1.0 cannot hold control characters, not even escaped.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' {
                ' '
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_envelope() {
        let xml = Answer::Ok.to_xml();
        assert!(xml.contains("<pafn:paSendRTV2Response><outcome>OK</outcome></pafn:paSendRTV2Response>"));
        assert!(roxmltree::Document::parse(&xml).is_ok());
    }

    #[test]
    fn a_refusal_escapes_what_it_quotes() {
        let fault = Fault::new(FaultCode::Duplicate, "03334231200").describe("a < b & \u{1}");
        let xml = Answer::Ko(fault).to_xml();
        let document = roxmltree::Document::parse(&xml).unwrap();
        let text = |name| {
            document
                .descendants()
                .find(|n| n.has_tag_name(name))
                .unwrap()
                .text()
                .unwrap()
        };
        assert_eq!(text("faultCode"), "PAA_RECEIPT_DUPLICATA");
        assert_eq!(text("id"), "03334231200");
        assert_eq!(text("description"), "a < b &  ");
    }
}
