use super::{kept, outbox};
use crate::{
    kit::{Screen, sample},
    platform::{Here, fake::Fake},
};
use api::{
    ErrorBody, ErrorCode,
    children::MeView,
    meals::{ActSummaryView, CalendarView, DayView, TodayView},
};
use chrono::TimeDelta;
use domain::{
    Instant, PersonId,
    meals::{Choice, Model, Standing},
};

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn at(now: &str) -> Instant {
    now.parse().unwrap()
}

fn only_ada() -> TodayView {
    TodayView {
        children: vec![sample::child_today(1, "Ada", sample::eats())],
        ..sample::today_view()
    }
}

/// Ada's November as the portal tells it at that time.
fn month(now: Instant, day: DayView) -> CalendarView {
    CalendarView {
        now,
        today: sample::today(),
        child: sample::child(1),
        month: "2026-11".into(),
        model: Model::ExpectedByDefault,
        days: vec![day],
        first_month: "2026-09".into(),
        last_month: "2027-06".into(),
    }
}

fn state(screen: &Screen) -> Option<String> {
    screen.attribute("unsent", "data-state")
}

/// Ada's day, with a cancellation that found no network.
fn unsent(fake: Fake) -> Screen {
    fake.unplug(true);
    let mut screen = Screen::open(fake, "/");
    screen.press("cancel-today");
    assert_eq!(state(&screen).as_deref(), Some("waiting"), "{}", screen.html());
    screen
}

fn offline_once() -> Fake {
    signed_in()
        .says("get_today", &only_ada())
        .offline("get_calendar")
        .offline("cancel_meal")
}

#[test]
fn what_was_not_sent_says_so_and_goes_by_itself_with_the_same_key() {
    let fake = offline_once()
        .offline("get_calendar")
        .says("get_calendar", &month(sample::now(), sample::eats()))
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let mut screen = unsent(fake);
    assert!(screen.says("Non ancora inviata"));
    assert!(screen.says("Orario limite: oggi, 9:30"));
    assert_eq!(
        screen.text("answer"),
        "Oggi mangia a scuola",
        "nothing looks registered"
    );
    assert!(!screen.has("cancel-today"), "nothing is asked for twice");
    screen.fake.unplug(false);
    screen.fake.come_back();
    screen.settle();
    screen.fake.come_back();
    screen.settle();
    assert!(!screen.has("unsent"), "{}", screen.html());
    let calls = screen.fake.calls("cancel_meal");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!(screen.fake.calls("get_today").len(), 4, "{}", screen.html());
}

#[test]
fn it_is_also_tried_again_by_hand() {
    let fake = offline_once()
        .says("get_calendar", &month(sample::now(), sample::eats()))
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let mut screen = unsent(fake);
    screen.press("unsent-retry");
    assert!(!screen.has("unsent"), "{}", screen.html());
    assert_eq!(screen.fake.calls("cancel_meal").len(), 2);
}

#[test]
fn the_network_that_comes_back_late_sends_nothing() {
    let late = at("2026-11-23T08:30:00Z");
    let fake = offline_once().says("get_calendar", &month(late, sample::eats()));
    let mut screen = unsent(fake);
    screen.fake.set(late);
    screen.fake.unplug(false);
    screen.fake.come_back();
    screen.settle();
    assert_eq!(state(&screen).as_deref(), Some("late"), "{}", screen.html());
    assert!(screen.text("unsent").contains("Non inviata"));
    assert!(screen.html().contains("tel:0346000111"));
    assert_eq!(
        screen.fake.calls("cancel_meal").len(),
        1,
        "only the attempt without network"
    );
    screen.press("unsent-close");
    assert!(!screen.has("unsent"));
}

#[test]
fn an_answer_that_was_lost_is_asked_for_again_whatever_the_time() {
    // The machine was in a network: the act may have arrived.
    let late = at("2026-11-23T08:31:00Z");
    let mut so = sample::eats();
    (so.standing, so.may) = (Standing::Cancelled, None);
    so.act = Some(ActSummaryView {
        number: "VM-0002C-7".into(),
        at: sample::now(),
        mine: true,
    });
    let fake = offline_once()
        .says("get_calendar", &month(late, so))
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let mut screen = Screen::open(fake, "/");
    screen.press("cancel-today");
    screen.fake.set(late);
    screen.fake.come_back();
    screen.settle();
    let calls = screen.fake.calls("cancel_meal");
    assert_eq!((calls.len(), calls[0].key == calls[1].key), (2, true));
    assert!(!screen.has("unsent"), "{}", screen.html());
}

#[test]
fn while_the_network_is_away_the_last_minutes_show_the_telephone_and_then_it_is_late() {
    let mut screen = unsent(offline_once());
    assert!(!screen.text("unsent").contains("Chiama"));
    for (now, state_then) in [
        ("2026-11-23T08:16:00Z", "soon"),
        ("2026-11-23T08:30:01Z", "passed"),
    ] {
        screen.fake.set(at(now));
        screen.fake.pass();
        screen.settle();
        assert_eq!(state(&screen).as_deref(), Some(state_then), "{}", screen.html());
        assert!(screen.text("unsent").contains("Chiama 0346 000111"));
    }
    assert!(screen.text("unsent").contains("Non inviata"));
}

#[test]
fn it_survives_a_restart_and_is_sent_once() {
    let screen = unsent(offline_once());
    let key = screen.fake.calls("cancel_meal")[0].key;
    let fake = screen.fake.opened_anew();
    drop(screen);
    let fake = fake
        .says("get_me", &sample::me())
        .says("get_today", &only_ada())
        .says("get_calendar", &month(sample::now(), sample::eats()))
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let screen = Screen::open(fake, "/");
    let calls = screen.fake.calls("cancel_meal");
    assert_eq!(calls.len(), 1, "{}", screen.html());
    assert_eq!(calls[0].key, key);
    let again = screen.fake.opened_anew();
    drop(screen);
    let again = again.says("get_me", &sample::me()).says("get_today", &only_ada());
    let screen = Screen::open(again, "/");
    assert!(screen.fake.calls("cancel_meal").is_empty(), "it was sent already");
}

#[test]
fn what_the_other_parent_said_meanwhile_is_shown_and_not_overruled() {
    let later = sample::now() + TimeDelta::minutes(8);
    let mut theirs = sample::eats();
    theirs.act = Some(ActSummaryView {
        number: "VM-0002D-8".into(),
        at: later,
        mine: false,
    });
    let fake = offline_once()
        .says("get_calendar", &month(later, theirs))
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let mut screen = unsent(fake);
    screen.fake.unplug(false);
    screen.fake.come_back();
    screen.settle();
    assert_eq!(state(&screen).as_deref(), Some("overtaken"), "{}", screen.html());
    assert!(
        screen
            .text("unsent")
            .contains("alle 8:50 un altro adulto della famiglia ha rimesso il pasto")
    );
    assert_eq!(screen.fake.calls("cancel_meal").len(), 1);
    screen.press("unsent-anyway");
    assert_eq!(screen.fake.calls("cancel_meal").len(), 2);
    assert!(!screen.has("unsent"));
}

#[test]
fn what_never_left_can_be_taken_back() {
    let mut screen = unsent(offline_once());
    screen.press("unsent-withdraw");
    assert!(!screen.has("unsent") && screen.has("cancel-today"));
    screen.fake.unplug(false);
    screen.fake.come_back();
    screen.settle();
    assert_eq!(screen.fake.calls("cancel_meal").len(), 1);
}

#[test]
fn days_of_the_calendar_wait_each_for_itself() {
    let mut tomorrow = sample::eats();
    tomorrow.day = "2026-11-24".parse().unwrap();
    tomorrow.closes_at = Some(at("2026-11-24T08:30:00Z"));
    let me = MeView {
        children: vec![sample::me().children[0].clone()],
        ..sample::me()
    };
    let mut view = month(sample::now(), sample::eats());
    view.days.push(tomorrow);
    let fake = Fake::at(sample::now())
        .says("get_me", &me)
        .says("get_calendar", &view)
        .offline("get_calendar")
        .offline("preview_period")
        .offline("cancel_meal");
    fake.unplug(true);
    let mut screen = Screen::open(fake, "/calendario");
    screen.press_nth("day", 0);
    screen.press_nth("day", 1);
    screen.press("period-later");
    assert_eq!(screen.count("unsent"), 2, "{}", screen.html());
    assert_eq!(
        screen.attribute("unsent", "data-day").as_deref(),
        Some("2026-11-23")
    );
}

#[test]
fn without_network_a_page_opened_anew_shows_what_is_known_and_since_when() {
    let fake = signed_in()
        .says("get_today", &only_ada())
        .says("get_calendar", &month(sample::now(), sample::eats()));
    let screen = Screen::open(fake, "/");
    let fake = screen.fake.opened_anew();
    drop(screen);
    let fake = fake
        .offline("get_me")
        .offline("get_today")
        .offline("get_calendar");
    let mut screen = Screen::open(fake, "/");
    assert!(
        screen.text("offline").contains("Aggiornato alle 8:42"),
        "{}",
        screen.html()
    );
    assert_eq!(screen.count("child-card"), 1);
    assert!(screen.has("cancel-today"));
    screen.press("nav-calendar");
    assert_eq!(screen.count("day"), 1, "{}", screen.html());
}

#[test]
fn the_next_morning_without_network_the_kept_calendar_says_how_today_is() {
    let mut tomorrow = sample::eats();
    tomorrow.day = "2026-11-24".parse().unwrap();
    tomorrow.standing = Standing::Cancelled;
    tomorrow.may = Some(Choice::Eats);
    let mut view = month(sample::now(), sample::eats());
    view.days.push(tomorrow);
    for (calendar, said) in [(Some(view), "Oggi non mangia"), (None, "Non so com'è oggi")] {
        let fake = signed_in().says("get_today", &only_ada());
        let fake = match &calendar {
            Some(view) => fake.says("get_calendar", view),
            None => fake.offline("get_calendar"),
        };
        let fake = Screen::open(fake, "/").fake.opened_anew();
        fake.set(at("2026-11-24T07:00:00Z"));
        let fake = fake
            .offline("get_me")
            .offline("get_today")
            .offline("get_calendar");
        let screen = Screen::open(fake, "/");
        assert!(screen.says(said), "{}", screen.html());
        assert!(screen.says("Martedì 24 novembre"));
        assert!(screen.text("offline").contains("lun 23 nov alle 8:42"));
    }
}

#[test]
fn signing_out_leaves_nothing_of_the_family_on_the_device() {
    let fake = offline_once();
    let mut screen = unsent(fake);
    assert!(screen.fake.memory().contains("Ada"));
    screen.press("nav-profile");
    screen.press("sign-out");
    let memory = screen.fake.memory();
    for left in ["Ada", "Bassi", "1001", "cancel", "does_not_eat"] {
        assert!(!memory.contains(left), "{left} is in {memory}");
    }
}

#[test]
fn a_session_that_has_ended_takes_what_can_be_read_with_it() {
    let fake = signed_in()
        .says("get_today", &only_ada())
        .refuses("get_today", ErrorBody::new(ErrorCode::Unauthenticated, ""));
    let mut screen = Screen::open(fake, "/");
    assert!(screen.fake.memory().contains("Ada"));
    screen.fake.come_back();
    screen.settle();
    assert!(!screen.fake.memory().contains("Ada"), "{}", screen.fake.memory());
}

#[test]
fn whoever_comes_next_finds_nothing_of_the_one_before() {
    let screen = unsent(offline_once());
    let fake = screen.fake.opened_anew();
    drop(screen);
    let other = MeView {
        person: PersonId::from_parts(2, [7; 10]),
        name: "Ivo Conti".into(),
        children: vec![],
        ..sample::me()
    };
    let nobody = TodayView {
        children: vec![],
        ..sample::today_view()
    };
    let fake = fake.says("get_me", &other).says("get_today", &nobody);
    let screen = Screen::open(fake, "/");
    assert!(screen.fake.calls("cancel_meal").is_empty(), "{}", screen.html());
    assert!(!screen.has("unsent"));
    assert!(!screen.fake.memory().contains("Ada"), "{}", screen.fake.memory());
}

#[test]
fn what_one_asked_for_is_not_sent_once_another_has_signed_in_in_another_window() {
    let fake = offline_once().says("get_calendar", &month(sample::now(), sample::eats()));
    let mut screen = unsent(fake);
    // Windows of one browser share the session and what is kept.
    kept::claim(&Here::new(screen.fake.clone()), PersonId::from_parts(2, [7; 10]));
    screen.fake.unplug(false);
    screen.fake.come_back();
    screen.settle();
    assert_eq!(screen.fake.calls("cancel_meal").len(), 1, "{}", screen.html());
}

#[test]
fn an_answer_of_another_kind_is_not_kept() {
    let fake = Fake::at(sample::now());
    let here = Here::new(fake.clone());
    let person = sample::person();
    kept::claim(&here, person);
    let call = |operation: &str, path: &str| api::Call {
        operation: operation.into(),
        method: api::Method::Get,
        path: path.into(),
        body: None,
        key: None,
    };
    let body = serde_json::json!({ "secret": "Segreto" });
    let zero = TimeDelta::zero();
    for call in [call("list_feeds", "/f"), call("list_postings", "/p?after=x")] {
        kept::keep(&here, person, &call, &body, sample::now(), zero);
    }
    kept::keep(
        &here,
        PersonId::from_parts(2, [7; 10]),
        &call("get_today", "/t"),
        &body,
        sample::now(),
        zero,
    );
    assert!(!fake.memory().contains("Segreto"), "{}", fake.memory());
    for number in 0..40 {
        let call = call("get_calendar", &format!("/c/{number}"));
        kept::keep(
            &here,
            person,
            &call,
            &body,
            sample::now() + TimeDelta::seconds(number),
            zero,
        );
    }
    assert!(
        kept::recall(&here, Some(person), "/c/15").is_none(),
        "the oldest go"
    );
    assert!(kept::recall(&here, Some(person), "/c/39").is_some());
    outbox::wipe(&here);
    assert!(kept::recall(&here, None, "/c/39").is_none());
}

#[test]
fn what_a_person_may_no_longer_see_is_kept_no_longer() {
    let fake = Fake::at(sample::now());
    let here = Here::new(fake.clone());
    let person = sample::person();
    kept::claim(&here, person);
    let keep = |operation: &str, path: &str, body: serde_json::Value| {
        let call = api::Call {
            operation: operation.into(),
            method: api::Method::Get,
            path: path.into(),
            body: None,
            key: None,
        };
        kept::keep(&here, person, &call, &body, sample::now(), TimeDelta::zero());
    };
    let me = |see: bool| serde_json::json!({ "children": [{ "id": "a", "rights": { "see": see } }] });
    keep("get_me", "/me", me(true));
    keep("get_calendar", "/c", serde_json::json!({}));
    keep("get_today", "/t", serde_json::json!({}));
    keep("get_me", "/me", me(true));
    assert!(kept::recall(&here, Some(person), "/c").is_some());
    kept::refused(&here, "/c");
    assert!(kept::recall(&here, Some(person), "/c").is_none());
    assert!(kept::recall(&here, Some(person), "/t").is_some());
    keep("get_me", "/me", me(false));
    assert!(kept::recall(&here, Some(person), "/t").is_none());
    assert!(kept::recall(&here, Some(person), "/me").is_some());
}

#[test]
fn a_newer_version_is_offered_and_not_forced() {
    let mut screen = Screen::open(signed_in().says("get_today", &only_ada()), "/");
    assert!(!screen.has("newer"));
    screen.fake.renew();
    screen.settle();
    assert!(screen.text("newer").contains("C'è una versione nuova"));
    assert!(!screen.fake.reloaded());
    screen.press("newer-reload");
    assert!(screen.fake.reloaded());
}
