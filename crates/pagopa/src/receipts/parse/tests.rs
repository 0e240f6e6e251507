use super::*;
use crate::receipts::{MAX_BYTES, ReceiptError};
use crate::soap::FaultCode;
use domain::Cents;
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
        <applicationDate>2026-11-23</applicationDate>
        <transferDate>2026-11-24+01:00</transferDate>
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
fn what_a_family_and_an_accountant_need_is_there() {
    let receipt = parse(RECEIPT).unwrap().receipt;
    assert_eq!(
        (receipt.psp_id.as_str(), receipt.psp.as_str()),
        ("ABCDITMM", "Banca di Prova")
    );
    assert_eq!(receipt.channel.as_deref(), Some("web"));
    assert_eq!(receipt.channel_id.as_deref(), Some("00001060966_01"));
    assert_eq!(receipt.payment_method.as_deref(), Some("creditCard"));
    assert_eq!(receipt.company_name.as_deref(), Some("Comune di Prova"));
    assert_eq!(receipt.applied_on, "2026-11-23".parse().ok());
    assert_eq!(receipt.transferred_on, "2026-11-24".parse().ok());
    let iban = receipt.transfers[0].iban.as_ref().unwrap();
    assert_eq!(iban.as_str(), "IT60X0542811101000000123456");
    assert!(!format!("{receipt:?}").contains("IT60X"));
    assert!(receipt.payer.is_none() && receipt.metadata.is_empty());
    let payer = "<payer><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
            <entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier>\
            <fullName>Chi ha pagato</fullName></payer>";
    let more = RECEIPT
        .replace("<paymentMethod>", &format!("{payer}<paymentMethod>"))
        .replace(
            "<fee>1.50</fee>",
            "<paymentNote>0199-abc</paymentNote><fee>1.50</fee>\
                <primaryCiIncurredFee>0.30</primaryCiIncurredFee>",
        )
        .replace("</receipt>", "<standIn>1</standIn></receipt>");
    let receipt = parse(&more).unwrap().receipt;
    assert_eq!(receipt.payer.unwrap().code, "ANONIMO");
    assert_eq!(receipt.payment_note.as_deref(), Some("0199-abc"));
    assert_eq!(receipt.body_fee, Some(Cents::new(30)));
    assert!(receipt.stand_in);
}

#[test]
fn costs_of_notification_are_found_under_any_spelling_of_their_key() {
    let with = |key: &str, value: &str| {
        let metadata = format!(
            "<metadata><mapEntry><key>x</key><value>y</value></mapEntry>\
                <mapEntry><key>{key}</key><value>{value}</value></mapEntry></metadata></receipt>"
        );
        parse(&RECEIPT.replace("</receipt>", &metadata))
            .unwrap()
            .receipt
            .notification_fee()
    };
    for key in ["notificationFee", "NOTIFICATION_FEE", "Notification Fee"] {
        assert_eq!(with(key, "150"), Some(Cents::new(150)), "{key}");
    }
    assert_eq!(with("notificationFee", "1.50"), Some(Cents::new(150)));
    assert_eq!(with("notificationFee", "0"), Some(Cents::ZERO));
    for value in ["-1", "1,50", "molto", "99999999999999999999"] {
        assert_eq!(with("notificationFee", value), None, "{value}");
    }
    assert_eq!(with("fee", "150"), None);
    let in_transfer = RECEIPT.replace(
        "</transfer>",
        "<metadata><mapEntry><key>NOTIFICATION_FEE</key><value>150</value></mapEntry></metadata></transfer>",
    );
    assert_eq!(
        parse(&in_transfer).unwrap().receipt.notification_fee(),
        Some(Cents::new(150))
    );
}

#[test]
fn a_receipt_that_pagopa_kept_is_read_in_any_of_its_covers() {
    let whole = parse(RECEIPT).unwrap();
    let from = RECEIPT.find("<pafn:paSendRTV2Request>").unwrap() + "<pafn:paSendRTV2Request>".len();
    let inside = &RECEIPT[from..RECEIPT.find("</pafn:paSendRTV2Request>").unwrap()];
    for cover in ["PaSendRTV2Request", "paSendRTV2Request", "paSendRTReq"] {
        let kept =
            format!(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><{cover}>{inside}</{cover}>"#);
        assert_eq!(
            PushedReceipt::parse_kept(kept.as_bytes()),
            Ok(whole.clone()),
            "{cover}"
        );
    }
    assert_eq!(PushedReceipt::parse_kept(RECEIPT.as_bytes()), Ok(whole));
    assert_eq!(
        PushedReceipt::parse_kept(b"<ProblemJson/>"),
        Err(ReceiptError::Operation("ProblemJson".to_owned()))
    );
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
fn what_decides_nothing_costs_no_receipt_where_it_is_wrong() {
    for (right, wrong) in [
        ("<fee>1.50</fee>", "<fee>1,5</fee>"),
        ("<fee>1.50</fee>", "<fee/>"),
        ("<fee>1.50</fee>", "<fee>1.50</fee><paymentNote></paymentNote>"),
        ("<fee>1.50</fee>", "<payer/><fee>1.50</fee>"),
        (
            "<fee>1.50</fee>",
            "<fee>1.50</fee><applicationDate>ieri</applicationDate>",
        ),
        (
            "</receipt>",
            "<metadata><mapEntry><key>x</key><value></value></mapEntry></metadata></receipt>",
        ),
        (
            "<companyName>Comune di Prova</companyName>",
            "<companyName></companyName>",
        ),
    ] {
        assert!(RECEIPT.contains(right), "{right}");
        let read = parse(&RECEIPT.replace(right, wrong)).unwrap();
        assert_eq!(read.receipt.amount, Cents::new(12_360), "{wrong}");
    }
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
    fn no_damaged_message_makes_the_parser_panic(at in 0..RECEIPT.len(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = RECEIPT.as_bytes().to_vec();
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        let _ = PushedReceipt::parse(&bytes);
        let _ = PushedReceipt::parse_kept(&bytes);
    }
}
