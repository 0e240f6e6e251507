//! What happens to a notice from its birth to its receipt.

use crate::support::{BODY, StationAnswer, World, body, cart, debt, notice};
use domain::Cents;
use pagopa::{
    checkout::{Checkout, CheckoutError},
    gpd::{DebtPositions, GpdError, Iupd, PositionStatus},
    receipts::FaultCode,
};
use sandbox::Options;
use serde_json::{Value, json};

/// The path of the payment page behind a cart's address.
async fn page_of(world: &World, address: &url::Url) -> String {
    let html = world
        .browser
        .get(address.clone())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let from = html.find("0; url=").unwrap() + "0; url=".len();
    let next = &html[from..from + html[from..].find('"').unwrap()];
    next.split('?').next().unwrap().to_owned()
}

async fn open(world: &World, notices: &[(u64, i64)]) -> String {
    let address = world.checkout.open_cart(&cart(notices)).await.unwrap();
    page_of(world, &address).await
}

#[tokio::test]
async fn a_top_up_is_published_paid_and_its_receipt_arrives() {
    let world = World::new().await;
    let published = world.gpd.create(&debt(1, 12_360)).await.unwrap();
    assert_eq!(
        (published.status, published.notice, published.amount),
        (PositionStatus::Valid, notice(1), Cents::new(12_360))
    );

    let page = open(&world, &[(1, 12_360)]).await;
    let (status, html) = world.get(&page).await;
    assert_eq!(status, 200);
    for text in [
        "Comune di Prova",
        "Mensa scolastica, ricarica, novembre 2026",
        "123,60 €",
        &notice(1).to_string(),
    ] {
        assert!(html.contains(text), "{text}");
    }
    for button in ["paga", "rifiuta", "annulla", "chiudi"] {
        assert!(html.contains(&format!("id=\"{button}\"")), "{button}");
    }

    let (_, html) = world.press(&page, "paga").await;
    let back = r#"id="continua" href="https://mensa.example/rientro/a1b2?esito=ok&amp;x=1""#;
    assert!(html.contains(back), "{html}");

    world.sandbox.platform().settled().await;
    let receipts = world.station.receipts();
    assert_eq!(receipts.len(), 1);
    let receipt = &receipts[0].receipt;
    assert_eq!(
        (receipt.notice_number, receipt.amount, receipt.paid),
        (notice(1), Cents::new(12_360), true)
    );
    assert_eq!(
        (receipt.body_fiscal_code.as_str(), receipts[0].id_station.as_str()),
        (BODY, "03334231200_01")
    );
    assert_eq!(receipt.iuv, notice(1).iuv());
    assert_eq!(receipt.debtor.full_name, "Maria Rossi & <figli>");

    let position = world.gpd.get(body(), &debt(1, 1).iupd).await.unwrap();
    assert!(position.status.is_paid());
    assert_eq!(position.receipt_id.as_deref(), Some(receipt.receipt_id.as_str()));
    assert_eq!(position.paid_at, receipt.paid_at);
    assert_eq!(position.fee, receipt.fee);
}

#[tokio::test]
async fn publishing_a_debt_again_changes_nothing() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 12_360)).await.unwrap();
    let again = world.gpd.create(&debt(1, 12_360)).await.unwrap();
    assert_eq!((again.notice, again.amount), (notice(1), Cents::new(12_360)));
    let other = world.gpd.create(&debt(1, 99)).await;
    assert!(matches!(other, Err(GpdError::NumberTaken(_))), "{other:?}");
    let (_, positions) = world.get("/sandbox/positions").await;
    assert_eq!(
        serde_json::from_str::<Value>(&positions)
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn what_pagopa_would_refuse_is_refused_with_its_reason() {
    let world = World::with(Options {
        bodies: vec![BODY.to_owned()],
        ..Options::default()
    })
    .await;
    let mut late = debt(1, 100);
    late.due = "2026-11-22T00:00:00Z".parse().unwrap();
    assert!(matches!(world.gpd.create(&late).await, Err(GpdError::Invalid(why)) if why.contains("dueDate")));
    let nothing = debt(1, 0);
    assert!(
        matches!(world.gpd.create(&nothing).await, Err(GpdError::Invalid(why)) if why.contains("amount"))
    );
    let mut foreign = debt(1, 100);
    foreign.body = "81005750021".parse().unwrap();
    assert_eq!(world.gpd.create(&foreign).await, Err(GpdError::NotEnabled));
    assert_eq!(
        world.gpd.get(body(), &Iupd::of(body(), notice(9))).await,
        Err(GpdError::NotFound)
    );
    assert_eq!(
        world.gpd.invalidate(body(), &Iupd::of(body(), notice(9))).await,
        Err(GpdError::NotFound)
    );
}

#[tokio::test]
async fn a_refused_or_cancelled_payment_leaves_the_same_notice_payable() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    for (button, back) in [
        ("rifiuta", "esito=errore"),
        ("annulla", "esito=no"),
        ("attesa", "esito=attesa"),
    ] {
        let page = open(&world, &[(1, 500)]).await;
        let (_, html) = world.press(&page, button).await;
        assert!(html.contains(back), "{button}: {html}");
    }
    let page = open(&world, &[(1, 500)]).await;
    let (_, html) = world.press(&page, "chiudi").await;
    assert!(!html.contains("id=\"continua\""), "{html}");
    assert!(world.sandbox.platform().pushes().is_empty());
    let page = open(&world, &[(1, 500)]).await;
    world.press(&page, "paga").await;
    world.sandbox.platform().settled().await;
    assert_eq!(world.station.receipts().len(), 1);
}

#[tokio::test]
async fn closing_the_window_after_paying_loses_nothing_and_paying_twice_is_paying_once() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let (first, second) = (open(&world, &[(1, 500)]).await, open(&world, &[(1, 500)]).await);
    world.press(&first, "paga").await;
    world.press(&first, "chiudi").await;
    world.press(&first, "paga").await;
    let (status, html) = world.press(&second, "paga").await;
    assert_eq!(status, 409);
    assert!(
        html.contains("già stato pagato") && html.contains("esito=errore"),
        "{html}"
    );
    world.sandbox.platform().settled().await;
    assert_eq!(world.station.receipts().len(), 1);
}

#[tokio::test]
async fn a_cart_of_three_gives_three_receipts() {
    let world = World::new().await;
    for sequence in 1..=3 {
        world.gpd.create(&debt(sequence, 100)).await.unwrap();
    }
    let page = open(&world, &[(1, 100), (2, 100), (3, 100)]).await;
    assert!(world.get(&page).await.1.contains("Totale: 3,00 €"));
    world.press(&page, "paga").await;
    world.sandbox.platform().settled().await;
    let mut paid: Vec<_> = world
        .station
        .receipts()
        .iter()
        .map(|r| r.receipt.notice_number)
        .collect();
    paid.sort();
    assert_eq!(paid, [notice(1), notice(2), notice(3)]);
}

#[tokio::test]
async fn a_cart_is_forgotten_after_ten_minutes() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let page = open(&world, &[(1, 500)]).await;
    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 599}))
        .await;
    assert_eq!(world.get(&page).await.0, 200);
    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 2}))
        .await;
    assert_eq!(world.get(&page).await.0, 404);
    assert_eq!(world.press(&page, "paga").await.0, 404);
    assert!(world.sandbox.platform().pushes().is_empty());
}

#[tokio::test]
async fn a_notice_that_cannot_be_paid_gets_no_cart() {
    let world = World::new().await;
    for sequence in 1..=4 {
        world.gpd.create(&debt(sequence, 500)).await.unwrap();
    }
    let locked = async |sequence| match world.checkout.open_cart(&cart(&[(sequence, 500)])).await {
        Err(CheckoutError::AlreadyPaidOrInProgress(_)) => true,
        Ok(_) => false,
        Err(other) => panic!("{other}"),
    };
    assert!(locked(9).await, "unknown");
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(1).to_string())
        .unwrap();
    assert!(locked(1).await, "paid");
    world.gpd.invalidate(body(), &debt(2, 1).iupd).await.unwrap();
    assert!(locked(2).await, "invalidated");
    let lock = format!("/sandbox/positions/{}/lock", notice(3));
    assert_eq!(world.command("POST", &lock, json!({"minutes": 15})).await.0, 204);
    assert!(locked(3).await, "in progress");
    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 901}))
        .await;
    assert!(!locked(3).await, "the lock is over");
    world
        .command("POST", "/sandbox/clock", json!({"advance_seconds": 40 * 86_400}))
        .await;
    assert!(locked(4).await, "expired");
}

#[tokio::test]
async fn another_amount_is_noticed_only_when_somebody_pays() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let page = open(&world, &[(1, 499)]).await;
    let (status, html) = world.press(&page, "paga").await;
    assert_eq!(status, 409);
    assert!(
        html.contains("importo") && html.contains("esito=errore"),
        "{html}"
    );
}

#[tokio::test]
async fn invalidating_is_repeatable_and_too_late_after_paying() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    world.gpd.create(&debt(2, 500)).await.unwrap();
    world.gpd.invalidate(body(), &debt(1, 1).iupd).await.unwrap();
    world.gpd.invalidate(body(), &debt(1, 1).iupd).await.unwrap();
    assert_eq!(
        world.gpd.create(&debt(1, 500)).await.unwrap().status,
        PositionStatus::Invalid
    );
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(2).to_string())
        .unwrap();
    let late = world.gpd.invalidate(body(), &debt(2, 1).iupd).await;
    assert!(matches!(late, Err(GpdError::NotInvalidable(_))), "{late:?}");
}

#[tokio::test]
async fn a_receipt_is_pushed_until_it_is_taken_or_refused() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    world.gpd.create(&debt(2, 500)).await.unwrap();
    world.station.next.lock().unwrap().extend([
        StationAnswer::Broken,
        StationAnswer::Ko(FaultCode::System),
        StationAnswer::Broken,
    ]);
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(1).to_string())
        .unwrap();
    world.sandbox.platform().settled().await;
    let push = &world.sandbox.platform().pushes()[0];
    let outcomes: Vec<_> = push.attempts.iter().map(|a| a.outcome.as_deref()).collect();
    assert_eq!(outcomes, [None, Some("KO"), None, Some("OK")]);
    let ids: std::collections::BTreeSet<_> = world
        .station
        .receipts()
        .into_iter()
        .map(|r| r.receipt.receipt_id)
        .collect();
    assert_eq!(ids.len(), 1, "the same receipt each time");

    world
        .station
        .next
        .lock()
        .unwrap()
        .push_back(StationAnswer::Ko(FaultCode::UnknownNotice));
    world
        .sandbox
        .platform()
        .pay_at_counter(&notice(2).to_string())
        .unwrap();
    world.sandbox.platform().settled().await;
    let push = &world.sandbox.platform().pushes()[1];
    assert_eq!(push.attempts.len(), 1);
    assert_eq!(
        push.attempts[0].fault_code.as_deref(),
        Some("PAA_PAGAMENTO_SCONOSCIUTO")
    );
}

#[tokio::test]
async fn a_test_can_send_any_receipt_again_twice_or_made_up() {
    let world = World::new().await;
    world.gpd.create(&debt(1, 500)).await.unwrap();
    assert_eq!(
        world
            .command("PUT", "/sandbox/duplicates", json!({"on": true}))
            .await
            .0,
        204
    );
    let counter = format!("/sandbox/positions/{}/pay-at-counter", notice(1));
    let (status, answer) = world.command("POST", &counter, json!({})).await;
    let receipt: Value = serde_json::from_str(&answer).unwrap();
    let receipt = receipt["receipt_id"].as_str().unwrap().to_owned();
    assert_eq!(
        (status, world.command("POST", &counter, json!({})).await.0),
        (200, 409)
    );
    world
        .command("PUT", "/sandbox/duplicates", json!({"on": false}))
        .await;
    let again = format!("/sandbox/receipts/{receipt}/resend");
    assert_eq!(world.command("POST", &again, json!({})).await.0, 204);
    assert_eq!(
        world
            .command("POST", "/sandbox/receipts/none/resend", json!({}))
            .await
            .0,
        404
    );
    let made_up = json!({"body": BODY, "notice_number": notice(77).to_string(), "amount": 1});
    assert_eq!(world.command("POST", "/sandbox/receipts", made_up).await.0, 200);
    let other_amount =
        json!({"body": BODY, "notice_number": notice(1).to_string(), "amount": 499, "receipt_id": "x"});
    assert_eq!(
        world.command("POST", "/sandbox/receipts", other_amount).await.0,
        200
    );

    let (_, settled) = world.get("/sandbox/pushes/settled").await;
    let settled: Value = serde_json::from_str(&settled).unwrap();
    assert_eq!(
        (
            settled["settled"].as_bool(),
            settled["pushes"].as_array().unwrap().len()
        ),
        (Some(true), 5)
    );
    let got: Vec<_> = world.station.receipts().into_iter().map(|r| r.receipt).collect();
    assert_eq!(got.iter().filter(|r| r.receipt_id == receipt).count(), 3);
    assert!(
        got.iter()
            .any(|r| r.notice_number == notice(77) && r.amount == Cents::new(1))
    );
    assert!(
        got.iter()
            .any(|r| r.receipt_id == "x" && r.amount == Cents::new(499))
    );
}

#[tokio::test]
async fn a_person_can_drive_it_from_its_page() {
    let world = World::new().await;
    assert!(world.get("/").await.1.contains("Nessun avviso ancora"));
    world.gpd.create(&debt(1, 500)).await.unwrap();
    let html = world.get("/").await.1;
    assert!(html.contains("da pagare") && !html.contains("Maria"));
    let answer = world
        .browser
        .post(
            world
                .sandbox
                .url()
                .join(&format!("/posizioni/{}/sportello", notice(1)))
                .unwrap(),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303);
    world.sandbox.platform().settled().await;
    let html = world.get("/").await.1;
    assert!(html.contains("pagato") && html.contains("Rimanda la ricevuta") && html.contains("OK"));
}

#[tokio::test]
async fn it_stops_also_while_a_receipt_finds_nobody() {
    let sandbox = sandbox::Sandbox::start(Options::default()).await.unwrap();
    let http = reqwest::Client::new();
    let made_up = json!({"body": BODY, "notice_number": notice(1).to_string(), "amount": 1});
    let url = sandbox.url().join("/sandbox/receipts").unwrap();
    assert_eq!(http.post(url).json(&made_up).send().await.unwrap().status(), 200);
    drop(http);
    let platform = std::sync::Arc::clone(sandbox.platform());
    sandbox.stop().await.unwrap();
    platform.settled().await;
}
