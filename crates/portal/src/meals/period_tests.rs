//! Stories of periods: many days and many children in one act.

use super::stage::*;
use api::{
    ErrorBody, ErrorCode, NoQuery,
    meals::{ChangePeriod, OnRefused, PeriodDays, PeriodRequest, PreviewPeriod},
};
use domain::{
    Cents, ChildId,
    meals::Choice,
    price::{Rounding, RoundingLevel, RoundingMode},
};

fn code<T: std::fmt::Debug>(answer: Result<T, (u16, ErrorBody)>) -> (u16, ErrorCode) {
    let (status, error) = answer.unwrap_err();
    (status, error.code)
}

fn period(children: &[ChildId], days: PeriodDays, refused: OnRefused) -> PeriodRequest {
    PeriodRequest {
        children: children.to_vec(),
        days,
        choice: Choice::DoesNotEat,
        refused,
    }
}

fn range(first: &str, last: &str) -> PeriodDays {
    PeriodDays::Range {
        first: day(first),
        last: day(last),
    }
}

fn list(days: &[&str]) -> PeriodDays {
    PeriodDays::List {
        days: days.iter().map(|on| day(on)).collect(),
    }
}

#[tokio::test]
async fn a_period_of_two_children_is_one_act_that_its_preview_foretold() {
    for stage in stages(PLAN) {
        // Ada eats on five of these days, Bruno on four.
        let request = period(
            &[bruno(), ada()],
            range("2026-11-28", "2026-12-04"),
            OnRefused::Stop,
        );
        let preview = stage
            .ask(PARENT, PreviewPeriod {}, NoQuery {}, request.clone())
            .await
            .unwrap();
        assert_eq!(
            (preview.meals, preview.amount, preview.refused.len()),
            (9, Cents::new(9 * 618), 0)
        );
        assert!(preview.receipt.is_none());
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 0);
        let done = stage
            .ask(PARENT, ChangePeriod {}, NoQuery {}, request)
            .await
            .unwrap();
        let receipt = done.receipt.unwrap();
        assert_eq!(
            (done.changed, done.amount, receipt.lines.len()),
            (preview.changed, preview.amount, 9)
        );
        assert_eq!(receipt.undo_until, Some(at("2026-11-30T08:15:00Z")));
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 1);
        assert!(stage.verify().await.failures.is_empty());
    }
}

#[tokio::test]
async fn a_period_with_refused_days_stops_or_skips_as_asked() {
    for stage in stages(PLAN) {
        stage.set("2026-11-23T12:00:00Z");
        stage.charge().await;
        let days = range("2026-11-23", "2026-11-24");
        let stop = period(&[ada()], days.clone(), OnRefused::Stop);
        let (status, error) = stage
            .ask(PARENT, ChangePeriod {}, NoQuery {}, stop)
            .await
            .unwrap_err();
        assert_eq!((status, error.code), (409, ErrorCode::DaysRefused));
        let refused: Vec<api::meals::RefusedDayView> = error.field("refused").unwrap();
        assert_eq!(
            (refused.len(), refused[0].code, refused[0].day),
            (1, ErrorCode::TooLate, day("2026-11-23"))
        );
        assert_eq!(refused[0].closed_at, Some(at("2026-11-23T08:30:00Z")));
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 0);

        let skip = period(&[ada()], days, OnRefused::Skip);
        let done = stage
            .ask(PARENT, ChangePeriod {}, NoQuery {}, skip.clone())
            .await
            .unwrap();
        assert_eq!((done.meals, done.refused.len()), (1, 1));
        let again = stage.ask(PARENT, ChangePeriod {}, NoQuery {}, skip).await;
        assert_eq!(code(again), (409, ErrorCode::EmptyPeriod));
    }
}

#[tokio::test]
async fn a_list_refuses_days_without_service_and_a_range_passes_over_them() {
    for stage in stages(PLAN) {
        let listed = period(
            &[ada()],
            list(&["2026-11-27", "2026-11-28", "2026-11-27"]),
            OnRefused::Skip,
        );
        let view = stage
            .ask(PARENT, PreviewPeriod {}, NoQuery {}, listed)
            .await
            .unwrap();
        assert_eq!(
            (view.meals, view.refused.len(), view.refused[0].code),
            (1, 1, ErrorCode::NoService)
        );
        let ranged = period(&[ada()], range("2026-11-27", "2026-11-28"), OnRefused::Skip);
        let view = stage
            .ask(PARENT, PreviewPeriod {}, NoQuery {}, ranged)
            .await
            .unwrap();
        assert_eq!((view.meals, view.refused.len()), (1, 0));
    }
}

#[tokio::test]
async fn absurd_periods_are_refused_without_work() {
    for stage in stages(PLAN) {
        for days in [
            range("2026-11-28", "2026-11-29"),
            range("2026-12-04", "2026-11-30"),
            range("0001-01-01", "9999-12-31"),
            list(&[]),
        ] {
            let request = period(&[ada()], days, OnRefused::Skip);
            let answer = stage.ask(PARENT, ChangePeriod {}, NoQuery {}, request).await;
            assert_eq!(code(answer), (409, ErrorCode::EmptyPeriod));
        }
        let nobody = period(&[], range("2026-11-30", "2026-12-04"), OnRefused::Skip);
        let answer = stage.ask(PARENT, ChangePeriod {}, NoQuery {}, nobody).await;
        assert_eq!(code(answer), (400, ErrorCode::InvalidRequest));
    }
}

#[tokio::test]
async fn the_effect_of_a_period_is_exact_where_the_document_rounds() {
    let rounding = Rounding {
        mode: RoundingMode::HalfUp,
        level: RoundingLevel::Document,
    };
    for stage in stages(Plan {
        rounding,
        created_at: "2026-11-01T12:00:00Z",
        ..PLAN
    }) {
        stage.set("2026-11-24T12:00:00Z");
        stage.charge().await;
        let request = period(&[ada()], range("2026-11-25", "2026-11-27"), OnRefused::Stop);
        let effect = stage
            .ask(PARENT, ChangePeriod {}, NoQuery {}, request)
            .await
            .unwrap()
            .amount;
        stage.set("2026-11-30T12:00:00Z");
        stage.charge().await;
        // November has 21 weekdays: 124.95 + 5.00 without the act (4.998 rounded), 18 meals: 107.10 + 4.28 with it.
        assert_eq!(stage.balance(wallet(1)).await, -11_138);
        assert_eq!(effect, Cents::new(12_995 - 11_138));
    }
}
