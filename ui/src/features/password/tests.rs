use super::*;
use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::sessions::SessionKind;

fn signed_in() -> Fake {
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("get_today", &sample::today_view())
}

#[test]
fn a_short_password_is_stopped_before_it_is_sent() {
    let mut screen = Screen::open(signed_in().silent("choose_password"), "/password");
    screen.fill("current-password", "vecchia password");
    screen.fill("new-password", "corta");
    screen.submit("password-form");
    assert!(screen.says("servono almeno 12 caratteri"));
    assert!(screen.fake.calls("choose_password").is_empty());
}

#[test]
fn what_the_portal_says_stands_at_its_field() {
    let fake = signed_in()
        .refuses(
            "choose_password",
            ErrorBody::new(ErrorCode::PasswordGuessable, ""),
        )
        .refuses("choose_password", ErrorBody::new(ErrorCode::WrongCredentials, ""))
        .offline("choose_password");
    let mut screen = Screen::open(fake, "/password");
    screen.fill("current-password", "vecchia password");
    screen.fill("new-password", "password1234");
    for words in [
        "facile da indovinare",
        "Non è la password di adesso",
        "Non riesco a collegarmi",
    ] {
        screen.submit("password-form");
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
}

#[test]
fn a_new_password_leads_on() {
    let fake = signed_in().says("choose_password", &session(SessionKind::Full));
    let mut screen = Screen::open(fake, "/password");
    screen.fill("current-password", "vecchia password");
    screen.fill("new-password", "quattro parole a caso");
    screen.submit("password-form");
    assert_eq!(screen.count("child-card"), 2, "{}", screen.html());
}

#[test]
fn who_came_back_with_a_provisional_password_types_it_again() {
    let fake = Fake::default().refuses("get_me", ErrorBody::new(ErrorCode::PasswordChoiceRequired, ""));
    let mut screen = Screen::open(fake, "/");
    assert!(screen.has("current-password"), "{}", screen.html());
    screen.submit("password-form");
    assert!(screen.says("Scrivi la password di adesso."));
}
