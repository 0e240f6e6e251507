//! Each thing that may go wrong on purpose does go wrong, and nothing else.

use crate::support::{BODY, World, body, cart, debt, notice};
use domain::Cents;
use pagopa::{
    checkout::{Checkout, CheckoutError},
    fdr::Flows,
    gpd::{DebtPositions, GpdError},
    receipts::recovery::{MissingReceipts, RecoveryError, Wanted},
};
use sandbox::pagopa::Faults;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn paid(world: &World, sequence: u64) -> String {
    world.gpd.create(&debt(sequence, 500)).await.unwrap();
    let receipt = world
        .sandbox
        .platform()
        .pay_at_counter(&notice(sequence).to_string())
        .unwrap();
    world.sandbox.platform().settled().await;
    receipt
}

/// Which receipts the station has got, in order, by the notice's number in the sequence.
fn arrived(world: &World) -> Vec<u64> {
    let notices = world
        .station
        .receipts()
        .into_iter()
        .map(|r| r.receipt.notice_number);
    notices
        .map(|found| (1..100).find(|n| notice(*n) == found).unwrap())
        .collect()
}

#[tokio::test]
async fn a_service_fails_as_often_as_was_asked_and_then_works() {
    let world = World::new().await;
    let faults = json!({"gpd": {"kind": "status", "status": 502, "times": 2}});
    assert_eq!(world.command("PUT", "/sandbox/faults", faults).await.0, 200);
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let (_, left) = world.get("/sandbox/faults").await;
    assert_eq!(serde_json::from_str::<Faults>(&left).unwrap(), Faults::default());
    let wrong = json!({"gpd": {"kind": "status", "status": 200}});
    assert_eq!(world.command("PUT", "/sandbox/faults", wrong).await.0, 400);
}

#[tokio::test]
async fn too_many_calls_come_with_a_time_to_wait() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    world.disturb(json!({"checkout": {"kind": "status", "status": 429, "retry_after": 30}}));
    let refused = world.checkout.open_cart(&cart(&[(1, 500)])).await.unwrap_err();
    let retry_after = Some(Duration::from_secs(30));
    assert_eq!(refused, CheckoutError::RateLimited { retry_after });
}

#[tokio::test]
async fn work_can_be_done_and_its_answer_lost() {
    let world = World::new().await;
    world.disturb(json!({"gpd": {"kind": "status", "status": 500, "times": 1, "done": true}}));
    let lost = world.gpd.create(&debt(1, 500)).await;
    assert!(matches!(lost, Err(GpdError::Unavailable(_))), "{lost:?}");
    let standing = world.gpd.get(body(), &debt(1, 500).iupd).await.unwrap();
    assert_eq!(standing.amount, Cents::new(500));
}

#[tokio::test]
async fn a_slow_service_answers_rightly_but_late() {
    let world = World::new().await;
    world.disturb(json!({"slow_ms": 40, "gpd": {"kind": "slow", "ms": 40, "times": 1}}));
    let began = Instant::now();
    world.gpd.create(&debt(1, 500)).await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(80));
}

#[tokio::test]
async fn a_late_receipt_comes_when_its_time_has_come() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "late", "late_seconds": 7_200}));
    paid(&world, 1).await;
    assert!(arrived(&world).is_empty());
    let hour = json!({"advance_seconds": 3_600});
    world.command("POST", "/sandbox/clock", hour.clone()).await;
    world.sandbox.platform().settled().await;
    assert!(arrived(&world).is_empty());
    world.command("POST", "/sandbox/clock", hour).await;
    world.sandbox.platform().settled().await;
    assert_eq!(arrived(&world), [1]);

    world.disturb(json!({"receipts": "late"}));
    paid(&world, 2).await;
    let (_, released) = world
        .command("POST", "/sandbox/receipts/release", json!({}))
        .await;
    world.sandbox.platform().settled().await;
    assert_eq!(
        (released.as_str(), arrived(&world)),
        (r#"{"released":1}"#, vec![1, 2])
    );
}

#[tokio::test]
async fn receipts_come_in_the_wrong_order() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "out_of_order"}));
    for sequence in 1..=3 {
        paid(&world, sequence).await;
    }
    assert_eq!(arrived(&world), [2, 1]);
    world.sandbox.platform().release();
    world.sandbox.platform().settled().await;
    assert_eq!(arrived(&world), [2, 1, 3]);
}

#[tokio::test]
async fn a_receipt_comes_twice() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "duplicated"}));
    paid(&world, 1).await;
    let receipts = world.station.receipts();
    assert_eq!(receipts.len(), 2);
    assert_eq!(receipts[0], receipts[1]);
}

#[tokio::test]
async fn a_second_receipt_has_another_id_and_is_money_too() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "other_id"}));
    let first = paid(&world, 1).await;
    let ids: Vec<String> = world
        .station
        .receipts()
        .into_iter()
        .map(|r| r.receipt.receipt_id)
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0] == first && ids[1] != first, "{ids:?}");
    assert_eq!(world.sandbox.platform().publish_flows()[0].sum, 1_000);
}

#[tokio::test]
async fn a_receipt_that_never_comes_is_a_nine_in_the_flow() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "never"}));
    let lost = paid(&world, 1).await;
    world.disturb(json!({"receipts": "never", "recoverable": true}));
    let found = paid(&world, 2).await;
    assert!(arrived(&world).is_empty());
    let wanted = |sequence: u64, iur: &str| Wanted {
        iuv: notice(sequence).iuv(),
        iur: Some(iur.to_owned()),
    };
    assert_eq!(
        world.receipts.find(body(), &wanted(1, &lost)).await,
        Err(RecoveryError::NotFound)
    );
    let receipt = world.receipts.find(body(), &wanted(2, &found)).await.unwrap();
    assert_eq!(
        (receipt.receipt.receipt_id, receipt.receipt.amount),
        (found, Cents::new(500))
    );
    assert_eq!(statuses(&world).await, [9, 9]);
    // Support can still make pagoPA send it.
    assert!(world.sandbox.platform().resend(&lost));
    world.sandbox.platform().settled().await;
    assert_eq!(arrived(&world), [1]);
}

/// How the payments of the only flow stand in it, after its publication.
async fn statuses(world: &World) -> Vec<u8> {
    world.command("POST", "/sandbox/fdr/publish", json!({})).await;
    let since = "2026-11-01T00:00:00Z".parse().unwrap();
    let listed = world.fdr.published_since(body(), since).await.unwrap();
    assert_eq!(listed.len(), 1);
    let (_, payments) = world.fdr.read(body(), &listed[0].key).await.unwrap();
    let codes = payments.into_iter().map(|payment| payment.pay_status.code());
    codes.map(Option::unwrap).collect()
}

#[tokio::test]
async fn paid_while_the_body_was_away_is_a_four_or_an_eight() {
    let world = World::new().await;
    world.disturb(json!({"receipts": "stand_in"}));
    paid(&world, 1).await;
    world.disturb(json!({"receipts": "stand_in_never"}));
    paid(&world, 2).await;
    let receipts = world.station.receipts();
    assert!(
        receipts.len() == 1 && receipts[0].receipt.stand_in,
        "{receipts:?}"
    );
    assert_eq!(statuses(&world).await, [4, 8]);
}

#[tokio::test]
async fn a_notification_fee_makes_the_paid_amount_larger_than_the_issued_one() {
    let world = World::new().await;
    world.disturb(json!({"amount_plus_cents": 200}));
    paid(&world, 1).await;
    let receipt = world.station.receipts().remove(0).receipt;
    assert_eq!(receipt.amount, Cents::new(700));
    assert_eq!(receipt.notification_fee(), Some(Cents::new(200)));
    let position = world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    assert_eq!(
        (position.amount, position.notification_fee),
        (Cents::new(700), Cents::new(200))
    );

    // Added before anybody paid: the cart's amount is not right any more.
    world.disturb(json!({}));
    world.gpd.create(&debt(2, 500)).await.unwrap();
    let fee = format!("/sandbox/positions/{}/notification-fee", notice(2));
    assert_eq!(world.command("POST", &fee, json!({"cents": 150})).await.0, 204);
    let address = world.checkout.open_cart(&cart(&[(2, 500)])).await.unwrap();
    let page = format!("/c/{}", address.path().split('/').nth(5).unwrap());
    assert_eq!(world.press(&page, "paga").await.0, 409);
    let (status, _) = world.command("POST", "/sandbox/counter", counter(2)).await;
    world.sandbox.platform().settled().await;
    let receipt = world.station.receipts().pop().unwrap().receipt;
    assert_eq!((status, receipt.amount), (200, Cents::new(650)));
}

fn counter(sequence: u64) -> Value {
    json!({"body": BODY, "notice_number": notice(sequence).to_string()})
}

#[tokio::test]
async fn a_payment_that_had_begun_arrives_after_the_notice_was_withdrawn() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    world.gpd.invalidate(body(), &debt(1, 1).iupd).await.unwrap();
    let at = |what: &str| format!("/sandbox/positions/{}/{what}", notice(1));
    assert_eq!(
        world.command("POST", &at("pay-at-counter"), json!({})).await.0,
        409
    );
    assert_eq!(world.command("POST", &at("pay-anyway"), json!({})).await.0, 200);
    assert_eq!(world.command("POST", &at("pay-anyway"), json!({})).await.0, 409);
    world.sandbox.platform().settled().await;
    assert_eq!(arrived(&world), [1]);
    let position = world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    assert!(position.status.is_paid());
    assert_eq!(world.command("POST", &at("pay-again"), json!({})).await.0, 200);
    world.sandbox.platform().settled().await;
    let payments = world.sandbox.platform().payments();
    assert_eq!((payments.len(), arrived(&world)), (2, vec![1, 1]));
}
