//! Stories of days: what a family may change, until when, and what it is told.

use super::stage::*;
use api::{
    ErrorBody, ErrorCode, NoQuery,
    meals::{
        CancelMeal, ChangePeriod, GetCalendar, GetReceipt, GetToday, OnRefused, PeriodDays, PeriodRequest,
        RestoreMeal,
    },
};
use domain::{
    Cents, ChildId, Instant,
    calendar::{Holiday, NoService},
    meals::{Choice, Model, Standing},
};
use storage::params;

fn cancel(child: ChildId, on: &str) -> CancelMeal {
    CancelMeal { child, day: day(on) }
}

fn restore(child: ChildId, on: &str) -> RestoreMeal {
    RestoreMeal { child, day: day(on) }
}

fn code<T: std::fmt::Debug>(answer: Result<T, (u16, ErrorBody)>) -> (u16, ErrorCode) {
    let (status, error) = answer.unwrap_err();
    (status, error.code)
}

#[tokio::test]
async fn cancelling_answers_a_numbered_receipt_and_can_be_undone() {
    for stage in stages(PLAN) {
        let receipt = stage
            .ask(PARENT, cancel(ada(), "2026-11-23"), NoQuery {}, ())
            .await
            .unwrap();
        assert_eq!(receipt.number, domain::ReceiptNumber::new("VA", 1).to_string());
        assert_eq!((receipt.at, receipt.choice), (at(MORNING), Choice::DoesNotEat));
        assert_eq!(receipt.undo_until, Some(at("2026-11-23T08:30:00Z")));
        assert!(
            receipt.text.contains("23/11/2026 alle 08:41:07") && receipt.text.contains("Badge 100421 (A.B.)")
        );
        assert!(!receipt.text.contains("Ada"));

        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        let card = &today.children[0];
        assert_eq!(
            (card.day.standing, card.day.may),
            (Standing::Cancelled, Some(Choice::Eats))
        );
        let act = card.day.act.as_ref().unwrap();
        assert_eq!((act.number.as_str(), act.mine), (receipt.number.as_str(), true));

        let undone = stage
            .ask(PARENT, restore(ada(), "2026-11-23"), NoQuery {}, ())
            .await
            .unwrap();
        assert_ne!(undone.number, receipt.number);
        let old = GetReceipt {
            number: receipt.number.clone(),
        };
        let old = stage.ask(PARENT, old, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (old.undo_until, old.text, old.signature),
            (None, receipt.text, receipt.signature)
        );
        assert!(stage.verify().await.failures.is_empty());
    }
}

#[tokio::test]
async fn half_past_nine_is_late_and_a_millisecond_before_is_not() {
    for stage in stages(PLAN) {
        stage.set("2026-11-23T08:29:59.999Z");
        assert!(
            stage
                .ask(PARENT, cancel(ada(), "2026-11-23"), NoQuery {}, ())
                .await
                .is_ok()
        );
        stage.set("2026-11-23T08:30:00.000Z");
        let (status, error) = stage
            .ask(OTHER, cancel(carla(), "2026-11-23"), NoQuery {}, ())
            .await
            .unwrap_err();
        assert_eq!((status, error.code), (409, ErrorCode::TooLate));
        assert_eq!(
            error.field::<Instant>("closed_at"),
            Some(at("2026-11-23T08:30:00Z"))
        );
        assert_eq!(error.field::<String>("phone").as_deref(), Some("0346 000000"));
        assert!(error.message.contains("09:30"), "{}", error.message);
        // Bruno's school closes at 9:15.
        assert_eq!(
            code(
                stage
                    .ask(PARENT, cancel(bruno(), "2026-11-23"), NoQuery {}, ())
                    .await
            )
            .1,
            ErrorCode::TooLate
        );
        // After the change of the clocks half past nine comes an hour earlier in UTC.
        stage.set("2027-03-30T07:29:59.999Z");
        assert!(
            stage
                .ask(OTHER, cancel(carla(), "2027-03-30"), NoQuery {}, ())
                .await
                .is_ok()
        );
        stage.set("2027-03-30T07:30:00Z");
        let late = stage
            .ask(PARENT, cancel(ada(), "2027-03-30"), NoQuery {}, ())
            .await;
        assert_eq!(code(late).1, ErrorCode::TooLate);
    }
}

#[tokio::test]
async fn a_frozen_day_stays_so_by_a_clock_put_back() {
    for stage in stages(PLAN) {
        stage.set("2026-11-23T08:30:00Z");
        stage.charge().await;
        stage.set(MORNING);
        let late = stage
            .ask(PARENT, cancel(ada(), "2026-11-23"), NoQuery {}, ())
            .await;
        assert_eq!(code(late), (409, ErrorCode::TooLate));
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (today.children[0].day.standing, today.children[0].day.may),
            (Standing::Charged, None)
        );
    }
}

#[tokio::test]
async fn a_second_cancel_names_the_act_that_made_it_so() {
    for stage in stages(PLAN) {
        let first = stage
            .ask(PARENT, cancel(ada(), "2026-11-24"), NoQuery {}, ())
            .await
            .unwrap();
        let (status, error) = stage
            .ask(PARENT, cancel(ada(), "2026-11-24"), NoQuery {}, ())
            .await
            .unwrap_err();
        assert_eq!((status, error.code), (409, ErrorCode::AlreadySo));
        assert_eq!(error.field::<String>("number"), Some(first.number));
        let (_, error) = stage
            .ask(PARENT, restore(ada(), "2026-11-25"), NoQuery {}, ())
            .await
            .unwrap_err();
        assert_eq!(
            (error.code, error.fields.is_empty()),
            (ErrorCode::AlreadySo, true)
        );
    }
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_one_act() {
    for stage in stages(PLAN) {
        let key = stage.key();
        let endpoint = cancel(ada(), "2026-11-24");
        let first = stage
            .ask_with(PARENT, &endpoint, &NoQuery {}, &(), key)
            .await
            .unwrap();
        let again = stage
            .ask_with(PARENT, &endpoint, &NoQuery {}, &(), key)
            .await
            .unwrap();
        assert_eq!(first, again);
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 1);
        let other = stage
            .ask_with(PARENT, &cancel(ada(), "2026-11-25"), &NoQuery {}, &(), key)
            .await;
        assert_eq!(code(other).1, ErrorCode::KeyReused);
    }
}

#[tokio::test]
async fn another_familys_child_is_not_found_whatever_is_asked() {
    for stage in stages(PLAN) {
        let receipt = stage
            .ask(PARENT, cancel(ada(), "2026-11-24"), NoQuery {}, ())
            .await
            .unwrap();
        let not_found = (404, ErrorCode::NotFound);
        assert_eq!(
            code(
                stage
                    .ask(OTHER, cancel(ada(), "2026-11-25"), NoQuery {}, ())
                    .await
            ),
            not_found
        );
        assert_eq!(
            code(
                stage
                    .ask(OTHER, restore(ada(), "2026-11-24"), NoQuery {}, ())
                    .await
            ),
            not_found
        );
        let month = GetCalendar {
            child: ada(),
            month: "2026-11".into(),
        };
        assert_eq!(code(stage.ask(OTHER, month, NoQuery {}, ()).await), not_found);
        let number = GetReceipt {
            number: receipt.number,
        };
        assert_eq!(code(stage.ask(OTHER, number, NoQuery {}, ()).await), not_found);
        let period = PeriodRequest {
            children: vec![carla(), ada()],
            days: PeriodDays::List {
                days: vec![day("2026-11-24")],
            },
            choice: Choice::DoesNotEat,
            refused: OnRefused::Skip,
        };
        assert_eq!(
            code(stage.ask(OTHER, ChangePeriod {}, NoQuery {}, period).await),
            not_found
        );
        // Somebody who may only see does not change.
        assert_eq!(
            code(stage.ask(AUNT, cancel(ada(), "2026-11-25"), NoQuery {}, ()).await),
            (403, ErrorCode::NotAllowed)
        );
        let today = stage.ask(AUNT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (
                today.children.len(),
                today.wallets.len(),
                today.children[0].day.may
            ),
            (1, 0, None)
        );
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 1);
    }
}

#[tokio::test]
async fn an_ended_bond_opens_nothing_any_more() {
    for stage in stages(PLAN) {
        stage
            .sql(
                "UPDATE bond SET ended_at = 1 WHERE child_id = $1",
                params![ada()].to_vec(),
            )
            .await;
        let answer = stage
            .ask(PARENT, cancel(ada(), "2026-11-24"), NoQuery {}, ())
            .await;
        assert_eq!(code(answer), (404, ErrorCode::NotFound));
        stage
            .sql(
                "UPDATE bond SET last_day = '2026-11-22' WHERE child_id = $1",
                params![bruno()].to_vec(),
            )
            .await;
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert!(today.children.is_empty() && today.wallets.is_empty());
    }
}

#[tokio::test]
async fn days_without_service_and_days_out_of_reach_are_told_apart() {
    for stage in stages(PLAN) {
        let reasons = [
            (bruno(), "2026-11-25", NoService::NotUseDay),
            (ada(), "2026-11-28", NoService::NotServiceWeekday),
            (
                ada(),
                "2026-12-08",
                NoService::Holiday {
                    holiday: Holiday::ImmaculateConception,
                },
            ),
            (ada(), "2027-07-01", NoService::OutsideSchoolYear),
            (ada(), "0001-01-01", NoService::OutsideSchoolYear),
        ];
        for (child, on, reason) in reasons {
            let (status, error) = stage
                .ask(PARENT, cancel(child, on), NoQuery {}, ())
                .await
                .unwrap_err();
            assert_eq!((status, error.code), (409, ErrorCode::NoService), "{on}");
            assert_eq!(error.field::<NoService>("no_service"), Some(reason));
        }
        let (_, error) = stage
            .ask(PARENT, cancel(ada(), "2027-05-05"), NoQuery {}, ())
            .await
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::TooFarAhead);
        assert_eq!(error.field::<domain::ServiceDay>("last"), Some(day("2027-01-22")));
        let close = "INSERT INTO closure (id, body_id, first_day, last_day, reason, declared_at) \
            VALUES ($1, $2, '2026-11-26', '2026-11-27', 'Elezioni', 0)";
        stage
            .sql(
                close,
                params![domain::ClosureId::from_parts(1, [1; 10]), body()].to_vec(),
            )
            .await;
        let (_, error) = stage
            .ask(PARENT, cancel(ada(), "2026-11-27"), NoQuery {}, ())
            .await
            .unwrap_err();
        let closed = NoService::Closure {
            reason: "Elezioni".into(),
        };
        assert_eq!(error.field::<NoService>("no_service"), Some(closed));
        assert_eq!(stage.count("SELECT COUNT(*) AS n FROM act").await, 0);
    }
}

#[tokio::test]
async fn the_booking_model_books_and_takes_back() {
    for stage in stages(Plan {
        model: Model::Booked,
        ..PLAN
    }) {
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (today.children[0].day.standing, today.children[0].day.may),
            (Standing::NotBooked, Some(Choice::Eats))
        );
        assert!(
            stage
                .ask(PARENT, restore(ada(), "2026-11-23"), NoQuery {}, ())
                .await
                .is_ok()
        );
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(today.children[0].day.standing, Standing::Expected);
        assert!(
            stage
                .ask(PARENT, cancel(ada(), "2026-11-23"), NoQuery {}, ())
                .await
                .is_ok()
        );
    }
}

#[tokio::test]
async fn the_morning_tells_each_child_apart() {
    for stage in stages(PLAN) {
        stage.set("2026-11-25T07:00:00Z");
        let today = stage.ask(PARENT, GetToday {}, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (today.today, today.phone.as_str()),
            (day("2026-11-25"), "0346 000000")
        );
        let names: Vec<_> = today.children.iter().map(|c| c.first_name.as_str()).collect();
        assert_eq!(names, ["Ada", "Bruno"]);
        let (ada, bruno) = (&today.children[0], &today.children[1]);
        assert_eq!(
            (ada.day.price, ada.day.closes_at),
            (Some(Cents::new(618)), Some(at("2026-11-25T08:30:00Z")))
        );
        assert_eq!(
            (ada.class.as_deref(), ada.school.as_deref()),
            (Some("3A"), Some("Primaria Rodari"))
        );
        assert_eq!((ada.next.is_none(), ada.meals_left), (true, Some(0)));
        assert_eq!(
            (bruno.day.standing, bruno.day.may, bruno.day.closes_at),
            (Standing::Closed, None, None)
        );
        let next = bruno.next.as_ref().unwrap();
        assert_eq!((next.day, next.standing), (day("2026-11-26"), Standing::Expected));
        assert_eq!(next.closes_at, Some(at("2026-11-26T08:15:00Z")));
    }
}

#[tokio::test]
async fn a_month_has_every_day_with_its_standing() {
    for stage in stages(PLAN) {
        stage.set("2026-11-24T12:00:00Z");
        stage.charge().await;
        stage
            .ask(PARENT, cancel(ada(), "2026-11-26"), NoQuery {}, ())
            .await
            .unwrap();
        let month = GetCalendar {
            child: ada(),
            month: "2026-11".into(),
        };
        let view = stage.ask(PARENT, month, NoQuery {}, ()).await.unwrap();
        assert_eq!(
            (
                view.days.len(),
                view.first_month.as_str(),
                view.last_month.as_str()
            ),
            (30, "2026-09", "2027-06")
        );
        let standing = |on: usize| view.days[on - 1].standing;
        assert_eq!(
            (standing(23), standing(24), standing(25)),
            (Standing::Charged, Standing::Charged, Standing::Expected)
        );
        assert_eq!(
            (standing(26), standing(28)),
            (Standing::Cancelled, Standing::Closed)
        );
        let malformed = GetCalendar {
            child: ada(),
            month: "novembre".into(),
        };
        assert_eq!(
            code(stage.ask(PARENT, malformed, NoQuery {}, ()).await),
            (400, ErrorCode::InvalidRequest)
        );
    }
}
