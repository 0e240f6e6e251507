use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{ErrorBody, ErrorCode, bodies::BodyView, sessions::SessionKind};
use domain::body::SignInWay;

fn nobody() -> Fake {
    let nobody = ErrorBody::new(ErrorCode::Unauthenticated, "");
    Fake::at(sample::now())
        .refuses("get_me", nobody)
        .says("get_me", &sample::me())
        .says("get_today", &sample::today_view())
}

fn one_body() -> Fake {
    nobody().says("list_bodies", &[sample::body()])
}

fn sign_in(screen: &mut Screen) {
    screen.fill("badge", " 1001 ");
    screen.fill("password", "tre parole qui");
    screen.submit("sign-in-form");
}

#[test]
fn badge_and_password_lead_where_the_person_was_going() {
    let fake = one_body().says("sign_in", &session(SessionKind::Full));
    let mut screen = Screen::open(fake, "/profilo");
    assert!(screen.says("Comune di Valmora"), "{}", screen.html());
    sign_in(&mut screen);
    let body = screen.fake.calls("sign_in")[0].body.clone().unwrap();
    assert_eq!(
        (&body["body"], &body["badge"], &body["client"]),
        (&"valmora".into(), &"1001".into(), &"browser".into())
    );
    assert_eq!(screen.fake.title(), "Giulia Bassi – Mensa scolastica");
}

#[test]
fn a_provisional_password_has_to_be_replaced_first() {
    let fake = one_body()
        .says("sign_in", &session(SessionKind::ChoosePassword))
        .says("choose_password", &session(SessionKind::Full));
    let mut screen = Screen::open(fake, "/");
    sign_in(&mut screen);
    assert!(screen.has("new-password"), "{}", screen.html());
    assert!(!screen.has("current-password"), "it was just typed");
    screen.fill("new-password", "quattro parole a caso");
    screen.submit("password-form");
    let body = screen.fake.calls("choose_password")[0].body.clone().unwrap();
    assert_eq!(body["current"], "tre parole qui");
    assert_eq!(screen.count("child-card"), 2, "{}", screen.html());
}

#[test]
fn empty_fields_are_named_and_nothing_is_sent() {
    let mut screen = Screen::open(one_body().silent("sign_in"), "/accesso");
    screen.submit("sign-in-form");
    assert!(screen.says("Scrivi il codice badge."));
    assert!(screen.says("Scrivi la password."));
    assert!(screen.fake.calls("sign_in").is_empty());
}

#[test]
fn errors_are_told_in_words() {
    let wait = ErrorBody::new(ErrorCode::TooManyAttempts, "").with("retry_after", 120);
    let fake = one_body()
        .refuses("sign_in", ErrorBody::new(ErrorCode::WrongCredentials, ""))
        .refuses("sign_in", wait)
        .refuses("sign_in", ErrorBody::new(ErrorCode::ProvisionalExpired, ""));
    let mut screen = Screen::open(fake, "/accesso");
    sign_in(&mut screen);
    assert!(screen.text("error").contains("non sono giusti"));
    sign_in(&mut screen);
    assert!(screen.text("error").contains("Riprova tra 2 minuti"));
    sign_in(&mut screen);
    assert!(screen.text("error").contains("è scaduta"));
    assert!(screen.text("error").contains("Chiama 0346 000111"));
}

#[test]
fn a_second_press_while_it_is_on_its_way_sends_nothing() {
    let mut screen = Screen::open(one_body().silent("sign_in"), "/accesso");
    sign_in(&mut screen);
    screen.submit("sign-in-form");
    assert_eq!(screen.fake.calls("sign_in").len(), 1);
    assert!(screen.text("sign-in").contains("In invio"));
}

#[test]
fn among_several_bodies_one_chooses_first() {
    let other = BodyView {
        slug: "pratolieto".into(),
        name: "Comune di Pratolieto".into(),
        ..sample::body()
    };
    let fake = nobody().says("list_bodies", &[sample::body(), other]);
    let mut screen = Screen::open(fake, "/");
    assert_eq!(screen.count("body-choice"), 2, "{}", screen.html());
    screen.press_nth("body-choice", 1);
    assert!(screen.has("badge"));
    assert!(screen.says("Comune di Pratolieto"));
    screen.press("other-body");
    assert_eq!(screen.count("body-choice"), 2);
}

#[test]
fn a_body_with_another_way_says_whom_to_ask() {
    let body = BodyView {
        sign_in_ways: vec![SignInWay::Spid],
        ..sample::body()
    };
    let screen = Screen::open(nobody().says("list_bodies", &[body]), "/accesso");
    assert!(!screen.has("badge"));
    assert!(screen.says("Chiama 0346 000111"));
}

#[test]
fn without_network_it_says_so() {
    let screen = Screen::open(nobody().offline("list_bodies"), "/accesso");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
}

#[test]
fn the_password_can_be_shown() {
    let mut screen = Screen::open(one_body(), "/accesso");
    assert_eq!(screen.attribute("password", "type").as_deref(), Some("password"));
    screen.press_label("Mostra la password");
    assert_eq!(screen.attribute("password", "type").as_deref(), Some("text"));
}
