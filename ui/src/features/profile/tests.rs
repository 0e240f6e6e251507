use super::*;
use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::sessions::SessionKind;
use bridge::StatusView;

fn signed_in() -> Fake {
    let bodies = [sample::body()];
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("list_bodies", &bodies)
        .says("get_today", &sample::today_view())
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
        });
        let screen = Screen::open(fake, "/profilo");
        assert!(screen.text("keychain").contains(words), "{}", screen.html());
    }
}
