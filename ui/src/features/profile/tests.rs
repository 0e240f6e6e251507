mod contacts;
mod people;

use super::*;
use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{
    ErrorCode,
    contacts::ContactView,
    feeds::FeedView,
    people::ChildPeopleView,
    sessions::{ClientKind, EndedSessionView, OpenSessionView, SessionKind},
};
use bridge::StatusView;
use domain::SessionId;

fn signed_in() -> Fake {
    let bodies = [sample::body()];
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_bodies", &bodies)
        .says("get_today", &sample::today_view())
        .says("list_feeds", &Vec::<FeedView>::new())
        .says("list_sessions", &vec![laptop(), phone()])
        .says("list_people", &Vec::<ChildPeopleView>::new())
        .says("list_contacts", &Vec::<ContactView>::new())
}

fn laptop() -> OpenSessionView {
    OpenSessionView {
        id: SessionId::from_parts(1, [1; 10]),
        device: "Firefox su Windows".into(),
        means: ClientKind::Browser,
        signed_in_at: "2026-11-20T07:15:00Z".parse().unwrap(),
        last_used_at: "2026-11-23T07:40:00Z".parse().unwrap(),
        this: true,
    }
}

fn phone() -> OpenSessionView {
    OpenSessionView {
        id: SessionId::from_parts(1, [2; 10]),
        device: "App Refettorio su Android".into(),
        means: ClientKind::App,
        signed_in_at: "2026-11-16T17:05:00Z".parse().unwrap(),
        last_used_at: "2026-11-20T07:15:00Z".parse().unwrap(),
        this: false,
    }
}

#[test]
fn the_family_is_shown_as_the_office_knows_it() {
    let screen = Screen::open(signed_in(), "/profilo");
    for words in [
        "Giulia Bassi",
        "Ada Bassi",
        "primaria Rodari",
        "lun, mar, mer, gio e ven",
        "6,18 €",
        "Chiama 0346 000111",
        "Refettorio 0.1.0",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
    assert!(!screen.has("keychain"));
}

#[test]
fn signing_out_leads_to_the_door_and_the_next_one_begins_at_the_beginning() {
    let fake = signed_in().says("sign_in", &session(SessionKind::Full));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("sign-out");
    assert_eq!(screen.fake.signed_out(), Some(false));
    assert!(screen.has("badge"), "{}", screen.html());
    screen.fill("badge", "1001");
    screen.fill("password", "tre parole qui");
    screen.submit("sign-in-form");
    assert_eq!(screen.count("child-card"), 2);
}

#[test]
fn signing_out_everywhere_asks_first() {
    let mut screen = Screen::open(signed_in(), "/profilo");
    screen.press("sign-out-everywhere");
    assert_eq!(screen.fake.signed_out(), None);
    screen.press_words("Lascia com'era");
    assert!(!screen.has("sign-out-sheet"));
    screen.press("sign-out-everywhere");
    screen.press("confirm-sign-out");
    assert_eq!(screen.fake.signed_out(), Some(true));
}

#[test]
fn a_machine_without_keychain_says_what_that_means() {
    for (keychain, words) in [
        (
            KeychainView::MemoryOnly,
            "Su questo computer dovrai rientrare a ogni avvio",
        ),
        (KeychainView::Refused, "Il portachiavi del computer è chiuso"),
    ] {
        let fake = signed_in().in_shell(StatusView {
            portal: Some("https://mensa.example.it".into()),
            session: Some(session(SessionKind::Full)),
            keychain,
            shares: false,
        });
        let screen = Screen::open(fake, "/profilo");
        assert!(screen.text("keychain").contains(words), "{}", screen.html());
    }
}

#[test]
fn each_device_is_told_in_words_and_the_one_at_hand_is_marked() {
    let screen = Screen::open(signed_in(), "/profilo");
    assert_eq!(screen.count("device-row"), 2);
    assert_eq!(
        screen.attribute("device-row", "data-this").as_deref(),
        Some("true")
    );
    assert!(screen.text("device-row").contains("questo dispositivo"));
    for words in [
        "I tuoi dispositivi",
        "Firefox su Windows",
        "Ultimo uso: oggi, 8:40",
        "Entrato: ven 20 nov, 8:15",
        "Ultimo uso: ven 20 nov, 8:15",
        "Esci da App Refettorio su Android",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
}

#[test]
fn leaving_another_device_asks_first_and_takes_it_off_the_list() {
    let fake = signed_in()
        .says("list_sessions", &vec![laptop()])
        .says("end_session", &EndedSessionView { this: false });
    let mut screen = Screen::open(fake, "/profilo");
    screen.press_nth("device-end", 1);
    assert!(screen.says("Esci da App Refettorio su Android?"));
    screen.press_words("Lascia com'era");
    assert!(screen.fake.calls("end_session").is_empty());
    screen.press_nth("device-end", 1);
    screen.press_twice("device-end-confirm");
    let calls = screen.fake.calls("end_session");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].path, format!("/api/v1/sessions/{}/end", phone().id));
    assert!(calls[0].key.is_some());
    assert!(!screen.has("device-sheet"));
    assert_eq!(screen.count("device-row"), 1);
    assert!(
        screen.says("Sei uscito da App Refettorio su Android."),
        "it is said aloud"
    );
    assert_eq!(screen.fake.signed_out(), None);
}

#[test]
fn leaving_the_device_at_hand_is_signing_out() {
    let mut screen = Screen::open(signed_in(), "/profilo");
    screen.press("device-end");
    screen.press("device-end-confirm");
    assert_eq!(screen.fake.signed_out(), Some(false));
    assert!(screen.fake.calls("end_session").is_empty());
    assert!(screen.has("badge"), "{}", screen.html());
}

#[test]
fn a_device_without_network_stays_and_trying_again_has_the_same_key() {
    let fake = signed_in()
        .offline("end_session")
        .refuses("end_session", ErrorBody::new(ErrorCode::NotFound, ""));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press_nth("device-end", 1);
    screen.press("device-end-confirm");
    assert!(screen.has("error") && screen.has("device-sheet"));
    assert_eq!(screen.count("device-row"), 2);
    screen.press("device-end-confirm");
    let calls = screen.fake.calls("end_session");
    assert_eq!(calls[0].key, calls[1].key);
    assert!(
        !screen.has("device-sheet"),
        "what is not there any more is left too"
    );
}

#[test]
fn the_devices_are_waited_for_and_asked_for_again() {
    let base = || {
        Fake::at(sample::now())
            .says("get_me", &sample::me())
            .says("list_bodies", &[sample::body()])
            .says("list_feeds", &Vec::<FeedView>::new())
            .says("list_people", &Vec::<ChildPeopleView>::new())
            .says("list_contacts", &Vec::<ContactView>::new())
    };
    let screen = Screen::open(base().silent("list_sessions"), "/profilo");
    assert!(
        screen.has("loading") && screen.has("office"),
        "the rest does not wait"
    );
    let fake = base()
        .offline("list_sessions")
        .says("list_sessions", &vec![laptop()])
        .offline("list_sessions");
    let mut screen = Screen::open(fake, "/profilo");
    assert!(screen.has("needs-network") && screen.has("sign-out"));
    screen.press_words("Riprova");
    assert_eq!(screen.count("device-row"), 1);
    screen.fake.come_back();
    screen.settle();
    assert_eq!(screen.count("device-row"), 1, "what was known stays");
    let none: Vec<OpenSessionView> = Vec::new();
    let screen = Screen::open(base().says("list_sessions", &none), "/profilo");
    assert!(screen.says("Nessun dispositivo"));
}

#[test]
fn without_network_the_profile_says_so_once_and_each_card_what_is_missing() {
    let screen = Screen::open(Fake::at(sample::now()).says("get_me", &sample::me()), "/profilo");
    let fake = screen.fake.opened_anew();
    drop(screen);
    let mut fake = fake;
    for operation in [
        "get_me",
        "list_people",
        "list_invitations",
        "list_contacts",
        "list_feeds",
        "list_sessions",
    ] {
        fake = fake.offline(operation);
    }
    let screen = Screen::open(fake, "/profilo");
    assert_eq!(screen.count("offline"), 1, "{}", screen.html());
    assert!(
        screen.count("needs-network") >= 4 && !screen.has("error"),
        "{}",
        screen.html()
    );
    assert!(screen.has("sign-out") && screen.has("office"));
}
