//! Payments of which the portal heard nothing: asked for, found in flows, fetched, or given to the office.

use crate::world::{World, worlds};
use api::topups::TopUpView;
use chrono::TimeDelta;
use domain::{OfficeItemId, topup::TopUpState};
use portal::reconcile::{
    AdjustError, Adjustment, Pace, Report, SettleError, accounting, adjust, round, settle,
};
use serde_json::json;
use storage::office::OfficeKind;

const BEFORE: [i64; 2] = [6_180, 6_180];
const AFTER: [i64; 2] = [18_540, 6_180];

async fn prepared() -> Vec<World> {
    let mut found = worlds().await;
    for world in &mut found {
        restart(world, true).await;
    }
    found
}

/// The portal anew, which can ask for receipts, and for flows too or not.
async fn restart(world: &mut World, flows: bool) {
    let sandbox = world.sandbox.url().to_string();
    let sandbox = sandbox.trim_end_matches('/').to_owned();
    world
        .start_with(&move |settings| {
            settings.pagopa.fdr_url = flows.then(|| format!("{sandbox}/fdr-org/service/v1"));
            settings.pagopa.receipts_url = Some(format!("{sandbox}/gpd/payments-receipts-service/v1"));
            settings.pagopa.biz_events_url = Some(format!("{sandbox}/bizevents/service/v1"));
        })
        .await;
}

async fn faults(world: &World, faults: serde_json::Value) {
    let url = world.sandbox.url().join("sandbox/faults").unwrap();
    let answer = world.web.put(url).json(&faults).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// A payment whose receipt is never pushed.
async fn unheard(world: &World, recoverable: bool) -> TopUpView {
    faults(world, json!({"receipts": "never", "recoverable": recoverable})).await;
    let view = world.twenty_meals().await;
    world.press(&view, "paga").await;
    assert_eq!(world.balances().await, BEFORE);
    view
}

fn later(world: &World, by: TimeDelta) {
    world.bench.clock.forward(by);
    world.sandbox.platform().advance(by);
}

async fn due(world: &World) -> Report {
    round(&world.bench.app, Pace::Due).await.unwrap()
}

#[tokio::test]
async fn pagopa_is_asked_about_a_checkout_that_was_never_heard_of_again_and_the_receipt_is_fetched() {
    for world in prepared().await {
        let view = unheard(&world, true).await;
        assert_eq!(
            due(&world).await.asked,
            0,
            "within the lock the receipt is on its way"
        );
        later(&world, TimeDelta::minutes(16));
        let report = due(&world).await;
        assert_eq!((report.asked, report.paid_unheard, report.recovered), (1, 1, 1));
        assert_eq!(world.balances().await, AFTER);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
        later(&world, TimeDelta::hours(2));
        assert_eq!(due(&world).await.asked, 0, "what is paid is not asked about");
        assert_eq!(world.count("receipt where source = 'recovered'").await, 1);
        assert_eq!(world.count("posting where kind = 'top_up'").await, 1);
    }
}

#[tokio::test]
async fn a_push_that_comes_after_all_changes_nothing() {
    for world in prepared().await {
        unheard(&world, true).await;
        later(&world, TimeDelta::minutes(16));
        due(&world).await;
        assert_eq!(world.balances().await, AFTER);
        let id: String = {
            let paid = world.look("sandbox/payments").await;
            paid[0]["receipt_id"].as_str().unwrap().to_owned()
        };
        faults(&world, json!({})).await;
        world
            .ask(&format!("sandbox/receipts/{id}/resend"), &serde_json::Value::Null)
            .await;
        assert_eq!(world.last_answer(), "OK");
        assert_eq!(world.balances().await, AFTER);
        assert_eq!(world.count("receipt").await, 1);
    }
}

#[tokio::test]
async fn an_unpaid_checkout_is_asked_about_a_few_times_and_then_left_payable() {
    for world in prepared().await {
        let view = world.twenty_meals().await;
        let mut asked = 0;
        for hours in [1, 2, 7, 25, 73, 200, 200] {
            later(&world, TimeDelta::hours(hours));
            asked += due(&world).await.asked;
        }
        assert_eq!(asked, 5);
        assert_eq!(world.count("notice where state = 'payable'").await, 1);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Payable);
        assert_eq!(world.balances().await, BEFORE);
    }
}

#[tokio::test]
async fn a_payment_at_a_counter_without_receipt_is_found_in_the_flow_and_fetched() {
    for world in prepared().await {
        let view = world.twenty_meals().await;
        world.press(&view, "annulla").await;
        faults(&world, json!({"receipts": "never", "recoverable": true})).await;
        world
            .sandbox
            .platform()
            .pay_at_counter(&view.notice_number)
            .unwrap();
        later(&world, TimeDelta::days(2));
        world.sandbox.platform().publish_flows();
        let report = round(&world.bench.app, Pace::Now).await.unwrap();
        assert_eq!(
            (report.flows, report.lines, report.recovered),
            (1, 1, 1),
            "{report:?}"
        );
        assert_eq!(world.balances().await, AFTER);
        let states = world.count("flow_line where state = 'matched'").await;
        assert_eq!(states, 1, "the flow's line is told that its receipt came");
        let again = round(&world.bench.app, Pace::Now).await.unwrap();
        assert_eq!((again.flows, again.recovered), (0, 0), "a flow is read once");
        assert_eq!(world.balances().await, AFTER);
    }
}

#[tokio::test]
async fn what_nobody_can_give_goes_to_the_office_and_is_credited_only_on_the_strength_of_a_flow() {
    for mut world in prepared().await {
        restart(&mut world, false).await;
        let view = unheard(&world, false).await;
        for hours in [1, 2, 7, 25, 49, 60] {
            later(&world, TimeDelta::hours(hours));
            due(&world).await;
        }
        assert_eq!(world.balances().await, BEFORE);
        let (body, app) = (world.bench.town.family.body, world.bench.app.clone());
        let items = app
            .store
            .read(move |tx| storage::office::list_open(tx, body, 10))
            .await
            .unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].kind, OfficeKind::ReceiptMissing);
        let id: OfficeItemId = items[0].id;
        let refused = settle(&app, body, id, "visto sul conto").await;
        assert!(matches!(refused, Err(SettleError::NoFlow)), "{refused:?}");
        restart(&mut world, true).await;
        let app = &world.bench.app;
        round(app, Pace::Now).await.unwrap();
        assert!(matches!(
            settle(app, body, id, "  ").await,
            Err(SettleError::NoReason)
        ));
        let credited = settle(app, body, id, "visto sul conto").await.unwrap();
        assert_eq!(credited.get(), 12_360);
        assert_eq!(world.balances().await, AFTER);
        assert_eq!(world.family.look(view.id).await.state, TopUpState::Paid);
        assert!(matches!(
            settle(app, body, id, "un'altra volta").await,
            Err(SettleError::NotOpen)
        ));
        assert!(world.office().await.is_empty());
    }
}

#[tokio::test]
async fn no_more_than_ten_receipts_an_hour_are_asked_for_also_by_a_portal_that_was_restarted() {
    for mut world in prepared().await {
        faults(&world, json!({"receipts": "never", "recoverable": false})).await;
        let mut seen = 0;
        for _ in 0..8 {
            let view = world.twenty_meals().await;
            world.press(&view, "paga").await;
        }
        later(&world, TimeDelta::minutes(16));
        for _ in 0..3 {
            due(&world).await;
            let calls = world.count("outside_call").await;
            assert!((1..=10).contains(&calls), "{calls} calls");
            seen = seen.max(calls);
            restart(&mut world, false).await;
        }
        assert_eq!(seen, 10, "the hour is used");
    }
}

#[tokio::test]
async fn a_service_that_fails_is_asked_again_and_nothing_is_given_up() {
    for mut world in prepared().await {
        unheard(&world, true).await;
        let broken = json!({"kind": "status", "status": 500});
        faults(
            &world,
            json!({"receipts_service": broken, "fdr": broken, "recoverable": true}),
        )
        .await;
        later(&world, TimeDelta::minutes(16));
        for _ in 0..10 {
            let report = due(&world).await;
            assert_eq!((report.recovered, report.for_office), (0, 0));
            later(&world, TimeDelta::hours(2));
        }
        faults(&world, json!({"recoverable": true})).await;
        later(&world, TimeDelta::hours(2));
        // A service that failed so often is left alone for a while by this machine's own clock; another start is not.
        restart(&mut world, true).await;
        due(&world).await;
        assert_eq!(world.balances().await, AFTER);
        assert!(world.office().await.is_empty());
    }
}

#[tokio::test]
async fn the_accountants_table_adds_up_with_what_the_flows_transferred() {
    for world in prepared().await {
        for _ in 0..3 {
            let view = world.twenty_meals().await;
            world.press(&view, "paga").await;
        }
        world.sandbox.platform().publish_flows();
        round(&world.bench.app, Pace::Now).await.unwrap();
        let view = world.twenty_meals().await;
        world.press(&view, "paga").await;
        let body = world.bench.town.family.body;
        let (first, last) = ("2026-01-01".parse().unwrap(), "2027-12-31".parse().unwrap());
        let accounts = world
            .bench
            .app
            .store
            .read(move |tx| accounting::read(tx, body, first, last))
            .await
            .unwrap();
        let mut table = Vec::new();
        let totals = accounting::write(&accounts, &mut table).unwrap();
        assert!(totals.adds_up(), "{totals:?}");
        assert_eq!((totals.receipts, totals.paid.get()), (4, 4 * 12_360));
        assert_eq!((totals.waiting, totals.transferred.get()), (1, 3 * 12_360));
        assert_eq!(totals.difference.get(), 0);
        let text = String::from_utf8(table).unwrap();
        assert_eq!(text.lines().count(), 6);
        assert!(
            !text.contains("Elio") && !text.contains("Ada"),
            "no names: {text}"
        );
    }
}

#[tokio::test]
async fn money_that_no_notice_claims_is_given_to_a_wallet_by_the_office_once() {
    for world in prepared().await {
        assert_eq!(
            world.receipt("301000000000004285", 500, "lost").await,
            "PAA_PAGAMENTO_SCONOSCIUTO"
        );
        let (body, app) = (world.bench.town.family.body, &world.bench.app);
        let items = app
            .store
            .read(move |tx| storage::office::list_open(tx, body, 10))
            .await
            .unwrap();
        let badge = world.bench.town.family.children[0].badge.clone();
        let asked = Adjustment {
            badge,
            amount: domain::Cents::new(500),
            why: "Pagamento del 3 novembre, avviso ritrovato".to_owned(),
            item: Some(items[0].id),
        };
        let nameless = Adjustment {
            why: " ".to_owned(),
            ..asked.clone()
        };
        assert!(matches!(
            adjust(app, body, nameless).await,
            Err(AdjustError::NoReason)
        ));
        assert_eq!(adjust(app, body, asked.clone()).await.unwrap().get(), 6_680);
        assert!(matches!(
            adjust(app, body, asked.clone()).await,
            Err(AdjustError::NotOpen)
        ));
        let stranger = Adjustment {
            badge: domain::BadgeCode::parse("ZZ9999").unwrap(),
            item: None,
            ..asked
        };
        assert!(matches!(
            adjust(app, body, stranger).await,
            Err(AdjustError::NoBadge)
        ));
        assert_eq!(world.balances().await, [6_680, 6_180]);
        assert!(world.office().await.is_empty());
        assert_eq!(world.count("posting where kind = 'adjustment'").await, 1);
    }
}

#[tokio::test]
async fn a_receipt_that_may_be_for_a_body_whose_settings_are_hidden_is_sent_again() {
    for mut world in prepared().await {
        let push = async |world: &World| world.receipt("301000000000004285", 500, "later").await;
        world
            .start_with(&|settings| {
                let broken = serde_json::json!({"fiscal_code": "not a code"});
                let broken = serde_json::from_value(broken).unwrap();
                settings.pagopa.bodies.insert("pieve".to_owned(), broken);
            })
            .await;
        assert_eq!(push(&world).await, "PAA_SYSTEM_ERROR");
        assert_eq!(world.count("receipt").await, 0);
        restart(&mut world, true).await;
        assert_eq!(push(&world).await, "PAA_PAGAMENTO_SCONOSCIUTO");
        assert_eq!(world.count("receipt").await, 1);
    }
}
