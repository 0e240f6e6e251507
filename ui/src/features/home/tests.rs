use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    meals::{ActSummaryView, DayView, PeriodView, ReceiptLineView, RefusedDayView, TodayView},
};
use domain::{
    Cents,
    calendar::NoService,
    meals::{Choice, Standing},
};

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn open(today: &TodayView) -> Screen {
    Screen::open(signed_in().says("get_today", today), "/")
}

fn only_ada(day: DayView) -> TodayView {
    TodayView {
        children: vec![sample::child_today(1, "Ada", day)],
        ..sample::today_view()
    }
}

fn cancelled() -> DayView {
    DayView {
        standing: Standing::Cancelled,
        may: Some(Choice::Eats),
        act: Some(ActSummaryView {
            number: "VM-0002C-7".into(),
            at: "2026-11-23T07:41:07.250Z".parse().unwrap(),
            mine: true,
        }),
        ..sample::eats()
    }
}

#[test]
fn the_morning_answers_its_three_questions_without_a_tap() {
    let screen = open(&sample::today_view());
    assert!(screen.says("Lunedì 23 novembre"), "{}", screen.html());
    assert!(screen.says("Sono le 8:42"));
    assert_eq!(screen.count("child-card"), 2);
    assert_eq!(
        screen.attribute("child-card", "data-child-name").as_deref(),
        Some("Ada")
    );
    assert_eq!(screen.text("answer"), "Oggi mangia a scuola");
    assert_eq!(
        screen.text("countdown"),
        "Puoi cambiare fino alle 9:30: mancano 48 minuti"
    );
    assert_eq!(screen.text("wallet-meals"), "18\u{a0}pasti");
    assert_eq!(screen.text("wallet-balance"), "111,24\u{a0}€");
    assert!(screen.says("bastano fino a gio 10 dicembre"));
    assert_eq!(screen.fake.title(), "Lunedì 23 novembre – Mensa scolastica");
}

#[test]
fn while_nothing_came_a_skeleton_stands_there() {
    let screen = Screen::open(signed_in().silent("get_today"), "/");
    assert!(screen.has("loading"));
    assert!(screen.has("nav-today"));
}

#[test]
fn an_error_says_what_to_do_and_tries_again() {
    let busy = ErrorBody::new(ErrorCode::Busy, "");
    let fake = signed_in()
        .refuses("get_today", busy)
        .says("get_today", &sample::today_view());
    let mut screen = Screen::open(fake, "/");
    assert!(screen.text("error").contains("Il portale è molto occupato"));
    screen.press_words("Riprova");
    assert_eq!(screen.count("child-card"), 2);
    assert!(!screen.has("error"));
}

#[test]
fn without_network_the_last_known_day_stays_with_its_time() {
    let fake = signed_in().says("get_today", &sample::today_view());
    let mut screen = Screen::open(fake.offline("get_today"), "/");
    assert!(!screen.has("offline"));
    screen.press("nav-profile");
    screen.press("nav-today");
    assert!(
        screen.text("offline").contains("Aggiornato alle 8:42"),
        "{}",
        screen.html()
    );
    assert_eq!(screen.count("child-card"), 2);
}

#[test]
fn a_family_without_children_is_told_whom_to_call() {
    let screen = open(&TodayView {
        children: vec![],
        ..sample::today_view()
    });
    assert!(screen.says("Non vedo nessun bambino iscritto"));
    assert!(screen.says("Chiama 0346 000111"));
}

#[test]
fn one_tap_cancels_and_the_receipt_stays_on_the_card() {
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .silent("get_today")
        .says("cancel_meal", &sample::receipt(Choice::DoesNotEat, &[1]));
    let mut screen = Screen::open(fake, "/");
    screen.press("cancel-today");
    let calls = screen.fake.calls("cancel_meal");
    assert_eq!(calls.len(), 1);
    assert!(calls[0].path.ends_with("/days/2026-11-23/cancel"));
    assert!(calls[0].key.is_some());
    assert_eq!(screen.text("answer"), "Oggi non mangia");
    assert_eq!(screen.text("receipt-time"), "8:41:07");
    assert_eq!(screen.text("receipt-number"), "VM-0002C-7");
    assert!(
        screen.says("Disdetta registrata alle 8:41:07"),
        "{}",
        screen.words()
    );
    assert!(screen.says("n. VM-0002C-7 · il pasto non sarà addebitato"));
    assert!(screen.says("Ho cambiato idea: mangia"));
    assert!(screen.says("Ada: disdetta registrata alle 8:41:07, numero VM-0002C-7."));
}

#[test]
fn a_double_tap_cancels_once() {
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .silent("cancel_meal");
    let mut screen = Screen::open(fake, "/");
    screen.press_twice("cancel-today");
    assert_eq!(screen.fake.calls("cancel_meal").len(), 1);
    assert_eq!(screen.text("answer"), "Oggi non mangia");
    assert!(screen.text("sending").contains("In invio"));
    assert!(
        !screen.has("receipt-number"),
        "nothing looks accepted before the portal says so"
    );
}

#[test]
fn what_the_portal_refuses_is_said_in_words() {
    let late = ErrorBody::new(ErrorCode::TooLate, "").with("closed_at", sample::cut_off());
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .refuses("cancel_meal", late);
    let mut screen = Screen::open(fake, "/");
    screen.press("cancel-today");
    assert!(
        screen
            .text("unsent")
            .contains("si poteva cambiare fino alle 9:30")
    );
    assert_eq!(
        screen.attribute("unsent", "data-state").as_deref(),
        Some("refused")
    );
    assert_eq!(screen.fake.calls("get_today").len(), 2);
    screen.press("unsent-close");
    assert!(!screen.has("unsent"));
}

#[test]
fn a_cancellation_is_taken_back() {
    let fake = signed_in()
        .says("get_today", &only_ada(cancelled()))
        .silent("get_today")
        .says("restore_meal", &sample::receipt(Choice::Eats, &[1]));
    let mut screen = Screen::open(fake, "/");
    screen.press("undo-today");
    assert_eq!(screen.fake.calls("restore_meal").len(), 1);
    assert_eq!(screen.text("answer"), "Oggi mangia a scuola");
    assert!(screen.says("Pasto rimesso alle 8:41:07"));
}

#[test]
fn the_last_minutes_show_the_telephone() {
    let now = "2026-11-23T08:29:30Z".parse().unwrap();
    let today = TodayView {
        now,
        ..only_ada(sample::eats())
    };
    let screen = Screen::open(
        Fake::at(now)
            .says("get_me", &sample::me())
            .says("get_today", &today),
        "/",
    );
    assert_eq!(
        screen.text("countdown"),
        "Puoi cambiare fino alle 9:30: manca 1 minuto"
    );
    assert!(screen.says("Manca poco"), "{}", screen.html());
    assert!(screen.html().contains("tel:0346000111"));
}

#[test]
fn when_the_time_passes_nothing_moves_until_the_portal_has_said_what_is_now() {
    let now = "2026-11-23T08:30:00Z".parse().unwrap();
    let today = TodayView {
        now,
        ..only_ada(sample::eats())
    };
    let screen = Screen::open(
        Fake::at(now)
            .says("get_me", &sample::me())
            .says("get_today", &today),
        "/",
    );
    assert!(!screen.has("countdown"));
    assert!(screen.text("countdown-passed").contains("9:30"));
    assert!(
        screen.says("Manca poco") && screen.has("cancel-today"),
        "{}",
        screen.html()
    );
}

#[test]
fn after_the_cut_off_the_card_says_since_when_and_what_can_be_done() {
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let day = DayView {
        standing: Standing::Charged,
        may: None,
        ..sample::eats()
    };
    let today = TodayView { now, ..only_ada(day) };
    let screen = Screen::open(
        Fake::at(now)
            .says("get_me", &sample::me())
            .says("get_today", &today),
        "/",
    );
    assert!(screen.text("over").contains("si poteva fino alle 9:30"));
    assert!(screen.text("over").contains("Il pasto sarà addebitato"));
    assert!(!screen.has("cancel-today") && !screen.has("countdown"));
}

#[test]
fn without_service_the_card_says_why_and_when_there_is() {
    let closed = DayView {
        standing: Standing::Closed,
        no_service: Some(NoService::Closure {
            reason: "sciopero".into(),
        }),
        may: None,
        closes_at: None,
        ..sample::eats()
    };
    let mut today = only_ada(closed);
    today.children[0].next = Some(DayView {
        day: "2026-11-24".parse().unwrap(),
        ..sample::eats()
    });
    let screen = open(&today);
    assert!(screen.says("Mensa chiusa: sciopero"));
    assert!(screen.says("Il prossimo pasto è martedì 24 novembre."));
}

#[test]
fn the_other_parents_act_is_shown_as_such() {
    let mut day = cancelled();
    day.act.as_mut().unwrap().mine = false;
    let screen = open(&only_ada(day));
    assert!(screen.says("Disdetto da un altro adulto della famiglia alle 8:41:07"));
}

#[test]
fn a_debt_is_said_in_meals_and_euro_with_a_real_minus() {
    let mut today = sample::today_view();
    today.wallets[0].balance = Cents::new(-1_236);
    today.wallets[0].meals_left = Some(-2);
    let screen = open(&today);
    assert_eq!(screen.text("wallet-meals"), "−2\u{a0}pasti");
    assert!(screen.says("−12,36 € · da pagare"), "{}", screen.words());
}

fn period(changed: &[u8], refused: Vec<RefusedDayView>) -> PeriodView {
    PeriodView {
        receipt: None,
        changed: changed
            .iter()
            .map(|index| ReceiptLineView {
                child: sample::child(*index),
                day: sample::today(),
            })
            .collect(),
        refused,
        meals: 2,
        amount: Cents::new(1_236),
    }
}

#[test]
fn all_children_are_cancelled_in_one_act_after_a_look_at_what_it_does() {
    let done = PeriodView {
        receipt: Some(sample::receipt(Choice::DoesNotEat, &[1, 2])),
        ..period(&[1, 2], vec![])
    };
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .silent("get_today")
        .says("preview_period", &period(&[1, 2], vec![]))
        .says("change_period", &done);
    let mut screen = Screen::open(fake, "/");
    screen.press("all-absent");
    let sheet = screen.text("all-absent-sheet").replace('\u{a0}', " ");
    assert!(sheet.contains("Ada e Elio oggi non mangiano"), "{sheet}");
    assert!(sheet.contains("2 pasti · 12,36 €"), "{sheet}");
    assert!(sheet.contains("Puoi ripensarci fino alle 9:30."), "{sheet}");
    assert_eq!(screen.text("confirm-all-absent"), "Conferma le 2 disdette");
    assert!(
        screen.fake.calls("change_period").is_empty(),
        "looking changes nothing"
    );
    screen.press_twice("confirm-all-absent");
    assert_eq!(screen.fake.calls("change_period").len(), 1);
    assert!(!screen.has("all-absent-sheet"));
    assert_eq!(screen.count("receipt-number"), 2);
}

#[test]
fn the_sheet_names_the_days_that_it_leaves_out_and_why() {
    let refused = RefusedDayView {
        child: sample::child(2),
        day: sample::today(),
        code: ErrorCode::TooLate,
        closed_at: Some(sample::cut_off()),
        no_service: None,
    };
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .says("preview_period", &period(&[1], vec![refused]));
    let mut screen = Screen::open(fake, "/");
    screen.press("all-absent");
    assert!(screen.says("Elio: È tardi: si poteva cambiare fino alle 9:30."));
    assert_eq!(screen.text("confirm-all-absent"), "Conferma la disdetta");
    screen.press_words("Lascia com'era");
    assert!(!screen.has("all-absent-sheet"));
}

fn effect(children: &[u8]) -> PeriodView {
    PeriodView {
        changed: children
            .iter()
            .map(|index| ReceiptLineView {
                child: sample::child(*index),
                day: sample::today(),
            })
            .collect(),
        refused: vec![],
        meals: u32::try_from(children.len()).unwrap(),
        amount: Cents::new(618 * i64::try_from(children.len()).unwrap()),
        receipt: None,
    }
}

#[test]
fn a_notification_opens_the_question_and_the_tap_does_it() {
    let done = PeriodView {
        receipt: Some(sample::receipt(Choice::DoesNotEat, &[1, 2])),
        ..effect(&[1, 2])
    };
    let fake = signed_in()
        .says("get_today", &sample::today_view())
        .says("preview_period", &effect(&[1, 2]))
        .says("change_period", &done);
    fake.summon("/?assenti=oggi");
    let mut screen = Screen::open(fake, "/");
    assert!(screen.says("Ada e Elio oggi non mangiano"), "{}", screen.html());
    assert!(
        screen.fake.calls("change_period").is_empty(),
        "nothing is done without a tap"
    );
    screen.press("confirm-all-absent");
    assert_eq!(screen.fake.calls("change_period").len(), 1);
    assert!(
        !screen.has("all-absent-sheet") && !screen.has("summons-nothing"),
        "{}",
        screen.html()
    );
}

#[test]
fn a_notification_leads_home_from_elsewhere_and_asks_once() {
    let fake = signed_in()
        .says("get_today", &only_ada(sample::eats()))
        .says("preview_period", &effect(&[1]));
    let mut screen = Screen::open(fake, "/privacy");
    screen.fake.summon("/?assenti=oggi");
    screen.settle();
    assert!(screen.says("Ada oggi non mangia"), "{}", screen.html());
    assert!(screen.has("all-absent-sheet") && !screen.has("all-absent"));
    screen.press_words("Lascia com'era");
    assert!(!screen.has("all-absent-sheet"));
    screen.press("nav-profile");
    screen.press("nav-today");
    assert!(!screen.has("all-absent-sheet"));
}

#[test]
fn after_the_cut_off_a_notification_finds_nothing_to_do_and_says_whom_to_call() {
    let over = DayView {
        may: None,
        ..sample::eats()
    };
    let fake = signed_in().says("get_today", &only_ada(over));
    fake.summon("/?assenti=oggi");
    let screen = Screen::open(fake, "/");
    assert!(
        screen.text("summons-late").contains("Si poteva fino alle 9:30"),
        "{}",
        screen.html()
    );
    assert!(screen.text("summons-late").contains("Chiama 0346 000111"));
    let fake = signed_in().says("get_today", &only_ada(cancelled()));
    fake.summon("/?assenti=oggi");
    let screen = Screen::open(fake, "/");
    assert!(
        screen.has("summons-nothing") && !screen.has("all-absent-sheet"),
        "{}",
        screen.html()
    );
}
