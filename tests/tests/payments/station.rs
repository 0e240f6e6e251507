//! A body with a station of its own: pagoPA asks the portal, and GPD is never called.

use crate::{
    wire::Mode,
    world::{VALMORA, World, meals},
};
use api::ErrorCode;
use chrono::TimeDelta;
use domain::topup::TopUpState;

const STATION: &str = "03334231200_07";

/// A world whose body has its own station, and where GPD does not exist.
async fn own_station() -> World {
    let mut world = World::new().await;
    world.gpd.set(Mode::Refuse);
    world
        .start_with(&|settings| {
            let section = settings.pagopa.bodies.get_mut("valmora").unwrap();
            let station = serde_json::json!({"broker": VALMORA, "id": STATION});
            section.insert("station".to_owned(), serde_json::from_value(station).unwrap());
        })
        .await;
    world
}

fn question(operation: &str, nav: &str, station: &str) -> String {
    let ns = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";
    format!(
        r#"<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="{ns}"><soapenv:Body>
        <p:{operation}><idPA>{VALMORA}</idPA><idBrokerPA>{VALMORA}</idBrokerPA><idStation>{station}</idStation>
        <qrCode><fiscalCode>{VALMORA}</fiscalCode><noticeNumber>{nav}</noticeNumber></qrCode></p:{operation}>
        </soapenv:Body></soapenv:Envelope>"#
    )
}

const VERIFY: &str = "paVerifyPaymentNoticeReq";
const GET: &str = "paGetPaymentV2Request";

async fn ask(world: &World, operation: &str, nav: &str) -> String {
    let (status, text) = world.push(question(operation, nav, STATION)).await;
    assert_eq!(status, 200);
    text
}

fn fault(text: &str) -> &str {
    let code = text.split("<faultCode>").nth(1).unwrap_or("</faultCode>none");
    code.split('<').next().unwrap()
}

#[tokio::test]
async fn a_notice_is_payable_at_once_and_told_with_its_amount() {
    let world = own_station().await;
    let view = world
        .family
        .by_notice(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
    assert_eq!((view.state, view.problem), (TopUpState::Payable, None));
    let verified = ask(&world, VERIFY, &view.notice_number).await;
    assert!(verified.contains("<amount>123.60</amount>"), "{verified}");
    let asked = ask(&world, GET, &view.notice_number).await;
    assert!(asked.contains("<paymentAmount>123.60</paymentAmount>"), "{asked}");
    assert!(
        asked.contains("BRNDAA85A41A794Z") && !asked.contains("Elio"),
        "{asked}"
    );
    let answer = world.receipt(&view.notice_number, 12_360, "own").await;
    assert_eq!(answer, "OK");
    assert_eq!(world.balances().await, [18_540, 6_180]);
    for operation in [VERIFY, GET] {
        let again = ask(&world, operation, &view.notice_number).await;
        assert_eq!(fault(&again), "PAA_PAGAMENTO_DUPLICATO");
    }
}

#[tokio::test]
async fn what_cannot_be_paid_is_said_in_pagopas_words() {
    let world = own_station().await;
    let nobodys = "301000000000004285";
    for operation in [VERIFY, GET] {
        assert_eq!(
            fault(&ask(&world, operation, nobodys).await),
            "PAA_PAGAMENTO_SCONOSCIUTO"
        );
    }
    let view = world
        .family
        .by_notice(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
    let gone = world.family.withdraw(view.id).await.unwrap();
    assert_eq!(gone.state, TopUpState::Cancelled, "GPD is not asked");
    assert_eq!(
        fault(&ask(&world, GET, &view.notice_number).await),
        "PAA_PAGAMENTO_ANNULLATO"
    );
    let (_, wrong) = world.push(question(VERIFY, nobodys, "03334231200_99")).await;
    assert_eq!(fault(&wrong), "PAA_STAZIONE_INT_ERRATA");
    let elsewhere = question(VERIFY, nobodys, STATION).replace(VALMORA, "01234567897");
    let (_, wrong) = world.push(elsewhere).await;
    assert_eq!(fault(&wrong), "PAA_ID_DOMINIO_ERRATO");
    // Money that has been paid is credited all the same.
    assert_eq!(world.receipt(&view.notice_number, 12_360, "late").await, "OK");
    assert_eq!(world.balances().await, [18_540, 6_180]);
}

#[tokio::test]
async fn while_somebody_pays_the_notice_stays_open_to_pagopa() {
    let world = own_station().await;
    let view = world
        .family
        .by_notice(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
    // Checkout does not know it here: it would ask the station, which the stand-in does not.
    let tried = world.family.again(view.id).await.unwrap();
    assert_eq!(
        (tried.checkout_url, tried.problem),
        (None, Some(ErrorCode::PaymentInProgress))
    );
    world.bench.sql("update notice set state = 'verifying'").await;
    world.bench.sql("update attempt set returned = null").await;
    let asked = ask(&world, GET, &view.notice_number).await;
    assert!(
        asked.contains("<outcome>OK</outcome>"),
        "locking is pagoPA's: {asked}"
    );
    world.bench.clock.forward(TimeDelta::days(60));
    let late = ask(&world, GET, &view.notice_number).await;
    assert!(
        late.contains("<outcome>OK</outcome>"),
        "a day that has passed closes nothing: {late}"
    );
}

#[tokio::test]
async fn a_body_on_gpd_answers_no_questions() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    for operation in [VERIFY, GET] {
        let station = format!("{VALMORA}_01");
        let (_, text) = world
            .push(question(operation, &view.notice_number, &station))
            .await;
        assert_eq!(fault(&text), "PAA_SOAPACTION_ERRATA");
    }
}
