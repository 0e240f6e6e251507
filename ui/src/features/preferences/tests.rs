use crate::{
    kit::{Screen, sample},
    platform::{
        fake::{Fake, keys},
        push::{NotSubscribed, Notices},
    },
};
use api::{
    ErrorBody, ErrorCode,
    children::ChildView,
    contacts::ContactView,
    feeds::FeedView,
    people::ChildPeopleView,
    preferences::PreferencesView,
    sessions::OpenSessionView,
    subscriptions::{PushKeyView, SubscriptionView},
};
use bridge::{KeychainView, StatusView};
use domain::{
    SubscriptionId,
    telling::{Preferences, QuietHours},
};

const KEY: &str = "BPortal";

fn view() -> PreferencesView {
    PreferencesView {
        choices: Preferences::default(),
        mail: true,
        push: true,
        io: false,
        devices: 1,
    }
}

fn subscription() -> SubscriptionView {
    SubscriptionView {
        id: SubscriptionId::from_parts(1, [3; 10]),
    }
}

fn signed_in() -> Fake {
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says(
            "get_push_key",
            &PushKeyView {
                key: Some(KEY.into()),
            },
        )
        .with_notices(Notices::Off)
}

fn with(view: &PreferencesView) -> Fake {
    signed_in().says("get_preferences", view)
}

fn open(fake: Fake) -> Screen {
    Screen::open(fake, "/profilo/avvisi")
}

/// One where somebody has turned notifications on.
fn turned_on() -> Screen {
    let fake = with(&view()).says("subscribe_push", &subscription());
    let mut screen = open(fake);
    screen.press("device-turn-on");
    screen
}

/// Which box: six topics of so many ways each.
fn way(screen: &Screen, name: &str) -> usize {
    let names: Vec<_> = screen
        .html()
        .split("data-name=\"")
        .skip(1)
        .map(str::to_owned)
        .collect();
    let ways = names
        .iter()
        .filter_map(|rest| rest.split('"').next())
        .filter(|it| it.contains('-'));
    ways.into_iter()
        .position(|it| it == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

fn sent(screen: &Screen) -> Preferences {
    let calls = screen.fake.calls("set_preferences");
    serde_json::from_value(calls.last().unwrap().body.clone().unwrap()).unwrap()
}

#[test]
fn each_topic_has_its_ways_and_app_io_only_where_the_body_writes_there() {
    let screen = open(with(&view()));
    assert_eq!(screen.count("topic"), 6, "{}", screen.html());
    assert_eq!(screen.count("way"), 12);
    assert!(screen.says("Saldo del portafoglio") && screen.says("Quando restano pochi pasti."));
    assert_eq!(screen.fake.title(), "Avvisi – Mensa scolastica");
    let screen = open(with(&PreferencesView { io: true, ..view() }));
    assert_eq!(screen.count("way"), 18);
    assert!(screen.says("Su App IO"));
}

#[test]
fn the_profile_leads_there() {
    let fake = with(&view())
        .says("list_feeds", &Vec::<FeedView>::new())
        .says("list_sessions", &Vec::<OpenSessionView>::new())
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("list_contacts", &Vec::<ContactView>::new());
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("preferences-open");
    assert!(screen.has("preferences-form"));
    assert!(screen.has("nav-profile"));
}

#[test]
fn while_nothing_came_a_skeleton_stands_there_and_without_network_one_can_try_again() {
    let screen = open(signed_in().silent("get_preferences"));
    assert!(screen.has("loading") && !screen.has("preferences-form"));
    let mut screen = open(
        signed_in()
            .offline("get_preferences")
            .says("get_preferences", &view()),
    );
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.press_words("Riprova");
    assert!(screen.has("preferences-form"), "{}", screen.html());
}

#[test]
fn what_was_read_before_stays_without_network_and_says_since_when() {
    let mut screen = open(with(&view()).offline("get_preferences"));
    screen.fake.come_back();
    screen.settle();
    assert!(
        screen.has("offline") && screen.has("preferences-form"),
        "{}",
        screen.html()
    );
}

#[test]
fn choices_are_sent_when_the_person_saves_them_and_the_screen_says_so() {
    let chosen = Preferences {
        closures: domain::telling::Ways {
            mail: false,
            ..Preferences::default().closures
        },
        preview: false,
        ..Preferences::default()
    };
    let fake = with(&view()).says(
        "set_preferences",
        &PreferencesView {
            choices: chosen,
            ..view()
        },
    );
    let mut screen = open(fake);
    assert!(!screen.has("preferences-open-edits"));
    screen.tick("way", way(&screen, "closures-mail"), false);
    screen.tick("preview", 1, true);
    assert!(screen.has("preferences-open-edits"));
    assert!(screen.fake.calls("set_preferences").is_empty());
    screen.submit("preferences-form");
    assert_eq!(sent(&screen), chosen);
    assert!(
        screen.has("preferences-saved") && !screen.has("preferences-open-edits"),
        "{}",
        screen.html()
    );
    screen.tick("preview", 0, true);
    assert!(!screen.has("preferences-saved") && screen.has("preferences-open-edits"));
}

#[test]
fn while_choices_are_on_their_way_the_button_says_so() {
    let mut screen = open(with(&view()).silent("set_preferences"));
    screen.tick("way", 0, false);
    screen.submit("preferences-form");
    assert!(screen.text("preferences-save").contains("In invio"));
    screen.submit("preferences-form");
    assert_eq!(screen.fake.calls("set_preferences").len(), 1);
}

#[test]
fn what_was_not_saved_stays_chosen_and_goes_again_with_the_same_key() {
    let fake = with(&view())
        .offline("set_preferences")
        .offline("set_preferences");
    let mut screen = open(fake);
    screen.tick("way", way(&screen, "low_balance-push"), false);
    screen.submit("preferences-form");
    assert!(screen.text("error").contains("Non salvato"), "{}", screen.html());
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.submit("preferences-form");
    let calls = screen.fake.calls("set_preferences");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].key, calls[1].key);
    assert!(!sent(&screen).low_balance.push);
}

#[test]
fn a_session_that_has_ended_leads_to_the_door() {
    let fake = with(&view())
        .refuses("set_preferences", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("list_bodies", &[sample::body()]);
    let mut screen = open(fake);
    screen.tick("way", 0, false);
    screen.submit("preferences-form");
    assert!(screen.has("session-expired"), "{}", screen.html());
}

#[test]
fn quiet_hours_are_two_times_or_none() {
    let chosen = Preferences {
        quiet: QuietHours { from: 1_320, to: 390 },
        ..Preferences::default()
    };
    let never = Preferences {
        quiet: QuietHours { from: 0, to: 0 },
        ..Preferences::default()
    };
    let fake = with(&view())
        .says(
            "set_preferences",
            &PreferencesView {
                choices: chosen,
                ..view()
            },
        )
        .says(
            "set_preferences",
            &PreferencesView {
                choices: never,
                ..view()
            },
        );
    let mut screen = open(fake);
    assert_eq!(screen.attribute("quiet-from", "value").as_deref(), Some("21:00"));
    assert!(screen.says("Fanno eccezione il promemoria del mattino"));
    screen.fill("quiet-from", "07:00");
    screen.submit("preferences-form");
    assert_eq!(screen.text("quiet-error"), "Scrivi due orari diversi.");
    assert_eq!(
        screen.attribute("quiet-from", "aria-invalid").as_deref(),
        Some("true")
    );
    assert!(screen.fake.calls("set_preferences").is_empty());
    screen.fill("quiet-from", "22:00");
    screen.fill("quiet-to", "06:30");
    assert!(!screen.has("quiet-error"));
    screen.submit("preferences-form");
    assert_eq!(sent(&screen).quiet, chosen.quiet);
    screen.tick("quiet-on", 0, false);
    assert!(!screen.has("quiet-from"));
    screen.submit("preferences-form");
    assert_eq!(sent(&screen).quiet, never.quiet);
    assert!(screen.has("preferences-saved"), "{}", screen.html());
}

#[test]
fn the_locked_screen_is_shown_with_and_without_words() {
    let screen = open(with(&view()));
    let html = screen.html();
    assert_eq!(screen.count("preview"), 2, "{html}");
    assert!(screen.says("Mensa - Comune di Valmora"));
    assert!(screen.says("Restano 2 pasti, fino a giovedì 14."));
    assert!(screen.says("C'è un avviso per te."));
}

#[test]
fn without_a_verified_mail_or_a_device_it_says_what_to_do() {
    let screen = open(with(&PreferencesView {
        mail: false,
        devices: 0,
        ..view()
    }));
    assert!(
        screen.text("no-mail").contains("Vai ai recapiti"),
        "{}",
        screen.html()
    );
    assert!(screen.has("no-device"));
    let screen = open(with(&view()));
    assert!(!screen.has("no-mail") && !screen.has("no-device"));
}

#[test]
fn a_portal_that_sends_no_notifications_offers_no_device() {
    let none = PreferencesView {
        push: false,
        devices: 0,
        ..view()
    };
    let screen = open(with(&none));
    assert_eq!(
        screen.attribute("device-state", "data-state").as_deref(),
        Some("no_portal")
    );
    assert_eq!(screen.count("way"), 6);
    assert!(!screen.has("device-turn-on") && !screen.has("no-device"));
    let unkeyed = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("get_push_key", &PushKeyView { key: None })
        .with_notices(Notices::Off)
        .says("get_preferences", &view());
    let screen = open(unkeyed);
    assert_eq!(
        screen.attribute("device-state", "data-state").as_deref(),
        Some("no_portal")
    );
}

#[test]
fn what_comes_is_explained_before_the_browser_asks() {
    let mut screen = open(with(&view()).says("subscribe_push", &subscription()));
    for words in [
        "Non contengono mai cognomi, diete, importi o debiti.",
        "Per smettere premi «Disattiva»",
        "il browser ti chiede il permesso",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.html());
    }
    assert!(screen.fake.subscribed().is_empty());
    screen.press_twice("device-turn-on");
    assert_eq!(screen.fake.subscribed(), [KEY]);
    let calls = screen.fake.calls("subscribe_push");
    assert_eq!(calls.len(), 1);
    assert_eq!(
        calls[0].body.clone().unwrap(),
        serde_json::json!({
            "kind": "web", "endpoint": keys().endpoint, "public_key": keys().public_key, "secret": keys().secret.0,
        })
    );
    assert_eq!(
        screen.attribute("device-state", "data-state").as_deref(),
        Some("on")
    );
    assert_eq!(
        screen.fake.calls("get_preferences").len(),
        2,
        "the devices are counted anew"
    );
    assert!(!screen.fake.memory().contains(&keys().secret.0), "no key is kept");
}

#[test]
fn turning_off_is_done_at_both_ends() {
    let mut screen = turned_on();
    screen.fake = screen.fake.clone().says("unsubscribe_push", &());
    screen.press("device-turn-off");
    let calls = screen.fake.calls("unsubscribe_push");
    assert_eq!(calls.len(), 1);
    assert!(calls[0].path.contains(&subscription().id.to_string()));
    assert_eq!(screen.fake.notices_now(), Some(Notices::Off));
    assert!(screen.has("device-turn-on"), "{}", screen.html());
    assert!(!screen.fake.memory().contains(&subscription().id.to_string()));
}

#[test]
fn without_network_turning_off_here_is_enough() {
    let mut screen = turned_on();
    screen.fake = screen.fake.clone().offline("unsubscribe_push");
    screen.press("device-turn-off");
    assert_eq!(screen.fake.notices_now(), Some(Notices::Off));
    assert!(
        screen.has("device-turn-on") && !screen.has("error"),
        "{}",
        screen.html()
    );
}

#[test]
fn a_refusal_says_how_to_undo_it_and_a_question_without_answer_can_be_asked_again() {
    let mut screen = open(with(&view()).not_subscribing(NotSubscribed::Denied));
    screen.press("device-turn-on");
    assert_eq!(
        screen.attribute("device-state", "data-state").as_deref(),
        Some("denied")
    );
    assert!(screen.says("scegli «Consenti» alla voce «Notifiche»"));
    assert!(screen.fake.calls("subscribe_push").is_empty());
    let mut screen = open(with(&view()).not_subscribing(NotSubscribed::Dismissed));
    screen.press("device-turn-on");
    assert!(screen.text("error").contains("Il permesso non è stato dato"));
    assert!(screen.has("device-turn-on"));
    let mut screen = open(with(&view()).not_subscribing(NotSubscribed::Failed));
    screen.press("device-turn-on");
    assert!(screen.text("error").contains("non riesce ad attivare"));
}

#[test]
fn a_portal_that_does_not_answer_leaves_nothing_half_done() {
    let mut screen = open(with(&view()).offline("subscribe_push"));
    screen.press("device-turn-on");
    assert!(
        screen.text("error").contains("Non riesco a collegarmi"),
        "{}",
        screen.html()
    );
    assert_eq!(screen.fake.notices_now(), Some(Notices::Off));
    assert!(screen.has("device-turn-on"));
}

#[test]
fn places_that_cannot_show_them_say_what_to_do_instead() {
    for (notices, state, words) in [
        (Notices::Unsupported, "unsupported", "con un altro browser"),
        (
            Notices::NeedsHomeScreen,
            "needs_home_screen",
            "Aggiungi alla schermata Home",
        ),
        (Notices::Denied, "denied", "blocca gli avvisi"),
    ] {
        let screen = open(with(&view()).with_notices(notices));
        assert_eq!(
            screen.attribute("device-state", "data-state").as_deref(),
            Some(state)
        );
        assert!(screen.says(words), "{}", screen.html());
        assert!(!screen.has("device-turn-on"));
    }
}

#[test]
fn back_from_the_browsers_settings_the_state_is_the_new_one() {
    let mut screen = open(with(&view()).with_notices(Notices::Denied));
    screen.fake = screen.fake.clone().with_notices(Notices::Off);
    screen.fake.come_back();
    screen.settle();
    assert!(screen.has("device-turn-on"), "{}", screen.html());
}

#[test]
fn opened_anew_the_portal_is_told_again_and_it_is_still_on() {
    let before = turned_on().fake;
    let anew = before
        .opened_anew()
        .with_notices(Notices::On(keys()))
        .says("get_me", &sample::me())
        .says("get_preferences", &view())
        .says(
            "get_push_key",
            &PushKeyView {
                key: Some(KEY.into()),
            },
        )
        .says("subscribe_push", &subscription());
    let screen = open(anew);
    assert_eq!(
        screen.attribute("device-state", "data-state").as_deref(),
        Some("on")
    );
    assert!(!screen.fake.calls("subscribe_push").is_empty());
    assert!(screen.fake.subscribed().is_empty(), "the browser asks nobody");
}

#[test]
fn signing_out_leaves_no_subscription_behind() {
    let mut screen = turned_on();
    screen.fake = screen
        .fake
        .clone()
        .says("list_feeds", &Vec::<FeedView>::new())
        .says("list_sessions", &Vec::<OpenSessionView>::new())
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("list_contacts", &Vec::<ContactView>::new())
        .says("list_bodies", &[sample::body()]);
    screen.press("nav-profile");
    screen.press("sign-out");
    assert_eq!(screen.fake.notices_now(), Some(Notices::Off));
    assert!(!screen.fake.memory().contains("push"), "{}", screen.fake.memory());
}

#[test]
fn whoever_signs_in_after_gets_none_of_them() {
    let before = turned_on().fake;
    let mut other = sample::me();
    other.person = domain::PersonId::from_parts(1, [77; 10]);
    other.children = Vec::<ChildView>::new();
    let anew = before
        .opened_anew()
        .with_notices(Notices::On(keys()))
        .says("get_me", &other)
        .says("get_preferences", &view())
        .says(
            "get_push_key",
            &PushKeyView {
                key: Some(KEY.into()),
            },
        );
    let screen = open(anew);
    assert!(screen.fake.calls("subscribe_push").is_empty());
    assert_eq!(screen.fake.notices_now(), Some(Notices::Off));
    assert!(screen.has("device-turn-on"), "{}", screen.html());
}

#[test]
fn in_the_app_there_is_no_browser_to_ask() {
    let status = StatusView {
        portal: Some("https://mensa.example.it".into()),
        session: Some(crate::platform::fake::session(api::sessions::SessionKind::Full)),
        keychain: KeychainView::System,
        shares: false,
    };
    let screen = open(with(&view()).in_shell(status));
    assert!(screen.has("preferences-form"), "{}", screen.html());
    assert!(!screen.has("this-device") && screen.fake.calls("get_push_key").is_empty());
}
