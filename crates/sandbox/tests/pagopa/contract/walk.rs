//! A walk through every published operation and every answer of it, so that none is only believed to be right.

use super::{Held, OPERATIONS, folder_for, openapi::Documents, shout};
use crate::support::{BODY, StationAnswer, World, body, cart, debt, notice};
use pagopa::{
    checkout::Checkout,
    fdr::Flows,
    gpd::{DebtPositions, Iupd},
    receipts::{
        Answer, Fault, FaultCode,
        recovery::{MissingReceipts, Wanted},
    },
};
use sandbox::Options;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};

const FOREIGN: &str = "81005750021";

fn positions(rest: &str) -> String {
    format!("/gpd/debt-positions-service/v1/organizations/{BODY}/debtpositions{rest}")
}

fn receipts(rest: &str) -> String {
    format!("/gpd/payments-receipts-service/v1/payments/{BODY}/receipts{rest}")
}

fn events(rest: &str) -> String {
    format!("/bizevents/service/v1/organizations/{BODY}/receipts/{rest}")
}

fn flows(rest: &str) -> String {
    format!("/fdr-org/service/v1/organizations/{BODY}/fdrs{rest}")
}

/// A position as GPD takes it, and not by our client.
pub fn model(sequence: u64, cents: i64) -> Value {
    let iupd = debt(sequence, cents).iupd;
    json!({
        "iupd": iupd.as_str(), "type": "F", "fiscalCode": "RSSMRA85T10A562S", "fullName": "Maria Rossi",
        "companyName": "Comune di Prova", "switchToExpired": false,
        "paymentOption": [{
            "nav": notice(sequence).to_string(), "iuv": notice(sequence).iuv(), "amount": cents,
            "description": "Mensa scolastica", "isPartialPayment": false, "dueDate": "2026-12-31T22:59:59Z",
            "transfer": [{"idTransfer": "1", "amount": cents, "remittanceInformation": "Mensa scolastica",
                "category": "9/0107101TS/", "iban": "IT60X0542811101000000123456"}],
        }],
    })
}

/// Calls and looks at the status.
async fn call(world: &World, method: &str, path: &str, body: Option<Value>, status: u16) {
    let (found, text) = world.service(method, path, body, None).await;
    assert_eq!(found, status, "{method} {path}: {text}");
}

/// The same operation with a wrong key, for a body that the key is not for, and while the service is down.
async fn refused(world: &World, service: &str, method: &str, path: &str, body: Option<Value>) {
    let (status, _) = world.service(method, path, body.clone(), Some("wrong")).await;
    assert_eq!(status, 401, "{path}");
    call(world, method, &path.replace(BODY, FOREIGN), body.clone(), 403).await;
    let mut fault = json!({});
    fault[service] = json!({"kind": "status", "status": 500, "times": 1});
    world.disturb(fault);
    call(world, method, path, body, 500).await;
}

async fn gpd(world: &World) {
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    for sequence in 2..=5 {
        world.gpd.create(&debt(sequence, 1)).await.unwrap();
    }
    world.gpd.create(&debt(6, 0)).await.unwrap_err();
    let stranger = Iupd::of(body(), notice(99));
    world.gpd.get(body(), &stranger).await.unwrap_err();
    world.gpd.invalidate(body(), &stranger).await.unwrap_err();

    let one = |sequence| positions(&format!("/{}", debt(sequence, 1).iupd));
    let publish = |sequence| format!("{}/publish", one(sequence));
    let invalidate = |sequence| format!("{}/invalidate", one(sequence));
    call(world, "POST", &positions(""), Some(model(10, 700)), 201).await;
    call(
        world,
        "POST",
        &positions("?toPublish=false"),
        Some(model(11, 700)),
        201,
    )
    .await;
    call(world, "PUT", &one(10), Some(model(10, 800)), 200).await;
    world.gpd.update(&debt(10, 800)).await.unwrap();
    call(world, "PUT", &one(10), Some(model(10, 0)), 400).await;
    call(world, "PUT", &one(99), Some(model(99, 800)), 404).await;
    world.gpd.publish(body(), &debt(11, 1).iupd).await.unwrap();
    call(world, "POST", &publish(10), None, 409).await;
    call(world, "POST", &publish(99), None, 404).await;
    call(world, "DELETE", &one(11), None, 200).await;
    call(world, "DELETE", &one(11), None, 404).await;
    call(
        world,
        "GET",
        &positions("?limit=2&page=1&orderby=IUPD&ordering=ASC"),
        None,
        200,
    )
    .await;
    call(
        world,
        "GET",
        &positions("?status=VALID&due_date_from=2026-12-01"),
        None,
        200,
    )
    .await;
    call(world, "GET", &positions("?limit=51"), None, 400).await;
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(1).to_string())
        .unwrap();
    call(world, "PUT", &one(1), Some(model(1, 800)), 409).await;
    call(world, "DELETE", &one(1), None, 409).await;
    world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    world.gpd.get(body(), &debt(2, 1).iupd).await.unwrap();
    world.gpd.invalidate(body(), &debt(1, 1).iupd).await.unwrap_err();
    world.gpd.invalidate(body(), &debt(2, 1).iupd).await.unwrap();

    refused(world, "gpd", "POST", &positions(""), Some(model(12, 1))).await;
    refused(world, "gpd", "GET", &positions(""), None).await;
    refused(world, "gpd", "GET", &one(3), None).await;
    refused(world, "gpd", "PUT", &one(3), Some(model(3, 2))).await;
    refused(world, "gpd", "DELETE", &one(3), None).await;
    refused(world, "gpd", "POST", &publish(3), None).await;
    refused(world, "gpd", "POST", &invalidate(3), None).await;
    world.disturb(json!({"gpd": {"kind": "status", "status": 429, "times": 1}}));
    call(world, "GET", &positions(""), None, 429).await;
}

async fn checkout(world: &World) {
    let wanted = [(3, 1), (4, 1), (5, 1), (10, 800)];
    world.checkout.open_cart(&cart(&wanted)).await.unwrap();
    world.checkout.open_cart(&cart(&[(99, 1)])).await.unwrap_err();
    let empty = json!({"paymentNotices": []});
    call(world, "POST", "/checkout/ec/v2/carts", Some(empty), 400).await;
    world.disturb(json!({"checkout": {"kind": "status", "status": 500, "times": 1}}));
    world.checkout.open_cart(&cart(&[(3, 1)])).await.unwrap_err();
}

async fn recovery(world: &World) {
    let paid = world.sandbox.platform().payments().remove(0);
    let (iuv, iur) = (paid.iuv, paid.receipt_id);
    let wanted = Wanted {
        iuv: iuv.clone(),
        iur: Some(iur.clone()),
    };
    let found = world.receipts.find(body(), &wanted).await.unwrap();
    let again = world.events.find(body(), &wanted).await.unwrap();
    assert_eq!(found.receipt.amount, again.receipt.amount);
    call(world, "GET", &receipts("?pageSize=5&from=2026-11-01"), None, 200).await;
    call(world, "GET", &receipts(&format!("/{iuv}")), None, 200).await;
    call(world, "GET", &receipts("/01000000000009999"), None, 404).await;
    refused(world, "receipts_service", "GET", &receipts(""), None).await;
    refused(
        world,
        "receipts_service",
        "GET",
        &receipts(&format!("/{iuv}")),
        None,
    )
    .await;
    call(
        world,
        "GET",
        &events(&format!("{iur}/paymentoptions/{iuv}")),
        None,
        200,
    )
    .await;
    call(
        world,
        "GET",
        &events(&format!("{iur}/paymentoptions/1")),
        None,
        404,
    )
    .await;
    refused(world, "receipts_service", "GET", &events(&iur), None).await;
    for path in [receipts(&format!("/{iuv}")), events(&iur)] {
        world.disturb(json!({"receipts_service": {"kind": "status", "status": 422, "times": 1}}));
        call(world, "GET", &path, None, 422).await;
    }
    for _ in 0..7 {
        call(world, "GET", &events("unknown"), None, 404).await;
    }
    call(world, "GET", &events("unknown"), None, 429).await;
}

async fn reporting(world: &World) {
    let made = world.sandbox.platform().publish_flows().remove(0);
    let since = "2026-11-01T00:00:00Z".parse().unwrap();
    let listed = world.fdr.published_since(body(), since).await.unwrap();
    let (header, payments) = world.fdr.read(body(), &listed[0].key).await.unwrap();
    assert_eq!((header.sum.get(), payments.len()), (made.sum, made.payments));
    let flow = flows(&format!("/{}/revisions/1/psps/{}", made.fdr, made.psp));
    let payments = format!("{flow}/payments");
    let since = flows("?publishedGt=2026-11-01T00:00:00Z&page=1&size=50");
    call(world, "GET", &since, None, 200).await;
    call(world, "GET", &flows("?page=0"), None, 400).await;
    call(world, "GET", &flow, None, 200).await;
    call(world, "GET", &flow.replace("/1/", "/2/"), None, 404).await;
    call(world, "GET", &format!("{payments}?page=1&size=1000"), None, 200).await;
    call(world, "GET", &format!("{payments}?page=0"), None, 400).await;
    call(world, "GET", &payments.replace("/1/", "/2/"), None, 404).await;
    for path in [&since, &flow, &payments] {
        refused(world, "fdr", "GET", path, None).await;
    }
}

/// What a body's own station is asked and brought, with each of its answers.
async fn station(world: &World) {
    world.station.notices.lock().unwrap().push((50, 4_200));
    let buy = |sequence: u64| json!({"body": BODY, "notice_number": notice(sequence).to_string()});
    assert_eq!(world.command("POST", "/sandbox/counter", buy(50)).await.0, 200);
    assert_eq!(world.command("POST", "/sandbox/counter", buy(51)).await.0, 404);
    world.sandbox.platform().settled().await;
    let receipt = world.sandbox.platform().pushes().pop().unwrap().receipt_id;
    for code in [
        FaultCode::Duplicate,
        FaultCode::UnknownNotice,
        FaultCode::Semantics,
    ] {
        world
            .station
            .next
            .lock()
            .unwrap()
            .push_back(StationAnswer::Ko(code));
        world.sandbox.platform().resend(&receipt);
        world.sandbox.platform().settled().await;
    }
    world.disturb(json!({"receipts": "stand_in", "amount_plus_cents": 200}));
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(3).to_string())
        .unwrap();
    let made_up = json!({"body": BODY, "notice_number": notice(77).to_string(), "amount": 1});
    world.command("POST", "/sandbox/receipts", made_up).await;
    world.sandbox.platform().settled().await;
}

#[tokio::test]
async fn every_operation_and_every_answer_is_what_the_documents_say() {
    let world = World::with(Options {
        bodies: vec![BODY.to_owned()],
        stations: vec![BODY.to_owned()],
        ..Options::default()
    })
    .await;
    gpd(&world).await;
    checkout(&world).await;
    recovery(&world).await;
    reporting(&world).await;
    station(&world).await;
    if folder_for("the OpenAPI documents and the XML schema").is_none() {
        return;
    }
    let held = world.hold();
    let missing = missing(&held);
    assert!(missing.is_empty(), "never exchanged: {missing:?}");
    shout(&format!(
        "pagoPA's documents: {} operations, {} messages of one walk are valid",
        held.iter()
            .map(|(operation, _)| operation)
            .collect::<BTreeSet<_>>()
            .len(),
        held.len()
    ));
}

/// The operations of a body's station.
const STATION: [&str; 3] = ["paVerifyPaymentNotice", "paGetPaymentV2", "paSendRTV2"];

/// What ought to have been exchanged and was not.
fn missing(held: &[Held]) -> Vec<String> {
    let seen: BTreeSet<(&str, &str)> = held.iter().map(|(o, m)| (o.as_str(), m.as_str())).collect();
    let mut missing = Vec::new();
    let mut want = |operation: &str, message: &str| {
        if !seen.contains(&(operation, message)) {
            missing.push(format!("{operation}: {message}"));
        }
    };
    for operation in OPERATIONS {
        want(operation.name, "request");
        for status in operation.answers {
            want(operation.name, &status.to_string());
        }
        if operation.ours {
            want(operation.name, "by our client");
        }
        if operation.answers_xml && super::xml::is_there() {
            want(operation.name, "receipt");
        }
    }
    // Their schema is XML's.
    let station = STATION.iter().filter(|_| super::xml::is_there());
    for operation in station {
        want(operation, "request");
        want(operation, "200");
    }
    missing
}

#[test]
fn every_fault_of_ours_is_what_the_xml_schema_says() {
    let Some(folder) = folder_for("the XML schema").filter(|_| super::xml::is_there()) else {
        return;
    };
    let mut messages: Vec<(String, String, String)> = [
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
    ]
    .into_iter()
    .map(|code| Answer::Ko(Fault::new(code, BODY).describe("a < b & \u{7}")).to_xml())
    .chain([Answer::Ok.to_xml()])
    .map(|xml| ("paSendRTV2".to_owned(), "200".to_owned(), xml))
    .collect();
    super::xml::check(folder, &messages).unwrap();
    let count = messages.len();
    super::count(
        &messages
            .iter()
            .map(|(o, m, _)| (o.clone(), m.clone()))
            .collect::<Vec<_>>(),
    );
    messages[0].2 = messages[0]
        .2
        .replace("<outcome>KO</outcome>", "<outcome>FORSE</outcome>");
    assert!(
        super::xml::check(folder, &messages).is_err(),
        "the schema must bite on {count} messages"
    );
}

#[tokio::test]
async fn the_documents_bite() {
    let Some(folder) = folder_for("the OpenAPI documents") else {
        return;
    };
    let documents = Documents::of(folder);
    let schema = Documents::schema("PaymentPositionModel");
    documents.must("gpd.json", &schema, &model(1, 1)).unwrap();
    for (pointer, wrong) in [
        ("/type", json!("X")),
        ("/paymentOption/0/amount", json!(0)),
        ("/paymentOption/0/dueDate", json!("tomorrow")),
        ("/paymentOption/0/transfer/0/idTransfer", json!("6")),
        ("/paymentOption/0/transfer/0/iban", json!("IT 60")),
    ] {
        let mut position = model(1, 1);
        *position.pointer_mut(pointer).unwrap() = wrong;
        assert!(
            documents.must("gpd.json", &schema, &position).is_err(),
            "{pointer}"
        );
    }
    let mut position = model(1, 1);
    position["paymentOption"][0]["childName"] = json!("nobody");
    let why = documents.must("gpd.json", &schema, &position).unwrap_err();
    assert!(why.contains("/paymentOption/childName"), "{why}");
    // What nobody published is not let through.
    let world = World::new().await;
    world.service("GET", &positions("?colour=red"), None, None).await;
    let why = super::hold(&world.sandbox.platform().exchanges()).unwrap_err();
    assert!(why.contains("no parameter colour"), "{why}");
    std::mem::forget(world);
}

#[tokio::test]
async fn the_sandbox_refuses_what_checkouts_document_forbids() {
    let Some(folder) = folder_for("Checkout's rules") else {
        return;
    };
    let documents = Documents::of(folder);
    let schema = Documents::schema("CartRequestV2");
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
    call(&world, "POST", "/checkout/ec/v2/carts", Some(right.clone()), 302).await;
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
        assert!(
            documents.must("checkout_v2.json", &schema, &bad).is_err(),
            "{bad}"
        );
        call(&world, "POST", "/checkout/ec/v2/carts", Some(bad), 400).await;
    }
    let twice = wrong("/paymentNotices", json!([notices[0], notices[0]]));
    call(&world, "POST", "/checkout/ec/v2/carts", Some(twice), 422).await;
}

#[test]
fn our_taxonomy_codes_are_in_the_published_list() {
    let Some(specs) = folder_for("the taxonomy") else {
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
