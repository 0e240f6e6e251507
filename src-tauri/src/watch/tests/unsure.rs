//! What is said and told again where an act has nothing to do or its outcome is not known.

use super::*;

const UNANSWERED: [ErrorCode; 4] = [
    ErrorCode::Offline,
    ErrorCode::UnreadableAnswer,
    ErrorCode::Busy,
    ErrorCode::Internal,
];

fn lost(code: ErrorCode) -> Result<Reply, ErrorBody> {
    Err(ErrorBody::new(code, "Riprova."))
}

#[tokio::test]
async fn an_outcome_that_nobody_knows_is_asked_for_again_and_not_called_undone() {
    for code in UNANSWERED {
        let mut stage = Stage::new(true);
        stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
        stage.answers::<ChangePeriod>([lost(code), says(cancelled())]);
        assert_eq!(pressed(&mut stage).await.title, "Disdetta registrata", "{code:?}");
        let mut stage = Stage::new(true);
        stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
        stage.answers::<ChangePeriod>([lost(code)]);
        assert_eq!(
            pressed(&mut stage).await.title,
            "Disdetta da controllare",
            "{code:?}"
        );
    }
    // The session ended between the two.
    let mut stage = Stage::new(true);
    stage.answers::<GetToday>([says(today("expected", json!("does_not_eat")))]);
    stage.answers::<ChangePeriod>([lost(ErrorCode::Offline), refuses(401, ErrorCode::Unauthenticated)]);
    assert_eq!(pressed(&mut stage).await.title, "Disdetta da controllare");
}

#[tokio::test]
async fn an_end_that_may_not_have_been_heard_is_told_again_but_not_for_ever() {
    for code in UNANSWERED {
        let mut stage = Stage::new(true);
        stage.answers::<ListNotifications>([news(&[low(1)], "1"), news(&[], "1")]);
        stage.answers::<EndNotification>([lost(code)]);
        stage.watch.turn().await;
        let (_, act) = stage.shown().unwrap();
        act.send(Outcome::Chosen(DEFAULT.into())).unwrap();
        stage.call::<EndNotification>().await;
        while stage.watch.state().to_end.is_empty() {
            tokio::task::yield_now().await;
        }
        for _ in 1..TRIES {
            assert!(!stage.watch.state().to_end.is_empty(), "{code:?}");
            stage.watch.turn().await;
        }
        assert!(stage.watch.state().to_end.is_empty(), "{code:?}");
    }
}

#[tokio::test]
async fn whom_a_reminder_does_not_name_is_never_cancelled() {
    let mut stage = Stage::new(true);
    let mut unnamed = reminder(1);
    unnamed.actions[0].children.clear();
    stage.answers::<ListNotifications>([news(&[unnamed], "1")]);
    stage.watch.turn().await;
    let (_, act) = stage.shown().unwrap();
    act.send(Outcome::Chosen("absent_today".into())).unwrap();
    assert_eq!(stage.path().await, "/?assenti=oggi");
    stage.call::<EndNotification>().await;
    assert!(stage.shown().is_none());
}

/// The named children as they are, each with its own cut-off: of a cancelled one that of booking again.
fn at(now: &str, standings: [&str; 2], closes_at: &str) -> Value {
    let mut view = today("expected", Value::Null);
    view["now"] = now.into();
    for (place, standing) in standings.iter().enumerate() {
        view["children"][place]["day"]["standing"] = (*standing).into();
        view["children"][place]["day"]["closes_at"] = closes_at.into();
    }
    view
}

#[tokio::test]
async fn only_what_is_too_late_is_called_so() {
    let earlier = "2026-11-23T07:00:00Z";
    for (view, title, body) in [
        // Cancelled, and too late to book again.
        (
            at(NOW, ["cancelled", "cancelled"], earlier),
            "Nessuna disdetta da fare",
            "già stata disdetta",
        ),
        (
            at(NOW, ["closed", "not_booked"], earlier),
            "Nessuna disdetta da fare",
            "non risulta un pasto da disdire",
        ),
        (
            at(CUT_OFF, ["charged", "cancelled"], earlier),
            "Disdetta non fatta",
            "L'orario per disdire è passato alle 9:30",
        ),
    ] {
        let mut stage = Stage::new(true);
        stage.answers::<GetToday>([says(view)]);
        let said = pressed(&mut stage).await;
        assert!(said.title == title && said.body.contains(body), "{said:?}");
    }
}
