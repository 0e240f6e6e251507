use super::*;
use crate::{
    Causale, NoticeNumber, SegregationCode, TaxonomyCode,
    gpd::{Debtor, Iupd, NewDebt},
};
use domain::Cents;
use proptest::prelude::*;
use roxmltree::Document;

/// An envelope as pagoPA's node sends it: root qualified, children not.
fn request(element: &str, inside: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:paf="{PA_FOR_NODE}">
  <soapenv:Header/>
  <soapenv:Body>
    <paf:{element}><idPA>03334231200</idPA><idBrokerPA>81005750021</idBrokerPA><idStation>81005750021_02</idStation>
      <qrCode><fiscalCode>03334231200</fiscalCode><noticeNumber>301000000000004285</noticeNumber></qrCode>{inside}</paf:{element}>
  </soapenv:Body>
</soapenv:Envelope>"#
    )
}

fn verify() -> String {
    request("paVerifyPaymentNoticeReq", "")
}

fn get_payment() -> String {
    let inside = "<amount>123.60</amount><paymentNote>0199-abc</paymentNote>\
        <transferType>POSTAL</transferType><dueDate>2026-12-31</dueDate>";
    request("paGetPaymentV2Request", inside)
}

fn parse(xml: &str) -> Result<StationRequest, Unreadable> {
    StationRequest::parse(xml.as_bytes())
}

fn notice(sequence: u64) -> NoticeNumber {
    NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap()
}

fn debt(sequence: u64, cents: i64, name: &str) -> NewDebt {
    let body = "03334231200".parse().unwrap();
    NewDebt {
        body,
        iupd: Iupd::of(body, notice(sequence)),
        company_name: "Comune di Prova & C.".parse().unwrap(),
        debtor: Debtor {
            fiscal_code: "RSSMRA85T10A562S".to_owned(),
            full_name: name.to_owned(),
        },
        notice: notice(sequence),
        amount: Cents::new(cents),
        causale: Causale::new("Mensa scolastica, ricarica, novembre 2026").unwrap(),
        due: "2026-12-31T22:59:59Z".parse().unwrap(),
        expires: true,
        iban: "IT60X0542811101000000123456".parse().unwrap(),
        taxonomy: TaxonomyCode::school_canteen(),
    }
}

fn payable(cents: i64) -> Box<Payable> {
    let office = Some("Ufficio Scuola <1>".parse().unwrap());
    Box::new(Payable::new(debt(42, cents, "Maria Rossi & figli"), office).unwrap())
}

/// The text at the end of a path of elements in an answer, each there once.
fn at(xml: &str, path: &[&'static str]) -> String {
    let document = Document::parse(xml).unwrap();
    let mut node = crate::soap::in_envelope(document.root_element()).unwrap();
    for name in path {
        node = crate::soap::one(node, name).unwrap();
    }
    node.text().unwrap_or_default().to_owned()
}

#[test]
fn the_root_element_tells_what_is_asked() {
    let asked = parse(&verify()).unwrap();
    let StationRequest::Verify(read) = &asked else {
        panic!("{asked:?}")
    };
    assert_eq!(read.notice_number.to_string(), "301000000000004285");
    assert_eq!(read.body_fiscal_code, "03334231200");
    let asked = parse(&get_payment()).unwrap();
    let StationRequest::GetPayment(read) = &asked else {
        panic!("{asked:?}")
    };
    assert_eq!(read.amount, Some(Cents::new(12_360)));
    assert_eq!(read.payment_note.as_deref(), Some("0199-abc"));
    assert_eq!(read.transfer_type, Some(TransferType::Postal));
    assert_eq!(read.due, "2026-12-31".parse().ok());
    assert_eq!(
        (asked.id_pa(), asked.id_broker_pa(), asked.id_station()),
        ("03334231200", "81005750021", "81005750021_02")
    );
    let bare = parse(&request("paGetPaymentV2Request", "")).unwrap();
    assert!(matches!(bare, StationRequest::GetPayment(read) if read.amount.is_none() && read.due.is_none()));
}

#[test]
fn a_request_for_another_station_is_refused_with_its_own_code() {
    let asked = parse(&verify()).unwrap();
    let (body, broker, station) = ("03334231200", "81005750021", "81005750021_02");
    assert_eq!(asked.check_addressee(body, broker, station), Ok(()));
    assert_eq!(
        asked.check_addressee("x", broker, station),
        Err(FaultCode::Domain)
    );
    assert_eq!(asked.check_addressee(body, "x", station), Err(FaultCode::Broker));
    assert_eq!(asked.check_addressee(body, broker, "x"), Err(FaultCode::Station));
}

#[test]
fn a_refusal_has_the_form_of_what_was_asked() {
    for (xml, element) in [
        (verify(), "paVerifyPaymentNoticeRes"),
        (get_payment(), "paGetPaymentV2Response"),
    ] {
        let fault = Fault::new(FaultCode::Withdrawn, "03334231200");
        let answer = parse(&xml).unwrap().refusal(fault);
        assert!(
            answer.contains(&format!("<pafn:{element}><outcome>KO</outcome>")),
            "{answer}"
        );
        assert_eq!(at(&answer, &["fault", "faultCode"]), "PAA_PAGAMENTO_ANNULLATO");
        // Also where the message could be read only so far.
        let unreadable = parse(&xml.replace("03334231200</fiscalCode>", "x</fiscalCode>")).unwrap_err();
        assert_eq!(unreadable.error, MessageError::Value("fiscalCode"));
        let answer = unreadable.answer("03334231200");
        assert!(answer.contains(element), "{answer}");
        assert_eq!(at(&answer, &["fault", "faultCode"]), "PAA_SINTASSI_XSD");
    }
    let unknown =
        parse(&verify().replace("paVerifyPaymentNoticeReq", "paDemandPaymentNoticeRequest")).unwrap_err();
    assert_eq!(unknown.operation, None);
    let answer = unknown.answer("03334231200");
    assert!(answer.contains("paSendRTV2Response"), "{answer}");
    assert_eq!(at(&answer, &["fault", "faultCode"]), "PAA_SOAPACTION_ERRATA");
}

#[test]
fn a_value_that_the_schema_forbids_is_refused_by_name() {
    for (right, wrong, error) in [
        (">123.60<", ">123,60<", MessageError::Value("amount")),
        (">123.60<", ">123.6<", MessageError::Value("amount")),
        (">123.60<", "><", MessageError::Value("amount")),
        ("POSTAL", "postal", MessageError::Value("transferType")),
        ("2026-12-31", "31/12/2026", MessageError::Value("dueDate")),
        (
            "301000000000004285",
            "30100000000000428",
            MessageError::Value("noticeNumber"),
        ),
        ("<idPA>03334231200</idPA>", "", MessageError::Element("idPA")),
        ("qrCode>", "paf:qrCode>", MessageError::Element("qrCode")),
        (
            "<amount>123.60</amount>",
            "<amount>1.00</amount><amount>2.00</amount>",
            MessageError::Element("amount"),
        ),
    ] {
        assert!(get_payment().contains(right), "{right}");
        assert_eq!(
            parse(&get_payment().replace(right, wrong)).unwrap_err().error,
            error,
            "{wrong}"
        );
    }
}

#[test]
fn an_element_that_is_not_in_the_namespace_is_no_request() {
    let stranger = verify().replace(PA_FOR_NODE, "http://example.com/other");
    assert!(matches!(
        parse(&stranger).unwrap_err().error,
        MessageError::Operation(_)
    ));
    let doctype = verify().replace(
        "<soapenv:Envelope",
        r#"<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><soapenv:Envelope"#,
    );
    assert!(matches!(parse(&doctype).unwrap_err().error, MessageError::Xml(_)));
    let entity = verify().replace("<idPA>", "<idPA>&a;");
    assert!(matches!(parse(&entity).unwrap_err().error, MessageError::Xml(_)));
    let flood = verify().replace("<soapenv:Header/>", &" ".repeat(MAX_BYTES));
    assert_eq!(parse(&flood).unwrap_err().error, MessageError::TooLarge);
}

#[test]
fn what_is_owed_is_told_whole() {
    let verified = VerifyAnswer::Ok(payable(12_360)).to_xml();
    assert_eq!(at(&verified, &["outcome"]), "OK");
    let option = |name| at(&verified, &["paymentList", "paymentOptionDescription", name]);
    assert_eq!(
        (option("amount"), option("options")),
        ("123.60".to_owned(), "EQ".to_owned())
    );
    assert_eq!(option("dueDate"), "2026-12-31");
    assert_eq!(at(&verified, &["fiscalCodePA"]), "03334231200");
    assert_eq!(at(&verified, &["companyName"]), "Comune di Prova & C.");
    assert_eq!(at(&verified, &["officeName"]), "Ufficio Scuola <1>");
    assert!(!verified.contains("RSSMRA"), "who owes is told only to whom pays");

    let data = GetPaymentAnswer::Ok(payable(12_360)).to_xml();
    assert_eq!(at(&data, &["data", "creditorReferenceId"]), "01000000000004285");
    assert_eq!(at(&data, &["data", "debtor", "fullName"]), "Maria Rossi & figli");
    let transfer = |name| at(&data, &["data", "transferList", "transfer", name]);
    assert_eq!(transfer("transferAmount"), "123.60");
    assert_eq!(transfer("IBAN"), "IT60X0542811101000000123456");
    assert_eq!(transfer("transferCategory"), "9/0107101TS/");
}

#[test]
fn a_debt_that_the_schema_forbids_is_no_answer() {
    for cents in [0, -1, 100_000_000_000] {
        assert_eq!(
            Payable::new(debt(1, cents, "Maria Rossi"), None),
            Err(PayableError::Amount)
        );
    }
    assert!(Payable::new(debt(1, 99_999_999_999, "Maria Rossi"), None).is_ok());
    assert_eq!(Payable::new(debt(1, 1, "  "), None), Err(PayableError::Debtor));
    let mut nameless = debt(1, 1, "Maria Rossi");
    nameless.debtor.fiscal_code = "X".to_owned();
    assert_eq!(Payable::new(nameless, None), Err(PayableError::Debtor));
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(sequence in 0..=NoticeNumber::MAX_SEQUENCE, cents in 1..=99_999_999_999_i64, name in "\\PC{1,90}") {
        prop_assume!(!name.trim().is_empty());
        let payable = Box::new(Payable::new(debt(sequence, cents, &name), None).unwrap());
        let data = GetPaymentAnswer::Ok(payable.clone()).to_xml();
        prop_assert_eq!(at(&data, &["data", "creditorReferenceId"]), notice(sequence).iuv());
        let amount = crate::soap::cents(&at(&data, &["data", "paymentAmount"]));
        prop_assert_eq!(amount, Some(Cents::new(cents)));
        let kept: String = name.trim().chars().take(70).collect();
        prop_assert_eq!(at(&data, &["data", "debtor", "fullName"]), kept);
        let verified = VerifyAnswer::Ok(payable).to_xml();
        let amount = at(&verified, &["paymentList", "paymentOptionDescription", "amount"]);
        prop_assert_eq!(crate::soap::cents(&amount), Some(Cents::new(cents)));
    }

    #[test]
    fn a_request_is_read_to_the_letter(sequence in 0..=NoticeNumber::MAX_SEQUENCE, cents in 0..=99_999_999_999_i64, note in "[A-Za-z0-9._~-]{1,210}") {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let xml = get_payment()
            .replace("301000000000004285", &notice(sequence).to_string())
            .replace(">123.60<", &format!(">{amount}<"))
            .replace("0199-abc", &note);
        let StationRequest::GetPayment(read) = parse(&xml).unwrap() else { panic!() };
        prop_assert_eq!(read.notice_number, notice(sequence));
        prop_assert_eq!(read.amount, Some(Cents::new(cents)));
        prop_assert_eq!(read.payment_note, Some(note));
    }

    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = StationRequest::parse(&bytes);
    }

    #[test]
    fn no_damaged_request_makes_the_parser_panic(at in 0..700_usize, bytes in prop::collection::vec(any::<u8>(), 0..4), cut in any::<bool>()) {
        for xml in [verify(), get_payment()] {
            let mut damaged = xml.into_bytes();
            let place = at % damaged.len();
            let end = (place + bytes.len()).min(damaged.len());
            damaged.splice(place..end, bytes.clone());
            if cut {
                damaged.truncate(place);
            }
            if let Err(unreadable) = StationRequest::parse(&damaged) {
                let answer = unreadable.answer("03334231200");
                prop_assert!(Document::parse(&answer).is_ok());
            }
        }
    }
}
