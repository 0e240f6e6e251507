//! pagoPA is away, answers get lost, the portal dies between two steps: one top-up stays one debt.

use crate::{
    wire::Mode,
    world::{World, meals, worlds},
};
use api::{
    ErrorCode, NoQuery,
    topups::{CreateTopUp, TopUpRequest, TopUpWay},
};
use chrono::TimeDelta;
use domain::topup::TopUpState;

#[tokio::test]
async fn without_gpd_the_notice_is_kept_and_paid_later() {
    for world in worlds().await {
        world.gpd.set(Mode::Refuse);
        let view = world.twenty_meals().await;
        assert_eq!(
            (view.state, view.problem),
            (TopUpState::Preparing, Some(ErrorCode::PaymentUnavailable))
        );
        assert_eq!(world.family.open().await.unwrap().id, view.id);
        world.gpd.set(Mode::Pass);
        // Longer than its first date: it is still taken.
        world.bench.clock.forward(TimeDelta::days(1));
        let again = world.family.again(view.id).await.unwrap();
        assert_eq!(
            (again.notice_number.clone(), again.problem),
            (view.notice_number, None)
        );
        world.press(&again, "paga").await;
        assert_eq!(world.balances().await, [18_540, 6_180]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn without_the_checkout_the_notice_is_payable_and_nobody_waits_for_a_lock() {
    let world = World::new().await;
    world.checkout.set(Mode::Refuse);
    let key = world.family.key();
    let view = world
        .family
        .top_up_as(&[meals(world.children()[0], 20)], key)
        .await
        .unwrap();
    assert_eq!(
        (view.state, view.problem),
        (TopUpState::Payable, Some(ErrorCode::PaymentUnavailable))
    );
    world.checkout.set(Mode::Pass);
    let retried = world
        .family
        .top_up_as(&[meals(world.children()[0], 20)], key)
        .await
        .unwrap();
    assert_eq!(
        (retried.id, retried.state),
        (view.id, TopUpState::Verifying),
        "it may be paid now: it is locked again"
    );
    world.press(&retried, "paga").await;
    world.is_sound().await;
}

#[tokio::test]
async fn an_answer_of_pagopa_that_is_lost_makes_no_second_debt() {
    for world in worlds().await {
        let key = world.family.key();
        world.gpd.set(Mode::Lose);
        let lost = world
            .family
            .top_up_as(&[meals(world.children()[0], 20)], key)
            .await
            .unwrap();
        assert_eq!(
            (lost.state, lost.problem),
            (TopUpState::Preparing, Some(ErrorCode::PaymentUnavailable))
        );
        world.gpd.set(Mode::Pass);
        let found = world
            .family
            .top_up_as(&[meals(world.children()[0], 20)], key)
            .await
            .unwrap();
        assert_eq!(
            (found.id, found.notice_number.clone()),
            (lost.id, lost.notice_number)
        );
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 1);
        world.press(&found, "paga").await;
        world.is_sound().await;
    }
}

#[tokio::test]
async fn a_portal_that_dies_anywhere_on_the_way_goes_on_with_the_same_notice() {
    for mut world in worlds().await {
        for at_the_checkout in [false, true] {
            let actor = world.family.actor();
            let key = actor.key();
            let request = TopUpRequest {
                lines: vec![meals(world.children()[0], 20)],
                way: TopUpWay::Online,
            };
            let wire = if at_the_checkout {
                &world.checkout
            } else {
                &world.gpd
            };
            wire.set(Mode::Hold);
            let sent = request.clone();
            let first = tokio::spawn(async move {
                actor
                    .send_keyed(&CreateTopUp {}, &NoQuery {}, &sent, Some(key))
                    .await
            });
            wire.held().await;
            first.abort();
            assert!(first.await.unwrap_err().is_cancelled());
            wire.set(Mode::Pass);
            world.start().await;
            let view = world.family.send(&CreateTopUp {}, &request, key).await.unwrap();
            assert_eq!(
                (view.state, view.problem),
                (TopUpState::Verifying, None),
                "{at_the_checkout}"
            );
            world.press(&view, "paga").await;
        }
        assert_eq!(world.count("notice").await, 2);
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 2);
        assert_eq!(world.balances().await, [6_180 + 2 * 12_360, 6_180]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn a_withdrawal_whose_answer_is_lost_is_respected() {
    let world = World::new().await;
    let view = world.twenty_meals().await;
    world.press(&view, "annulla").await;
    world.go_back(&view).await;
    world.gpd.set(Mode::Lose);
    assert_eq!(
        world.family.withdraw(view.id).await.unwrap_err().code,
        ErrorCode::PaymentUnavailable
    );
    world.gpd.set(Mode::Pass);
    let again = world.family.again(view.id).await.unwrap();
    assert_eq!(
        (again.state, again.problem),
        (TopUpState::Cancelled, Some(ErrorCode::TopUpCancelled))
    );
}

#[tokio::test]
async fn a_notice_that_was_paid_before_we_knew_of_its_publication_is_not_paid_again() {
    let world = World::new().await;
    world.gpd.set(Mode::Lose);
    let key = world.family.key();
    let view = world
        .family
        .top_up_as(&[meals(world.children()[0], 20)], key)
        .await
        .unwrap();
    world.gpd.set(Mode::Pass);
    world
        .ask(
            &format!("sandbox/positions/{}/pay-at-counter", view.notice_number),
            &serde_json::Value::Null,
        )
        .await;
    let told = world
        .family
        .top_up_as(&[meals(world.children()[0], 20)], key)
        .await
        .unwrap();
    assert_eq!((told.state, told.checkout_url), (TopUpState::Paid, None));
    world.is_sound().await;
}

#[tokio::test]
async fn a_restored_backup_gives_no_number_twice() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        // The same amount and the same person, as two notices of one family often are.
        let first = world.family.top_up(&[meals(elio, 20)]).await.unwrap();
        for table in [
            "attempt_notice",
            "attempt",
            "notice_line",
            "notice",
            "idempotency",
            "sequence",
        ] {
            world.bench.sql(&format!("delete from {table}")).await;
        }
        let second = world.family.top_up(&[meals(gaia, 20)]).await.unwrap();
        assert_eq!((second.state, second.problem), (TopUpState::Verifying, None));
        assert_ne!(first.notice_number, second.notice_number);
        assert!(
            world
                .bench
                .number("select next as n from sequence where name = 'notice'")
                .await
                > 1_000
        );
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 2);
        world.press(&second, "paga").await;
        assert_eq!(
            world.balances().await,
            [6_180, 18_540],
            "the second notice, not the first"
        );
        // The first one is at pagoPA still, and unknown here: the office is told.
        world.press(&first, "paga").await;
        assert_eq!(world.last_answer(), "PAA_PAGAMENTO_SCONOSCIUTO");
    }
}
