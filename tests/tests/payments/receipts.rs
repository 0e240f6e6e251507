//! What pagoPA pushes, and what nobody should be able to push.

use crate::world::{World, meals, worlds};
use api::ErrorCode;
use chrono::TimeDelta;
use domain::topup::TopUpState;
use http::StatusCode;
use portal::{config::Settings, station::forwarder::StationSection};

#[tokio::test]
async fn a_receipt_that_comes_twice_or_three_times_counts_once() {
    for world in worlds().await {
        let put = world
            .web
            .put(world.sandbox.url().join("sandbox/duplicates").unwrap());
        put.json(&serde_json::json!({"on": true})).send().await.unwrap();
        let view = world
            .family
            .top_up(&[meals(world.children()[0], 20)])
            .await
            .unwrap();
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
        let view = world
            .family
            .top_up(&[meals(world.children()[0], 20)])
            .await
            .unwrap();
        let nav = view.notice_number.clone();
        assert_eq!(
            world.receipt("301000000000004285", 500, "a").await,
            "PAA_PAGAMENTO_SCONOSCIUTO"
        );
        assert_eq!(world.receipt(&nav, 12_361, "b").await, "PAA_SEMANTICA");
        assert_eq!(
            world.receipt(&nav, 12_361, "b").await,
            "PAA_SEMANTICA",
            "the same answer again"
        );
        assert_eq!(
            world.receipt("301000000000004285", 500, "b").await,
            "PAA_SEMANTICA",
            "another notice, same id"
        );
        assert_eq!(world.balances().await, [6_180, 6_180]);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Verifying);
        world.press(&view, "paga").await;
        assert_eq!(world.receipt(&nav, 12_360, "c").await, "PAA_RECEIPT_DUPLICATA");
        assert_eq!(world.receipt(&nav, 12_360, "c").await, "PAA_RECEIPT_DUPLICATA");
        for (outcome, kept) in [
            ("unknown_notice", 1),
            ("amount_differs", 1),
            ("second_payment", 1),
            ("credited", 1),
        ] {
            assert_eq!(
                world.count(&format!("receipt where outcome = '{outcome}'")).await,
                kept,
                "{outcome}"
            );
        }
        assert_eq!(
            world.count("receipt where xml like '%<receiptId>%'").await,
            4,
            "as they came"
        );
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn money_that_comes_after_the_withdrawal_is_credited_and_marked() {
    for world in worlds().await {
        let view = world
            .family
            .top_up(&[meals(world.children()[0], 20)])
            .await
            .unwrap();
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
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
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
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
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
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
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
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
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
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 20)])
        .await
        .unwrap();
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
