use crate::{
    kit::{Screen, sample},
    platform::fake::{Fake, session},
};
use api::{preferences::PreferencesView, sessions::SessionKind};
use bridge::{KeychainView, LinkView, LockMeans, LockView, StatusView, UnlockOutcome, UnlockedView};
use domain::telling::Preferences;

const OPEN: LockView = LockView {
    means: LockMeans::Finger,
    on: true,
    closed: false,
};
const CLOSED: LockView = LockView { closed: true, ..OPEN };
const OFF: LockView = LockView { on: false, ..OPEN };

fn on_a_phone() -> Fake {
    Fake::at(sample::now())
        .in_shell(StatusView {
            portal: Some("https://mensa.example.it".into()),
            session: Some(session(SessionKind::Full)),
            keychain: KeychainView::System,
            shares: true,
        })
        .says("get_me", &sample::me())
}

fn answered(outcome: UnlockOutcome, lock: LockView) -> UnlockedView {
    UnlockedView { outcome, lock }
}

#[test]
fn a_closed_lock_shows_nothing_of_the_family_and_opens_by_itself_when_the_phone_knows_who_it_is() {
    let fake = on_a_phone().says("lock_status", &CLOSED).silent("unlock");
    let screen = Screen::open(fake, "/profilo");
    assert!(screen.has("locked") && screen.has("unlock"), "{}", screen.html());
    assert!(screen.says("usa l'impronta"));
    for secret in ["Ada", "Valmora", "nav-today"] {
        assert!(!screen.html().contains(secret), "{secret}: {}", screen.html());
    }
    assert_eq!(screen.fake.calls("unlock").len(), 1, "the phone asks at once");

    let known = answered(UnlockOutcome::Known, OPEN);
    let fake = on_a_phone().says("lock_status", &CLOSED).says("unlock", &known);
    let screen = Screen::open(fake, "/profilo");
    assert!(
        !screen.has("locked") && screen.has("child-facts"),
        "{}",
        screen.html()
    );
}

#[test]
fn whoever_is_not_known_reads_why_and_what_to_do() {
    for (outcome, words) in [
        (UnlockOutcome::Cancelled, "Non hai finito di sbloccare"),
        (UnlockOutcome::NotKnown, "non ti ha riconosciuto"),
        (UnlockOutcome::TooManyTries, "Troppi tentativi"),
        (UnlockOutcome::NothingSetUp, "non ha più un codice di sblocco"),
        (UnlockOutcome::Unavailable, "oppure esci ed entra di nuovo"),
    ] {
        let fake = on_a_phone()
            .says("lock_status", &CLOSED)
            .says("unlock", &answered(outcome, CLOSED));
        let mut screen = Screen::open(fake, "/");
        assert!(screen.text("lock-outcome").contains(words), "{}", screen.html());
        screen.press("unlock");
        assert_eq!(screen.fake.calls("unlock").len(), 2);
        assert!(screen.has("locked"));
    }
}

#[test]
fn the_way_out_asks_first_and_ends_the_session() {
    let fake = on_a_phone()
        .says("lock_status", &CLOSED)
        .says("lock_status", &OFF)
        .says("list_bodies", &[sample::body()])
        .says("unlock", &answered(UnlockOutcome::Cancelled, CLOSED));
    let mut screen = Screen::open(fake, "/");
    screen.press("lock-leave");
    assert_eq!(screen.fake.signed_out(), None);
    assert!(screen.says("Le disdette non ancora inviate vanno perse"));
    screen.press("lock-leave-confirm");
    assert_eq!(screen.fake.signed_out(), Some(false));
    assert!(
        !screen.has("locked") && screen.has("sign-in"),
        "{}",
        screen.html()
    );
}

#[test]
fn coming_back_too_late_closes_it_and_what_was_drawn_is_covered_meanwhile() {
    let fake = on_a_phone()
        .says("lock_status", &OPEN)
        .says("lock_status", &CLOSED)
        .silent("unlock");
    let mut screen = Screen::open(fake, "/profilo");
    assert!(screen.has("child-facts") && !screen.fake.covered());
    screen.fake.hide(true);
    screen.settle();
    assert!(screen.fake.covered(), "the system takes its picture now");
    screen.fake.hide(false);
    screen.settle();
    assert!(
        screen.has("locked") && !screen.has("child-facts"),
        "{}",
        screen.html()
    );
    assert!(screen.fake.covered(), "not before it is drawn");
    screen.fake.pass();
    screen.settle();
    assert!(!screen.fake.covered());
}

#[test]
fn who_wants_no_lock_is_not_covered_and_not_asked() {
    let mut screen = Screen::open(on_a_phone().says("lock_status", &OFF), "/profilo");
    screen.fake.hide(true);
    screen.settle();
    assert!(!screen.fake.covered() && screen.has("child-facts"));
}

#[test]
fn the_choice_is_on_the_profile_of_a_phone_that_can_ask_and_nowhere_else() {
    let screen = Screen::open(on_a_phone(), "/profilo");
    assert!(!screen.has("lock"), "a computer");
    let browser = Fake::at(sample::now()).says("get_me", &sample::me());
    assert!(!Screen::open(browser, "/profilo").has("lock"));

    let fake = on_a_phone()
        .says("lock_status", &OFF)
        .says("set_lock", &answered(UnlockOutcome::Known, OPEN));
    let mut screen = Screen::open(fake, "/profilo");
    assert!(screen.text("lock-state").contains("non è attivo"));
    screen.tick("lock-choice", 0, true);
    assert_eq!(
        screen.fake.calls("set_lock")[0].body,
        Some(serde_json::json!(true))
    );
    assert!(
        screen.text("lock-state").contains("è attivo"),
        "{}",
        screen.html()
    );
}

#[test]
fn a_choice_that_the_phone_did_not_confirm_changes_nothing_and_says_so() {
    let fake = on_a_phone()
        .says("lock_status", &OFF)
        .says("set_lock", &answered(UnlockOutcome::NothingSetUp, OFF));
    let mut screen = Screen::open(fake, "/profilo");
    screen.tick("lock-choice", 0, true);
    assert!(
        screen
            .text("lock-refused")
            .contains("non ha un codice di sblocco")
    );
    let fake = on_a_phone()
        .says("lock_status", &OPEN)
        .says("set_lock", &answered(UnlockOutcome::Cancelled, OPEN));
    let mut screen = Screen::open(fake, "/profilo");
    screen.tick("lock-choice", 0, false);
    assert!(screen.text("lock-refused").contains("Non è cambiato niente"));
}

#[test]
fn a_link_opens_its_page_and_one_of_another_portal_is_refused_in_words() {
    let fake = on_a_phone().says(
        "await_link",
        &Some(LinkView::Open {
            path: "/profilo".into(),
        }),
    );
    let screen = Screen::open(fake, "/");
    assert!(screen.has("child-facts"), "{}", screen.html());

    let other = LinkView::OtherPortal {
        host: "mensa.altrove.example".into(),
    };
    let mut screen = Screen::open(on_a_phone().says("await_link", &Some(other)), "/profilo");
    assert!(screen.text("link-refused").contains("mensa.altrove.example"));
    assert!(screen.has("child-facts"), "what was open stays");
    screen.press("link-close");
    assert!(!screen.has("link-refused"));
}

#[test]
fn the_page_of_a_link_waits_behind_the_lock() {
    let fake = on_a_phone()
        .says("lock_status", &CLOSED)
        .says(
            "await_link",
            &Some(LinkView::Open {
                path: "/profilo".into(),
            }),
        )
        .says("unlock", &answered(UnlockOutcome::Cancelled, CLOSED))
        .says("unlock", &answered(UnlockOutcome::Known, OPEN));
    let mut screen = Screen::open(fake, "/");
    assert!(
        screen.has("unlock") && !screen.has("child-facts"),
        "{}",
        screen.html()
    );
    screen.press("unlock");
    assert!(screen.has("child-facts"), "{}", screen.html());
}

#[test]
fn the_app_on_a_phone_says_that_news_comes_by_another_way() {
    let fake = on_a_phone().says("lock_status", &OFF).says(
        "get_preferences",
        &PreferencesView {
            choices: Preferences::default(),
            mail: true,
            push: true,
            io: false,
            devices: 0,
        },
    );
    let screen = Screen::open(fake, "/profilo/avvisi");
    assert!(
        screen.text("device-state").contains("non riceve ancora avvisi"),
        "{}",
        screen.html()
    );
    assert!(screen.says("nel browser del telefono"));
}
