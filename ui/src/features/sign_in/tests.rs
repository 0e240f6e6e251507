use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{
    ErrorBody, ErrorCode,
    bodies::{BodyView, HintView, ProviderKind, ProviderView},
    logins::{LoginOutcome, LoginState, RedeemedLoginView},
    sessions::SessionKind,
};
use bridge::{KeychainView, PendingLoginView, StatusView};
use domain::{LoginId, body::SignInWay};

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
    assert!(screen.says("Scrivi il codice badge o l'e-mail."));
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

fn with_providers(hints: &[&str]) -> BodyView {
    let provider = |id: &str, kind, label: &str, hints: &[&str]| ProviderView {
        id: id.into(),
        kind,
        label: label.into(),
        hints: hints
            .iter()
            .map(|hint| HintView {
                value: format!("https://{hint}"),
                label: (*hint).into(),
            })
            .collect(),
    };
    BodyView {
        sign_in_ways: vec![SignInWay::Spid, SignInWay::Cie],
        providers: vec![
            provider("spid", ProviderKind::Spid, "Entra con SPID", hints),
            provider("cie", ProviderKind::Cie, "Entra con CIE", &[]),
        ],
        ..sample::body()
    }
}

fn pending() -> PendingLoginView {
    PendingLoginView {
        id: LoginId::from_parts(1, [7; 10]),
        url: "https://mensa.example.it/accesso/avvio/1".into(),
        number: Some("4711".into()),
        expires_at: sample::now(),
        opened: true,
    }
}

fn ended(outcome: Option<LoginOutcome>) -> RedeemedLoginView {
    let done = outcome.is_none();
    RedeemedLoginView {
        state: if done {
            LoginState::Done
        } else {
            LoginState::Failed
        },
        outcome,
        session: done.then(|| session(SessionKind::Full)),
    }
}

fn in_shell(fake: Fake) -> Fake {
    fake.in_shell(StatusView {
        portal: Some("https://mensa.example.it".into()),
        session: None,
        keychain: KeychainView::System,
        shares: false,
    })
    .says("list_bodies", &[with_providers(&[])])
}

#[test]
fn the_screen_shows_the_ways_of_the_body_and_no_other() {
    let screen = Screen::open(nobody().says("list_bodies", &[with_providers(&[])]), "/accesso");
    assert!(!screen.has("badge") && screen.count("login-provider") == 2);
    assert!(screen.says("Entra con SPID") && screen.says("Entra con CIE") && screen.says("Non hai CIE?"));
    let both = BodyView {
        sign_in_ways: vec![SignInWay::Spid, SignInWay::Badge],
        ..with_providers(&[])
    };
    let screen = Screen::open(nobody().says("list_bodies", &[both]), "/accesso");
    assert!(screen.has("badge") && screen.has("login-provider") && screen.has("recovery-open"));
    let screen = Screen::open(one_body(), "/accesso");
    assert!(screen.has("badge") && !screen.has("login-provider"));
}

#[test]
fn a_browser_leaves_for_the_provider_and_says_where_it_comes_back_to() {
    let fake = nobody()
        .says("list_bodies", &[with_providers(&[])])
        .says("begin_login", &());
    let mut screen = Screen::open(fake, "/calendario/2026-12");
    screen.press("login-provider");
    let begun = &screen.fake.calls("begin_login")[0];
    assert_eq!(begun.path, "/calendario/2026-12");
    let body = begun.body.clone().unwrap();
    assert_eq!(
        (&body["provider"], &body["body"]),
        (&"spid".into(), &"valmora".into())
    );
    screen.press("login-provider");
    assert_eq!(screen.fake.calls("begin_login").len(), 1, "it is on its way");
    screen.fake.come_back();
    screen.settle();
    screen.press_nth("login-provider", 1);
    assert_eq!(
        screen.fake.calls("begin_login").len(),
        2,
        "«Indietro» leads back to it"
    );
}

#[test]
fn spids_providers_stand_in_a_list_that_opens_and_closes() {
    let hints = ["uno", "due", "tre"];
    let fake = nobody()
        .says("list_bodies", &[with_providers(&hints)])
        .says("begin_login", &());
    let mut screen = Screen::open(fake, "/accesso");
    assert_eq!(
        screen.attribute("login-provider", "aria-expanded").as_deref(),
        Some("false")
    );
    screen.press("login-provider");
    assert_eq!(
        screen.attribute("login-provider", "aria-expanded").as_deref(),
        Some("true")
    );
    assert_eq!(screen.count("login-hint"), 3);
    assert!(screen.fake.calls("begin_login").is_empty());
    screen.press_words("due");
    let body = screen.fake.calls("begin_login")[0].body.clone().unwrap();
    assert_eq!(body["hint"], "https://due");
    screen.press("login-provider");
    assert!(!screen.has("login-hint"));
}

#[test]
fn the_app_waits_for_the_browser_and_comes_in_where_the_person_was() {
    let fake = in_shell(Fake::at(sample::now()))
        .says("get_me", &sample::me())
        .says("begin_login", &Some(pending()))
        .says("await_login", &ended(None));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("login-provider");
    assert_eq!(
        screen.fake.title(),
        "Giulia Bassi – Mensa scolastica",
        "{}",
        screen.html()
    );
    assert_eq!(screen.fake.calls("await_login").len(), 1);
}

#[test]
fn who_is_in_while_the_network_goes_is_told_so_and_waits_for_nothing() {
    let fake = in_shell(Fake::at(sample::now()))
        .offline("get_me")
        .says("begin_login", &Some(pending()))
        .says("await_login", &ended(None));
    let mut screen = Screen::open(fake, "/profilo");
    screen.press("login-provider");
    assert!(!screen.has("handoff"));
    assert!(
        screen.text("error").contains("Non riesco a collegarmi"),
        "{}",
        screen.html()
    );
}

#[test]
fn while_it_waits_the_app_shows_the_number_and_the_ways_out() {
    let fake = in_shell(nobody())
        .says("begin_login", &Some(pending()))
        .silent("await_login")
        .says("open_login", &())
        .says("cancel_login", &());
    let mut screen = Screen::open(fake, "/accesso");
    screen.press("login-provider");
    assert!(screen.says("Continua nel browser"), "{}", screen.html());
    assert_eq!(screen.text("login-number"), "4711");
    assert_eq!(
        screen.attribute("login-number", "aria-label").as_deref(),
        Some("4 7 1 1")
    );
    screen.press("login-open");
    assert_eq!(screen.fake.calls("open_login").len(), 1);
    screen.press("login-copy");
    assert_eq!(screen.fake.copied(), ["https://mensa.example.it/accesso/avvio/1"]);
    screen.press("login-cancel");
    assert_eq!(screen.fake.calls("cancel_login").len(), 1);
}

#[test]
fn a_machine_without_browser_says_how_to_go_on() {
    let none = PendingLoginView {
        opened: false,
        ..pending()
    };
    let fake = in_shell(nobody())
        .says("begin_login", &Some(none))
        .silent("await_login");
    let mut screen = Screen::open(fake, "/accesso");
    screen.press("login-provider");
    assert!(
        screen.text("error").contains("Copia l'indirizzo"),
        "{}",
        screen.html()
    );
}

#[test]
fn a_window_that_was_loaded_again_goes_on_waiting() {
    let fake = in_shell(nobody())
        .says("pending_login", &Some(pending()))
        .silent("await_login");
    let screen = Screen::open(fake, "/accesso");
    assert!(screen.has("login-number"), "{}", screen.html());
}

#[test]
fn every_outcome_has_its_words_and_the_office_where_only_it_can_help() {
    for outcome in LoginOutcome::ALL {
        let fake = nobody()
            .says("list_bodies", &[with_providers(&[])])
            .with_outcome(outcome.as_str());
        let screen = Screen::open(fake, "/accesso");
        let words = screen.text("login-outcome");
        assert!(
            !words.contains("login-") && words.len() > 40,
            "{outcome:?}: {words}"
        );
        let office = words.contains("Chiama 0346 000111");
        assert!(outcome != LoginOutcome::NoMatch || office, "{words}");
        assert!(outcome != LoginOutcome::Cancelled || !office, "{words}");
        assert!(screen.has("login-provider"), "one can try again");
    }
}

#[test]
fn an_outcome_that_is_new_to_this_page_is_a_fault() {
    let fake = nobody()
        .says("list_bodies", &[with_providers(&[])])
        .with_outcome("something_else");
    let screen = Screen::open(fake, "/accesso");
    assert!(
        screen
            .text("login-outcome")
            .contains("Non riesco a farti entrare")
    );
}

#[test]
fn a_login_that_failed_does_not_lose_the_place() {
    let fake = Fake::at(sample::now())
        .refuses("get_me", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("list_bodies", &[with_providers(&[])])
        .says("begin_login", &());
    let mut screen = Screen::open(fake, "/calendario/2026-12");
    screen.press("login-provider");
    // The provider sends the browser back without a session: the page is opened anew.
    let fake = screen.fake.clone().with_outcome("cancelled");
    let mut screen = Screen::open(fake, "/accesso");
    assert!(screen.says("Non sei entrato"), "{}", screen.html());
    screen.press("login-provider");
    let begun = screen.fake.calls("begin_login");
    assert_eq!(begun.last().unwrap().path, "/calendario/2026-12");
}

#[test]
fn in_the_app_the_outcome_is_told_and_giving_up_is_not_a_fault() {
    let fake = in_shell(nobody())
        .says("begin_login", &Some(pending()))
        .says("await_login", &ended(Some(LoginOutcome::NoMatch)));
    let mut screen = Screen::open(fake, "/accesso");
    screen.press("login-provider");
    assert!(
        screen.text("login-outcome").contains("Chiama 0346 000111"),
        "{}",
        screen.html()
    );
    assert!(screen.has("login-provider"));
}

#[test]
fn a_session_that_ended_by_itself_says_so_and_leads_back() {
    let fake = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .refuses("get_today", ErrorBody::new(ErrorCode::Unauthenticated, ""))
        .says("get_today", &sample::today_view())
        .says("list_bodies", &[sample::body()])
        .says("sign_in", &session(SessionKind::Full));
    let mut screen = Screen::open(fake, "/");
    assert!(screen.has("session-expired"), "{}", screen.html());
    sign_in(&mut screen);
    assert!(!screen.has("session-expired"));
}

#[test]
fn without_network_the_way_to_the_provider_says_so() {
    let fake = nobody()
        .says("list_bodies", &[with_providers(&[])])
        .offline("begin_login");
    let mut screen = Screen::open(fake, "/accesso");
    screen.press("login-provider");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.press("login-provider");
    assert_eq!(screen.fake.calls("begin_login").len(), 2);
}
