use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{ErrorBody, ErrorCode, bodies::BodyView, recoveries::RecoveryView, sessions::SessionKind};
use domain::{RecoveryId, body::SignInWay};

fn recovery() -> RecoveryView {
    RecoveryView {
        id: RecoveryId::from_parts(1, [7; 10]),
        expires_at: "2026-11-23T07:52:00Z".parse().unwrap(),
        digits: 8,
    }
}

/// Nobody is signed in yet; who comes in finds the family.
fn stranger() -> Fake {
    Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("get_me", &sample::me())
        .says("list_bodies", &[sample::body()])
        .says("get_today", &sample::today_view())
        .says("start_recovery", &recovery())
}

fn asked(fake: Fake) -> Screen {
    let mut screen = Screen::open(fake, "/recupero");
    screen.fill("recovery-who", " giulia@example.it ");
    screen.submit("recovery-form");
    screen
}

fn finish(screen: &mut Screen) {
    screen.fill("recovery-code", " 1234 5678");
    screen.fill("new-password", "quattro parole a caso");
    screen.submit("recovery-code-form");
}

#[test]
fn whoever_asks_gets_the_same_sentence() {
    let screen = asked(stranger());
    let words = screen.text("recovery-sent");
    assert!(
        words.contains("Se giulia@example.it è tra i dati che conosciamo"),
        "{words}"
    );
    assert!(words.contains("un'e-mail con un codice di 8 cifre"), "{words}");
    assert!(words.contains("Vale fino alle 8:52"), "{words}");
    let body = screen.fake.calls("start_recovery")[0].body.clone().unwrap();
    assert_eq!(
        (&body["body"], &body["who"], &body["by"]),
        (&"valmora".into(), &"giulia@example.it".into(), &"mail".into())
    );
}

#[test]
fn a_mailbox_of_several_persons_has_a_code_for_each_with_one_digit_more() {
    let nine = RecoveryView {
        digits: 9,
        ..recovery()
    };
    let fake = Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("list_bodies", &[sample::body()])
        .says("start_recovery", &nine)
        .silent("finish_recovery");
    let mut screen = asked(fake);
    assert!(screen.says("un'e-mail con un codice di 9 cifre"));
    assert!(screen.says("scrivi quello di chi ha perso la password"));
    finish(&mut screen);
    assert!(screen.says("Il codice ha 9 cifre"), "{}", screen.words());
    assert!(screen.fake.calls("finish_recovery").is_empty());
    screen.fill("recovery-code", "123 456 781");
    screen.submit("recovery-code-form");
    let body = screen.fake.calls("finish_recovery")[0].body.clone().unwrap();
    assert_eq!(body["code"], "123456781");
}

#[test]
fn it_may_come_by_sms() {
    let mut screen = Screen::open(stranger(), "/recupero");
    screen.fill("recovery-who", "1001");
    screen.press_words("Per SMS");
    screen.submit("recovery-form");
    assert!(screen.text("recovery-sent").contains("arriva un SMS"));
    let body = screen.fake.calls("start_recovery")[0].body.clone().unwrap();
    assert_eq!(body["by"], "sms");
}

#[test]
fn an_empty_field_is_named_and_nothing_is_sent() {
    let mut screen = Screen::open(stranger(), "/recupero");
    screen.submit("recovery-form");
    assert!(screen.says("Scrivi il codice badge, l'e-mail o il cellulare."));
    assert!(screen.fake.calls("start_recovery").is_empty());
}

#[test]
fn the_code_and_a_new_password_lead_home() {
    let mut screen = asked(stranger().says("finish_recovery", &session(SessionKind::Full)));
    assert_eq!(
        screen.attribute("recovery-code", "autocomplete").as_deref(),
        Some("one-time-code")
    );
    finish(&mut screen);
    let call = &screen.fake.calls("finish_recovery")[0];
    assert_eq!(call.path, format!("/api/v1/recoveries/{}/finish", recovery().id));
    let body = call.body.clone().unwrap();
    assert_eq!(
        (&body["code"], &body["client"]),
        (&"12345678".into(), &"browser".into())
    );
    assert_eq!(screen.count("child-card"), 2, "{}", screen.html());
}

#[test]
fn what_is_wrong_is_told_at_its_field_before_anything_is_sent() {
    let mut screen = asked(stranger().silent("finish_recovery"));
    screen.fill("recovery-code", "1234");
    screen.fill("new-password", "corta");
    screen.submit("recovery-code-form");
    assert!(screen.says("Il codice ha 8 cifre"));
    assert!(screen.says("servono almeno 12 caratteri"));
    assert!(screen.fake.calls("finish_recovery").is_empty());
}

#[test]
fn tries_that_are_left_are_counted_until_the_code_is_over() {
    let wrong = |left: u32| ErrorBody::new(ErrorCode::RecoveryCodeWrong, "").with("left", left);
    let fake = stranger()
        .refuses("finish_recovery", wrong(4))
        .refuses("finish_recovery", wrong(1))
        .refuses("finish_recovery", ErrorBody::new(ErrorCode::RecoveryEnded, ""));
    let mut screen = asked(fake);
    finish(&mut screen);
    assert!(screen.says("Puoi provare ancora 4 volte"), "{}", screen.words());
    finish(&mut screen);
    assert!(screen.says("Puoi provare ancora una volta"));
    finish(&mut screen);
    assert!(screen.has("recovery-ended") && !screen.has("recovery-code"));
    screen.press("recovery-again");
    assert_eq!(
        screen.attribute("recovery-who", "value").as_deref(),
        Some(" giulia@example.it "),
        "what was typed is still there"
    );
}

#[test]
fn a_refused_password_stands_at_its_field_and_the_code_stays() {
    let fake = stranger().refuses(
        "finish_recovery",
        ErrorBody::new(ErrorCode::PasswordGuessable, ""),
    );
    let mut screen = asked(fake);
    finish(&mut screen);
    assert!(screen.says("facile da indovinare"));
    assert_eq!(
        screen.attribute("recovery-code", "value").as_deref(),
        Some(" 1234 5678")
    );
}

#[test]
fn too_many_attempts_say_how_long_and_whom_to_call() {
    let wait = ErrorBody::new(ErrorCode::TooManyAttempts, "").with("retry_after", 600);
    let fake = Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("list_bodies", &[sample::body()])
        .refuses("start_recovery", wait);
    let screen = asked(fake);
    assert!(screen.text("error").contains("Riprova tra 10 minuti"));
    assert!(screen.text("error").contains("Chiama 0346 000111"));
}

#[test]
fn without_network_the_same_act_is_sent_again() {
    let fake = stranger()
        .offline("finish_recovery")
        .says("finish_recovery", &session(SessionKind::Full));
    let mut screen = asked(fake);
    finish(&mut screen);
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.submit("recovery-code-form");
    let calls = screen.fake.calls("finish_recovery");
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!(screen.count("child-card"), 2);
}

#[test]
fn a_body_without_passwords_says_so() {
    let body = BodyView {
        sign_in_ways: vec![SignInWay::Spid, SignInWay::Cie],
        ..sample::body()
    };
    let fake = Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("list_bodies", &[body]);
    let screen = Screen::open(fake, "/recupero");
    assert!(screen.says("Qui non serve una password"));
    assert!(!screen.has("recovery-who"));
}

#[test]
fn the_body_is_waited_for_and_asked_for_again() {
    let nobody = || Fake::default().refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""));
    assert!(Screen::open(nobody().silent("list_bodies"), "/recupero").has("loading"));
    let fake = nobody()
        .offline("list_bodies")
        .says("list_bodies", &[sample::body()]);
    let mut screen = Screen::open(fake, "/recupero");
    screen.press_words("Riprova");
    assert!(screen.has("recovery-who"));
}
