//! Whose notifications a computer shows, and for how long.

use super::*;

fn background(stage: &Stage) -> crate::settings::Background {
    stage.watch.settings.background()
}

#[tokio::test]
async fn another_person_is_not_told_by_the_choice_of_the_one_before() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1"), refuses(404, ErrorCode::NotFound)]);
    stage.watch.turn().await;
    let (_, mut act) = stage.shown().unwrap();
    stage.answers::<GetMe>([says(me(2))]);
    assert_eq!(stage.watch.turn().await, None);
    act.closed().await;
    assert!(!background(&stage).notifies);
    assert_eq!(stage.watch.settings.watched(), Watched::default());
    let mut called = stage.around.called.lock().await;
    while let Ok(call) = called.try_recv() {
        assert_ne!(call.operation, SubscribePush::OPERATION);
    }
}

#[tokio::test]
async fn the_same_person_goes_on_after_signing_in_anew_and_whoever_chooses_anew_is_told() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([refuses(404, ErrorCode::NotFound), news(&[low(1)], "1")]);
    stage.watch.turn().await;
    assert!(stage.shown().is_some());
    assert_eq!(stage.watch.settings.watched().person, Some(person(1)));
    // Somebody else switches it on, where the first one's choice was not forgotten yet.
    stage.answers::<GetMe>([says(me(2))]);
    stage.answers::<ListNotifications>([refuses(404, ErrorCode::NotFound), news(&[low(2)], "1")]);
    stage.watch.chosen_anew();
    stage.watch.turn().await;
    assert!(stage.shown().is_some());
    assert_eq!(stage.watch.settings.watched().person, Some(person(2)));
}

#[tokio::test]
async fn where_it_is_not_known_for_whom_it_watches_it_is_asked_once() {
    let stage = Stage::new(true);
    stage.watch.chosen_anew();
    stage.answers::<ListNotifications>([news(&[], "1")]);
    stage.watch.turn().await;
    assert_eq!(stage.watch.settings.watched().person, Some(person(1)));
    stage.call::<GetMe>().await;
    stage.watch.turn().await;
    let mut called = stage.around.called.lock().await;
    while let Ok(call) = called.try_recv() {
        assert_eq!(call.operation, ListNotifications::OPERATION);
    }
}

#[tokio::test]
async fn who_signs_out_takes_the_cards_along_at_once_also_during_a_look() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1")]);
    stage.watch.turn().await;
    let (_, mut act) = stage.shown().unwrap();
    let look = stage.watch.looking.lock().await;
    stage.watch.settings.forget_watched().unwrap();
    stage.watch.somebody_changed().await;
    act.closed().await;
    drop(look);
}

#[tokio::test]
async fn whoever_signs_in_is_watched_for_at_once() {
    let stage = Stage::new(true);
    *stage.around.signed_in.lock().unwrap() = false;
    stage.answers::<ListNotifications>([news(&[], "1")]);
    assert_eq!(stage.watch.turn().await, Some(SIGNED_OUT));
    *stage.around.signed_in.lock().unwrap() = true;
    stage.watch.somebody_changed().await;
    // Woken: it does not wait.
    stage.watch.woken.notified().await;
}

#[tokio::test(start_paused = true)]
async fn a_daemon_that_hangs_stops_nothing() {
    let mut stage = Stage::new(true);
    stage.answers::<ListNotifications>([news(&[low(1)], "1")]);
    *stage.board.hangs.lock().unwrap() = true;
    assert!(!stage.watch.works().await);
    assert_eq!(stage.watch.turn().await, Some(TROUBLE));
    *stage.board.hangs.lock().unwrap() = false;
    assert_eq!(stage.watch.turn().await, Some(Duration::from_secs(30)));
    assert!(stage.shown().is_some());
}
