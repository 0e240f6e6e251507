//! What pagoPA pushes, and what nobody should be able to push.

use crate::world::{World, free, meals, worlds};
use api::ErrorCode;
use chrono::TimeDelta;
use domain::topup::TopUpState;
use http::StatusCode;
use pagopa::receipts::Answer;
use portal::{
    config::Settings,
    station::{forwarder::StationSection, receive, receive::Source},
};

#[tokio::test]
async fn a_receipt_that_comes_twice_or_three_times_counts_once() {
    for world in worlds().await {
        let put = world
            .web
            .put(world.sandbox.url().join("sandbox/duplicates").unwrap());
        put.json(&serde_json::json!({"on": true})).send().await.unwrap();
        let view = world.twenty_meals().await;
        world.press(&view, "paga").await;
        let pushes = world.sandbox.platform().pushes();
        assert_eq!(pushes.len(), 2);
        let id = &pushes[0].receipt_id;
        world
            .ask(&format!("sandbox/receipts/{id}/resend"), &serde_json::Value::Null)
            .await;
        assert_eq!(world.last_answer(), "OK");
        assert_eq!(
            (world.count("receipt").await, world.balances().await),
            (1, [18_540, 6_180])
        );
        world.is_sound().await;
    }
}

#[tokio::test]
async fn receipts_that_do_not_fit_are_kept_for_the_office_and_credit_nothing() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        let nav = view.notice_number.clone();
        for _ in 0..2 {
            assert_eq!(
                world.receipt("301000000000004285", 500, "a").await,
                "PAA_PAGAMENTO_SCONOSCIUTO"
            );
        }
        assert_eq!(world.balances().await, [6_180, 6_180]);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Verifying);
        world.press(&view, "paga").await;
        for _ in 0..2 {
            assert_eq!(world.receipt(&nav, 12_360, "c").await, "PAA_RECEIPT_DUPLICATA");
        }
        assert_eq!(
            world.receipt("301000000000004285", 500, "c").await,
            "PAA_SEMANTICA",
            "another notice, same id"
        );
        for (outcome, kept) in [("unknown_notice", 1), ("second_payment", 1), ("credited", 1)] {
            assert_eq!(
                world.count(&format!("receipt where outcome = '{outcome}'")).await,
                kept,
                "{outcome}"
            );
        }
        assert_eq!(
            world.count("receipt where xml like '%<receiptId>%'").await,
            3,
            "as they came"
        );
        let open = |kind: &str, about: &str| (kind.to_owned(), about.to_owned());
        assert_eq!(
            world.office().await,
            [open("second_payment", "c"), open("unknown_notice", "a")]
        );
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn receipts_of_one_payment_that_come_at_the_same_moment_are_all_understood() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        world.receipt("301000000000004285", 500, "x").await;
        let real = world.sandbox.platform().pushes()[0].xml.clone();
        let receipt = |id: &str| {
            real.replace("301000000000004285", &view.notice_number)
                .replace(">5.00<", ">123.60<")
                .replace(">x<", &format!(">{id}<"))
        };
        let (one, other) = (receipt("one"), receipt("other"));
        let keep = |xml: &String| {
            let (app, xml) = (world.bench.app.clone(), xml.clone());
            tokio::spawn(async move { receive::keep(&app, xml.as_bytes(), Source::Push).await })
        };
        let pushed = [&one, &other, &one, &other, &one, &other].map(keep);
        let mut taken = 0;
        for answer in pushed {
            match answer.await.unwrap() {
                Answer::Ok => taken += 1,
                Answer::Ko(fault) => assert_eq!(fault.code.as_str(), "PAA_RECEIPT_DUPLICATA"),
            }
        }
        assert_eq!(taken, 3, "one of the two settles, as often as it comes");
        world.settled().await;
        assert_eq!(world.balances().await, [18_540, 6_180]);
        assert_eq!(world.count("receipt where outcome = 'second_payment'").await, 1);
    }
}

#[tokio::test]
async fn less_than_was_asked_is_acknowledged_and_waits_for_the_office() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        for _ in 0..2 {
            assert_eq!(world.receipt(&view.notice_number, 12_359, "less").await, "OK");
        }
        assert_eq!(world.balances().await, [6_180, 6_180]);
        assert_eq!(
            world.office().await,
            [("amount_differs".to_owned(), "less".to_owned())]
        );
        assert_eq!(world.count("office_item where amount = 1").await, 1);
        // Something was paid: nobody is sent to pay again.
        world.bench.clock.forward(TimeDelta::minutes(15));
        let again = world.family.again(view.id).await.unwrap();
        assert_eq!(
            (again.checkout_url, again.problem),
            (None, Some(ErrorCode::AlreadyPaid))
        );
    }
}

#[tokio::test]
async fn costs_of_notification_are_not_credited_and_the_office_is_told() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        let view = world
            .family
            .top_up(&[meals(elio, 20), free(gaia, 500)])
            .await
            .unwrap();
        assert_eq!(world.receipt(&view.notice_number, 13_060, "more").await, "OK");
        assert_eq!(world.balances().await, [18_540, 6_680]);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
        assert_eq!(
            world.office().await,
            [("fee_added".to_owned(), "more".to_owned())]
        );
        assert_eq!(world.count("office_item where amount = 200").await, 1);
    }
}

#[tokio::test]
async fn a_receipt_before_the_browser_returns_or_hours_later_is_the_same_receipt() {
    for world in worlds().await {
        // Before: the page still says nothing when the wallet is right.
        let early = world.twenty_meals().await;
        world.press(&early, "paga").await;
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.go_back(&early).await;
        assert_eq!(world.family.look(early.id).await.state, TopUpState::Paid);
        // Hours later, when the lock is long over and the family sees it as payable again.
        let late = world.twenty_meals().await;
        world.bench.clock.forward(TimeDelta::hours(30));
        assert_eq!(world.family.look(late.id).await.state, TopUpState::Payable);
        assert_eq!(world.receipt(&late.notice_number, 12_360, "hours").await, "OK");
        assert_eq!(world.family.look(late.id).await.state, TopUpState::Paid);
        assert_eq!(world.balances().await, [30_900, 6_180]);
    }
}

#[tokio::test]
async fn receipts_in_another_order_than_the_payments_each_credit_their_own() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        let first = world.family.top_up(&[free(elio, 1_000)]).await.unwrap();
        let second = world.family.top_up(&[free(gaia, 2_000)]).await.unwrap();
        assert_eq!(world.receipt(&second.notice_number, 2_000, "z").await, "OK");
        assert_eq!(world.balances().await, [6_180, 8_180]);
        assert_eq!(world.receipt(&first.notice_number, 1_000, "a").await, "OK");
        assert_eq!(world.balances().await, [7_180, 8_180]);
    }
}

#[tokio::test]
async fn a_portal_that_dies_after_its_answer_credits_when_it_is_back() {
    for mut world in worlds().await {
        let view = world.twenty_meals().await;
        assert_eq!(world.receipt(&view.notice_number, 12_360, "kept").await, "OK");
        // As it would stand had the portal died between the two transactions.
        world
            .bench
            .sql("update receipt set outcome = 'received', processed_at = null")
            .await;
        world.bench.sql("delete from posting where kind = 'top_up'").await;
        world
            .bench
            .sql("update notice set state = 'verifying', paid_at = null")
            .await;
        assert_eq!(world.balances().await, [6_180, 6_180]);
        // Before it is processed nobody can be sent to pay, or withdraw it.
        world.bench.clock.forward(TimeDelta::minutes(16));
        let again = world.family.again(view.id).await.unwrap();
        assert_eq!(again.problem, Some(ErrorCode::AlreadyPaid));
        world.start().await;
        world.settled().await;
        assert_eq!(world.balances().await, [18_540, 6_180]);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
    }
}

#[tokio::test]
async fn a_receipt_that_cannot_be_processed_waits_and_is_shown_to_the_office() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    // A notice that is not the sum of its lines can only be a defect.
    world
        .bench
        .sql("update notice_line set amount = amount - 1")
        .await;
    let what = serde_json::json!({"body": crate::world::VALMORA, "notice_number": view.notice_number,
        "amount": 12_360, "receipt_id": "odd"});
    let url = world.sandbox.url().join("sandbox/receipts").unwrap();
    world.web.post(url).json(&what).send().await.unwrap();
    world.sandbox.platform().settled().await;
    assert_eq!(world.last_answer(), "OK", "it is kept");
    for _ in 0..2 {
        let left = portal::station::process::due(&world.bench.app).await.unwrap();
        assert_eq!(left, 1);
    }
    assert_eq!(
        world.office().await,
        [("not_processed".to_owned(), "odd".to_owned())]
    );
    assert_eq!(world.balances().await, [6_180, 6_180]);
    world
        .bench
        .sql("update notice_line set amount = amount + 1")
        .await;
    world.settled().await;
    assert_eq!(world.balances().await, [18_540, 6_180]);
    assert!(world.office().await.is_empty(), "it has settled itself");
}

#[tokio::test]
async fn a_recovered_receipt_comes_through_the_same_door_as_a_pushed_one() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        assert_eq!(
            world.receipt("301000000000004285", 500, "x").await,
            "PAA_PAGAMENTO_SCONOSCIUTO"
        );
        let real = world.sandbox.platform().pushes()[0].xml.clone();
        let xml = real
            .replace("301000000000004285", &view.notice_number)
            .replace(">5.00<", ">123.60<")
            .replace(">x<", ">recovered<");
        for _ in 0..2 {
            let answer = receive::keep(&world.bench.app, xml.as_bytes(), Source::Recovered).await;
            assert_eq!(answer, Answer::Ok);
        }
        world.settled().await;
        // What is pushed at last finds it done.
        assert_eq!(
            world.receipt(&view.notice_number, 12_360, "recovered").await,
            "OK"
        );
        assert_eq!(world.balances().await, [18_540, 6_180]);
        assert_eq!(
            world
                .count("receipt where source = 'recovered' and outcome = 'credited'")
                .await,
            1
        );
    }
}

#[tokio::test]
async fn money_that_comes_after_the_withdrawal_is_credited_and_marked() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        world.bench.clock.forward(TimeDelta::minutes(15));
        assert_eq!(
            world.family.withdraw(view.id).await.unwrap().state,
            TopUpState::Cancelled
        );
        assert_eq!(world.receipt(&view.notice_number, 12_360, "late").await, "OK");
        assert_eq!(world.receipt(&view.notice_number, 12_360, "late").await, "OK");
        assert_eq!(
            world.count("receipt where outcome = 'paid_after_cancel'").await,
            1
        );
        assert_eq!(world.balances().await, [18_540, 6_180]);
        assert_eq!(
            world.office().await,
            [("paid_after_cancel".to_owned(), "late".to_owned())]
        );
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
        assert_eq!(
            world.family.again(view.id).await.unwrap_err().code,
            ErrorCode::AlreadyPaid
        );
    }
}

#[tokio::test]
async fn a_notice_paid_at_the_tobacconists_before_any_checkout_is_credited() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world
        .ask(
            &format!("sandbox/positions/{}/pay-at-counter", view.notice_number),
            &serde_json::Value::Null,
        )
        .await;
    assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
    assert_ne!(world.press(&view, "paga").await, 200);
    world.is_sound().await;
}

#[tokio::test]
async fn while_somebody_pays_elsewhere_the_checkout_says_so() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.press(&view, "annulla").await;
    world.go_back(&view).await;
    let lock = format!("sandbox/positions/{}/lock", view.notice_number);
    world.ask(&lock, &serde_json::json!({"minutes": 15})).await;
    let answer = world.family.again(view.id).await.unwrap();
    assert_eq!(
        (answer.checkout_url, answer.problem),
        (None, Some(ErrorCode::PaymentInProgress))
    );
}

#[tokio::test]
async fn what_is_no_receipt_is_answered_and_not_kept() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.press(&view, "rifiuta").await;
    world.receipt("301000000000004285", 500, "a").await;
    let real = world.sandbox.platform().pushes()[0].xml.clone();
    let fits = real
        .replace("301000000000004285", &view.notice_number)
        .replace(">5.00<", ">123.60<");
    let other_body = fits.replace(crate::world::VALMORA, "01234567897");
    let mixed = fits.replacen(crate::world::VALMORA, "01234567897", 1);
    let dtd = fits.replacen(
        "?>",
        "?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
        1,
    );
    let huge = format!("{real}{}", " ".repeat(300_000));
    for (name, xml, fault) in [
        ("another body's", other_body, "PAA_ID_DOMINIO_ERRATO"),
        ("two bodies'", mixed, "PAA_SEMANTICA"),
        (
            "not well-formed",
            fits.replace("</receipt>", ""),
            "PAA_SINTASSI_EXTRAXSD",
        ),
        ("with a document type", dtd, "PAA_SINTASSI_EXTRAXSD"),
        ("far too large", huge, "PAA_SINTASSI_EXTRAXSD"),
        ("empty", String::new(), "PAA_SINTASSI_EXTRAXSD"),
        (
            "euro with a comma",
            fits.replace("123.60", "123,60"),
            "PAA_SINTASSI_XSD",
        ),
        (
            "not paid",
            fits.replace("<outcome>OK", "<outcome>KO"),
            "PAA_SEMANTICA",
        ),
        (
            "another operation",
            fits.replace("paSendRTV2Request", "paSendRTRequest"),
            "PAA_SOAPACTION_ERRATA",
        ),
    ] {
        let (status, text) = world.push(xml).await;
        assert_eq!(status, 200, "{name}");
        assert!(
            text.contains(&format!("<faultCode>{fault}</faultCode>")),
            "{name}: {text}"
        );
    }
    assert_eq!(
        (world.count("receipt").await, world.balances().await),
        (1, [6_180, 6_180])
    );
}

#[tokio::test]
async fn a_stranger_finds_no_station_here() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.receipt("301000000000004285", 500, "a").await;
    let real = world.sandbox.platform().pushes()[0].xml.clone();
    let forged = real
        .replace("301000000000004285", &view.notice_number)
        .replace(">5.00<", ">123.60<");
    let url = world
        .bench
        .app
        .settings
        .public_url
        .join("pagopa/station")
        .unwrap();
    for body in [forged.clone(), " ".repeat(300_000)] {
        let through = world
            .web
            .post(url.clone())
            .header("x-forwarded-for", "192.0.2.1")
            .body(body);
        assert_eq!(
            through.send().await.unwrap().status().as_u16(),
            StatusCode::NOT_FOUND
        );
    }
    assert_eq!(
        (world.count("receipt").await, world.balances().await),
        (1, [6_180, 6_180])
    );
}

#[tokio::test]
async fn bad_settings_of_one_body_cost_no_receipt_of_another() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world
        .bench
        .sql("update body set pagopa = 'not json' where slug = 'pieve'")
        .await;
    world.press(&view, "paga").await;
    assert_eq!(world.balances().await, [18_540, 6_180]);
    // Whose this is cannot be told: pagoPA is to send it again.
    let lost = world.sandbox.platform().pushes()[0]
        .xml
        .replace(crate::world::VALMORA, "01234567897");
    let (_, text) = world.push(lost).await;
    assert!(text.contains("PAA_SYSTEM_ERROR"), "{text}");
}

/// What the portal answers to an empty message: 200 and a fault to the forwarder, 404 to anybody else.
async fn knock(world: &World, header: &[(&str, &str)]) -> u16 {
    let mut request = world.web.post(
        world
            .bench
            .app
            .settings
            .public_url
            .join("pagopa/station")
            .unwrap(),
    );
    for (name, value) in header {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn behind_a_proxy_only_whom_it_vouches_for_may_push() {
    let mut world = World::new().await;
    assert_eq!(
        knock(&world, &[]).await,
        200,
        "a program on this machine, to a portal for this machine"
    );
    let section = StationSection {
        identity_header: "x-client".to_owned(),
        identities: vec!["CN=pagopa".to_owned()],
    };
    let proxied = move |settings: &mut Settings| {
        settings.pagopa.station = Some(section.clone());
        settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    };
    world.start_with(&proxied).await;
    let forwarded = ("x-forwarded-for", "192.0.2.1");
    assert_eq!(knock(&world, &[forwarded, ("x-client", "CN=pagopa")]).await, 200);
    assert_eq!(knock(&world, &[forwarded]).await, 404);
    assert_eq!(knock(&world, &[forwarded, ("x-client", "CN=other")]).await, 404);
    assert_eq!(
        knock(&world, &[("x-client", "CN=pagopa"), ("x-client", "CN=other")]).await,
        404,
        "whose word is it?"
    );
    world
        .start_with(&|settings| {
            proxied(settings);
            settings.trusted_proxies = vec!["192.0.2.7".parse().unwrap()];
        })
        .await;
    assert_eq!(
        knock(&world, &[("x-client", "CN=pagopa")]).await,
        404,
        "anybody can write a header"
    );
}
