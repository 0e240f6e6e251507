use super::join::fiscal_code_wrong;
use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{
    ErrorBody, ErrorCode,
    invitations::{AcceptedInvitationView, InvitedView},
    sessions::SessionKind,
};
use domain::{
    body::SignInWay,
    people::{BondKind, Rights},
};

fn invited() -> InvitedView {
    InvitedView {
        body: "valmora".into(),
        body_name: "Comune di Valmora".into(),
        from: "Giulia".into(),
        children: vec!["Ada".into(), "Elio".into()],
        kind: BondKind::Delegate,
        rights: Rights {
            pay: false,
            documents: false,
            ..Rights::ALL
        },
        last_day: Some("2027-06-30".parse().unwrap()),
        ways: vec![SignInWay::Badge],
    }
}

fn nobody() -> Fake {
    Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("get_me", &sample::me())
        .says("list_bodies", &[sample::body()])
        .says("get_today", &sample::today_view())
}

fn signed_in() -> Fake {
    Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("get_today", &sample::today_view())
}

fn with_code(fake: Fake) -> Screen {
    let mut screen = Screen::open(fake, "/invito/gettone");
    screen.fill("invited-code", "1234 5678");
    screen.submit("invited-form");
    screen
}

#[test]
fn nothing_is_shown_before_the_code() {
    let mut screen = Screen::open(nobody().says("show_invitation", &invited()), "/invito/gettone");
    assert!(!screen.says("Ada") && !screen.has("invited"));
    screen.submit("invited-form");
    assert!(screen.says("Il codice ha 8 cifre"));
    assert!(screen.fake.calls("show_invitation").is_empty());
    screen.fill("invited-code", "1234-5678");
    screen.submit("invited-form");
    let body = screen.fake.calls("show_invitation")[0].body.clone().unwrap();
    assert_eq!(
        (&body["token"], &body["code"]),
        (&"gettone".into(), &"12345678".into())
    );
    for words in [
        "Giulia ti invita a seguire la mensa di Ada e Elio",
        "Comune di Valmora",
        "Persona delegata",
        "mercoledì 30 giugno 2027",
        "Vede il calendario",
        "Disdice e rimette i pasti",
    ] {
        assert!(screen.says(words), "{words}: {}", screen.words());
    }
    assert!(!screen.says("Vede il portafoglio"));
}

#[test]
fn a_wrong_or_old_invitation_says_what_it_may_be_and_whom_to_ask() {
    let fake = nobody()
        .refuses(
            "show_invitation",
            ErrorBody::new(ErrorCode::InvitationRefused, ""),
        )
        .offline("show_invitation");
    let mut screen = with_code(fake);
    for words in [
        "L'invito non si apre",
        "scaduto",
        "cinque volte",
        "fatti mandare un altro invito",
    ] {
        assert!(screen.text("error").contains(words), "{words}");
    }
    screen.submit("invited-form");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
}

#[test]
fn who_is_signed_in_accepts_with_one_press() {
    let accepted = AcceptedInvitationView {
        children: vec![sample::child(1)],
    };
    let fake = signed_in()
        .says("show_invitation", &invited())
        .offline("accept_invitation")
        .says("accept_invitation", &accepted);
    let mut screen = with_code(fake);
    assert!(screen.text("invited-accept").contains("Giulia Bassi"));
    screen.press("invited-accept");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.press("invited-accept");
    let calls = screen.fake.calls("accept_invitation");
    assert_eq!(calls[0].key, calls[1].key);
    assert!(screen.has("invited-done"));
    assert_eq!(screen.fake.calls("get_me").len(), 2, "the children are more now");
    screen.press("invited-home");
    assert_eq!(screen.count("child-card"), 2);
}

#[test]
fn who_is_signed_in_at_another_body_is_told() {
    let elsewhere = InvitedView {
        body: "pratolieto".into(),
        body_name: "Comune di Pratolieto".into(),
        ..invited()
    };
    let mut screen = with_code(signed_in().says("show_invitation", &elsewhere));
    assert!(screen.text("invited-elsewhere").contains("Comune di Pratolieto"));
    assert!(!screen.has("invited-accept"));
    screen.press("invited-leave");
    assert_eq!(screen.fake.signed_out(), Some(false));
    assert!(screen.has("invited-join"), "{}", screen.html());
}

fn fill_in(screen: &mut Screen) {
    screen.press("invited-join");
    screen.fill("join-first-name", "Rosa");
    screen.fill("join-surname", "Conti");
    screen.fill("join-fiscal-code", "rssmra85t10a562s");
    screen.fill("new-password", "quattro parole a caso");
    screen.submit("join-form");
}

#[test]
fn somebody_new_joins_with_a_password_and_is_at_home() {
    let fake = nobody()
        .says("show_invitation", &invited())
        .says("join_by_invitation", &session(SessionKind::Full));
    let mut screen = with_code(fake);
    fill_in(&mut screen);
    let body = screen.fake.calls("join_by_invitation")[0].body.clone().unwrap();
    assert_eq!(
        (
            &body["token"],
            &body["code"],
            &body["fiscal_code"],
            &body["first_name"]
        ),
        (
            &"gettone".into(),
            &"12345678".into(),
            &"RSSMRA85T10A562S".into(),
            &"Rosa".into()
        )
    );
    assert_eq!(screen.count("child-card"), 2, "{}", screen.html());
}

#[test]
fn who_is_known_already_signs_in_first_and_comes_back() {
    let fake = nobody()
        .says("show_invitation", &invited())
        .refuses("join_by_invitation", ErrorBody::new(ErrorCode::PersonKnown, ""))
        .says("sign_in", &session(SessionKind::Full));
    let mut screen = with_code(fake);
    fill_in(&mut screen);
    assert!(screen.has("invited-known") && !screen.has("join-form"));
    screen.press("invited-sign-in");
    screen.fill("badge", "1001");
    screen.fill("password", "tre parole qui");
    screen.submit("sign-in-form");
    assert!(screen.has("invited-code"), "{}", screen.html());
}

#[test]
fn a_fiscal_code_is_looked_at_before_it_is_sent() {
    assert_eq!(fiscal_code_wrong(" rssmra85t10a562s "), None);
    for (typed, words) in [
        ("", "Scrivi il codice fiscale."),
        ("RSSMRA85T10A562", "ha 16 lettere e numeri"),
        ("RSSMRA85T10A5623", "carattere numero 16"),
        ("RSSMRA85T10A562X", "errore di battitura"),
    ] {
        let told = fiscal_code_wrong(typed).unwrap();
        assert!(told.contains(words), "{typed}: {told}");
    }
    let mut screen = with_code(nobody().says("show_invitation", &invited()));
    screen.press("invited-join");
    screen.submit("join-form");
    for words in [
        "Scrivi il nome.",
        "Scrivi il cognome.",
        "Scrivi il codice fiscale.",
        "almeno 12 caratteri",
    ] {
        assert!(screen.says(words), "{words}");
    }
    assert!(screen.fake.calls("join_by_invitation").is_empty());
}

#[test]
fn without_passwords_at_the_body_nobody_joins_with_one() {
    let only_spid = InvitedView {
        ways: vec![SignInWay::Spid, SignInWay::Cie],
        ..invited()
    };
    let screen = with_code(nobody().says("show_invitation", &only_spid));
    assert!(!screen.has("invited-join") && screen.has("invited-sign-in"));
}
