//! What we write and what we can read, against the documents that pagoPA publishes.
//!
//! The documents are not ours to ship: `PAGOPA_SPECS` names the folder that holds them (`pagopa-api/openapi`,
//! `pagopa-api/wsdl/xsd`, `pagopa-taxonomy`). Without it these tests say so and check nothing. What goes over the wire
//! between clients and sandbox is validated in the sandbox's tests.

use crate::support::{debt, header, json_receipt, listed, notice, page, payment, receipt_inside};
use jsonschema::{Draft, Validator};
use refettorio_pagopa::{
    TaxonomyCode,
    receipts::{Answer, Fault, FaultCode},
    station::{GetPaymentAnswer, Operation, Payable, StationRequest, VerifyAnswer},
    taxonomy::CANTEEN_CODES,
};
use serde_json::{Value, json};
use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder, or nothing after having said so.
fn specs(test: &str) -> Option<PathBuf> {
    let folder = env::var_os("PAGOPA_SPECS").map(PathBuf::from);
    if folder.is_none() {
        shout(&format!(
            "SKIPPED {test}: PAGOPA_SPECS names no folder with pagoPA's published documents"
        ));
    }
    folder
}

/// To the terminal itself: the test harness would swallow what a passing test prints.
fn shout(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "\n{text}");
}

#[test]
fn each_code_of_our_table_is_in_the_published_list_and_of_the_kind_we_say() {
    let Some(specs) = specs("the taxonomy") else {
        return;
    };
    let list = fs::read(specs.join("pagopa-taxonomy/taxonomy_v16_2022-05-27.json")).unwrap();
    let list: Vec<Value> = serde_json::from_slice(&list).unwrap();
    for known in CANTEEN_CODES {
        let entry = list
            .iter()
            .find(|entry| entry["DATI SPECIFICI DI INCASSO"] == known.code)
            .unwrap_or_else(|| panic!("{} is not in the list", known.code));
        assert_eq!(
            entry["CODICE TIPO ENTE CREDITORE"],
            known.kind.code(),
            "{}",
            known.code
        );
    }
    for entry in &list {
        let code = entry["DATI SPECIFICI DI INCASSO"].as_str().unwrap();
        assert!(code.parse::<TaxonomyCode>().is_ok(), "{code}");
    }
    shout(&format!(
        "pagoPA's taxonomy: {} codes of ours are among {} published",
        CANTEEN_CODES.len(),
        list.len()
    ));
}

/// `xmllint` with the schemas laid out as their imports want them.
struct Lint {
    folder: tempfile::TempDir,
}

impl Lint {
    fn new(specs: &Path) -> Option<Self> {
        if Command::new("xmllint")
            .arg("--version")
            .stderr(Stdio::null())
            .status()
            .is_err()
        {
            shout("SKIPPED the XML schema: there is no xmllint (Debian: libxml2-utils)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let xsd = specs.join("pagopa-api/wsdl/xsd");
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::create_dir_all(folder.path().join("xsd-common")).unwrap();
        for (from, to) in [
            ("paForNode.xsd", "a/b/paForNode.xsd"),
            ("sac-common-types-1.0.xsd", "xsd-common/sac-common-types-1.0.xsd"),
        ] {
            fs::write(folder.path().join(to), fs::read(xsd.join(from)).unwrap()).unwrap();
        }
        Some(Self { folder })
    }

    /// Validates what stands in an envelope's body.
    fn validate(&self, envelope: &str) -> Result<(), String> {
        let from = envelope.find("<soapenv:Body>").unwrap() + "<soapenv:Body>".len();
        let content = &envelope[from..envelope.find("</soapenv:Body>").unwrap()];
        let space = r#" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">"#;
        let file = self.folder.path().join("message.xml");
        fs::write(&file, content.replacen('>', space, 1)).unwrap();
        let output = Command::new("xmllint")
            .args(["--nonet", "--noout", "--schema"])
            .arg(self.folder.path().join("a/b/paForNode.xsd"))
            .arg(&file)
            .output()
            .unwrap();
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }
}

fn request(element: &str, inside: &str) -> String {
    format!(
        r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><soapenv:Body><pafn:{element}>{inside}</pafn:{element}></soapenv:Body></soapenv:Envelope>"#
    )
}

/// The three requests with everything in them that the schema allows and we read.
fn requests() -> Vec<String> {
    let addressed = format!(
        "<idPA>03334231200</idPA><idBrokerPA>03334231200</idBrokerPA><idStation>03334231200_01</idStation>\
        <qrCode><fiscalCode>03334231200</fiscalCode><noticeNumber>{}</noticeNumber></qrCode>",
        notice(1)
    );
    let more = "<amount>123.60</amount><paymentNote>0199-abc</paymentNote><transferType>PAGOPA</transferType>\
        <dueDate>2026-12-31</dueDate>";
    vec![
        request(Operation::Verify.element(), &addressed),
        request(Operation::GetPayment.element(), &addressed),
        request(Operation::GetPayment.element(), &format!("{addressed}{more}")),
        request(Operation::Receipt.element(), &receipt_inside(1, "r-1", "123.60")),
    ]
}

#[test]
fn what_a_station_reads_and_answers_is_what_the_xml_schema_says() {
    let Some(lint) = specs("the XML schema").and_then(|specs| Lint::new(&specs)) else {
        return;
    };
    let requests = requests();
    for xml in &requests {
        lint.validate(xml).unwrap_or_else(|why| panic!("{why}\n{xml}"));
        StationRequest::parse(xml.as_bytes()).unwrap();
    }
    let office = Some("Ufficio Scuola & <Mense>".parse().unwrap());
    let mut answers = vec![Answer::Ok.to_xml()];
    for cents in [1, 100, 12_360, 99_999_999_999] {
        for office in [None, office.clone()] {
            let mut debt = debt(42, cents);
            debt.debtor.full_name = "Maria Ròssi & <figli> ".repeat(9);
            let payable = Box::new(Payable::new(debt, office).unwrap());
            answers.push(VerifyAnswer::Ok(payable.clone()).to_xml());
            answers.push(GetPaymentAnswer::Ok(payable).to_xml());
        }
    }
    for code in FaultCode::ALL {
        for operation in [Operation::Verify, Operation::GetPayment, Operation::Receipt] {
            answers.push(operation.refusal(Fault::new(code, "03334231200")));
            answers.push(operation.refusal(Fault::new(code, "").describe("a < b & \u{7}")));
        }
    }
    for xml in &answers {
        lint.validate(xml).unwrap_or_else(|why| panic!("{why}\n{xml}"));
    }
    let (right, wrong) = ("<amount>0.01</amount>", "<amount>0.1</amount>");
    assert!(answers[1].contains(right), "{}", answers[1]);
    assert!(
        lint.validate(&answers[1].replace(right, wrong)).is_err(),
        "the schema must bite"
    );
    shout(&format!(
        "pagoPA's XML schema: {} requests to a station and {} answers are valid",
        requests.len(),
        answers.len()
    ));
}

struct Document(Value);

impl Document {
    fn read(specs: &Path, name: &str) -> Self {
        let path = specs.join("pagopa-api/openapi").join(name);
        Self(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    }

    /// A validator of one of the document's schemas. OpenAPI 3.0 is nearest to draft 4.
    fn schema(&self, name: &str) -> Validator {
        let mut components = self.0["components"].clone();
        assert!(components["schemas"][name].is_object(), "{name}");
        // Written for texts, yet put on numbers, and with a bound that no engine of regular expressions takes.
        for schema in components["schemas"].as_object_mut().unwrap().values_mut() {
            let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
            for property in properties.into_iter().flat_map(|all| all.values_mut()) {
                if property.get("type") == Some(&json!("number")) {
                    property.as_object_mut().unwrap().remove("pattern");
                }
            }
        }
        let schema =
            json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "components": components});
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    }
}

#[test]
fn the_answers_that_our_tests_believe_in_are_what_the_openapi_documents_say() {
    let Some(specs) = specs("the OpenAPI documents") else {
        return;
    };
    let fdr = Document::read(&specs, "fdr_organization.json");
    let biz_events = Document::read(&specs, "biz_events.json");
    let flows = page(1, 1, &[listed("2026-11-24A-1", 2, "2026-11-24T07:00:00.123Z")]);
    let payments: Vec<String> = (1..)
        .zip(["EXECUTED", "REVOKED", "STAND_IN", "STAND_IN_NO_RPT", "NO_RPT"])
        .map(|(index, status)| payment(index, "1.5", status))
        .collect();
    for (document, schema, text) in [
        (&fdr, "PaginatedFlowsResponse", flows),
        (&fdr, "SingleFlowResponse", header("2026-11-24A-1", 2, 5, "7.50")),
        (&fdr, "PaginatedPaymentsResponse", page(1, 1, &payments)),
        (
            &biz_events,
            "CtReceiptModelResponse",
            json_receipt(1, "r-1", "123.60"),
        ),
    ] {
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = document
            .schema(schema)
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{schema}: {errors:?}\n{value:#}");
    }
    // Each path that the clients build is one of the documents' own.
    for (name, path) in [
        ("fdr_organization.json", "/organizations/{organizationId}/fdrs"),
        (
            "fdr_organization.json",
            "/organizations/{organizationId}/fdrs/{fdr}/revisions/{revision}/psps/{pspId}",
        ),
        (
            "fdr_organization.json",
            "/organizations/{organizationId}/fdrs/{fdr}/revisions/{revision}/psps/{pspId}/payments",
        ),
        (
            "biz_events.json",
            "/organizations/{organizationfiscalcode}/receipts/{iur}",
        ),
        (
            "gpd_payments.json",
            "/payments/{organizationfiscalcode}/receipts/{iuv}",
        ),
    ] {
        let document = Document::read(&specs, name);
        assert!(document.0["paths"][path]["get"].is_object(), "{name} {path}");
    }
    let gpd = Document::read(&specs, "gpd.json");
    let position = "/organizations/{organizationfiscalcode}/debtpositions/{iupd}";
    assert!(gpd.0["paths"][position]["put"].is_object());
    assert!(gpd.0["paths"][format!("{position}/publish")]["post"].is_object());
}
