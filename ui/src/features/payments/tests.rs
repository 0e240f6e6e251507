use crate::{
    kit::{Screen, sample},
    paying::sample::{cart, cart_id, document, notice, notice_id, notices, own},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    notices::{CartView, NoticeView, NoticesView},
};
use domain::{Cents, ServiceDay, topup::TopUpState};

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn with(view: &NoticesView) -> Fake {
    signed_in().says("list_notices", view)
}

fn open(view: &NoticesView) -> Screen {
    Screen::open(with(view), "/pagamenti")
}

fn at_checkout(states: &[TopUpState]) -> CartView {
    CartView {
        checkout_url: Some("https://checkout.example.it/c/9".into()),
        ..cart(states)
    }
}

fn due_on(number: u8, day: &str) -> NoticeView {
    NoticeView {
        due: Some(day.parse::<ServiceDay>().unwrap()),
        ..notice(number, TopUpState::Payable)
    }
}

#[test]
fn what_is_to_be_paid_says_what_for_whom_until_when_and_how_much() {
    let view = NoticesView {
        due: vec![due_on(1, "2026-11-20"), due_on(2, "2026-11-27")],
        ..notices(0)
    };
    let screen = open(&view);
    assert_eq!(screen.fake.title(), "Pagamenti – Mensa scolastica");
    assert_eq!(screen.count("due-notice"), 2);
    assert_eq!(
        screen.attribute("due-notice", "data-notice").as_deref(),
        Some("301000000000000185")
    );
    assert_eq!(
        screen.attribute("due-notice", "data-state").as_deref(),
        Some("payable")
    );
    for words in [
        "Mensa scolastica, ottobre 2026",
        "Per Ada",
        "Scaduto da 3 giorni",
        "Entro venerdì 27",
        "49,44 €",
        "3010 0000 0000 0001 85",
        "Un solo pagamento, una sola commissione",
    ] {
        assert!(screen.says(words), "{words} in {}", screen.words());
    }
    assert!(!screen.has("cart-pay"), "nothing is chosen yet");
}

#[test]
fn several_notices_become_one_payment() {
    let fake = with(&notices(3))
        .says("start_cart", &at_checkout(&[TopUpState::Verifying; 2]))
        .says("get_cart", &cart(&[TopUpState::Verifying; 2]));
    let mut screen = Screen::open(fake, "/pagamenti");
    screen.press("notice-choose");
    assert_eq!(screen.text("cart-total"), "49,44\u{a0}€");
    assert!(screen.says("1 avviso scelto, 49,44 €"), "it is heard");
    screen.press_nth("notice-choose", 2);
    assert_eq!(screen.text("cart-total"), "98,88\u{a0}€");
    assert_eq!(screen.text("cart-pay"), "Paga 2 avvisi: 98,88\u{a0}€");
    screen.press_twice("cart-pay");
    let calls = screen.fake.calls("start_cart");
    assert_eq!(calls.len(), 1);
    let asked = calls[0].body.as_ref().unwrap();
    assert_eq!(asked["notices"], serde_json::json!([notice_id(1), notice_id(3)]));
    assert_eq!(screen.fake.opened(), ["https://checkout.example.it/c/9"]);
    assert_eq!(
        screen.attribute("payment-state", "data-state").as_deref(),
        Some("verifying")
    );
    assert_eq!(screen.count("payment-row"), 2);
    assert!(
        screen.fake.calls("get_cart")[0]
            .path
            .ends_with(&cart_id().to_string())
    );
}

#[test]
fn what_was_chosen_can_be_left_out_again() {
    let mut screen = open(&notices(2));
    screen.press("notice-choose");
    screen.press("notice-choose");
    assert!(!screen.has("cart-pay"));
}

#[test]
fn the_sixth_is_explained_and_not_taken() {
    let mut screen = open(&notices(7));
    for place in 0..5 {
        screen.press_nth("notice-choose", place);
    }
    assert!(screen.text("cart-full").contains("al massimo 5 avvisi"));
    screen.press_nth("notice-choose", 5);
    assert_eq!(screen.text("cart-pay"), "Paga 5 avvisi: 247,20\u{a0}€");
    assert_eq!(
        screen.html().matches("aria-disabled=\"true\"").count(),
        2,
        "two boxes say that they cannot be chosen, and can still be reached"
    );
    screen.press("notice-choose");
    assert!(!screen.has("cart-full"));
}

#[test]
fn asked_again_after_no_answer_it_is_the_same_payment() {
    let mut screen = Screen::open(with(&notices(2)).offline("start_cart"), "/pagamenti");
    screen.press("notice-choose");
    screen.press("cart-pay");
    assert!(
        screen.text("error").contains("non paghi due volte"),
        "{}",
        screen.text("error")
    );
    screen.press("cart-pay");
    screen.press_nth("notice-choose", 1);
    assert!(!screen.has("error"));
    screen.press("cart-pay");
    let keys: Vec<_> = screen
        .fake
        .calls("start_cart")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
}

#[test]
fn what_cannot_be_paid_any_more_is_said_and_the_list_is_asked_for_again() {
    let paid_meanwhile = NoticesView {
        due: vec![notice(2, TopUpState::Payable)],
        ..notices(0)
    };
    let fake = signed_in()
        .says("list_notices", &notices(2))
        .says("list_notices", &paid_meanwhile)
        .refuses("start_cart", ErrorBody::new(ErrorCode::NotPayable, ""));
    let mut screen = Screen::open(fake, "/pagamenti");
    screen.press("notice-choose");
    screen.press_nth("notice-choose", 1);
    screen.press("cart-pay");
    assert!(screen.text("error").contains("non si può pagare adesso"));
    assert_eq!(screen.count("due-notice"), 1);
    assert_eq!(screen.text("cart-pay"), "Paga 1 avviso: 49,44\u{a0}€");
}

#[test]
fn one_that_somebody_may_be_paying_says_when_to_try_again() {
    let until: domain::Instant = "2026-11-23T07:57:00Z".parse().unwrap();
    let locked = ErrorBody::new(ErrorCode::PaymentInProgress, "").with("until", until);
    let mut screen = Screen::open(with(&notices(2)).refuses("start_cart", locked), "/pagamenti");
    screen.press("notice-choose");
    screen.press("cart-pay");
    assert!(
        screen.text("error").contains("riprova alle 8:57"),
        "{}",
        screen.text("error")
    );
    assert_eq!(
        screen.fake.calls("list_notices").len(),
        2,
        "what is shown is asked for again"
    );
}

#[test]
fn where_pagopa_does_not_answer_nothing_is_opened_and_the_choice_stays() {
    let away = CartView {
        problem: Some(ErrorCode::PaymentUnavailable),
        ..cart(&[TopUpState::Payable])
    };
    let mut screen = Screen::open(with(&notices(1)).says("start_cart", &away), "/pagamenti");
    screen.press("notice-choose");
    screen.press("cart-pay");
    assert!(screen.text("error").contains("pagoPA non risponde"));
    assert!(screen.fake.opened().is_empty());
    assert!(screen.has("cart-pay"));
}

#[test]
fn the_history_says_state_payer_day_way_and_provider() {
    let screen = open(&notices(1));
    let rows: Vec<_> = ["verifying", "paid", "cancelled"]
        .into_iter()
        .filter(|state| screen.html().contains(&["data-state=\"", state, "\""].concat()))
        .collect();
    assert_eq!(rows, ["verifying", "paid", "cancelled"]);
    for words in [
        "Stiamo verificando",
        "Se non hai pagato, si può riprovare alle 9:12",
        "Pagato da Giulia Bassi, ven 20 nov, 8:15 · carta · Banca Esempio",
        "Annullato",
        "Ricarica fatta oggi, 8:42",
    ] {
        assert!(screen.says(words), "{words} in {}", screen.words());
    }
    assert_eq!(screen.count("receipt-save"), 1, "only what is paid has a receipt");
}

#[test]
fn a_receipt_and_the_year_are_kept_as_files() {
    let fake = with(&notices(0))
        .says("get_payment_receipt", &document())
        .says("get_year_statement", &document());
    let mut screen = Screen::open(fake, "/pagamenti");
    assert!(
        screen.says("Nel 2026 hai pagato 812,40 € (7 pagamenti)"),
        "{}",
        screen.words()
    );
    assert!(screen.says("Nel 2025 hai pagato 61,80 € (1 pagamento)"));
    assert_eq!(
        screen.attribute("year-total", "data-year").as_deref(),
        Some("2026")
    );
    screen.press("receipt-save");
    assert!(
        screen
            .text("document-saved")
            .contains("Salvato in Scaricati: avviso-301000000000000185.pdf")
    );
    screen.press_nth("year-save", 1);
    assert_eq!(screen.fake.kept(), [document(), document()]);
    assert!(screen.fake.calls("get_year_statement")[0].path.contains("/2025/"));
}

#[test]
fn a_file_that_cannot_be_kept_is_said() {
    let fake = with(&notices(0))
        .says("get_payment_receipt", &document())
        .without_room();
    let mut screen = Screen::open(fake, "/pagamenti");
    screen.press("receipt-save");
    assert!(screen.has("error") && !screen.has("document-saved"));
}

#[test]
fn a_long_history_comes_in_parts() {
    let view = NoticesView {
        others: (0..30).map(|number| notice(number, TopUpState::Paid)).collect(),
        ..notices(0)
    };
    let mut screen = open(&view);
    assert_eq!(screen.count("payment-row"), 20);
    screen.press("payments-more");
    assert_eq!(screen.count("payment-row"), 30);
    assert!(!screen.has("payments-more"));
}

#[test]
fn what_is_verified_is_asked_for_again_until_it_is_settled() {
    let settled = NoticesView {
        others: vec![own(21, TopUpState::Paid)],
        ..notices(0)
    };
    let fake = signed_in()
        .says("list_notices", &notices(0))
        .says("list_notices", &settled);
    let mut screen = Screen::open(fake, "/pagamenti");
    assert!(screen.fake.pass().contains(&2_500));
    screen.settle();
    assert_eq!(
        screen.attribute("payment-row", "data-state").as_deref(),
        Some("paid")
    );
    assert!(screen.fake.pass().into_iter().all(|millis| millis <= 1_000));
}

#[test]
fn loading_empty_failed_and_stale_are_drawn() {
    assert!(Screen::open(signed_in().silent("list_notices"), "/pagamenti").has("loading"));

    let nothing = NoticesView {
        others: vec![],
        years: vec![],
        ..notices(0)
    };
    let screen = open(&nothing);
    assert!(screen.says("Ancora nessun pagamento") && screen.has("topup-open"));
    assert!(open(&notices(0)).says("Niente da pagare"));

    let fake = signed_in()
        .offline("list_notices")
        .says("list_notices", &notices(1));
    let mut screen = Screen::open(fake, "/pagamenti");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.press_words("Riprova");
    assert!(screen.has("due-notice"));

    let mut screen = Screen::open(with(&notices(2)).offline("list_notices"), "/pagamenti");
    screen.press("notice-choose");
    screen.fake.come_back();
    screen.settle();
    assert!(screen.text("offline").contains("Aggiornato alle 8:42"));
    assert_eq!(screen.text("cart-total"), "49,44\u{a0}€", "what was chosen stays");
}

#[test]
fn the_first_screen_and_the_wallet_lead_here() {
    let view = NoticesView {
        due: vec![
            notice(1, TopUpState::Payable),
            NoticeView {
                amount: Cents::new(4_896),
                ..notice(2, TopUpState::Payable)
            },
        ],
        ..notices(0)
    };
    let home = with(&view).says("get_today", &sample::today_view());
    let mut screen = Screen::open(home, "/");
    assert_eq!(
        screen.text("payments-due"),
        "2 avvisi, 98,40\u{a0}€, il primo entro il 30 novembre"
    );
    assert!(
        screen
            .text("payments-verifying")
            .contains("Stiamo verificando un pagamento di 49,44\u{a0}€")
    );
    screen.press("payments-open");
    assert!(screen.has("due-notice"));

    let calm = NoticesView {
        others: vec![],
        ..notices(0)
    };
    let home = with(&calm).says("get_today", &sample::today_view());
    assert!(
        !Screen::open(home, "/").has("payments-open"),
        "nothing to do, nothing said"
    );

    let wallet = with(&calm).says("list_wallets", &[sample::wallet()]).says(
        "list_postings",
        &api::wallets::PostingsView {
            postings: vec![],
            next: None,
        },
    );
    let mut screen = Screen::open(wallet, "/portafoglio");
    screen.press("payments-open");
    assert_eq!(screen.fake.title(), "Pagamenti – Mensa scolastica");
}
