//! Reading the envelope.
//!
//! The schema qualifies the root element only; its children have no namespace (`paForNode.xsd` sets no
//! `elementFormDefault`). Elements that we do not read are let through, so that a newer schema does not cost a
//! receipt; what we read must be right.

use super::{Fault, FaultCode, PushedReceipt, Receipt, ReceiptTransfer, Subject};
use chrono::{DateTime, NaiveDateTime, Utc};
use domain::{
    Cents,
    time::{Instant, instant_in_rome},
};
use roxmltree::{Document, Node, ParsingOptions};

/// The largest message we read, in bytes; a real one has some three thousand.
pub const MAX_BYTES: usize = 262_144;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(super) const PA_FOR_NODE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/// Why a message is not a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Larger than [`MAX_BYTES`].
    #[error("the message has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not XML, with a document type, or not UTF-8.
    #[error("not plain XML: {0}")]
    Xml(String),
    /// Not a SOAP 1.1 envelope with one element in its body.
    #[error("not a SOAP 1.1 envelope with one element in its body")]
    Envelope,
    /// Another operation than `paSendRTV2`.
    #[error("not paSendRTV2Request but {0}")]
    Operation(String),
    /// A required element is missing or stands there twice.
    #[error("the element {0} must be there once")]
    Element(&'static str),
    /// A value that the schema does not allow.
    #[error("the element {0} has a value that the schema does not allow")]
    Value(&'static str),
}

impl ReceiptError {
    /// The answer for such a message; `body` is the fiscal code under which we are known.
    pub fn fault(&self, body: &str) -> Fault {
        let code = match self {
            Self::TooLarge | Self::Xml(_) | Self::Envelope => FaultCode::ExtraXsd,
            Self::Operation(_) => FaultCode::SoapAction,
            Self::Element(_) | Self::Value(_) => FaultCode::Xsd,
        };
        Fault::new(code, body).describe(&self.to_string())
    }
}

pub(super) fn pushed_receipt(xml: &[u8]) -> Result<PushedReceipt, ReceiptError> {
    if xml.len() > MAX_BYTES {
        return Err(ReceiptError::TooLarge);
    }
    let text = std::str::from_utf8(xml).map_err(|_| ReceiptError::Xml("not UTF-8".to_owned()))?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: 20_000,
        ..ParsingOptions::default()
    };
    let document =
        Document::parse_with_options(text, options).map_err(|e| ReceiptError::Xml(e.to_string()))?;
    let envelope = document.root_element();
    if !envelope.has_tag_name((SOAP, "Envelope")) {
        return Err(ReceiptError::Envelope);
    }
    let mut bodies = envelope.children().filter(|n| n.has_tag_name((SOAP, "Body")));
    let (Some(body), None) = (bodies.next(), bodies.next()) else {
        return Err(ReceiptError::Envelope);
    };
    let mut contents = body.children().filter(Node::is_element);
    let (Some(request), None) = (contents.next(), contents.next()) else {
        return Err(ReceiptError::Envelope);
    };
    if !request.has_tag_name((PA_FOR_NODE, "paSendRTV2Request")) {
        return Err(ReceiptError::Operation(
            request.tag_name().name().chars().take(80).collect(),
        ));
    }
    Ok(PushedReceipt {
        id_pa: text_of(request, "idPA", 35)?,
        id_broker_pa: text_of(request, "idBrokerPA", 35)?,
        id_station: text_of(request, "idStation", 35)?,
        receipt: receipt(one(request, "receipt")?)?,
    })
}

fn receipt(node: Node) -> Result<Receipt, ReceiptError> {
    let transfers = one(node, "transferList")?
        .children()
        .filter(|n| n.has_tag_name("transfer") && n.tag_name().namespace().is_none())
        .map(transfer)
        .collect::<Result<Vec<_>, _>>()?;
    if transfers.is_empty() || transfers.len() > 5 {
        return Err(ReceiptError::Element("transfer"));
    }
    Ok(Receipt {
        // The schema gives no length; a database column and a log line want one.
        receipt_id: text_of(node, "receiptId", 255)?,
        notice_number: text_of(node, "noticeNumber", 18)?
            .parse()
            .map_err(|_| ReceiptError::Value("noticeNumber"))?,
        body_fiscal_code: fiscal_code(node, "fiscalCode")?,
        paid: match text_of(node, "outcome", 2)?.as_str() {
            "OK" => true,
            "KO" => false,
            _ => return Err(ReceiptError::Value("outcome")),
        },
        iuv: text_of(node, "creditorReferenceId", 35)?,
        amount: amount(node, "paymentAmount")?,
        description: text_of(node, "description", 140)?,
        debtor: subject(one(node, "debtor")?)?,
        payer: at_most_one(node, "payer")?.map(subject).transpose()?,
        transfers,
        psp_id: text_of(node, "idPSP", 35)?,
        psp: text_of(node, "PSPCompanyName", 70)?,
        payment_method: optional_text(node, "paymentMethod", 35)?,
        payment_note: optional_text(node, "paymentNote", 210)?,
        fee: match at_most_one(node, "fee")? {
            Some(_) => Some(amount(node, "fee")?),
            None => None,
        },
        paid_at: optional_text(node, "paymentDateTime", 40)?
            .map(|text| instant(&text).ok_or(ReceiptError::Value("paymentDateTime")))
            .transpose()?,
        stand_in: match optional_text(node, "standIn", 5)?.as_deref() {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => return Err(ReceiptError::Value("standIn")),
        },
    })
}

fn transfer(node: Node) -> Result<ReceiptTransfer, ReceiptError> {
    Ok(ReceiptTransfer {
        id: text_of(node, "idTransfer", 1)?
            .parse()
            .ok()
            .filter(|id| (1..=5).contains(id))
            .ok_or(ReceiptError::Value("idTransfer"))?,
        amount: amount(node, "transferAmount")?,
        body_fiscal_code: fiscal_code(node, "fiscalCodePA")?,
        remittance_information: text_of(node, "remittanceInformation", 140)?,
        category: text_of(node, "transferCategory", 140)?,
    })
}

fn subject(node: Node) -> Result<Subject, ReceiptError> {
    Ok(Subject {
        code: text_of(one(node, "uniqueIdentifier")?, "entityUniqueIdentifierValue", 16)?,
        full_name: text_of(node, "fullName", 70)?,
    })
}

fn at_most_one<'a, 'i>(
    parent: Node<'a, 'i>,
    name: &'static str,
) -> Result<Option<Node<'a, 'i>>, ReceiptError> {
    let mut found = parent
        .children()
        .filter(|n| n.is_element() && n.tag_name().namespace().is_none() && n.tag_name().name() == name);
    match (found.next(), found.next()) {
        (first, None) => Ok(first),
        _ => Err(ReceiptError::Element(name)),
    }
}

fn one<'a, 'i>(parent: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, ReceiptError> {
    at_most_one(parent, name)?.ok_or(ReceiptError::Element(name))
}

/// 1 to `longest` characters, and no elements in between.
fn text_in(node: Node, name: &'static str, longest: usize) -> Result<String, ReceiptError> {
    if node.children().any(|n| n.is_element()) {
        return Err(ReceiptError::Value(name));
    }
    let text: String = node
        .children()
        .filter_map(|n| if n.is_text() { n.text() } else { None })
        .collect();
    let text = text.trim();
    if text.is_empty() || text.chars().count() > longest {
        return Err(ReceiptError::Value(name));
    }
    Ok(text.to_owned())
}

fn text_of(parent: Node, name: &'static str, longest: usize) -> Result<String, ReceiptError> {
    text_in(one(parent, name)?, name, longest)
}

fn optional_text(parent: Node, name: &'static str, longest: usize) -> Result<Option<String>, ReceiptError> {
    at_most_one(parent, name)?
        .map(|node| text_in(node, name, longest))
        .transpose()
}

fn fiscal_code(parent: Node, name: &'static str) -> Result<String, ReceiptError> {
    let code = text_of(parent, name, 11)?;
    if code.len() == 11 && code.bytes().all(|b| b.is_ascii_digit()) {
        Ok(code)
    } else {
        Err(ReceiptError::Value(name))
    }
}

fn amount(parent: Node, name: &'static str) -> Result<Cents, ReceiptError> {
    cents(&text_of(parent, name, 20)?).ok_or(ReceiptError::Value(name))
}

/// `\d+\.\d{2}`, at most 999999999.99, and nothing else.
fn cents(text: &str) -> Option<Cents> {
    let (euro, decimals) = text.split_once('.')?;
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(euro) || !digits(decimals) || decimals.len() != 2 {
        return None;
    }
    let total = euro
        .parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(decimals.parse().ok()?)?;
    (total <= Cents::MAX.get()).then(|| Cents::new(total))
}

fn instant(text: &str) -> Option<Instant> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(instant_in_rome(wall.date(), wall.time()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECEIPT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
  <soapenv:Header/>
  <soapenv:Body>
    <pafn:paSendRTV2Request>
      <idPA>03334231200</idPA>
      <idBrokerPA>03334231200</idBrokerPA>
      <idStation>03334231200_01</idStation>
      <receipt>
        <receiptId>c110729d258c4ab1b765fe902aae41d6</receiptId>
        <noticeNumber>301000000000004285</noticeNumber>
        <fiscalCode>03334231200</fiscalCode>
        <outcome>OK</outcome>
        <creditorReferenceId>01000000000004285</creditorReferenceId>
        <paymentAmount>123.60</paymentAmount>
        <description>Mensa scolastica, ricarica</description>
        <companyName>Comune di Prova</companyName>
        <debtor>
          <uniqueIdentifier>
            <entityUniqueIdentifierType>F</entityUniqueIdentifierType>
            <entityUniqueIdentifierValue>RSSMRA85T10A562S</entityUniqueIdentifierValue>
          </uniqueIdentifier>
          <fullName>Maria Rossi &amp; figli</fullName>
        </debtor>
        <transferList>
          <transfer>
            <idTransfer>1</idTransfer>
            <transferAmount>123.60</transferAmount>
            <fiscalCodePA>03334231200</fiscalCodePA>
            <IBAN>IT60X0542811101000000123456</IBAN>
            <remittanceInformation>Mensa scolastica, ricarica</remittanceInformation>
            <transferCategory>9/0107101TS/</transferCategory>
          </transfer>
        </transferList>
        <idPSP>ABCDITMM</idPSP>
        <PSPCompanyName>Banca di Prova</PSPCompanyName>
        <idChannel>00001060966_01</idChannel>
        <channelDescription>web</channelDescription>
        <paymentMethod>creditCard</paymentMethod>
        <fee>1.50</fee>
        <paymentDateTime>2026-11-23T09:41:00</paymentDateTime>
      </receipt>
    </pafn:paSendRTV2Request>
  </soapenv:Body>
</soapenv:Envelope>"#;

    fn parse(xml: &str) -> Result<PushedReceipt, ReceiptError> {
        PushedReceipt::parse(xml.as_bytes())
    }

    #[test]
    fn a_receipt_is_read_whole() {
        let pushed = parse(RECEIPT).unwrap();
        let receipt = pushed.receipt;
        assert_eq!(
            (pushed.id_pa.as_str(), pushed.id_station.as_str()),
            ("03334231200", "03334231200_01")
        );
        assert_eq!(receipt.receipt_id, "c110729d258c4ab1b765fe902aae41d6");
        assert_eq!(receipt.notice_number.to_string(), "301000000000004285");
        assert_eq!(receipt.amount, Cents::new(12_360));
        assert_eq!(receipt.fee, Some(Cents::new(150)));
        assert_eq!(receipt.debtor.full_name, "Maria Rossi & figli");
        assert_eq!(receipt.paid_at.unwrap().to_rfc3339(), "2026-11-23T08:41:00+00:00");
        assert_eq!(receipt.transfers.len(), 1);
        assert!(receipt.paid && !receipt.stand_in && receipt.payment_note.is_none());
        assert!(!format!("{receipt:?}").contains("Rossi"));
    }

    #[test]
    fn a_newer_schema_or_another_prefix_does_not_cost_a_receipt() {
        let newer = RECEIPT.replace("</receipt>", "<somethingNew><x>1</x></somethingNew></receipt>");
        let unprefixed = RECEIPT
            .replace("soapenv:", "s:")
            .replace("xmlns:soapenv", "xmlns:s");
        assert!(parse(&newer).is_ok());
        assert!(
            parse(
                &unprefixed
                    .replace("pafn:", "q1:")
                    .replace("xmlns:pafn", "xmlns:q1")
            )
            .is_ok()
        );
        assert!(parse(&RECEIPT.replace("09:41:00<", "08:41:00.000Z<")).is_ok());
    }

    #[test]
    fn a_value_that_the_schema_forbids_is_refused_by_name() {
        for (right, wrong, error) in [
            (">123.60</pa", ">123,60</pa", ReceiptError::Value("paymentAmount")),
            (">123.60</pa", ">123.6</pa", ReceiptError::Value("paymentAmount")),
            (
                ">123.60</pa",
                ">-123.60</pa",
                ReceiptError::Value("paymentAmount"),
            ),
            (">123.60</pa", ">1e2.60</pa", ReceiptError::Value("paymentAmount")),
            (
                ">123.60</pa",
                ">1000000000.00</pa",
                ReceiptError::Value("paymentAmount"),
            ),
            (
                ">123.60</pa",
                "><b>1.00</b></pa",
                ReceiptError::Value("paymentAmount"),
            ),
            (
                ">301000000000004285<",
                ">30100000000000428<",
                ReceiptError::Value("noticeNumber"),
            ),
            ("<outcome>OK<", "<outcome>SI<", ReceiptError::Value("outcome")),
            (
                "<idTransfer>1<",
                "<idTransfer>6<",
                ReceiptError::Value("idTransfer"),
            ),
            (
                "2026-11-23T09",
                "2026-13-23T09",
                ReceiptError::Value("paymentDateTime"),
            ),
            (
                "<fiscalCode>0333",
                "<fiscalCode>x333",
                ReceiptError::Value("fiscalCode"),
            ),
            ("<outcome>OK</outcome>", "", ReceiptError::Element("outcome")),
            (
                "<outcome>OK</outcome>",
                "<outcome>OK</outcome><outcome>KO</outcome>",
                ReceiptError::Element("outcome"),
            ),
            (
                "<outcome>OK</outcome>",
                "<pafn:outcome>OK</pafn:outcome>",
                ReceiptError::Element("outcome"),
            ),
            (
                "<receiptId>c110729d258c4ab1b765fe902aae41d6<",
                "<receiptId> <",
                ReceiptError::Value("receiptId"),
            ),
        ] {
            assert!(RECEIPT.contains(right), "{right}");
            assert_eq!(parse(&RECEIPT.replace(right, wrong)), Err(error), "{wrong}");
        }
    }

    #[test]
    fn entities_document_types_and_floods_are_refused() {
        let doctype = RECEIPT.replace(
            "<soapenv:Envelope",
            r#"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><soapenv:Envelope"#,
        );
        assert!(matches!(parse(&doctype), Err(ReceiptError::Xml(_))));
        assert!(matches!(
            parse(&RECEIPT.replace("&amp;", "&a;")),
            Err(ReceiptError::Xml(_))
        ));
        let flood = RECEIPT.replace("<soapenv:Header/>", &" ".repeat(MAX_BYTES));
        assert_eq!(parse(&flood), Err(ReceiptError::TooLarge));
        let deep = RECEIPT.replace(
            "<soapenv:Header/>",
            &("<a>".repeat(30_000) + &"</a>".repeat(30_000)),
        );
        assert!(matches!(parse(&deep), Err(ReceiptError::Xml(_))));
        assert!(matches!(
            PushedReceipt::parse(&[0xff, 0xfe]),
            Err(ReceiptError::Xml(_))
        ));
        assert!(matches!(parse(""), Err(ReceiptError::Xml(_))));
    }

    #[test]
    fn another_operation_or_envelope_has_its_own_answer() {
        let other = parse(&RECEIPT.replace("paSendRTV2Request", "paGetPaymentV2")).unwrap_err();
        assert_eq!(other, ReceiptError::Operation("paGetPaymentV2".to_owned()));
        assert_eq!(other.fault("03334231200").code, FaultCode::SoapAction);
        let bare = parse("<a/>").unwrap_err();
        assert_eq!(
            (bare.clone(), bare.fault("03334231200").code),
            (ReceiptError::Envelope, FaultCode::ExtraXsd)
        );
        assert_eq!(
            ReceiptError::Value("fee").fault("03334231200").code,
            FaultCode::Xsd
        );
    }

    proptest! {
        #[test]
        fn every_amount_of_the_schema_is_read_to_the_cent(amount in 0..=99_999_999_999_i64) {
            let text = format!("{}.{:02}", amount / 100, amount % 100);
            prop_assert_eq!(cents(&text), Some(Cents::new(amount)));
        }

        #[test]
        fn no_damaged_message_makes_the_parser_panic(at in 0..RECEIPT.len(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = RECEIPT.as_bytes().to_vec();
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            let _ = PushedReceipt::parse(&bytes);
        }
    }
}
