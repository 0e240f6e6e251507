use crate::{
    kit::{Screen, sample},
    paying::sample::{cart, document, notice, notice_id, own, topup},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    notices::{CartView, NoticeView},
};
use domain::topup::TopUpState;

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn address() -> String {
    format!("/pagamenti/{}", notice_id(1))
}

fn with(notice: &NoticeView) -> Fake {
    signed_in().says("get_notice", notice)
}

fn open(state: TopUpState) -> Screen {
    Screen::open(with(&notice(1, state)), &address())
}

fn state(screen: &Screen) -> String {
    screen.attribute("notice-state", "data-state").unwrap_or_default()
}

#[test]
fn each_state_is_said_in_words_with_what_can_be_done() {
    for (stands, words, pay, print, receipt) in [
        (
            TopUpState::Preparing,
            "pagoPA non lo conosce ancora",
            true,
            false,
            false,
        ),
        (TopUpState::Payable, "Puoi pagare ora da qui", true, true, false),
        (
            TopUpState::Verifying,
            "Non pagare un'altra volta",
            false,
            false,
            false,
        ),
        (
            TopUpState::Paid,
            "Abbiamo la ricevuta di pagoPA",
            false,
            false,
            true,
        ),
        (
            TopUpState::Cancelled,
            "Non devi pagare niente",
            false,
            false,
            false,
        ),
    ] {
        let screen = open(stands);
        assert_eq!(state(&screen), stands.as_str());
        assert!(screen.says(words), "{words} in {}", screen.words());
        assert_eq!(
            (
                screen.has("notice-pay"),
                screen.has("notice-print"),
                screen.has("receipt-save")
            ),
            (pay, print, receipt),
            "{stands:?}"
        );
        assert!(screen.says("Mensa scolastica, ottobre 2026") && screen.says("49,44 €"));
        assert!(screen.says("Ada, 8 pasti"));
    }
    assert!(open(TopUpState::Payable).says("Entro il 30 novembre"));
}

#[test]
fn paying_now_opens_a_checkout_and_the_notice_is_verified() {
    let opened = CartView {
        checkout_url: Some("https://checkout.example.it/c/4".into()),
        ..cart(&[TopUpState::Verifying])
    };
    let fake = with(&notice(1, TopUpState::Payable)).says("start_cart", &opened);
    let mut screen = Screen::open(fake, &address());
    assert!(screen.says("La commissione la decide chi scegli per pagare."));
    screen.press_twice("notice-pay");
    let calls = screen.fake.calls("start_cart");
    assert_eq!(calls.len(), 1);
    assert_eq!(
        calls[0].body.as_ref().unwrap()["notices"],
        serde_json::json!([notice_id(1)])
    );
    assert_eq!(screen.fake.opened(), ["https://checkout.example.it/c/4"]);
    assert_eq!(state(&screen), "verifying");
    assert!(screen.says("si può riprovare alle 9:12"));
    assert!(!screen.has("notice-pay") && !screen.has("notice-print"));
    screen.press("payment-open");
    assert_eq!(screen.fake.opened().len(), 2);
}

#[test]
fn while_it_is_locked_nobody_pays_and_it_is_asked_for_until_it_is_paid() {
    let fake = signed_in()
        .says("get_notice", &notice(1, TopUpState::Verifying))
        .says("get_notice", &notice(1, TopUpState::Paid));
    let mut screen = Screen::open(fake, &address());
    assert!(screen.says("Stiamo verificando") && screen.says("si può riprovare alle 9:12"));
    assert!(!screen.has("notice-pay"));
    assert!(screen.has("notice-number"), "the codes can still be read");
    screen.fake.pass();
    screen.settle();
    assert_eq!(state(&screen), "paid");
    assert_eq!(screen.text("paid-who"), "Giulia Bassi");
    assert!(screen.says("Banca Esempio") && screen.says("0,85 €") && screen.says("a1b2c3d4"));
}

#[test]
fn a_lock_that_is_not_over_yet_is_kept_whatever_the_state_says() {
    let locked = NoticeView {
        retry_after: Some("2026-11-23T08:12:00Z".parse().unwrap()),
        ..notice(1, TopUpState::Payable)
    };
    let screen = Screen::open(with(&locked), &address());
    assert!(!screen.has("notice-pay") && !screen.has("notice-print"));
    assert!(screen.says("si può riprovare alle 9:12"));
}

#[test]
fn what_pagopa_cannot_do_is_said() {
    for (code, words, pay) in [
        (ErrorCode::PaymentUnavailable, "pagoPA non risponde", true),
        (ErrorCode::PaymentInProgress, "già in corso", true),
        (ErrorCode::AlreadyPaid, "pagoPA dice che è già pagato", false),
    ] {
        let problem = CartView {
            problem: Some(code),
            ..cart(&[TopUpState::Payable])
        };
        let fake = with(&notice(1, TopUpState::Payable)).says("start_cart", &problem);
        let mut screen = Screen::open(fake, &address());
        screen.press("notice-pay");
        assert!(screen.says(words), "{words} in {}", screen.words());
        assert_eq!(screen.has("notice-pay"), pay, "{code:?}");
        assert!(screen.fake.opened().is_empty());
    }
}

#[test]
fn paying_again_after_no_answer_has_the_same_key() {
    let mut screen = Screen::open(
        with(&notice(1, TopUpState::Payable)).offline("start_cart"),
        &address(),
    );
    screen.press("notice-pay");
    assert!(screen.text("error").contains("non conta due volte"));
    screen.press("notice-pay");
    let calls = screen.fake.calls("start_cart");
    assert_eq!(calls[0].key, calls[1].key);
}

#[test]
fn the_codes_are_copied_and_it_is_said() {
    let mut screen = open(TopUpState::Payable);
    assert_eq!(screen.text("notice-number"), "3010 0000 0000 0001 85");
    for (button, code, said) in [
        ("notice-copy", "301000000000000185", "Codice avviso copiato."),
        (
            "copy-body-code",
            "03334231200",
            "Codice fiscale dell'ente copiato.",
        ),
        ("copy-cbill", "A0B1C", "CBILL copiato."),
    ] {
        screen.press(button);
        assert_eq!(screen.text(button), "Copiato");
        assert_eq!(screen.fake.copied().last().map(String::as_str), Some(code));
        assert!(screen.says(said), "{said}");
    }
}

#[test]
fn where_nothing_can_be_copied_it_is_said_what_to_do() {
    let fake = with(&notice(1, TopUpState::Payable)).without_clipboard();
    let mut screen = Screen::open(fake, &address());
    screen.press("notice-copy");
    assert_eq!(screen.text("notice-copy"), "Copia");
    assert!(screen.says("seleziona il codice e copialo"));
}

#[test]
fn the_notice_is_printed_in_the_chosen_language_italian_first() {
    let fake = with(&notice(1, TopUpState::Payable)).says("get_notice_document", &document());
    let mut screen = Screen::open(fake, &address());
    screen.press("notice-print");
    assert!(
        screen
            .text("document-saved")
            .contains("avviso-301000000000000185.pdf")
    );
    screen.fill("notice-language", "de");
    assert!(!screen.has("document-saved"), "what was saved is another paper");
    screen.press("notice-print");
    let calls = screen.fake.calls("get_notice_document");
    assert!(calls[0].path.ends_with("language=it") && calls[1].path.ends_with("language=de"));
    assert_eq!(screen.fake.kept().len(), 2);
    for name in ["Italiano", "Deutsch", "English", "Français", "Slovenščina"] {
        assert!(screen.says(name));
    }
}

#[test]
fn what_cannot_be_printed_yet_is_said() {
    let fake = with(&notice(1, TopUpState::Payable))
        .refuses("get_notice_document", ErrorBody::new(ErrorCode::NotPrintable, ""));
    let mut screen = Screen::open(fake, &address());
    screen.press("notice-print");
    assert!(screen.text("error").contains("non si può stampare"));
    assert!(screen.fake.kept().is_empty());
}

#[test]
fn sharing_is_offered_where_it_can_be_done_and_otherwise_the_file_is_kept() {
    assert!(!open(TopUpState::Payable).has("notice-share"));

    let fake = || with(&notice(1, TopUpState::Payable)).says("get_notice_document", &document());
    let mut screen = Screen::open(fake().sharing(true), &address());
    screen.press("notice-share");
    assert_eq!((screen.fake.shared().len(), screen.fake.kept().len()), (1, 0));

    let mut screen = Screen::open(fake().sharing(false), &address());
    screen.press("notice-share");
    assert_eq!(screen.fake.kept().len(), 1);
    assert!(screen.has("document-saved"));
}

#[test]
fn the_mail_has_the_codes_and_no_childs_name() {
    let screen = open(TopUpState::Payable);
    let address = screen.attribute("notice-mail", "href").unwrap();
    assert!(
        address.starts_with("mailto:?subject=Avviso%20da%20pagare"),
        "{address}"
    );
    for part in [
        "3010%200000%200000%200001%2085",
        "03334231200",
        "A0B1C",
        "49%2C44",
        "30%20novembre%202026",
    ] {
        assert!(address.contains(part), "{part} in {address}");
    }
    assert!(!address.contains("Ada"));
}

#[test]
fn where_one_pays_on_foot_is_told() {
    let screen = open(TopUpState::Payable);
    for words in ["dal tabaccaio", "in posta", "app IO", "In banca", "CBILL"] {
        assert!(screen.says(words), "{words}");
    }
    assert!(!open(TopUpState::Verifying).says("dal tabaccaio"));
}

#[test]
fn the_familys_own_can_be_withdrawn_the_offices_cannot() {
    assert!(!open(TopUpState::Payable).has("payment-cancel"));
    let fake = signed_in()
        .says("get_notice", &own(1, TopUpState::Payable))
        .says("get_notice", &own(1, TopUpState::Cancelled))
        .says("cancel_top_up", &topup(TopUpState::Cancelled));
    let mut screen = Screen::open(fake, &address());
    screen.press("payment-cancel");
    screen.press("confirm-payment-cancel");
    assert_eq!(state(&screen), "cancelled");
    assert!(!screen.has("cancel-topup"));
}

#[test]
fn loading_failed_unknown_and_stale_are_drawn() {
    assert!(Screen::open(signed_in().silent("get_notice"), &address()).has("loading"));

    let nowhere = ErrorBody::new(ErrorCode::NotFound, "");
    assert!(Screen::open(signed_in().refuses("get_notice", nowhere), &address()).has("error"));

    let screen = Screen::open(signed_in(), "/pagamenti/boh");
    assert!(screen.says("Non trovo questo avviso"));
    assert!(screen.fake.calls("get_notice").is_empty());

    let mut screen = Screen::open(
        with(&notice(1, TopUpState::Payable)).offline("get_notice"),
        &address(),
    );
    screen.fake.come_back();
    screen.settle();
    assert!(screen.has("offline") && screen.has("notice-pay"));
}
