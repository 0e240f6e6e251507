//! What the services hold: positions and their states, receipts to ask for, flows, a body's own station.

use crate::{
    contract,
    support::{BODY, World, body, cart, debt, notice},
};
use domain::Cents;
use pagopa::{
    checkout::{Checkout, CheckoutError},
    fdr::Flows,
    gpd::{DebtPositions, GpdError, PositionStatus},
    receipts::recovery::{MissingReceipts, RecoveryError, Wanted},
};
use sandbox::Options;
use serde_json::{Value, json};

const POSITIONS: &str = "/gpd/debt-positions-service/v1/organizations/03334231200/debtpositions";

#[tokio::test]
async fn a_draft_is_published_changed_and_deleted_by_its_states_rules() {
    let world = World::new().await;
    let iupd = debt(1, 700).iupd;
    let one = format!("{POSITIONS}/{iupd}");
    let draft = contract::model(1, 700);
    world.service("POST", POSITIONS, Some(draft), None).await;
    let position = world.gpd.get(body(), &iupd).await.unwrap();
    assert_eq!(position.status, PositionStatus::Draft);
    let unpayable = world.checkout.open_cart(&cart(&[(1, 700)])).await;
    assert!(unpayable.is_err(), "a draft can be paid");
    let published = world.gpd.publish(body(), &iupd).await.unwrap();
    assert_eq!(published.status, PositionStatus::Valid);
    let changed = world.gpd.update(&debt(1, 900)).await.unwrap();
    assert_eq!(
        (changed.status, changed.amount),
        (PositionStatus::Valid, Cents::new(900))
    );

    world.gpd.create(&debt(2, 500)).await.unwrap();
    let mut clash = contract::model(1, 900);
    clash["paymentOption"][0]["nav"] = json!(notice(2).to_string());
    assert_eq!(world.service("PUT", &one, Some(clash), None).await.0, 409);

    let nav = notice(1).to_string();
    world.sandbox.platform().pay_at_counter(&nav).unwrap();
    let late = world.gpd.update(&debt(1, 800)).await;
    assert!(late.is_err(), "{late:?}");
    assert_eq!(world.service("DELETE", &one, None, None).await.0, 409);
    let two = format!("{POSITIONS}/{}", debt(2, 1).iupd);
    assert_eq!(world.service("DELETE", &two, None, None).await.0, 200);
    assert_eq!(
        world.gpd.get(body(), &debt(2, 1).iupd).await,
        Err(GpdError::NotFound)
    );
}

#[tokio::test]
async fn positions_are_listed_by_page_state_and_date() {
    let world = World::new().await;
    for sequence in 1..=5 {
        world.gpd.create(&debt(sequence, 500)).await.unwrap();
    }
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(3).to_string())
        .unwrap();
    let navs = |page: &Value| -> Vec<String> {
        let list = page["payment_position_list"].as_array().unwrap();
        list.iter()
            .map(|p| p["paymentOption"][0]["nav"].as_str().unwrap().to_owned())
            .collect()
    };
    let (_, page) = world
        .ask(&format!("{POSITIONS}?limit=2&page=1&ordering=ASC"))
        .await;
    assert_eq!(navs(&page), [notice(3).to_string(), notice(4).to_string()]);
    assert_eq!(page["page_info"]["total_pages"], 3);
    let (_, page) = world.ask(&format!("{POSITIONS}?status=PAID")).await;
    assert_eq!(navs(&page), [notice(3).to_string()]);
    let (_, page) = world
        .ask(&format!(
            "{POSITIONS}?payment_date_from=2026-11-23&payment_date_to=2026-11-23"
        ))
        .await;
    assert_eq!(navs(&page).len(), 1);
    let (_, page) = world.ask(&format!("{POSITIONS}?due_date_to=2026-12-01")).await;
    assert_eq!(navs(&page).len(), 0);
}

#[tokio::test]
async fn a_flow_is_published_when_the_day_is_over_for_each_provider() {
    let world = World::new().await;
    for sequence in 1..=3 {
        world.gpd.create(&debt(sequence, 500)).await.unwrap();
    }
    for sequence in 1..=2 {
        let nav = notice(sequence).to_string();
        world.sandbox.platform().pay_at_counter(&nav).unwrap();
    }
    let address = world.checkout.open_cart(&cart(&[(3, 500)])).await.unwrap();
    let page = format!("/c/{}", address.path().split('/').nth(5).unwrap());
    world.press(&page, "paga").await;
    let since = "2026-11-01T00:00:00Z".parse().unwrap();
    assert!(world.fdr.published_since(body(), since).await.unwrap().is_empty());

    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 86_400}))
        .await;
    let listed = world.fdr.published_since(body(), since).await.unwrap();
    assert_eq!(listed.len(), 2, "one a provider");
    let midnight = "2026-11-23T23:00:00Z".parse().unwrap();
    let mut sums = Vec::new();
    for flow in &listed {
        assert_eq!(flow.published_at, Some(midnight));
        let (header, payments) = world.fdr.read(body(), &flow.key).await.unwrap();
        assert_eq!(header.body, BODY);
        sums.push((header.sum.get(), payments.len()));
    }
    sums.sort_unstable();
    assert_eq!(sums, [(500, 1), (1_000, 2)]);
    let position = world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    assert_eq!(position.status, PositionStatus::Reported);

    // A revision replaces the one before; nothing is reported twice.
    let revise = json!({"fdr": listed[0].key.fdr});
    assert_eq!(world.command("POST", "/sandbox/fdr/revise", revise).await.0, 204);
    assert!(world.sandbox.platform().publish_flows().is_empty());
    let news = world.fdr.published_since(body(), midnight).await.unwrap();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].key.revision, 2);
}

#[tokio::test]
async fn events_are_given_ten_times_an_hour() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let iur = world
        .sandbox
        .platform()
        .pay_at_counter(&notice(1).to_string())
        .unwrap();
    let wanted = Wanted {
        iuv: notice(1).iuv(),
        iur: Some(iur.clone()),
    };
    let receipt = world.events.find(body(), &wanted).await.unwrap().receipt;
    assert_eq!(
        (receipt.receipt_id, receipt.amount),
        (iur.clone(), Cents::new(500))
    );
    let path = format!("/bizevents/service/v1/organizations/{BODY}/receipts/{iur}");
    for _ in 0..9 {
        assert_eq!(world.ask(&path).await.0, 200);
    }
    assert_eq!(world.ask(&path).await.0, 429);
    let refused = world.events.find(body(), &wanted).await;
    assert!(
        matches!(refused, Err(RecoveryError::RateLimited { .. })),
        "{refused:?}"
    );
    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 3_600}))
        .await;
    assert_eq!(world.ask(&path).await.0, 200);
}

#[tokio::test]
async fn a_body_with_its_own_station_is_asked_before_its_notice_is_paid() {
    let world = World::with(Options {
        stations: vec![BODY.to_owned()],
        ..Options::default()
    })
    .await;
    world.station.notices.lock().unwrap().push((7, 4_200));
    let unknown = world.checkout.open_cart(&cart(&[(8, 4_200)])).await;
    assert!(
        matches!(unknown, Err(CheckoutError::AlreadyPaidOrInProgress(_))),
        "{unknown:?}"
    );
    let address = world.checkout.open_cart(&cart(&[(7, 4_200)])).await.unwrap();
    let page = format!("/c/{}", address.path().split('/').nth(5).unwrap());
    let (status, html) = world.press(&page, "paga").await;
    assert_eq!(status, 200, "{html}");
    world.sandbox.platform().settled().await;
    let receipt = world.station.receipts().remove(0).receipt;
    assert_eq!(
        (receipt.notice_number, receipt.amount),
        (notice(7), Cents::new(4_200))
    );
    let asked: Vec<String> = world
        .sandbox
        .platform()
        .exchanges()
        .into_iter()
        .map(|exchange| exchange.path)
        .filter(|path| path.starts_with("pa"))
        .collect();
    assert_eq!(
        asked,
        [
            "paVerifyPaymentNotice",
            "paVerifyPaymentNotice",
            "paGetPaymentV2",
            "paSendRTV2"
        ]
    );
    // GPD holds nothing of it, and it is paid once.
    assert_eq!(
        world.gpd.get(body(), &debt(7, 1).iupd).await,
        Err(GpdError::NotFound)
    );
    let again = json!({"body": BODY, "notice_number": notice(7).to_string()});
    assert_eq!(world.command("POST", "/sandbox/counter", again).await.0, 409);
}
