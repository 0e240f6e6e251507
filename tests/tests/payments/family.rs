//! What a family does, and what it cannot do.

use crate::world::{World, fixed, free, meals, worlds};
use api::{
    ErrorCode, NoQuery,
    topups::{CancelTopUp, CreateTopUp, GetTopUp, StartCheckout, TopUpRequest, TopUpView, TopUpWay},
};
use chrono::TimeDelta;
use domain::{Cents, topup::TopUpState};
use testkit::{Means, role};

#[tokio::test]
async fn twenty_meals_are_credited_when_the_receipt_comes_and_only_then() {
    for world in worlds().await {
        let [elio, _] = world.children();
        let view = world.family.top_up(&[meals(elio, 20)]).await.unwrap();
        assert_eq!(
            (view.amount, view.state),
            (Cents::new(12_360), TopUpState::Verifying)
        );
        assert_eq!(view.notice_number.len(), 18);
        assert_eq!(world.balances().await, [6_180, 6_180], "a checkout is no money");
        assert_eq!(world.press(&view, "paga").await, 200);
        let paid = world.family.look(view.id).await;
        assert_eq!((paid.state, paid.checkout_url), (TopUpState::Paid, None));
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.go_back(&view).await;
        world.is_sound().await;
    }
}

#[tokio::test]
async fn nothing_of_a_child_goes_to_pagopa() {
    let world = World::new().await;
    let view = world
        .family
        .top_up(&[meals(world.children()[0], 3)])
        .await
        .unwrap();
    let told =
        world.look("sandbox/positions").await.to_string() + &world.look("sandbox/carts").await.to_string();
    assert!(told.contains(&view.notice_number) && told.contains("Mensa scolastica, ricarica, novembre 2026"));
    for secret in ["Elio", "Gaia", "VM0001", "Collodi"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn one_notice_pays_for_both_children_and_the_ledger_splits_it() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        let view = world
            .family
            .top_up(&[fixed(elio, 5_000), free(gaia, 777)])
            .await
            .unwrap();
        assert_eq!((view.amount, view.lines.len()), (Cents::new(5_777), 2));
        world.press(&view, "paga").await;
        assert_eq!(world.balances().await, [11_180, 6_957]);
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 1);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn who_closes_the_browser_after_paying_has_paid() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.press(&view, "paga").await;
    world.press(&view, "chiudi").await;
    assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
    assert_eq!(world.balances().await, [18_540, 6_180]);
}

#[tokio::test]
async fn a_refused_or_abandoned_payment_changes_nothing_and_the_same_notice_is_paid_later() {
    for (button, word) in [("rifiuta", "errore"), ("annulla", "annullato")] {
        let world = World::new().await;
        let view = world.twenty_meals().await;
        world.press(&view, button).await;
        assert_eq!(
            world.family.look(view.id).await.state,
            TopUpState::Verifying,
            "nobody has told us yet"
        );
        world.go_back(&view).await;
        let open = world.family.open().await.expect("it is offered again");
        assert_eq!(
            (open.id, open.state, open.retry_after),
            (view.id, TopUpState::Payable, None),
            "{word}"
        );
        assert_eq!(world.balances().await, [6_180, 6_180]);
        let again = world.family.again(view.id).await.unwrap();
        assert_eq!(again.notice_number, view.notice_number);
        assert_ne!(again.checkout_url, view.checkout_url);
        world.press(&again, "paga").await;
        assert_eq!(world.balances().await, [18_540, 6_180]);
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 1);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn while_a_payment_may_be_under_way_nobody_is_sent_to_pay_again() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.press(&view, "attesa").await;
    world.go_back(&view).await;
    let refused = world.family.again(view.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::PaymentInProgress);
    assert_eq!(
        refused.field::<String>("until").as_deref(),
        Some("2026-11-23T07:56:00Z")
    );
    assert_eq!(
        world.family.withdraw(view.id).await.unwrap_err().code,
        ErrorCode::PaymentInProgress
    );
    world.bench.clock.forward(TimeDelta::minutes(15));
    let again = world.family.again(view.id).await.unwrap();
    world.press(&again, "paga").await;
    assert_eq!(
        world.family.again(view.id).await.unwrap_err().code,
        ErrorCode::AlreadyPaid
    );
    assert_eq!(
        world.family.withdraw(view.id).await.unwrap_err().code,
        ErrorCode::AlreadyPaid
    );
    world.is_sound().await;
}

#[tokio::test]
async fn two_devices_of_a_family_set_out_with_one_notice_only_once() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        world.press(&view, "annulla").await;
        world.go_back(&view).await;
        let (one, other) = tokio::join!(world.family.again(view.id), world.family.again(view.id));
        let opened =
            |answer: &Result<TopUpView, _>| answer.as_ref().is_ok_and(|view| view.checkout_url.is_some());
        assert_ne!(opened(&one), opened(&other), "{one:?} {other:?}");
    }
}

#[tokio::test]
async fn a_withdrawn_top_up_cannot_be_paid_any_more() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        world.press(&view, "annulla").await;
        world.go_back(&view).await;
        let key = world.family.key();
        for _ in 0..2 {
            let gone = world
                .family
                .send(&CancelTopUp { topup: view.id }, &(), key)
                .await
                .unwrap();
            assert_eq!(gone.state, TopUpState::Cancelled);
        }
        assert_eq!(world.look("sandbox/positions").await[0]["status"], "INVALID");
        assert_eq!(
            world.family.again(view.id).await.unwrap_err().code,
            ErrorCode::TopUpCancelled
        );
        assert_eq!(
            world.family.withdraw(view.id).await.unwrap().state,
            TopUpState::Cancelled
        );
        assert!(world.family.open().await.is_none());
        assert_eq!(world.balances().await, [6_180, 6_180]);
    }
}

#[tokio::test]
async fn absurd_requests_are_refused_and_leave_nothing_behind() {
    use ErrorCode::{AmountNotOffered, AmountTooLarge, AmountTooSmall, NotFound, WrongLines};
    let world = World::new().await;
    let [elio, gaia] = world.children();
    let lia = world.bench.town.neighbours.children[0].id;
    for (lines, code) in [
        (vec![free(elio, 0)], AmountTooSmall),
        (vec![free(elio, -1)], AmountTooSmall),
        (vec![free(elio, 499)], AmountTooSmall),
        (vec![free(elio, i64::MIN)], AmountTooSmall),
        (vec![free(elio, 1_000_000_000_000)], AmountTooLarge),
        (vec![free(elio, 50_001)], AmountTooLarge),
        (vec![meals(elio, 0)], AmountTooSmall),
        (vec![meals(elio, u32::MAX)], AmountTooLarge),
        (vec![fixed(elio, 4_999)], AmountNotOffered),
        (vec![], WrongLines),
        (vec![meals(elio, 1); 6], WrongLines),
        (vec![meals(elio, 1), free(elio, 500)], WrongLines),
        (vec![meals(lia, 20)], NotFound),
        (vec![meals(gaia, 1), meals(lia, 20)], NotFound),
    ] {
        let refused = world.family.top_up(&lines).await.unwrap_err();
        assert_eq!(refused.code, code, "{lines:?}");
        assert!(!refused.message.is_empty());
    }
    assert_eq!(world.count("notice").await, 0);
    assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn somebody_elses_top_up_does_not_exist() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    let (they, key) = (&world.neighbours, world.neighbours.key());
    let topup = view.id;
    assert_eq!(
        they.send(&GetTopUp { topup }, &(), key).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert_eq!(
        they.send(&StartCheckout { topup }, &(), key)
            .await
            .unwrap_err()
            .code,
        ErrorCode::NotFound
    );
    assert_eq!(
        they.send(&CancelTopUp { topup }, &(), key)
            .await
            .unwrap_err()
            .code,
        ErrorCode::NotFound
    );
    let other = world.bench.actor::<role::OtherParent>(Means::App).await;
    assert_eq!(
        other.send(&GetTopUp { topup }, &NoQuery {}, &()).await.status,
        404
    );
    assert_eq!(world.family.look(topup).await.state, TopUpState::Verifying);
}

#[tokio::test]
async fn a_body_without_pagopa_and_a_session_that_may_only_choose_a_password_get_no_notice() {
    let world = World::new().await;
    let request = TopUpRequest {
        lines: vec![meals(world.children()[0], 1)],
        way: TopUpWay::Online,
    };
    let provisional = world.bench.actor::<role::ProvisionalParent>(Means::App).await;
    let refused = provisional
        .ask(&CreateTopUp {}, &NoQuery {}, &request)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::PasswordChoiceRequired);
    let anonymous = world.bench.actor::<role::Anonymous>(Means::App).await;
    assert_eq!(
        anonymous
            .send(&CreateTopUp {}, &NoQuery {}, &request)
            .await
            .status,
        401
    );
    let elsewhere = world.bench.actor::<role::ParentOfAnotherBody>(Means::App).await;
    let request = TopUpRequest {
        lines: vec![meals(world.bench.town.elsewhere.children[0].id, 1)],
        way: TopUpWay::Online,
    };
    let refused = elsewhere
        .ask(&CreateTopUp {}, &NoQuery {}, &request)
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::PaymentNotOffered);
    assert_eq!(world.count("notice").await, 0);
}

#[tokio::test]
async fn the_same_key_is_the_same_notice() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        let key = world.family.key();
        let first = world.family.top_up_as(&[meals(elio, 20)], key).await.unwrap();
        let second = world.family.top_up_as(&[meals(elio, 20)], key).await.unwrap();
        assert_eq!(
            (first.id, &first.notice_number),
            (second.id, &second.notice_number)
        );
        assert!(
            second.checkout_url.is_some(),
            "the first answer may have been lost"
        );
        let other = world.family.top_up_as(&[meals(gaia, 20)], key).await.unwrap_err();
        assert_eq!(other.code, ErrorCode::KeyReused);
        world.press(&second, "paga").await;
        assert_ne!(
            world.press(&first, "paga").await,
            200,
            "pagoPA takes no notice twice"
        );
        let late = world.family.top_up_as(&[meals(elio, 20)], key).await.unwrap();
        assert_eq!(
            (late.state, late.checkout_url, late.problem),
            (TopUpState::Paid, None, None)
        );
        assert_eq!(world.count("notice").await, 1);
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.is_sound().await;
    }
}
