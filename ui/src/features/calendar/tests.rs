use crate::{
    kit::{Screen, sample},
    platform::fake::Fake,
};
use api::{
    ErrorBody, ErrorCode,
    meals::{ActSummaryView, CalendarView, DayView, PeriodView, ReceiptLineView, RefusedDayView},
};
use domain::{
    Cents,
    calendar::{Holiday, NoService},
    meals::{Choice, Model, Standing},
    people::Rights,
    time::{days_between, month_of},
};

fn view() -> CalendarView {
    use chrono::Datelike;
    let (first, last) = month_of(sample::today());
    let days = days_between(first, last)
        .map(|day| {
            let base = DayView {
                day,
                price: Some(Cents::new(618)),
                ..sample::eats()
            };
            match day.weekday().number_from_monday() {
                6 | 7 => closed(base, NoService::NotServiceWeekday),
                _ if day.day() == 20 => closed(
                    base,
                    NoService::Closure {
                        reason: "Elezioni".into(),
                    },
                ),
                _ if day < sample::today() => DayView {
                    standing: Standing::Charged,
                    may: None,
                    ..base
                },
                _ => base,
            }
        })
        .collect();
    CalendarView {
        now: sample::now(),
        today: sample::today(),
        child: sample::child(1),
        month: "2026-11".into(),
        model: Model::ExpectedByDefault,
        days,
        first_month: "2026-09".into(),
        last_month: "2027-06".into(),
    }
}

fn closed(day: DayView, why: NoService) -> DayView {
    DayView {
        standing: Standing::Closed,
        no_service: Some(why),
        may: None,
        closes_at: None,
        price: None,
        ..day
    }
}

fn signed_in() -> Fake {
    Fake::at(sample::now()).says("get_me", &sample::me())
}

fn open(view: &CalendarView) -> Screen {
    Screen::open(signed_in().says("get_calendar", view), "/calendario")
}

fn effect(days: &[&str], refused: Vec<RefusedDayView>) -> PeriodView {
    let line = |day: &&str| ReceiptLineView {
        child: sample::child(1),
        day: day.parse().unwrap(),
    };
    PeriodView {
        receipt: None,
        changed: days.iter().map(line).collect(),
        refused,
        meals: u32::try_from(days.len()).unwrap(),
        amount: Cents::new(618 * i64::try_from(days.len()).unwrap()),
    }
}

/// Where the day stands among the days of the grid: Mondays to Fridays from the 2nd on.
fn place(view: &CalendarView, date: &str) -> usize {
    use chrono::Datelike;
    let shown = view
        .days
        .iter()
        .filter(|day| day.day.weekday().number_from_monday() <= 5);
    shown
        .map(|day| day.day.to_string())
        .position(|day| day == date)
        .unwrap()
}

#[test]
fn a_month_says_how_each_day_stands_by_icon_and_word() {
    let screen = open(&view());
    assert!(screen.says("Novembre 2026"), "{}", screen.html());
    assert_eq!(screen.count("day"), 21);
    let html = screen.html();
    assert!(html.contains("oggi, lunedì 23 novembre: mangia"), "{html}");
    assert!(html.contains("venerdì 20 novembre: Mensa chiusa: Elezioni"));
    assert!(html.contains("giovedì 19 novembre: ha mangiato"));
    assert!(screen.says("mensa chiusa"));
}

#[test]
fn days_are_chosen_by_tapping_and_the_effect_is_told_before_confirming() {
    let view = view();
    let days = ["2026-11-25", "2026-11-26", "2026-11-27"];
    let fake = signed_in()
        .says("get_calendar", &view)
        .says("preview_period", &effect(&days, vec![]))
        .says(
            "change_period",
            &PeriodView {
                receipt: Some(sample::receipt(Choice::DoesNotEat, &[1])),
                ..effect(&days, vec![])
            },
        );
    let mut screen = Screen::open(fake, "/calendario");
    for day in days {
        screen.press_nth("day", place(&view, day));
    }
    assert!(screen.says("Ada: 25, 26 e 27 novembre"), "{}", screen.words());
    let effect = screen.text("period-effect");
    assert!(
        effect.contains("3\u{a0}pasti") && effect.contains("18,54\u{a0}€"),
        "{effect}"
    );
    screen.press_twice("period-confirm");
    assert_eq!(screen.fake.calls("change_period").len(), 1);
    assert!(
        screen.text("period-done").contains("3 disdette registrate"),
        "{}",
        screen.words()
    );
    assert!(!screen.has("period-confirm"));
}

#[test]
fn no_answer_keeps_the_choice_and_the_key() {
    let view = view();
    let fake = signed_in()
        .says("get_calendar", &view)
        .says("preview_period", &effect(&["2026-11-25"], vec![]))
        .refuses("change_period", ErrorBody::new(ErrorCode::Offline, ""))
        .refuses("change_period", ErrorBody::new(ErrorCode::Offline, ""));
    let mut screen = Screen::open(fake, "/calendario");
    screen.press_nth("day", place(&view, "2026-11-25"));
    screen.press("period-confirm");
    assert!(screen.has("error"));
    screen.press("period-confirm");
    let keys: Vec<_> = screen
        .fake
        .calls("change_period")
        .iter()
        .map(|call| call.key)
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[test]
fn days_that_stay_are_listed_with_their_reason() {
    let view = view();
    let refused = RefusedDayView {
        child: sample::child(1),
        day: "2026-12-08".parse().unwrap(),
        code: ErrorCode::NoService,
        closed_at: None,
        no_service: Some(NoService::Holiday {
            holiday: Holiday::ImmaculateConception,
        }),
    };
    let fake = signed_in()
        .says("get_calendar", &view)
        .says("preview_period", &effect(&["2026-12-07"], vec![refused]));
    let mut screen = Screen::open(fake, "/calendario");
    screen.press("choose-period");
    screen.fill("period-first", "2026-12-07");
    screen.fill("period-last", "2026-12-08");
    assert!(
        screen.text("period-refused").contains("Immacolata"),
        "{}",
        screen.words()
    );
}

#[test]
fn a_day_that_cannot_be_changed_says_why_and_whose_act_it_was() {
    let mut view = view();
    let late = view
        .days
        .iter_mut()
        .find(|day| day.day.to_string() == "2026-11-19")
        .unwrap();
    late.standing = Standing::Cancelled;
    late.act = Some(ActSummaryView {
        number: "VM-0002C-7".into(),
        at: sample::now(),
        mine: false,
    });
    let mut screen = open(&view);
    screen.press_nth("day", place(&view, "2026-11-19"));
    let words = screen.text("day-words");
    assert!(
        words.contains("L'ha disdetto un altro adulto della famiglia"),
        "{words}"
    );
    assert!(words.contains("VM-0002C-7"), "{words}");
    assert!(!screen.has("period-confirm"));
}

#[test]
fn the_list_says_the_same_in_words() {
    let mut screen = open(&view());
    screen.press_words("Elenco");
    assert!(screen.has("calendar-list"));
    assert!(screen.says("Mensa chiusa: Elezioni"));
}

#[test]
fn it_waits_fails_and_has_nothing_in_words() {
    assert!(Screen::open(signed_in().silent("get_calendar"), "/calendario").has("loading"));
    let busy = ErrorBody::new(ErrorCode::Busy, "");
    assert!(Screen::open(signed_in().refuses("get_calendar", busy), "/calendario").has("error"));
    let nobody = api::children::MeView {
        children: vec![],
        ..sample::me()
    };
    let screen = Screen::open(Fake::at(sample::now()).says("get_me", &nobody), "/calendario");
    assert!(screen.says("Nessun calendario da mostrare"), "{}", screen.words());
}

#[test]
fn who_may_only_look_is_told_so_and_sees_no_way_to_change() {
    let mut me = sample::me();
    me.children[0].rights = Rights {
        see: true,
        ..Rights::NONE
    };
    let mut view = view();
    for day in &mut view.days {
        day.may = None;
    }
    let fake = Fake::at(sample::now())
        .says("get_me", &me)
        .says("get_calendar", &view);
    let screen = Screen::open(fake, "/calendario");
    assert!(
        screen
            .text("calendar-how")
            .contains("Puoi guardare, ma non cambiare i pasti di Ada")
    );
    assert!(
        screen.has("day") && !screen.has("choose-period"),
        "{}",
        screen.html()
    );
}

#[test]
fn without_network_the_calendar_says_once_since_when_it_is_known() {
    let fake = Fake::at(sample::now())
        .says("get_me", &sample::me())
        .says("get_calendar", &view());
    let screen = Screen::open(fake, "/calendario");
    assert_eq!(screen.count("offline"), 0);
    let fake = screen.fake.opened_anew();
    drop(screen);
    let screen = Screen::open(fake.offline("get_me").offline("get_calendar"), "/calendario");
    assert!(screen.has("day"), "{}", screen.html());
    assert_eq!(screen.count("offline"), 1, "{}", screen.html());
}
