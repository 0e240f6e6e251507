//! What we answer to a receipt, valid against `paForNode.xsd`.

use crate::soap::{Fault, envelope};
use std::fmt;

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
        envelope("paSendRTV2Response", |inside| match self {
            Self::Ok => inside.ok(),
            Self::Ko(fault) => inside.ko(fault),
        })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_xml())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::FaultCode;

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
