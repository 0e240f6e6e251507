use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{ErrorBody, ErrorCode, preferences::PreferencesView, sessions::SessionKind};
use bridge::{BackgroundView, KeychainView, NotificationsHere, SetBackgroundArgs, StatusView};
use domain::telling::Preferences;

const OFF: BackgroundView = BackgroundView {
    possible: true,
    notifies: false,
    keeps_watching: false,
    starts_at_login: false,
    tray: true,
    notifications: NotificationsHere::Works,
};

fn shell() -> Fake {
    let view = PreferencesView {
        choices: Preferences::default(),
        mail: true,
        push: false,
        io: false,
        devices: 0,
    };
    let status = StatusView {
        portal: Some("https://mensa.example.it".into()),
        session: Some(session(SessionKind::Full)),
        keychain: KeychainView::System,
        shares: false,
    };
    Fake::at(sample::now())
        .in_shell(status)
        .says("get_me", &sample::me())
        .says("get_preferences", &view)
}

fn open(fake: Fake) -> Screen {
    Screen::open(fake, "/profilo/avvisi")
}

fn standing(view: BackgroundView) -> Fake {
    shell().says("background_status", &view)
}

fn wished(screen: &Screen) -> SetBackgroundArgs {
    let calls = screen.fake.calls("set_background");
    serde_json::from_value(calls.last().unwrap().body.clone().unwrap()).unwrap()
}

fn is_disabled(screen: &Screen, testid: &str) -> bool {
    screen.attribute(testid, "disabled").as_deref() == Some("true")
}

#[test]
fn a_choice_holds_at_once_and_the_devices_are_counted_anew() {
    let on = BackgroundView {
        notifies: true,
        ..OFF
    };
    let mut screen = open(standing(OFF).says("set_background", &on));
    let asked = screen.fake.calls("get_preferences").len();
    screen.tick("computer-notifies", 0, true);
    let only = SetBackgroundArgs {
        notifies: true,
        keeps_watching: false,
        starts_at_login: false,
    };
    assert_eq!(wished(&screen), only);
    assert!(screen.has("computer-saved"), "{}", screen.html());
    assert!(screen.fake.calls("get_preferences").len() > asked);
}

#[test]
fn who_lets_the_window_end_the_app_does_not_start_it_with_the_computer_either() {
    let mut screen = open(standing(OFF).says("set_background", &OFF));
    assert!(is_disabled(&screen, "computer-starts"), "{}", screen.html());
    let all = BackgroundView {
        notifies: true,
        keeps_watching: true,
        starts_at_login: true,
        ..OFF
    };
    screen = open(standing(all).says("set_background", &OFF));
    assert!(!is_disabled(&screen, "computer-starts"));
    screen.tick("computer-stays", 0, false);
    let wish = wished(&screen);
    assert!(
        wish.notifies && !wish.keeps_watching && !wish.starts_at_login,
        "{wish:?}"
    );
}

#[test]
fn how_the_window_comes_back_depends_on_the_place_beside_the_clock() {
    let screen = open(standing(OFF));
    assert!(screen.says("dall'icona vicino all'orologio"), "{}", screen.html());
    let screen = open(standing(BackgroundView { tray: false, ..OFF }));
    assert!(screen.says("avvia di nuovo Refettorio"), "{}", screen.html());
}

#[test]
fn a_computer_that_shows_nothing_says_so_and_what_to_do() {
    let none = BackgroundView {
        notifications: NotificationsHere::None,
        ..OFF
    };
    let screen = open(standing(none));
    assert!(
        screen.has("computer-none") && screen.says("impostazioni del computer"),
        "{}",
        screen.html()
    );
    assert!(is_disabled(&screen, "computer-notifies") && !is_disabled(&screen, "computer-stays"));
    // What was switched on before can be switched off.
    let on = BackgroundView {
        notifies: true,
        ..none
    };
    assert!(!is_disabled(&open(standing(on)), "computer-notifies"));
}

#[test]
fn a_choice_that_could_not_be_kept_is_told_and_the_box_goes_back() {
    let refused = ErrorBody::new(ErrorCode::Internal, "Il disco è pieno.");
    let mut screen = open(standing(OFF).refuses("set_background", refused));
    screen.tick("computer-stays", 0, true);
    assert!(
        screen.has("computer-trouble") && !screen.has("computer-saved"),
        "{}",
        screen.html()
    );
    assert_ne!(
        screen.attribute("computer-stays", "checked").as_deref(),
        Some("true")
    );
}

#[test]
fn an_app_that_does_not_say_how_it_stands_can_be_asked_again() {
    let broken = ErrorBody::new(ErrorCode::Internal, "Non risponde.");
    let fake = shell()
        .refuses("background_status", broken)
        .says("background_status", &OFF);
    let mut screen = open(fake);
    assert!(
        screen.has("this-computer") && !screen.has("computer-notifies"),
        "{}",
        screen.html()
    );
    screen.press_words("Riprova");
    assert!(screen.has("computer-notifies"), "{}", screen.html());
}

#[test]
fn a_phone_has_no_such_choice() {
    let screen = open(shell());
    assert!(
        !screen.has("this-computer") && screen.has("preferences-form"),
        "{}",
        screen.html()
    );
}
