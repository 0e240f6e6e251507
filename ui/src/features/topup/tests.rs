use crate::{
    kit::{Screen, sample},
    paying::sample::{at_checkout, id, own, topup},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    topups::{TopUpChildView, TopUpOptionsView, TopUpSuggestionView, TopUpUntil, TopUpView},
};
use domain::{Cents, topup::TopUpState};

/// 6.18 a meal, 5 to 500 euro, for Ada and Elio.
pub fn options() -> TopUpOptionsView {
    let child = |index, first_name: &str| TopUpChildView {
        child: sample::child(index),
        first_name: first_name.into(),
        wallet: sample::wallet_id(),
        unit_price: Some(Cents::new(618)),
        meal_totals: (1..=60).map(|meals| Cents::new(618 * meals)).collect(),
        suggestions: Vec::new(),
        low: false,
    };
    TopUpOptionsView {
        fixed: vec![Cents::new(5_000), Cents::new(10_000)],
        min: Cents::new(500),
        max: Cents::new(50_000),
        children: vec![child(1, "Ada"), child(2, "Elio")],
        open: None,
    }
}

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn choosing() -> Fake {
    signed_in().says("get_top_up_options", &options())
}

fn with_open(open: &TopUpView) -> Fake {
    let options = TopUpOptionsView {
        open: Some(open.clone()),
        ..options()
    };
    signed_in()
        .says("get_top_up_options", &options)
        .says("get_top_up", open)
}

fn body(fake: &Fake, place: usize) -> String {
    fake.calls("create_top_up")[place]
        .body
        .as_ref()
        .unwrap()
        .to_string()
}

#[test]
fn twenty_meals_for_one_child_come_to_what_the_portal_told() {
    let mut screen = Screen::open(choosing(), "/ricarica");
    assert!(screen.says("Un solo pagamento per tutti i figli"));
    assert_eq!(screen.count("topup-child"), 2);
    assert_eq!(
        screen.attribute("topup-child", "data-child-name").as_deref(),
        Some("Ada")
    );
    assert!(screen.says("6,18 € a pasto"));
    assert_eq!(screen.text("topup-total"), "0,00\u{a0}€");
    screen.fill("meals-input", "20");
    assert_eq!(screen.text("topup-total"), "123,60\u{a0}€");
    assert!(screen.says("La commissione la decide chi scegli per pagare."));
}

#[test]
fn minus_and_plus_go_meal_by_meal() {
    let mut screen = Screen::open(choosing(), "/ricarica");
    assert_eq!(
        screen.attribute("meals-minus", "disabled").as_deref(),
        Some("true")
    );
    screen.press("meals-plus");
    screen.press("meals-plus");
    screen.press_nth("meals-plus", 1);
    assert_eq!(screen.attribute("meals-input", "value").as_deref(), Some("2"));
    assert_eq!(screen.text("topup-total"), "18,54\u{a0}€");
    screen.press("meals-minus");
    assert_eq!(screen.text("topup-total"), "12,36\u{a0}€");
}

#[test]
fn quick_choices_fill_a_childs_line() {
    let mut screen = Screen::open(choosing(), "/ricarica");
    screen.press_words("1 mese");
    assert_eq!(screen.attribute("meals-input", "value").as_deref(), Some("20"));
    screen.press_words("50,00 €");
    assert_eq!(screen.text("topup-total"), "50,00\u{a0}€");
    assert!(screen.says("50,00 €, bastano per 8 pasti"), "{}", screen.words());
    screen.press("meals-plus");
    assert_eq!(screen.text("topup-total"), "55,62\u{a0}€", "nine meals");
}

/// For Ada: 24 meals to Christmas, and more to Easter than can be paid at once.
fn suggesting() -> TopUpOptionsView {
    let one = |until, last_day: &str, meals: u32| TopUpSuggestionView {
        until,
        last_day: last_day.parse().unwrap(),
        meals,
        amount: Cents::new(618 * i64::from(meals)),
    };
    let mut options = options();
    options.children[0].suggestions = vec![
        one(TopUpUntil::MonthEnd, "2026-11-30", 0),
        one(TopUpUntil::Christmas, "2026-12-22", 24),
        one(TopUpUntil::Easter, "2027-03-24", 77),
    ];
    options
}

#[test]
fn what_lasts_until_a_day_that_families_know_is_one_tap() {
    let mut screen = Screen::open(signed_in().says("get_top_up_options", &suggesting()), "/ricarica");
    assert_eq!(
        screen.count("suggestion"),
        1,
        "only what can be paid at once, and only where something is missing"
    );
    assert_eq!(
        screen.attribute("suggestion", "data-until").as_deref(),
        Some("christmas")
    );
    assert!(screen.says("Fino a Natale") && screen.says("24 pasti, 148,32 €"));
    assert_eq!(
        screen.text("topup-total"),
        "0,00\u{a0}€",
        "nothing is chosen for anybody"
    );
    screen.press("suggestion");
    assert_eq!(screen.text("topup-total"), "148,32\u{a0}€");
    assert_eq!(screen.attribute("meals-input", "value").as_deref(), Some("24"));
    assert_eq!(
        screen.attribute("suggestion", "aria-pressed").as_deref(),
        Some("true")
    );
    screen.fill("meals-input", "20");
    assert_eq!(screen.text("topup-total"), "123,60\u{a0}€");
    assert_eq!(
        screen.attribute("suggestion", "aria-pressed").as_deref(),
        Some("false")
    );
}

#[test]
fn who_comes_from_the_notification_of_a_low_balance_finds_the_suggestion_chosen() {
    let mut options = suggesting();
    options.children[0].low = true;
    let fake = signed_in()
        .says("get_top_up_options", &options)
        .says("get_today", &sample::today_view());
    let mut screen = Screen::open(fake.clone(), "/");
    fake.summon("/ricarica");
    screen.settle();
    assert_eq!(
        screen.attribute("meals-input", "value").as_deref(),
        Some("24"),
        "{}",
        screen.html()
    );
    assert_eq!(screen.text("topup-total"), "148,32\u{a0}€");
    // What the person chooses then stays.
    screen.fill("meals-input", "20");
    assert_eq!(screen.text("topup-total"), "123,60\u{a0}€");
    // Coming by oneself chooses nothing, and a wallet that is not low needs nothing.
    let screen = Screen::open(signed_in().says("get_top_up_options", &options), "/ricarica");
    assert_eq!(screen.text("topup-total"), "0,00\u{a0}€");
    options.children[0].low = false;
    let fake = signed_in().says("get_top_up_options", &options);
    let mut screen = Screen::open(fake.clone(), "/ricarica");
    fake.summon("/ricarica");
    screen.settle();
    assert_eq!(screen.text("topup-total"), "0,00\u{a0}€");
}

#[test]
fn paying_elsewhere_makes_a_notice_and_leads_to_it() {
    let fake = choosing()
        .says("create_top_up", &topup(TopUpState::Payable))
        .says("get_notice", &own(1, TopUpState::Payable));
    let mut screen = Screen::open(fake, "/ricarica");
    screen.press_words("1 mese");
    screen.press_twice("topup-notice");
    assert_eq!(screen.fake.calls("create_top_up").len(), 1);
    assert!(body(&screen.fake, 0).contains(r#""way":"notice""#));
    assert!(screen.fake.opened().is_empty(), "no checkout is opened");
    assert!(screen.has("notice-print") && screen.has("notice-number"));
    assert_eq!(screen.fake.title(), "Avviso di pagamento – Mensa scolastica");
}

#[test]
fn the_other_way_after_no_answer_is_another_act() {
    let mut screen = Screen::open(choosing().offline("create_top_up"), "/ricarica");
    screen.press_words("1 mese");
    screen.press("topup-pay");
    screen.press("topup-notice");
    let calls = screen.fake.calls("create_top_up");
    assert_ne!(calls[0].key, calls[1].key);
}

#[test]
fn a_free_amount_keeps_to_the_limits_and_says_them() {
    let mut screen = Screen::open(choosing(), "/ricarica");
    screen.press_words("Altro importo");
    assert!(screen.says("Da 5,00 € a 500,00 €"));
    for (typed, words) in [
        ("4", "L'importo più piccolo è 5,00\u{a0}€."),
        ("501", "L'importo più grande è 500,00\u{a0}€."),
        ("tanto", "Scrivi l'importo in euro"),
    ] {
        screen.fill("topup-amount", typed);
        assert!(
            screen.text("topup-wrong").contains(words),
            "{typed}: {}",
            screen.text("topup-wrong")
        );
    }
    screen.press("topup-pay");
    assert!(screen.text("error").contains("Prima correggi"));
    assert!(screen.fake.calls("create_top_up").is_empty());
    screen.fill("topup-amount", "25,50");
    assert!(!screen.has("topup-wrong") && !screen.has("error"));
    assert_eq!(screen.text("topup-total"), "25,50\u{a0}€");
}

#[test]
fn too_many_meals_and_nothing_at_all_are_said_in_words() {
    let mut screen = Screen::open(choosing(), "/ricarica");
    screen.press("topup-pay");
    assert!(
        screen
            .text("error")
            .contains("Scegli per chi e quanto ricaricare")
    );
    screen.fill("meals-input", "61");
    assert!(
        screen
            .text("topup-wrong")
            .contains("Al massimo 60\u{a0}pasti per volta")
    );
    screen.fill("meals-input", "1,5");
    assert!(screen.text("topup-wrong").contains("numero intero"));
    assert_eq!(screen.text("topup-total"), "0,00\u{a0}€");
}

#[test]
fn paying_asks_once_opens_the_checkout_and_leads_to_the_payment() {
    let fake = choosing()
        .says("create_top_up", &at_checkout())
        .says("get_top_up", &topup(TopUpState::Verifying));
    let mut screen = Screen::open(fake, "/ricarica");
    screen.fill("meals-input", "20");
    screen.press_twice("topup-pay");
    assert_eq!(screen.fake.calls("create_top_up").len(), 1);
    let asked = body(&screen.fake, 0);
    assert!(
        asked.contains(r#""way":"meals""#) && asked.contains(r#""meals":20"#),
        "{asked}"
    );
    assert!(
        !asked.contains(&sample::child(2).to_string()),
        "nothing is asked for Elio"
    );
    assert_eq!(screen.fake.opened(), ["https://checkout.example.it/c/1"]);
    assert_eq!(
        screen.attribute("payment-state", "data-state").as_deref(),
        Some("verifying")
    );
    assert_eq!(screen.fake.title(), "Pagamento – Mensa scolastica");
}

#[test]
fn while_it_is_asked_the_button_is_busy() {
    let mut screen = Screen::open(choosing().silent("create_top_up"), "/ricarica");
    screen.press_words("1 mese");
    screen.press("topup-pay");
    assert_eq!(
        screen.attribute("topup-pay", "aria-busy").as_deref(),
        Some("true")
    );
    screen.press("topup-pay");
    assert_eq!(screen.fake.calls("create_top_up").len(), 1);
}

#[test]
fn asked_again_after_no_answer_it_is_the_same_act_and_another_wish_is_another() {
    let fake = choosing()
        .offline("create_top_up")
        .offline("create_top_up")
        .offline("create_top_up");
    let mut screen = Screen::open(fake, "/ricarica");
    screen.press_words("1 mese");
    screen.press("topup-pay");
    assert!(
        screen.text("error").contains("non paghi due volte"),
        "{}",
        screen.text("error")
    );
    screen.press("topup-pay");
    screen.press("meals-plus");
    screen.press("topup-pay");
    let keys: Vec<_> = screen
        .fake
        .calls("create_top_up")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
}

#[test]
fn what_the_portal_refuses_is_said_with_its_limit() {
    let large = ErrorBody::new(ErrorCode::AmountTooLarge, "").with("max", Cents::new(30_000));
    let mut screen = Screen::open(choosing().refuses("create_top_up", large), "/ricarica");
    screen.press_words("1 mese");
    screen.press("topup-pay");
    assert!(
        screen
            .text("error")
            .contains("L'importo più grande è 300,00\u{a0}€.")
    );
}

#[test]
fn without_pagopa_the_notice_is_kept_and_can_be_paid_elsewhere() {
    let kept = TopUpView {
        problem: Some(ErrorCode::PaymentUnavailable),
        ..topup(TopUpState::Payable)
    };
    let fake = choosing()
        .says("create_top_up", &kept)
        .says("get_top_up", &topup(TopUpState::Payable));
    let mut screen = Screen::open(fake, "/ricarica");
    screen.press_words("1 mese");
    screen.press("topup-pay");
    assert!(screen.fake.opened().is_empty());
    assert!(screen.text("error").contains("pagoPA non risponde"));
    assert!(screen.says("L'avviso è tenuto da parte"));
    assert_eq!(screen.text("notice-number"), "3010 0000 0000 0001 85");
    assert_eq!(screen.text("body-code"), "03334231200");
    assert!(screen.has("payment-retry"));
}

#[test]
fn what_is_open_comes_first_and_the_form_only_after_it() {
    let mut screen = Screen::open(with_open(&topup(TopUpState::Payable)), "/ricarica");
    assert!(screen.says("Hai già una ricarica in sospeso"));
    assert_eq!(
        screen.attribute("payment-state", "data-state").as_deref(),
        Some("payable")
    );
    assert!(screen.has("payment-retry") && screen.has("payment-cancel"));
    assert!(!screen.has("topup-pay"));
    screen.press("payment-another");
    assert!(screen.has("topup-pay"));
    assert!(screen.says("C'è ancora una ricarica in sospeso"));
}

#[test]
fn while_it_is_locked_it_says_when_to_try_again_and_offers_neither_act() {
    let screen = Screen::open(with_open(&topup(TopUpState::Verifying)), "/ricarica");
    assert!(screen.says("Stiamo verificando"));
    assert!(screen.says("si può riprovare alle 9:12"), "{}", screen.words());
    assert!(!screen.has("payment-retry") && !screen.has("payment-cancel"));
}

#[test]
fn what_was_open_and_is_paid_says_so_before_the_form_comes_back() {
    let verifying = topup(TopUpState::Verifying);
    let before = TopUpOptionsView {
        open: Some(verifying.clone()),
        ..options()
    };
    let fake = signed_in()
        .says("get_top_up_options", &before)
        .says("get_top_up_options", &options())
        .says("get_top_up", &verifying)
        .says("get_top_up", &topup(TopUpState::Paid));
    let mut screen = Screen::open(fake, "/ricarica");
    screen.fake.come_back();
    screen.settle();
    assert_eq!(
        screen.attribute("payment-state", "data-state").as_deref(),
        Some("paid")
    );
    assert!(!screen.has("topup-pay"));
    screen.press("payment-another");
    assert!(screen.has("topup-pay"));
    assert!(
        screen
            .fake
            .calls("get_top_up")
            .iter()
            .all(|call| call.path.ends_with(&id().to_string()))
    );
}

#[test]
fn a_child_without_a_price_is_topped_up_by_amount() {
    let mut some = options();
    some.children.truncate(1);
    some.children[0].unit_price = None;
    some.children[0].meal_totals.clear();
    let fake = signed_in().says("get_top_up_options", &some);
    let mut screen = Screen::open(fake, "/ricarica");
    assert!(screen.says("Manca ancora la tariffa"));
    assert!(!screen.has("meals-plus") && !screen.says("1 mese"));
    screen.press_words("100,00 €");
    assert_eq!(screen.text("topup-total"), "100,00\u{a0}€");
}

#[test]
fn loading_empty_failed_and_stale_are_drawn() {
    let screen = Screen::open(signed_in().silent("get_top_up_options"), "/ricarica");
    assert!(screen.has("loading"));

    let none = TopUpOptionsView {
        children: vec![],
        ..options()
    };
    let screen = Screen::open(signed_in().says("get_top_up_options", &none), "/ricarica");
    assert!(screen.says("Non puoi ricaricare da qui") && screen.says("Chiama 0346 000111"));

    let fake = signed_in()
        .offline("get_top_up_options")
        .says("get_top_up_options", &options());
    let mut screen = Screen::open(fake, "/ricarica");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    screen.press_words("Riprova");
    assert!(screen.has("topup-pay"));

    let mut screen = Screen::open(choosing().offline("get_top_up_options"), "/ricarica");
    screen.press_words("1 mese");
    screen.fake.come_back();
    screen.settle();
    assert!(screen.text("offline").contains("Aggiornato alle 8:42"));
    assert_eq!(
        screen.text("topup-total"),
        "123,60\u{a0}€",
        "what was chosen stays"
    );
}
