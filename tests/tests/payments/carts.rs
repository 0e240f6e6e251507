//! One payment for several notices, and notices that are paid with their paper.

use crate::{
    wire::Mode,
    world::{World, free, meals, worlds},
};
use api::{ErrorCode, topups::CancelTopUp};
use chrono::TimeDelta;
use domain::{Cents, NoticeId, notice::NoticeKind, topup::TopUpState};
use serde_json::Value;

#[tokio::test]
async fn three_notices_are_paid_at_once_and_each_credits_its_own() {
    for world in worlds().await {
        let [_, gaia] = world.children();
        let invoice = world.issue(NoticeKind::Invoice, 4_000, 1).await;
        let fee = world.issue(NoticeKind::Fee, 1_500, 2).await;
        let own = world.family.by_notice(&[free(gaia, 700)]).await.unwrap();
        let cart = world.family.pay_together(&[invoice, fee, own.id]).await.unwrap();
        assert_eq!((cart.total, cart.notices.len()), (Cents::new(6_200), 3));
        assert!(
            cart.notices
                .iter()
                .all(|notice| notice.state == TopUpState::Verifying)
        );
        assert!(cart.retry_after.is_some());
        assert_eq!(world.look("sandbox/positions").await.as_array().unwrap().len(), 3);
        assert_eq!(world.press_at(cart.checkout_url.as_deref(), "paga").await, 200);
        let paid = world.family.cart(cart.id).await.unwrap();
        assert!(paid.notices.iter().all(|notice| notice.state == TopUpState::Paid));
        assert!(paid.notices.iter().all(|notice| notice.payment.is_some()));
        assert_eq!((paid.retry_after, paid.checkout_url), (None, None));
        assert_eq!(world.balances().await, [10_180, 6_880], "a fee credits nothing");
        world.is_sound().await;
    }
}

#[tokio::test]
async fn a_cart_whose_payment_was_refused_can_be_tried_again_at_once() {
    let world = World::new().await;
    let (one, two) = (
        world.issue(NoticeKind::Invoice, 4_000, 1).await,
        world.issue(NoticeKind::Invoice, 5_000, 2).await,
    );
    let cart = world.family.pay_together(&[one, two]).await.unwrap();
    world.press_at(cart.checkout_url.as_deref(), "annulla").await;
    world.go_back_from(cart.checkout_url.as_deref()).await;
    let open = world.family.cart(cart.id).await.unwrap();
    assert!(
        open.notices
            .iter()
            .all(|notice| notice.state == TopUpState::Payable)
    );
    let again = world.family.pay_together(&[two]).await.unwrap();
    assert_ne!(again.id, cart.id);
    world.press_at(again.checkout_url.as_deref(), "paga").await;
    assert_eq!(world.balances().await, [11_180, 6_180]);
    world.is_sound().await;
}

#[tokio::test]
async fn the_lock_of_one_notice_locks_every_cart_that_holds_it() {
    for world in worlds().await {
        let (one, two) = (
            world.issue(NoticeKind::Invoice, 4_000, 1).await,
            world.issue(NoticeKind::Invoice, 5_000, 2).await,
        );
        world.family.pay_together(&[one]).await.unwrap();
        let refused = world.family.pay_together(&[two, one]).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::PaymentInProgress);
        assert_eq!(
            refused.field::<String>("until").as_deref(),
            Some("2026-11-23T07:56:00Z")
        );
        world.bench.clock.forward(TimeDelta::minutes(15));
        assert!(
            world
                .family
                .pay_together(&[two, one])
                .await
                .unwrap()
                .checkout_url
                .is_some()
        );
    }
}

#[tokio::test]
async fn two_devices_set_out_with_carts_that_overlap_only_once() {
    for world in worlds().await {
        let (one, two, three) = (
            world.issue(NoticeKind::Invoice, 4_000, 1).await,
            world.issue(NoticeKind::Invoice, 5_000, 2).await,
            world.issue(NoticeKind::Invoice, 6_000, 3).await,
        );
        let (first, second) = ([one, two], [two, three]);
        let (left, right) = tokio::join!(
            world.family.pay_together(&first),
            world.family.pay_together(&second)
        );
        let opened = |answer: &Result<api::notices::CartView, _>| {
            answer.as_ref().is_ok_and(|view| view.checkout_url.is_some())
        };
        assert_ne!(opened(&left), opened(&right), "{left:?} {right:?}");
    }
}

#[tokio::test]
async fn a_cart_that_cannot_be_is_refused_with_what_is_wrong() {
    let world = World::new().await;
    let mut six = Vec::new();
    for number in 0..6 {
        six.push(world.issue(NoticeKind::Invoice, 1_000, number).await);
    }
    for wrong in [vec![], six.clone(), vec![six[0], six[0]]] {
        let refused = world.family.pay_together(&wrong).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::WrongCart, "{}", wrong.len());
    }
    let nobodys = NoticeId::from_parts(1, [9; 10]);
    let refused = world.family.pay_together(&[six[0], nobodys]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    let refused = world.neighbours.pay_together(&six[..1]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound, "another family's");
    let cart = world.family.pay_together(&six[..1]).await.unwrap();
    world.press_at(cart.checkout_url.as_deref(), "paga").await;
    let refused = world.family.pay_together(&six[..2]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotPayable);
    assert_eq!(refused.field::<Vec<NoticeId>>("notices"), Some(vec![six[0]]));
    assert_eq!(
        world.neighbours.cart(cart.id).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    world.is_sound().await;
}

#[tokio::test]
async fn the_same_key_is_the_same_cart() {
    for world in worlds().await {
        let (one, two) = (
            world.issue(NoticeKind::Invoice, 4_000, 1).await,
            world.issue(NoticeKind::Fee, 5_000, 2).await,
        );
        let key = world.family.key();
        let first = world.family.pay_together_as(&[one, two], key).await.unwrap();
        let second = world.family.pay_together_as(&[one, two], key).await.unwrap();
        assert_eq!(first.id, second.id);
        assert!(
            second.checkout_url.is_some(),
            "the first answer may have been lost"
        );
        let other = world.family.pay_together_as(&[two, one], key).await.unwrap_err();
        assert_eq!(other.code, ErrorCode::KeyReused);
        world.press_at(second.checkout_url.as_deref(), "paga").await;
        let late = world.family.pay_together_as(&[one, two], key).await.unwrap();
        assert_eq!((late.checkout_url, late.problem), (None, None));
        assert!(late.notices.iter().all(|notice| notice.state == TopUpState::Paid));
        assert_eq!(world.count("attempt").await, 1);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn one_of_a_cart_that_was_paid_elsewhere_stops_the_whole_cart() {
    let world = World::new().await;
    let (one, two) = (
        world.issue(NoticeKind::Invoice, 4_000, 1).await,
        world.issue(NoticeKind::Invoice, 5_000, 2).await,
    );
    world.gpd.set(Mode::Lose);
    let lost = world.family.pay_together(&[one, two]).await.unwrap();
    assert_eq!(lost.problem, Some(ErrorCode::PaymentUnavailable));
    assert_eq!(
        world.family.cart(lost.id).await.unwrap_err().code,
        ErrorCode::NotFound,
        "it never set out"
    );
    world.gpd.set(Mode::Pass);
    let cart = world.family.pay_together(&[two]).await.unwrap();
    world.press_at(cart.checkout_url.as_deref(), "annulla").await;
    world.go_back_from(cart.checkout_url.as_deref()).await;
    let nav = &cart.notices[0].notice_number;
    world
        .ask(&format!("sandbox/positions/{nav}/pay-at-counter"), &Value::Null)
        .await;
    let refused = world.family.pay_together(&[one, two]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotPayable);
    assert_eq!(world.balances().await, [11_180, 6_180]);
    world.is_sound().await;
}

#[tokio::test]
async fn a_top_up_by_notice_is_published_and_opens_no_checkout() {
    for world in worlds().await {
        let [elio, gaia] = world.children();
        let view = world
            .family
            .by_notice(&[meals(elio, 20), free(gaia, 700)])
            .await
            .unwrap();
        assert_eq!(
            (view.state, view.checkout_url, view.problem, view.retry_after),
            (TopUpState::Payable, None, None, None)
        );
        assert_eq!(world.count("attempt").await, 0);
        assert_eq!(world.count("notice where published_at is not null").await, 1);
        world
            .ask(
                &format!("sandbox/positions/{}/pay-at-counter", view.notice_number),
                &Value::Null,
            )
            .await;
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
        assert_eq!(world.balances().await, [18_540, 6_880]);
        world.is_sound().await;
    }
}

#[tokio::test]
async fn what_the_office_issued_a_family_cannot_withdraw() {
    let world = World::new().await;
    let invoice = world.issue(NoticeKind::Invoice, 4_000, 1).await;
    let gone = world
        .family
        .send(&CancelTopUp { topup: invoice }, &(), world.family.key())
        .await;
    assert_eq!(gone.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(
        world.family.again(invoice).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert!(world.family.open().await.is_none(), "it is no open top-up");
    assert_eq!(world.count("notice where state = 'preparing'").await, 1);
}
