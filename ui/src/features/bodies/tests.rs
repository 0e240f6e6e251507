use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{ErrorBody, ErrorCode, bodies::BodyView};
use bridge::{KeychainView, StatusView};

fn fresh_shell() -> Fake {
    Fake::at(sample::now())
        .in_shell(StatusView {
            portal: None,
            session: None,
            keychain: KeychainView::System,
            shares: false,
        })
        .says("list_bodies", &[sample::body()])
}

#[test]
fn a_fresh_app_asks_where_the_canteen_is() {
    let fake = fresh_shell().says("choose_portal", &());
    let mut screen = Screen::open(fake, "/");
    assert!(screen.says("Dove si trova la tua mensa?"), "{}", screen.html());
    screen.submit("portal-form");
    assert!(screen.text("error").contains("Scrivi l'indirizzo"));
    screen.fill("portal-address", " mensa.example.it ");
    screen.submit("portal-form");
    assert_eq!(screen.fake.calls("choose_portal")[0].path, "mensa.example.it");
    assert!(
        screen.has("badge"),
        "the only body is chosen by itself: {}",
        screen.html()
    );
}

#[test]
fn a_wrong_address_is_told_in_words() {
    let fake = fresh_shell()
        .refuses("choose_portal", ErrorBody::new(ErrorCode::InvalidRequest, ""))
        .offline("choose_portal")
        .refuses("choose_portal", ErrorBody::new(ErrorCode::UnreadableAnswer, ""));
    let mut screen = Screen::open(fake, "/comune");
    for words in ["non è un indirizzo", "non risponde nessuno", "non c'è una mensa"] {
        screen.fill("portal-address", "x");
        screen.submit("portal-form");
        assert!(screen.text("error").contains(words), "{}", screen.text("error"));
    }
}

#[test]
fn a_portal_without_bodies_says_whom_to_ask() {
    let nobody = ErrorBody::new(ErrorCode::Unauthenticated, "");
    let none: [BodyView; 0] = [];
    let fake = Fake::default()
        .refuses("get_me", nobody)
        .says("list_bodies", &none);
    let screen = Screen::open(fake, "/comune");
    assert!(screen.says("Qui non c'è ancora nessun Comune"));
}
