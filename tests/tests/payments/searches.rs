//! What becomes of the search for a receipt: whose flow counts, what a second payment means, which service is asked
//! next, when the office is told, and when it no longer has to look.

use crate::world::{VALMORA, World, worlds};
use api::topups::TopUpView;
use chrono::TimeDelta;
use domain::{BodyId, Cents, NoticeId, OfficeItemId};
use pagopa::NoticeNumber;
use portal::reconcile::{Pace, Report, SettleError, accounting, round, settle};
use serde_json::json;
use storage::{StorageError, office::OfficeItem, searches::MissingReceipt};

const BEFORE: [i64; 2] = [6_180, 6_180];
const AFTER: [i64; 2] = [18_540, 6_180];

/// Which services a portal may ask.
#[derive(Clone, Copy, Default)]
struct Services {
    flows: bool,
    /// GPD's receipts; `Some(false)` is an address at which nobody answers.
    receipts: Option<bool>,
    events: bool,
}

async fn restart(world: &mut World, services: Services) {
    let sandbox = world.sandbox.url().to_string();
    let sandbox = sandbox.trim_end_matches('/').to_owned();
    world
        .start_with(&move |settings| {
            let at = |there: bool, path: &str| there.then(|| format!("{sandbox}/{path}"));
            settings.pagopa.fdr_url = at(services.flows, "fdr-org/service/v1");
            settings.pagopa.biz_events_url = at(services.events, "bizevents/service/v1");
            settings.pagopa.receipts_url = services.receipts.map(|answers| {
                let there = if answers {
                    sandbox.as_str()
                } else {
                    "http://127.0.0.1:9"
                };
                format!("{there}/gpd/payments-receipts-service/v1")
            });
        })
        .await;
}

async fn prepared(services: Services) -> Vec<World> {
    let mut found = worlds().await;
    for world in &mut found {
        restart(world, services).await;
    }
    found
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

/// Searches until nobody is left to ask.
async fn given_to_the_office(world: &World) -> OfficeItem {
    for hours in [1, 2, 7, 25, 49, 60] {
        later(world, TimeDelta::hours(hours));
        due(world).await;
    }
    let body = world.bench.town.family.body;
    let read = world
        .bench
        .app
        .store
        .read(move |tx| storage::office::list_open(tx, body, 10));
    let items: Result<_, StorageError> = read.await;
    let mut items = items.unwrap();
    assert_eq!(items.len(), 1);
    items.remove(0)
}

async fn settled_by_office(world: &World, item: OfficeItemId) -> Result<Cents, SettleError> {
    settle(
        &world.bench.app,
        world.bench.town.family.body,
        item,
        "visto sul conto",
    )
    .await
}

/// A flow that is kept in a body's name, with one line of which no receipt is here.
async fn kept_flow(world: &World, body: BodyId, iuv: &str) {
    let at = world.bench.now().timestamp_micros();
    world
        .bench
        .sql(&format!(
            "insert into flow (id, body_id, fdr, revision, psp_id, psp, made_at, published_at, regulation, \
             regulation_day, total, payments, imported_at) values ('flow-{body}', '{body}', '2026-11-24-x', 1, 'PSP', \
             'Banca', {at}, {at}, 'TRN', '2026-11-24', 12360, 1, {at})"
        ))
        .await;
    world
        .bench
        .sql(&format!(
            "insert into flow_line (flow_id, place, iuv, iur, amount, pay_status, pay_day, state) \
             values ('flow-{body}', 1, '{iuv}', 'iur-{body}', 12360, 9, '2026-11-24', 'missing')"
        ))
        .await;
}

#[tokio::test]
async fn a_flow_of_another_creditor_that_names_the_same_iuv_settles_nothing() {
    for world in prepared(Services {
        receipts: Some(true),
        ..Services::default()
    })
    .await
    {
        unheard(&world, false).await;
        let item = given_to_the_office(&world).await;
        // Every creditor counts from one: with the same segregation code the numbers are the same.
        kept_flow(&world, world.bench.town.elsewhere.body, &item.about).await;
        let refused = settled_by_office(&world, item.id).await;
        assert!(matches!(refused, Err(SettleError::NoFlow)), "{refused:?}");
        assert_eq!(world.balances().await, BEFORE);
        kept_flow(&world, world.bench.town.family.body, &item.about).await;
        assert_eq!(settled_by_office(&world, item.id).await.unwrap().get(), 12_360);
        assert_eq!(world.balances().await, AFTER);
    }
}

#[tokio::test]
async fn a_receipt_that_comes_after_the_office_was_asked_is_no_second_payment_and_closes_the_item() {
    for world in prepared(Services {
        receipts: Some(true),
        ..Services::default()
    })
    .await
    {
        unheard(&world, false).await;
        let item = given_to_the_office(&world).await;
        let paid = world.look("sandbox/payments").await;
        let receipt = paid[0]["receipt_id"].as_str().unwrap().to_owned();
        faults(&world, json!({})).await;
        world
            .ask(
                &format!("sandbox/receipts/{receipt}/resend"),
                &serde_json::Value::Null,
            )
            .await;
        assert_eq!(world.balances().await, AFTER);
        let refused = settled_by_office(&world, item.id).await;
        assert!(matches!(refused, Err(SettleError::Came)), "{refused:?}");
        due(&world).await;
        assert!(world.office().await.is_empty(), "nobody has to look any more");
        assert_eq!(world.balances().await, AFTER);
    }
}

#[tokio::test]
async fn a_second_payment_whose_receipt_is_missing_is_looked_for_after_the_first_was_found() {
    for world in prepared(Services {
        receipts: Some(true),
        ..Services::default()
    })
    .await
    {
        unheard(&world, true).await;
        later(&world, TimeDelta::minutes(16));
        assert_eq!(due(&world).await.recovered, 1);
        assert_eq!(world.count("missing_receipt where state = 'recovered'").await, 1);
        let body: BodyId = world.bench.town.family.body;
        let now = world.bench.now();
        let iuv = world.look("sandbox/payments").await[0]["notice_number"]
            .as_str()
            .unwrap()[1..]
            .to_owned();
        let second = MissingReceipt {
            body,
            iuv,
            iur: Some("another-iur".to_owned()),
            amount: Cents::new(12_360),
            since: now,
            tries: 0,
        };
        let told = world
            .bench
            .app
            .store
            .write(move |tx| storage::searches::miss(tx, &second));
        let told: Result<(), StorageError> = told.await;
        told.unwrap();
        assert_eq!(world.count("missing_receipt where state = 'open'").await, 1);
        assert_eq!(world.count("missing_receipt").await, 1);
    }
}

#[tokio::test]
async fn where_one_service_does_not_answer_the_next_one_is_asked() {
    for world in prepared(Services {
        receipts: Some(false),
        events: true,
        ..Services::default()
    })
    .await
    {
        unheard(&world, true).await;
        later(&world, TimeDelta::hours(30));
        world.sandbox.platform().publish_flows();
        due(&world).await;
        assert_eq!(world.balances().await, AFTER);
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_for_a_week_is_no_reason_to_keep_it_from_the_office() {
    for world in prepared(Services {
        receipts: Some(false),
        ..Services::default()
    })
    .await
    {
        unheard(&world, false).await;
        later(&world, TimeDelta::minutes(16));
        assert_eq!(due(&world).await.for_office, 0);
        later(&world, TimeDelta::days(8));
        assert_eq!(due(&world).await.for_office, 1);
        assert_eq!(world.office().await.len(), 1);
    }
}

#[tokio::test]
async fn the_hours_calls_are_counted_by_the_portals_clock_alone() {
    for world in prepared(Services {
        events: true,
        ..Services::default()
    })
    .await
    {
        faults(&world, json!({"receipts": "never", "recoverable": false})).await;
        for _ in 0..6 {
            let view = world.twenty_meals().await;
            world.press(&view, "paga").await;
        }
        later(&world, TimeDelta::minutes(16));
        for hours in [0, 2, 7] {
            later(&world, TimeDelta::hours(hours));
            assert_eq!(due(&world).await.postponed, 0, "after {hours} hours");
        }
    }
}

#[tokio::test]
async fn pagopa_is_asked_about_a_new_trip_also_after_it_was_asked_enough_about_the_one_before() {
    for world in prepared(Services {
        receipts: Some(true),
        ..Services::default()
    })
    .await
    {
        let view = world.twenty_meals().await;
        for hours in [1, 2, 7, 25, 73, 200, 200] {
            later(&world, TimeDelta::hours(hours));
            due(&world).await;
        }
        faults(&world, json!({"receipts": "never", "recoverable": true})).await;
        let again = world.family.again(view.id).await.unwrap();
        world.press(&again, "paga").await;
        assert_eq!(
            due(&world).await.asked,
            0,
            "within the lock the receipt is on its way"
        );
        later(&world, TimeDelta::minutes(16));
        assert_eq!(due(&world).await.recovered, 1);
        assert_eq!(world.balances().await, AFTER);
    }
}

#[tokio::test]
async fn a_flow_is_read_also_where_later_ones_were_read_before() {
    for world in prepared(Services {
        flows: true,
        receipts: Some(true),
        ..Services::default()
    })
    .await
    {
        unheard(&world, true).await;
        later(&world, TimeDelta::days(1));
        world.sandbox.platform().publish_flows();
        later(&world, TimeDelta::days(5));
        kept_flow(&world, world.bench.town.family.body, "00000000000000000").await;
        let report = round(&world.bench.app, Pace::Now).await.unwrap();
        assert_eq!(report.flows, 1, "{report:?}");
    }
}

#[tokio::test]
async fn flows_that_cannot_be_read_are_not_asked_for_in_every_round() {
    for world in prepared(Services {
        flows: true,
        ..Services::default()
    })
    .await
    {
        faults(&world, json!({"fdr": {"kind": "status", "status": 500}})).await;
        assert_eq!(due(&world).await.postponed, 1);
        assert_eq!(due(&world).await.postponed, 0);
        later(&world, TimeDelta::minutes(31));
        assert_eq!(due(&world).await.postponed, 1);
    }
}

#[tokio::test]
async fn what_a_provider_took_back_is_not_told_as_transferred() {
    for world in worlds().await {
        let view = world.twenty_meals().await;
        world.press(&view, "paga").await;
        let body = world.bench.town.family.body;
        kept_flow(&world, body, "01000000000000000").await;
        world
            .bench
            .sql("update flow_line set state = 'revoked', pay_status = 3, iur = (select max(receipt_id) from receipt)")
            .await;
        let (first, last) = ("2026-01-01".parse().unwrap(), "2027-12-31".parse().unwrap());
        let read = world
            .bench
            .app
            .store
            .read(move |tx| accounting::read(tx, body, first, last));
        let totals = accounting::write(&read.await.unwrap(), Vec::new()).unwrap();
        assert!(totals.adds_up(), "{totals:?}");
        assert_eq!((totals.transferred, totals.waiting), (Cents::ZERO, 1));
    }
}

#[tokio::test]
async fn a_number_that_another_body_of_the_same_creditor_has_made_is_not_made_again() {
    for mut world in worlds().await {
        let elsewhere = &world.bench.town.elsewhere;
        let mut taken = Vec::new();
        for sequence in 1..=3_u8 {
            let id = NoticeId::from_parts(1, [sequence; 10]);
            let number = NoticeNumber::generate("01".parse().unwrap(), sequence.into()).unwrap();
            world
                .bench
                .sql(&format!(
                    "insert into notice (id, body_id, person_id, nav, iuv, iupd, amount, causale, state, created_at, \
                     due_day) values ('{id}', '{}', '{}', '{number}', '{}', '{VALMORA}-{id}', 100, 'Mensa', \
                     'payable', 1, '2026-12-01')",
                    elsewhere.body,
                    elsewhere.payer,
                    number.iuv()
                ))
                .await;
            taken.push(number.to_string());
        }
        // The other body gets the fiscal code that this one counts for.
        world
            .start_with(&|settings| {
                let own = settings.pagopa.bodies["valmora"].clone();
                settings.pagopa.bodies.insert("pieve".to_owned(), own);
            })
            .await;
        let view = world.twenty_meals().await;
        assert!(!taken.contains(&view.notice_number), "{}", view.notice_number);
    }
}

#[tokio::test]
async fn a_paid_notice_that_a_restored_backup_forgot_is_told_to_the_office() {
    for world in prepared(Services {
        flows: true,
        ..Services::default()
    })
    .await
    {
        unheard(&world, false).await;
        for table in ["attempt_notice", "attempt", "notice_line", "notice"] {
            world.bench.sql(&format!("delete from {table}")).await;
        }
        later(&world, TimeDelta::days(1));
        world.sandbox.platform().publish_flows();
        assert_eq!(due(&world).await.lines, 1);
        let open = world.office().await;
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].0, "unknown_notice");
    }
}
