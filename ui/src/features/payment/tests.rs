use crate::{
    kit::{Screen, sample},
    paying::sample::{cart, cart_id, id, own, topup},
    platform::fake::Fake,
};
use api::{ErrorBody, ErrorCode, notices::CartView, topups::TopUpView};
use domain::topup::TopUpState;

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn address() -> String {
    format!("/ricarica/{}", id())
}

fn open(state: TopUpState) -> Screen {
    Screen::open(signed_in().says("get_top_up", &topup(state)), &address())
}

fn state(screen: &Screen) -> String {
    screen
        .attribute("payment-state", "data-state")
        .unwrap_or_default()
}

/// Lets the pause before the next question go by, and tells how long it was.
fn pass(screen: &mut Screen) -> Vec<u32> {
    let slept = screen.fake.pass();
    screen.settle();
    // The clock sleeps one second at a time.
    slept.into_iter().filter(|millis| *millis > 1_000).collect()
}

#[test]
fn each_state_is_said_in_words_with_what_can_be_done() {
    for (state, words, acts, codes) in [
        (TopUpState::Preparing, "pagoPA non lo conosce ancora", true, false),
        (
            TopUpState::Payable,
            "Questa ricarica non è ancora pagata.",
            true,
            true,
        ),
        (TopUpState::Verifying, "il saldo si aggiorna da solo", false, true),
        (
            TopUpState::Paid,
            "Ricarica di 123,60 € accreditata alle 8:44:09.",
            false,
            false,
        ),
        (TopUpState::Cancelled, "Non devi pagare niente", false, false),
    ] {
        let screen = open(state);
        assert_eq!(self::state(&screen), state.as_str());
        assert!(screen.says(words), "{words} in {}", screen.words());
        assert_eq!(
            (screen.has("payment-retry"), screen.has("payment-cancel")),
            (acts, acts),
            "{state:?}"
        );
        assert_eq!(screen.has("notice-number"), codes, "{state:?}");
        assert_eq!(
            screen.says("dal tabaccaio"),
            state == TopUpState::Payable,
            "{state:?}"
        );
        assert!(screen.says("Ada, 20 pasti") && screen.says("123,60 €"));
        assert_eq!(screen.says("accreditata"), state == TopUpState::Paid, "{state:?}");
    }
    assert!(open(TopUpState::Paid).has("payment-wallet") && open(TopUpState::Paid).has("receipt-save"));
    assert!(open(TopUpState::Payable).has("payment-notice"));
    assert!(!open(TopUpState::Verifying).has("payment-notice"));
    assert!(open(TopUpState::Cancelled).has("payment-another"));
}

#[test]
fn while_it_is_verified_it_is_asked_for_again_and_again_until_it_is_paid() {
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Verifying))
        .says("get_top_up", &topup(TopUpState::Verifying))
        .says("get_top_up", &topup(TopUpState::Paid));
    let mut screen = Screen::open(fake, &address());
    assert_eq!(pass(&mut screen), [2_500]);
    assert_eq!(state(&screen), "verifying");
    assert!(
        !screen.says("accreditata"),
        "nothing is paid before the portal says so"
    );
    assert_eq!(pass(&mut screen), [2_500]);
    assert_eq!(state(&screen), "paid");
    assert!(screen.says("Ricarica accreditata"));
    assert_eq!(pass(&mut screen), Vec::<u32>::new(), "nobody asks any more");
    assert_eq!(screen.fake.calls("get_top_up").len(), 3);
}

#[test]
fn it_is_asked_for_less_and_less_often_and_at_once_when_somebody_comes_back() {
    let mut screen = open(TopUpState::Verifying);
    let pauses: Vec<_> = (0..24).flat_map(|_| pass(&mut screen)).collect();
    assert_eq!(
        (pauses[0], pauses[7], pauses[8], pauses[20]),
        (2_500, 2_500, 5_000, 15_000)
    );
    let before = screen.fake.calls("get_top_up").len();
    screen.fake.come_back();
    screen.settle();
    assert_eq!(screen.fake.calls("get_top_up").len(), before + 1);
}

#[test]
fn an_answer_that_does_not_come_leaves_what_is_known_and_asks_on() {
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Verifying))
        .offline("get_top_up")
        .says("get_top_up", &topup(TopUpState::Paid));
    let mut screen = Screen::open(fake, &address());
    pass(&mut screen);
    assert!(screen.text("offline").contains("Non riesco a collegarmi"));
    assert_eq!(state(&screen), "verifying");
    pass(&mut screen);
    assert_eq!(state(&screen), "paid");
    assert!(!screen.has("offline"));
}

#[test]
fn paying_again_opens_a_checkout_for_the_same_notice() {
    let again = TopUpView {
        checkout_url: Some("https://checkout.example.it/c/2".into()),
        ..topup(TopUpState::Verifying)
    };
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .says("start_checkout", &again);
    let mut screen = Screen::open(fake, &address());
    screen.press_twice("payment-retry");
    assert_eq!(screen.fake.calls("start_checkout").len(), 1);
    assert_eq!(screen.fake.opened(), ["https://checkout.example.it/c/2"]);
    assert_eq!(state(&screen), "verifying");
    screen.press("payment-open");
    assert_eq!(screen.fake.opened().len(), 2, "the same checkout, once more");
    assert_eq!(screen.fake.calls("start_checkout").len(), 1);
}

#[test]
fn paying_again_after_no_answer_has_the_same_key() {
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .offline("start_checkout");
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-retry");
    assert!(
        screen.text("error").contains("non conta due volte"),
        "{}",
        screen.text("error")
    );
    screen.press("payment-retry");
    let calls = screen.fake.calls("start_checkout");
    assert_eq!(calls[0].key, calls[1].key);
    assert!(calls[0].key.is_some());
}

#[test]
fn the_key_outlives_the_next_answer_about_the_payment() {
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .offline("get_top_up")
        .says("get_top_up", &topup(TopUpState::Payable))
        .offline("start_checkout");
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-retry");
    for _ in 0..2 {
        screen.fake.come_back();
        screen.settle();
    }
    screen.press("payment-retry");
    let calls = screen.fake.calls("start_checkout");
    assert_eq!(calls[0].key, calls[1].key);
}

#[test]
fn what_pagopa_cannot_do_is_said_and_the_notice_stays() {
    let problem = |code| TopUpView {
        problem: Some(code),
        ..topup(TopUpState::Payable)
    };
    for (code, words) in [
        (ErrorCode::PaymentUnavailable, "L'avviso è tenuto da parte"),
        (ErrorCode::PaymentInProgress, "già in corso"),
        (ErrorCode::AlreadyPaid, "pagoPA dice che è già pagato"),
    ] {
        let fake = signed_in()
            .says("get_top_up", &topup(TopUpState::Payable))
            .says("start_checkout", &problem(code));
        let mut screen = Screen::open(fake, &address());
        screen.press("payment-retry");
        assert!(screen.says(words), "{words} in {}", screen.words());
        assert!(screen.fake.opened().is_empty());
        assert_eq!(screen.has("payment-retry"), code != ErrorCode::AlreadyPaid);
    }
}

#[test]
fn a_lock_that_another_adult_set_is_said_and_shown() {
    let locked = ErrorBody::new(ErrorCode::PaymentInProgress, "");
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .says("get_top_up", &topup(TopUpState::Verifying))
        .refuses("start_checkout", locked);
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-retry");
    assert_eq!(state(&screen), "verifying");
    assert!(screen.says("si può riprovare alle 9:12"));
}

#[test]
fn a_checkout_that_does_not_open_is_said_with_a_way_to_open_it() {
    let again = TopUpView {
        checkout_url: Some("https://checkout.example.it/c/2".into()),
        ..topup(TopUpState::Verifying)
    };
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .says("start_checkout", &again)
        .without_browser();
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-retry");
    assert!(
        screen
            .text("error")
            .contains("Non riesco ad aprire la pagina di pagoPA")
    );
    assert_eq!(screen.text("payment-open"), "Apri pagoPA");
}

#[test]
fn withdrawing_asks_first_and_keeps_its_key() {
    let fake = signed_in()
        .says("get_top_up", &topup(TopUpState::Payable))
        .offline("cancel_top_up")
        .says("cancel_top_up", &topup(TopUpState::Cancelled));
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-cancel");
    assert!(
        screen
            .text("cancel-topup")
            .contains("Annulli la ricarica di 123,60\u{a0}€?")
    );
    assert!(
        screen.fake.calls("cancel_top_up").is_empty(),
        "looking changes nothing"
    );
    screen.press_words("Lascia com'era");
    assert!(!screen.has("cancel-topup"));
    screen.press("payment-cancel");
    screen.press_twice("confirm-payment-cancel");
    assert!(screen.text("error").contains("non conta due volte"));
    screen.press("confirm-payment-cancel");
    let calls = screen.fake.calls("cancel_top_up");
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!(state(&screen), "cancelled");
    assert!(!screen.has("cancel-topup"));
}

#[test]
fn the_codes_are_copied_whole() {
    let mut screen = open(TopUpState::Payable);
    assert_eq!(screen.text("notice-number"), "3010 0000 0000 0001 85");
    screen.press("notice-copy");
    screen.press("copy-body-code");
    assert_eq!(screen.fake.copied(), ["301000000000000185", "03334231200"]);
    assert_eq!(screen.text("notice-copy"), "Copiato");
    assert!(screen.says("Codice fiscale dell'ente copiato."));
}

#[test]
fn loading_failed_and_unknown_payments_are_drawn() {
    let screen = Screen::open(signed_in().silent("get_top_up"), &address());
    assert!(screen.has("loading"));

    let nowhere = ErrorBody::new(ErrorCode::NotFound, "");
    let screen = Screen::open(signed_in().refuses("get_top_up", nowhere), &address());
    assert!(screen.has("error"));

    let screen = Screen::open(signed_in(), "/ricarica/boh");
    assert!(screen.says("Non trovo questa ricarica"));
    assert!(screen.fake.calls("get_top_up").is_empty());
}

fn back(outcome: &str, all: &[TopUpView]) -> Screen {
    let mut fake = signed_in().says("list_top_ups", &all);
    if let Some(newest) = all.iter().find(|topup| topup.state != TopUpState::Cancelled) {
        fake = fake.says("get_top_up", newest);
    }
    Screen::open(fake, &format!("/ritorno/{}/{outcome}", id()))
}

#[test]
fn back_from_pagopa_the_address_is_only_a_hint() {
    for (outcome, stands, words) in [
        (
            "ok",
            TopUpState::Verifying,
            "Sei di ritorno da pagoPA. Stiamo verificando",
        ),
        ("attesa", TopUpState::Verifying, "sta ancora elaborando"),
        (
            "annullato",
            TopUpState::Payable,
            "nessun addebito sul portafoglio",
        ),
        (
            "errore",
            TopUpState::Payable,
            "Puoi riprovare con lo stesso avviso",
        ),
        ("errore", TopUpState::Paid, "Ricarica accreditata"),
        ("ok", TopUpState::Payable, "Da pagare"),
        ("boh", TopUpState::Verifying, "Stiamo verificando"),
    ] {
        let screen = back(outcome, &[topup(stands)]);
        assert_eq!(state(&screen), stands.as_str(), "{outcome}");
        assert!(screen.says(words), "{outcome}: {words} in {}", screen.words());
        assert_eq!(
            screen.says("accreditata"),
            stands == TopUpState::Paid,
            "{outcome}"
        );
    }
}

#[test]
fn back_from_pagopa_the_newest_that_still_counts_is_followed() {
    let withdrawn = TopUpView {
        id: domain::NoticeId::from_parts(2, [8; 10]),
        ..topup(TopUpState::Cancelled)
    };
    let mut screen = back("ok", &[withdrawn.clone(), topup(TopUpState::Verifying)]);
    assert_eq!(state(&screen), "verifying");
    assert_eq!(pass(&mut screen), [2_500], "it goes on being asked for");
    assert!(back("ok", &[withdrawn]).says("Non trovo ricariche da seguire"));
}

fn back_to_cart(outcome: &str, fake: Fake) -> Screen {
    Screen::open(fake, &format!("/ritorno/{}/{outcome}", cart_id()))
}

#[test]
fn back_from_pagopa_a_top_up_is_followed_by_the_trip_that_the_address_names() {
    let trip = CartView {
        notices: vec![own(1, TopUpState::Verifying)],
        ..cart(&[TopUpState::Verifying])
    };
    let fake = signed_in()
        .says("get_cart", &trip)
        .says("get_top_up", &topup(TopUpState::Verifying));
    let screen = back_to_cart("ok", fake);
    assert!(screen.says("Sei di ritorno da pagoPA") && screen.says("Ada, 20 pasti"));
    assert!(screen.fake.calls("list_top_ups").is_empty());
    assert!(
        screen.fake.calls("get_cart")[0]
            .path
            .ends_with(&cart_id().to_string())
    );
}

#[test]
fn back_from_pagopa_the_whole_cart_is_shown_and_asked_for_until_it_is_paid() {
    let fake = signed_in()
        .says("get_cart", &cart(&[TopUpState::Verifying; 3]))
        .says(
            "get_cart",
            &cart(&[TopUpState::Paid, TopUpState::Verifying, TopUpState::Paid]),
        )
        .says("get_cart", &cart(&[TopUpState::Paid; 3]));
    let mut screen = back_to_cart("ok", fake);
    assert_eq!(state(&screen), "verifying");
    assert_eq!(screen.count("payment-row"), 3);
    assert!(screen.says("Stiamo verificando: non devi fare altro"));
    assert!(screen.says("si può riprovare alle 9:12") && !screen.has("cart-retry"));
    assert_eq!(pass(&mut screen), [2_500]);
    assert_eq!(
        (state(&screen).as_str(), screen.count("receipt-save")),
        ("verifying", 2)
    );
    assert_eq!(pass(&mut screen), [2_500]);
    assert_eq!(
        (state(&screen).as_str(), screen.count("receipt-save")),
        ("paid", 3)
    );
    assert!(screen.says("Abbiamo le ricevute di 3 avvisi: 148,32 € in tutto."));
    assert_eq!(pass(&mut screen), Vec::<u32>::new(), "nobody asks any more");
}

#[test]
fn a_cart_that_was_not_paid_can_be_paid_again_with_what_is_left() {
    let again = CartView {
        id: domain::AttemptId::from_parts(4, [4; 10]),
        checkout_url: Some("https://checkout.example.it/c/8".into()),
        ..cart(&[TopUpState::Verifying])
    };
    let fake = signed_in()
        .says("get_cart", &cart(&[TopUpState::Paid, TopUpState::Payable]))
        .says("get_cart", &cart(&[TopUpState::Verifying]))
        .says("start_cart", &again);
    let mut screen = back_to_cart("errore", fake);
    assert_eq!(state(&screen), "partly");
    assert_eq!(screen.text("cart-retry"), "Riprova a pagare 49,44\u{a0}€");
    screen.press_twice("cart-retry");
    assert_eq!(screen.fake.calls("start_cart").len(), 1);
    assert_eq!(screen.fake.opened(), ["https://checkout.example.it/c/8"]);
    assert_eq!(state(&screen), "verifying");

    let fake = signed_in().says("get_cart", &cart(&[TopUpState::Payable; 2]));
    let screen = back_to_cart("annullato", fake);
    assert!(screen.says("Puoi riprovare con gli stessi avvisi"));
}

#[test]
fn a_cart_is_drawn_while_it_loads_when_it_fails_and_when_it_is_old() {
    assert!(back_to_cart("ok", signed_in().silent("get_cart")).has("loading"));
    assert!(back_to_cart("ok", signed_in().offline("get_cart")).has("error"));

    let fake = signed_in()
        .says("get_cart", &cart(&[TopUpState::Verifying]))
        .offline("get_cart");
    let mut screen = back_to_cart("ok", fake);
    pass(&mut screen);
    assert!(screen.has("offline") && state(&screen) == "verifying");

    let screen = Screen::open(signed_in(), "/pagamenti/insieme/boh");
    assert!(screen.says("Non trovo questo pagamento"));
}

#[test]
fn back_from_pagopa_without_a_session_one_goes_back_to_the_app() {
    let nobody = ErrorBody::new(ErrorCode::Unauthenticated, "");
    for (outcome, words) in [
        ("ok", "Appena pagoPA conferma, nell'app risulta pagato."),
        ("annullato", "Nell'app puoi riprovare"),
        ("attesa", "sta ancora elaborando"),
        ("boh", "Nell'app vedi come sta il pagamento."),
    ] {
        let fake = Fake::default().refuses("get_me", nobody.clone());
        let screen = Screen::open(fake, &format!("/ritorno/{}/{outcome}", id()));
        assert!(screen.says("Puoi tornare all'app Refettorio"));
        assert!(screen.says(words), "{words} in {}", screen.words());
        assert!(screen.has("return-sign-in"));
        assert!(!screen.says("accreditata"));
    }
}
