//! Everything that goes over the wire, against the documents that pagoPA publishes.
//!
//! The documents are not ours to ship: `PAGOPA_SPECS` names the folder that holds them (`pagopa-api/openapi`,
//! `pagopa-api/wsdl/xsd`, `pagopa-taxonomy`). Without it these tests say so and check nothing.

use crate::support::{BODY, Exchange, StationAnswer, World, body, cart, debt, notice};
use jsonschema::{Draft, Validator};
use pagopa::{
    checkout::Checkout,
    gpd::{DebtPositions, Iupd},
    receipts::{Answer, Fault, FaultCode},
};
use sandbox::Options;
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

struct Document(Value);

impl Document {
    fn read(path: &Path) -> Self {
        Self(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    }

    /// A validator of one of the document's schemas. OpenAPI 3.0 is nearest to draft 4.
    fn schema(&self, name: &str) -> Validator {
        assert!(self.0["components"]["schemas"][name].is_object(), "{name}");
        let schema = json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "components": self.0["components"]});
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&schema)
            .unwrap()
    }

    /// The schema's name in an operation's answer; nothing where the document gives none.
    fn answer(&self, template: &str, method: &str, status: u16) -> Option<String> {
        let responses = &self.0["paths"][template][method]["responses"];
        let response = &responses[status.to_string()];
        assert!(response.is_object(), "{method} {template} never answers {status}");
        let reference = &response["content"]["application/json"]["schema"]["$ref"];
        reference
            .as_str()
            .map(|r| r.rsplit('/').next().unwrap().to_owned())
    }
}

fn must(validator: &Validator, json: &[u8], what: &str) {
    let value: Value = serde_json::from_slice(json).unwrap_or_else(|e| panic!("{what}: {e}"));
    let errors: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:?}\n{value:#}");
}

/// Walks through every answer that client and sandbox have for each other.
async fn walk() -> World {
    let world = World::with(Options {
        bodies: vec![BODY.to_owned()],
        ..Options::default()
    })
    .await;
    let stranger = Iupd::of(body(), notice(99));
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    for sequence in 2..=5 {
        world.gpd.create(&debt(sequence, 1)).await.unwrap();
    }
    world.gpd.create(&debt(6, 0)).await.unwrap_err();
    let mut foreign = debt(1, 100);
    foreign.body = "81005750021".parse().unwrap();
    world.gpd.create(&foreign).await.unwrap_err();
    world.gpd.get(body(), &stranger).await.unwrap_err();
    world.gpd.invalidate(body(), &stranger).await.unwrap_err();
    world
        .checkout
        .open_cart(&cart(&[(1, 12_360), (2, 1), (3, 1), (4, 1), (5, 1)]))
        .await
        .unwrap();
    world.checkout.open_cart(&cart(&[(99, 1)])).await.unwrap_err();
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(1).to_string())
        .unwrap();
    world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    world.gpd.get(body(), &debt(2, 1).iupd).await.unwrap();
    world.gpd.invalidate(body(), &debt(1, 1).iupd).await.unwrap_err();
    world.gpd.invalidate(body(), &debt(2, 1).iupd).await.unwrap();
    world
}

fn template(exchange: &Exchange) -> (&'static str, String) {
    let path = exchange.path.split('?').next().unwrap();
    let method = exchange.method.to_lowercase();
    let template = match path
        .strip_prefix("/gpd/debt-positions-service/v1")
        .map(|p| p.split('/').count())
    {
        Some(4) => "/organizations/{organizationfiscalcode}/debtpositions",
        Some(5) => "/organizations/{organizationfiscalcode}/debtpositions/{iupd}",
        Some(6) => "/organizations/{organizationfiscalcode}/debtpositions/{iupd}/invalidate",
        _ => "/carts",
    };
    (template, method)
}

#[tokio::test]
async fn requests_and_answers_are_what_the_openapi_documents_say() {
    let Some(specs) = specs("the OpenAPI documents") else {
        return;
    };
    let gpd = Document::read(&specs.join("pagopa-api/openapi/gpd.json"));
    let checkout = Document::read(&specs.join("pagopa-api/openapi/checkout_v2.json"));
    let world = walk().await;
    let exchanges = world.exchanges.lock().unwrap().clone();
    let (mut requests, mut answers) = (0, 0);
    for exchange in &exchanges {
        let (template, method) = template(exchange);
        let what = format!("{method} {} {}", exchange.path, exchange.status);
        let (document, request) = match template {
            "/carts" => (&checkout, "CartRequestV2"),
            _ => (&gpd, "PaymentPositionModel"),
        };
        let creates = matches!(
            template,
            "/carts" | "/organizations/{organizationfiscalcode}/debtpositions"
        );
        // What the sandbox refuses with 400 was meant to be wrong.
        if creates && exchange.status != 400 {
            must(&document.schema(request), &exchange.sent, &what);
            requests += 1;
        }
        let schema = match (template, exchange.status) {
            // Undocumented, but what the deployed service answers.
            ("/carts", 422) => Some("ProblemJson".to_owned()),
            _ => document.answer(template, &method, exchange.status),
        };
        if let Some(schema) = schema {
            must(&document.schema(&schema), &exchange.answer, &what);
            answers += 1;
        }
    }
    let seen: std::collections::BTreeSet<u16> = exchanges.iter().map(|e| e.status).collect();
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        [200, 201, 302, 400, 403, 404, 409, 422]
    );
    shout(&format!(
        "pagoPA's OpenAPI documents: {requests} requests and {answers} answers are valid"
    ));
}

#[tokio::test]
async fn the_sandbox_refuses_what_checkouts_document_forbids() {
    let Some(specs) = specs("Checkout's rules") else {
        return;
    };
    let validator =
        Document::read(&specs.join("pagopa-api/openapi/checkout_v2.json")).schema("CartRequestV2");
    let world = World::new().await;
    for sequence in 1..=6 {
        world.gpd.create(&debt(sequence, 100)).await.unwrap();
    }
    let notices: Vec<Value> = (1..=6)
        .map(|sequence| {
            json!({"noticeNumber": notice(sequence).to_string(), "fiscalCode": BODY, "amount": 100,
                "companyName": "Comune di Prova", "description": "Mensa"})
        })
        .collect();
    let url = "https://mensa.example/x";
    let right = json!({"paymentNotices": &notices[..1], "returnUrls": {"returnOkUrl": url,
        "returnCancelUrl": url, "returnErrorUrl": url, "returnWaitingUrl": url}});
    assert_eq!(
        world
            .command("POST", "/checkout/ec/v2/carts", right.clone())
            .await
            .0,
        302
    );
    let wrong = |pointer: &str, value: Value| {
        let mut json = right.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        json
    };
    for bad in [
        wrong("/paymentNotices", json!([])),
        wrong("/paymentNotices", json!(notices)),
        wrong("/paymentNotices/0/amount", json!(0)),
        wrong("/paymentNotices/0/amount", json!(1.5)),
        wrong("/paymentNotices/0/noticeNumber", json!("30100000000000428")),
        wrong("/paymentNotices/0/fiscalCode", json!("0333423120")),
        wrong("/paymentNotices/0/description", json!("x".repeat(141))),
        wrong(
            "/returnUrls",
            json!({"returnOkUrl": url, "returnCancelUrl": url, "returnErrorUrl": url}),
        ),
        wrong("/returnUrls/returnOkUrl", Value::Null),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
        let (status, problem) = world.command("POST", "/checkout/ec/v2/carts", bad.clone()).await;
        assert_eq!(status, 400, "{bad}: {problem}");
    }
    let twice = wrong("/paymentNotices", json!([notices[0], notices[0]]));
    let (status, problem) = world.command("POST", "/checkout/ec/v2/carts", twice).await;
    assert!(status == 422 && problem.contains("Duplicate"), "{problem}");
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
    fn is_valid(&self, envelope: &str) -> Result<(), String> {
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

#[tokio::test]
async fn receipts_and_answers_are_what_the_xml_schema_says() {
    let Some(lint) = specs("the XML schema").and_then(|specs| Lint::new(&specs)) else {
        return;
    };
    let world = World::new().await;
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    world
        .station
        .next
        .lock()
        .unwrap()
        .push_back(StationAnswer::Ko(FaultCode::System));
    let address = world.checkout.open_cart(&cart(&[(1, 12_360)])).await.unwrap();
    let page = format!("/c/{}", address.path().split('/').nth(5).unwrap());
    world.press(&page, "paga").await;
    let made_up = json!({"body": BODY, "notice_number": notice(77).to_string(), "amount": 1});
    world.command("POST", "/sandbox/receipts", made_up).await;
    world.sandbox.platform().settled().await;
    let mut messages = world.station.received.lock().unwrap().clone();
    let receipts = messages.len();
    assert_eq!(receipts, 3);
    for code in [
        FaultCode::Duplicate,
        FaultCode::UnknownNotice,
        FaultCode::System,
        FaultCode::Semantics,
        FaultCode::Xsd,
        FaultCode::ExtraXsd,
        FaultCode::SoapAction,
        FaultCode::Domain,
        FaultCode::Station,
        FaultCode::Broker,
    ] {
        messages.push(Answer::Ko(Fault::new(code, BODY).describe("a < b & \u{7}")).to_xml());
    }
    messages.push(Answer::Ok.to_xml());
    for message in &messages {
        lint.is_valid(message)
            .unwrap_or_else(|why| panic!("{why}\n{message}"));
    }
    let wrong = messages[0].replace("<outcome>OK</outcome>", "<outcome>FORSE</outcome>");
    assert!(lint.is_valid(&wrong).is_err(), "the schema must bite");
    shout(&format!(
        "pagoPA's XML schema: {receipts} receipts and {} answers are valid",
        messages.len() - receipts
    ));
}

#[test]
fn our_taxonomy_codes_are_in_the_published_list() {
    let Some(specs) = specs("the taxonomy") else {
        return;
    };
    let list = fs::read_to_string(specs.join("pagopa-taxonomy/taxonomy_v16_2022-05-27.json")).unwrap();
    let list: Vec<Value> = serde_json::from_str(&list).unwrap();
    for code in pagopa::taxonomy::CANTEEN_CODES.map(|known| known.code) {
        assert!(
            list.iter()
                .any(|entry| entry["DATI SPECIFICI DI INCASSO"] == code),
            "{code}"
        );
    }
    for entry in &list {
        let code = entry["DATI SPECIFICI DI INCASSO"].as_str().unwrap();
        assert!(code.parse::<pagopa::TaxonomyCode>().is_ok(), "{code}");
    }
}
