//! Stories of the freeze: once, whatever happens in between.

use super::{run, verify::Report};
use crate::meals::stage::*;
use api::{NoQuery, meals::CancelMeal};
use domain::{
    meals::Model,
    price::{Rounding, RoundingLevel, RoundingMode},
    wallet::WalletScope,
};
use std::sync::Arc;
use storage::params;

const MEALS: &str = "SELECT COUNT(*) AS n FROM posting WHERE kind = 'meal'";
const FROZEN: &str = "SELECT COUNT(*) AS n FROM frozen_day";

fn clean(report: &Report) {
    assert_eq!(report.failures, Vec::<String>::new());
    assert!(report.passed > 0);
}

async fn cancel(stage: &Stage, who: &str, child: domain::ChildId, on: &str) -> bool {
    stage
        .ask(who, CancelMeal { child, day: day(on) }, NoQuery {}, ())
        .await
        .is_ok()
}

#[tokio::test]
async fn a_day_freezes_at_its_own_schools_cut_off_and_charges_once() {
    for stage in stages(PLAN) {
        assert!(cancel(&stage, PARENT, ada(), "2026-11-23").await);
        stage.set("2026-11-23T08:14:59.999Z");
        assert_eq!(stage.charge().await.days, 0);
        assert_eq!(
            super::next_due(&stage.app).await.unwrap(),
            Some(at("2026-11-23T08:15:00Z"))
        );
        stage.set("2026-11-23T08:15:00Z");
        let second = stage.charge().await;
        assert_eq!((second.days, second.charged), (1, 1));
        assert_eq!(
            super::next_due(&stage.app).await.unwrap(),
            Some(at("2026-11-23T08:30:00Z"))
        );
        stage.set("2026-11-23T08:30:00Z");
        let first = stage.charge().await;
        assert_eq!((first.days, first.charged), (1, 1));
        assert_eq!(stage.charge().await, super::Summary::default());
        assert_eq!(
            (
                stage.balance(wallet(1)).await,
                stage.balance(wallet(2)).await,
                stage.balance(wallet(3)).await
            ),
            (0, -618, -618)
        );
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn a_portal_that_was_down_for_days_charges_each_of_them_once_and_none_before_it_began() {
    for stage in stages(PLAN) {
        assert!(cancel(&stage, PARENT, ada(), "2026-11-24").await);
        stage.set("2026-11-26T18:00:00Z");
        let summary = stage.charge().await;
        // Monday to Thursday; Bruno does not eat on Wednesdays, Ada not on Tuesday. The cut-off of Friday 20 had
        // passed when the body came.
        assert_eq!((summary.days, summary.charged, summary.failed), (8, 3 + 3 + 4, 0));
        assert_eq!(stage.charge().await.days, 0);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) AS n FROM frozen_day WHERE day < '2026-11-23'")
                .await,
            0
        );
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn two_portals_that_race_charge_once() {
    for stage in stages(PLAN) {
        stage.set("2026-11-27T12:00:00Z");
        let now = at("2026-11-27T12:00:00Z");
        let (store, chance) = (&stage.app.store, &stage.app.chance);
        let (a, b) = tokio::join!(
            run(store, Arc::clone(chance), now),
            run(store, Arc::clone(chance), now)
        );
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_eq!(
            (a.days + b.days, a.charged + b.charged, a.failed + b.failed),
            (10, 14, 0)
        );
        assert_eq!((stage.count(MEALS).await, stage.count(FROZEN).await), (14, 10));
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn brothers_at_two_schools_are_charged_on_one_family_wallet() {
    for stage in stages(Plan {
        scope: WalletScope::Family,
        ..PLAN
    }) {
        stage.set("2026-11-27T12:00:00Z");
        let (store, chance) = (&stage.app.store, &stage.app.chance);
        let now = at("2026-11-27T12:00:00Z");
        let (a, b) = tokio::join!(
            run(store, Arc::clone(chance), now),
            run(store, Arc::clone(chance), now)
        );
        assert_eq!(a.unwrap().charged + b.unwrap().charged, 14);
        assert_eq!(stage.balance(wallet(1)).await, -618 * 9);
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn at_the_document_the_months_postings_add_up_to_its_total() {
    let rounding = Rounding {
        mode: RoundingMode::HalfUp,
        level: RoundingLevel::Document,
    };
    for stage in stages(Plan {
        rounding,
        created_at: "2026-11-01T12:00:00Z",
        ..PLAN
    }) {
        stage.set("2026-11-27T12:00:00Z");
        stage.charge().await;
        // Twenty weekdays: 119.00 taxable and 4.76 VAT, rounded once.
        assert_eq!(stage.balance(wallet(1)).await, -12_376);
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn holidays_and_closures_charge_nobody_also_when_they_are_taken_back() {
    for stage in stages(PLAN) {
        let close = "INSERT INTO closure (id, body_id, school_id, class_id, first_day, last_day, reason, declared_at) \
            VALUES ($1, $2, $3, NULL, '2026-12-07', '2026-12-07', 'Neve', 0)";
        stage
            .sql(
                close,
                params![domain::ClosureId::from_parts(1, [1; 10]), body(), school(1)].to_vec(),
            )
            .await;
        stage.set("2026-12-09T12:00:00Z");
        stage.charge().await;
        let charged = "SELECT COUNT(*) AS n FROM posting WHERE day = '2026-12-07'";
        assert_eq!(stage.count(charged).await, 1);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) AS n FROM posting WHERE day = '2026-12-08'")
                .await,
            0
        );
        assert_eq!(
            stage
                .count("SELECT COUNT(*) AS n FROM frozen_day WHERE day = '2026-12-08'")
                .await,
            0
        );
        stage.sql("DELETE FROM closure", vec![]).await;
        stage.charge().await;
        assert_eq!(stage.count(charged).await, 1);
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn in_the_booking_model_only_the_booked_are_charged() {
    for stage in stages(Plan {
        model: Model::Booked,
        ..PLAN
    }) {
        assert!(!cancel(&stage, PARENT, ada(), "2026-11-23").await);
        let book = api::meals::RestoreMeal {
            child: ada(),
            day: day("2026-11-23"),
        };
        stage.ask(PARENT, book, NoQuery {}, ()).await.unwrap();
        stage.set("2026-11-23T08:30:00Z");
        assert_eq!(stage.charge().await.charged, 1);
        assert_eq!(stage.balance(wallet(1)).await, -618);
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn a_child_without_tariff_blocks_nobody_and_is_reported() {
    for stage in stages(PLAN) {
        stage
            .sql(
                "UPDATE enrolment SET tariff_code = 'ignota' WHERE child_id = $1",
                params![ada()].to_vec(),
            )
            .await;
        stage.set("2026-11-23T08:30:00Z");
        let summary = stage.charge().await;
        assert_eq!(
            (summary.charged, summary.without_tariff, summary.failed),
            (2, 1, 0)
        );
        let report = stage.verify().await;
        assert_eq!(report.failures.len(), 2, "{:?}", report.failures);
        assert!(report.failures[1].contains(&ada().to_string()) && report.failures[1].contains("ignota"));
    }
}

#[tokio::test]
async fn a_day_of_both_clock_changes_freezes_at_the_wall_clock() {
    for stage in stages(PLAN) {
        stage.set("2027-03-29T07:29:59.999Z");
        stage.charge().await;
        let charged = "SELECT COUNT(*) AS n FROM posting WHERE child_id IS NOT NULL AND day = '2027-03-30'";
        stage.set("2027-03-30T07:15:00Z");
        stage.charge().await;
        assert_eq!(stage.count(charged).await, 1);
        stage.set("2027-03-30T07:30:00Z");
        stage.charge().await;
        assert_eq!(stage.count(charged).await, 3);
    }
}

#[tokio::test]
async fn a_tampered_ledger_is_noticed() {
    for stage in stages(PLAN) {
        stage.set("2026-11-24T12:00:00Z");
        stage.charge().await;
        stage.credit(wallet(1), 10_000, "r1").await;
        clean(&stage.verify().await);
        stage
            .sql(
                "UPDATE posting SET amount = -1 WHERE wallet_id = $1 AND position = 1",
                params![wallet(1)].to_vec(),
            )
            .await;
        assert!(!stage.verify().await.failures.is_empty());
        stage
            .sql(
                "UPDATE posting SET amount = -618 WHERE wallet_id = $1 AND position = 1",
                params![wallet(1)].to_vec(),
            )
            .await;
        clean(&stage.verify().await);
        stage
            .sql(
                "UPDATE frozen_day SET meals = 7 WHERE day = '2026-11-23' AND school_id = $1",
                params![school(1)].to_vec(),
            )
            .await;
        assert_eq!(stage.verify().await.failures.len(), 1);
    }
}

#[tokio::test]
async fn a_crash_between_freezing_and_charging_leaves_neither() {
    for stage in stages(PLAN) {
        stage.set("2026-11-23T12:00:00Z");
        let (chance, now) = (Arc::clone(&stage.app.chance), at("2026-11-23T12:00:00Z"));
        let crash = stage.app.store.write(move |tx| {
            let frozen = super::freeze::freeze(tx, &*chance, (body(), school(1), day("2026-11-23")), now)?;
            assert!(matches!(frozen, super::freeze::Frozen::Now { charged: 2, .. }));
            Err::<(), _>(storage::StorageError::Closed)
        });
        assert!(crash.await.is_err());
        assert_eq!((stage.count(MEALS).await, stage.count(FROZEN).await), (0, 0));
        assert_eq!(stage.charge().await.charged, 3);
        clean(&stage.verify().await);
    }
}

#[tokio::test]
async fn an_act_and_the_freeze_that_race_agree() {
    for stage in stages(PLAN) {
        for on in [
            "2026-11-23",
            "2026-11-24",
            "2026-11-25",
            "2026-11-26",
            "2026-11-27",
        ] {
            // The act's own clock is in time, the job's has passed the cut-off: only the order of the two decides.
            stage.set(&format!("{on}T08:29:59.999Z"));
            let now = at(&format!("{on}T08:30:00Z"));
            let (store, chance) = (&stage.app.store, Arc::clone(&stage.app.chance));
            let (cancelled, summary) =
                tokio::join!(cancel(&stage, PARENT, ada(), on), run(store, chance, now));
            assert_eq!(summary.unwrap().failed, 0);
            assert_eq!(
                stage.charged().await.contains(&(ada(), day(on))),
                !cancelled,
                "{on}"
            );
            clean(&stage.verify().await);
        }
    }
}
