use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    wallets::{PostingView, PostingsView, WalletView},
};
use domain::{
    Cents, PostingId, WalletId,
    people::Rights,
    wallet::{PostingKind, WalletScope},
};

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn posting(number: u8, kind: PostingKind, cents: i64, day: &str, note: Option<&str>) -> PostingView {
    PostingView {
        id: PostingId::from_parts(1, [number; 10]),
        kind,
        amount: Cents::new(cents),
        day: day.parse().unwrap(),
        at: format!("{day}T07:15:00Z").parse().unwrap(),
        child: Some(sample::child(1)),
        note: note.map(str::to_owned),
    }
}

fn meal(number: u8, day: &str) -> PostingView {
    posting(number, PostingKind::Meal, -618, day, Some("5,95 € + IVA 4%"))
}

fn page(postings: Vec<PostingView>, next: Option<&str>) -> PostingsView {
    PostingsView {
        postings,
        next: next.map(str::to_owned),
    }
}

fn movements() -> PostingsView {
    let top_up = posting(1, PostingKind::TopUp, 12_360, "2026-11-23", None);
    page(vec![top_up, meal(2, "2026-11-20")], None)
}

fn open(wallets: &[WalletView]) -> Screen {
    let fake = signed_in()
        .says("list_wallets", &wallets)
        .says("list_postings", &movements());
    Screen::open(fake, "/portafoglio")
}

/// One wallet for each child.
fn two_wallets() -> Vec<WalletView> {
    let of = |index: u8| WalletView {
        id: WalletId::from_parts(1, [20 + index; 10]),
        scope: WalletScope::Child,
        children: vec![sample::child(index)],
        ..sample::wallet()
    };
    vec![of(1), of(2)]
}

#[test]
fn meals_come_first_then_euro_and_how_far_they_reach() {
    let screen = open(&[sample::wallet()]);
    assert_eq!(screen.text("wallet-meals"), "18\u{a0}pasti");
    assert_eq!(screen.text("wallet-balance"), "111,24\u{a0}€");
    assert_eq!(
        screen.attribute("wallet-balance", "data-cents").as_deref(),
        Some("11124")
    );
    assert_eq!(
        screen.attribute("wallet-card", "data-child-name").as_deref(),
        Some("Ada")
    );
    assert!(screen.says("Portafoglio della famiglia"));
    assert!(
        screen.says("bastano fino a giovedì 10 dicembre"),
        "{}",
        screen.words()
    );
    assert!(screen.has("topup-open"));
    assert_eq!(screen.fake.title(), "Portafoglio – Mensa scolastica");
}

#[test]
fn what_does_not_reach_is_said_in_words() {
    let short = WalletView {
        balance: Cents::new(500),
        meals_left: Some(0),
        lasts_until: None,
        ..sample::wallet()
    };
    assert!(open(&[short]).says("il saldo non basta per il prossimo pasto"));
    let summer = WalletView {
        lasts_until: None,
        ..sample::wallet()
    };
    assert!(open(&[summer]).says("per ora non ci sono pasti in programma"));
}

#[test]
fn a_debt_has_a_real_minus_and_its_words() {
    let debt = WalletView {
        balance: Cents::new(-1_236),
        meals_left: Some(-2),
        lasts_until: None,
        ..sample::wallet()
    };
    let screen = open(&[debt]);
    assert_eq!(screen.text("wallet-meals"), "−2\u{a0}pasti");
    assert_eq!(screen.text("wallet-balance"), "−12,36\u{a0}€");
    assert!(
        screen
            .text("wallet-debt")
            .contains("Mancano 12,36\u{a0}€ per tornare in pari")
    );
    assert!(!screen.says("il saldo non basta"));
}

#[test]
fn movements_say_what_whose_when_and_why_with_their_sign() {
    let screen = open(&[sample::wallet()]);
    assert_eq!(screen.count("posting"), 2);
    assert_eq!(
        screen.attribute("posting", "data-kind").as_deref(),
        Some("top_up")
    );
    assert_eq!(
        screen.attribute("posting", "data-cents").as_deref(),
        Some("12360")
    );
    for words in [
        "Ricarica pagoPA per Ada",
        "oggi, 8:15",
        "+ 123,60 €",
        "Pasto di Ada",
        "ven 20 nov · 5,95 € + IVA 4%",
        "− 6,18 €",
    ] {
        assert!(screen.says(words), "{words} in {}", screen.words());
    }
}

#[test]
fn every_kind_of_movement_has_its_words() {
    let all = vec![
        posting(
            1,
            PostingKind::Reversal,
            618,
            "2026-11-19",
            Some("uscita didattica"),
        ),
        posting(2, PostingKind::Reversal, -5_000, "2026-11-18", None),
        posting(3, PostingKind::Adjustment, 100, "2026-11-17", None),
        posting(4, PostingKind::Opening, -300, "2025-09-01", None),
    ];
    let mut unnamed = all.clone();
    for (number, posting) in (10..).zip(&mut unnamed) {
        posting.id = PostingId::from_parts(1, [number; 10]);
        posting.child = None;
    }
    let both = [all, unnamed].concat();
    let fake = signed_in()
        .says("list_wallets", &[sample::wallet()])
        .says("list_postings", &page(both, None));
    let screen = Screen::open(fake, "/portafoglio");
    for words in [
        "Addebito annullato per Ada",
        "gio 19 nov · uscita didattica",
        "Accredito annullato per Ada",
        "Correzione dell'ufficio mensa per Ada",
        "Saldo iniziale di Ada",
        "lun 1 set 2025",
        "Saldo iniziale",
    ] {
        assert!(screen.says(words), "{words} in {}", screen.words());
    }
}

#[test]
fn more_movements_come_page_by_page() {
    let fake = signed_in()
        .says("list_wallets", &[sample::wallet()])
        .says("list_postings", &page(vec![meal(1, "2026-11-20")], Some("41")))
        .offline("list_postings")
        .says("list_postings", &page(vec![meal(2, "2026-11-19")], None));
    let mut screen = Screen::open(fake, "/portafoglio");
    screen.press("postings-more");
    assert!(screen.text("error").contains("Non riesco a collegarmi"));
    assert_eq!(screen.count("posting"), 1);
    screen.press("postings-more");
    assert_eq!(screen.count("posting"), 2);
    assert!(!screen.has("error") && !screen.has("postings-more"));
    let calls = screen.fake.calls("list_postings");
    assert!(calls[2].path.ends_with("/postings?after=41"), "{}", calls[2].path);
}

#[test]
fn movements_are_filtered_by_child_and_period_and_it_is_heard() {
    let mut screen = open(&[sample::wallet()]);
    screen.press_words("Elio");
    screen.press_words("Questo mese");
    let calls = screen.fake.calls("list_postings");
    let last = &calls.last().unwrap().path;
    assert!(last.contains(&format!("child={}", sample::child(2))), "{last}");
    assert!(
        last.contains("from=2026-11-01") && !last.contains("to="),
        "{last}"
    );
    assert!(
        screen.says("2 movimenti. Elio, questo mese."),
        "{}",
        screen.words()
    );
}

#[test]
fn movements_are_shown_between_two_days() {
    let mut screen = open(&[sample::wallet()]);
    screen.press_words("Scegli le date");
    assert!(screen.says("Scegli i due giorni."));
    let before = screen.fake.calls("list_postings").len();
    screen.fill("wallet-from", "2026-11-20");
    screen.fill("wallet-to", "2026-11-02");
    assert!(
        screen
            .text("error")
            .contains("Il primo giorno viene dopo l'ultimo")
    );
    assert_eq!(
        screen.fake.calls("list_postings").len(),
        before,
        "nothing is asked of no period"
    );
    screen.fill("wallet-from", "2026-11-01");
    let calls = screen.fake.calls("list_postings");
    let last = &calls.last().unwrap().path;
    assert!(last.ends_with("?from=2026-11-01&to=2026-11-02"), "{last}");
    assert!(
        screen.says("da domenica 1 novembre a lunedì 2 novembre"),
        "{}",
        screen.words()
    );
}

#[test]
fn with_several_wallets_one_chooses_whose_movements() {
    let wallets = two_wallets();
    let mut screen = open(&wallets);
    assert_eq!(screen.count("wallet-card"), 2);
    assert!(screen.says("Portafoglio di Ada") && screen.says("Portafoglio di Elio"));
    assert!(!screen.says("Tutti"), "one child needs no choice of children");
    screen.press_words("Portafoglio di Elio");
    // The heading of the card says the same words and cannot be pressed; the chip can.
    let calls = screen.fake.calls("list_postings");
    assert!(calls.last().unwrap().path.contains(&wallets[1].id.to_string()));
}

#[test]
fn no_movements_is_said_with_what_to_do() {
    let fake = signed_in()
        .says("list_wallets", &[sample::wallet()])
        .says("list_postings", &page(vec![], None));
    let mut screen = Screen::open(fake, "/portafoglio");
    assert!(screen.says("Nessun movimento") && screen.says("appena ce ne sono"));
    screen.press_words("Ultimi 3 mesi");
    assert!(screen.says("Prova con un periodo più lungo"));
}

#[test]
fn loading_empty_failed_and_stale_are_drawn() {
    let screen = Screen::open(signed_in().silent("list_wallets"), "/portafoglio");
    assert!(screen.has("loading"));

    let screen = open(&[]);
    assert!(screen.says("Non vedo nessun portafoglio") && screen.says("Chiama 0346 000111"));

    let busy = ErrorBody::new(ErrorCode::Busy, "");
    let fake = signed_in()
        .refuses("list_wallets", busy)
        .says("list_wallets", &[sample::wallet()])
        .says("list_postings", &movements());
    let mut screen = Screen::open(fake, "/portafoglio");
    assert!(screen.text("error").contains("Il portale è molto occupato"));
    screen.press_words("Riprova");
    assert!(screen.has("wallet-card"));

    let fake = signed_in()
        .says("list_wallets", &[sample::wallet()])
        .offline("list_wallets")
        .says("list_postings", &movements());
    let mut screen = Screen::open(fake, "/portafoglio");
    screen.press("nav-profile");
    screen.press("nav-wallet");
    assert!(screen.text("offline").contains("Aggiornato alle 8:42"));
    assert!(screen.has("wallet-card"));
}

#[test]
fn movements_that_do_not_come_leave_the_balance_where_it_is() {
    let fake = signed_in()
        .says("list_wallets", &[sample::wallet()])
        .offline("list_postings");
    let screen = Screen::open(fake, "/portafoglio");
    assert!(screen.has("wallet-card") && screen.has("error"));
}

#[test]
fn who_may_not_pay_sees_no_way_to_the_wallet_and_a_clear_sentence_in_it() {
    let mut me = sample::me();
    for child in &mut me.children {
        child.rights = Rights {
            see: true,
            cancel: true,
            ..Rights::NONE
        };
    }
    let none: Vec<WalletView> = Vec::new();
    let fake = || {
        Fake::at(sample::now())
            .says("get_me", &me)
            .says("list_wallets", &none)
            .says("get_today", &sample::today_view())
    };
    let screen = Screen::open(fake(), "/portafoglio");
    assert!(screen.says("Il portafoglio non lo vedi"), "{}", screen.words());
    assert!(!screen.has("nav-wallet") && screen.has("nav-calendar"));
    let screen = Screen::open(fake(), "/");
    assert!(!screen.has("nav-wallet"));
    assert!(
        screen.fake.calls("list_notices").is_empty(),
        "nothing is asked that would be refused"
    );
}
