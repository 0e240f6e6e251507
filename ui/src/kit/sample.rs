//! An invented family, as the portal would tell of it.

use api::{
    bodies::{BodyView, CutOffView, SchoolView},
    children::{ChildView, MeView},
    meals::{ChildTodayView, DayView, ReceiptLineView, ReceiptView, TodayView},
    wallets::WalletView,
};
use chrono::NaiveTime;
use domain::{
    Cents, ChildId, Instant, PersonId, ServiceDay, WalletId,
    body::{BodyKind, Contacts, SignInWay},
    calendar::Weekdays,
    meals::{Choice, Model, Standing},
    people::Rights,
    wallet::WalletScope,
};

/// Monday 23 November 2026, 8:42 in Rome.
pub fn now() -> Instant {
    "2026-11-23T07:42:00Z".parse().unwrap()
}

/// Half past nine on that morning.
pub fn cut_off() -> Instant {
    "2026-11-23T08:30:00Z".parse().unwrap()
}

/// That Monday.
pub fn today() -> ServiceDay {
    "2026-11-23".parse().unwrap()
}

/// The first child is Ada, the second Elio.
pub fn child(index: u8) -> ChildId {
    ChildId::from_parts(1, [index; 10])
}

/// Who is signed in.
pub fn person() -> PersonId {
    PersonId::from_parts(1, [8; 10])
}

/// The family's wallet.
pub fn wallet_id() -> WalletId {
    WalletId::from_parts(1, [9; 10])
}

/// Comune di Valmora.
pub fn body() -> BodyView {
    let at = |minute| CutOffView {
        days_before: 0,
        at: NaiveTime::from_hms_opt(9, minute, 0).unwrap(),
        max_ahead_days: 30,
    };
    BodyView {
        slug: "valmora".into(),
        name: "Comune di Valmora".into(),
        kind: BodyKind::Public,
        contacts: Contacts {
            office: "Ufficio mensa".into(),
            phone: "0346 000111".into(),
            email: "mensa@example.it".into(),
            hours: "dal lunedì al venerdì, 8-12".into(),
        },
        sign_in_ways: vec![SignInWay::Badge],
        providers: vec![],
        model: Model::ExpectedByDefault,
        wallet_scope: WalletScope::Family,
        schools: vec![SchoolView {
            name: "Primaria Rodari".into(),
            cancel: at(30),
            book: at(30),
        }],
    }
}

/// Giulia Bassi, with Ada and Elio.
pub fn me() -> MeView {
    let one = |index, first_name: &str, class: &str, badge: &str| ChildView {
        id: child(index),
        first_name: first_name.into(),
        surname: "Bassi".into(),
        badge: domain::BadgeCode::parse(badge).unwrap(),
        school: Some("primaria Rodari".into()),
        class: Some(class.into()),
        use_days: Weekdays::MONDAY_TO_FRIDAY,
        wallet: wallet_id(),
        unit_price: Some(Cents::new(618)),
        rights: Rights::ALL,
    };
    MeView {
        now: now(),
        person: person(),
        name: "Giulia Bassi".into(),
        initials: "GB".into(),
        language: domain::contact::Language::It,
        ways: vec![domain::body::SignInWay::Badge],
        body: body(),
        children: vec![one(1, "Ada", "2ª B", "1001"), one(2, "Elio", "1ª A", "1002")],
    }
}

/// A day on which one eats, and may still change it.
pub fn eats() -> DayView {
    DayView {
        day: today(),
        standing: Standing::Expected,
        no_service: None,
        may: Some(Choice::DoesNotEat),
        closes_at: Some(cut_off()),
        price: Some(Cents::new(618)),
        act: None,
    }
}

/// A child today.
pub fn child_today(index: u8, first_name: &str, day: DayView) -> ChildTodayView {
    ChildTodayView {
        child: child(index),
        first_name: first_name.into(),
        class: Some("2ª B".into()),
        school: Some("primaria Rodari".into()),
        wallet: wallet_id(),
        meals_left: Some(18),
        day,
        next: None,
    }
}

/// 18 meals, 111.24 euro.
pub fn wallet() -> WalletView {
    WalletView {
        id: wallet_id(),
        scope: WalletScope::Family,
        children: vec![child(1), child(2)],
        balance: Cents::new(11_124),
        meals_left: Some(18),
        lasts_until: Some("2026-12-10".parse().unwrap()),
    }
}

/// Both eat.
pub fn today_view() -> TodayView {
    TodayView {
        now: now(),
        today: today(),
        phone: "0346 000111".into(),
        children: vec![child_today(1, "Ada", eats()), child_today(2, "Elio", eats())],
        wallets: vec![wallet()],
    }
}

/// The receipt of an act of these children today, at 8:41:07.
pub fn receipt(choice: Choice, children: &[u8]) -> ReceiptView {
    let lines = children.iter().map(|index| ReceiptLineView {
        child: child(*index),
        day: today(),
    });
    ReceiptView {
        number: "VM-0002C-7".into(),
        at: "2026-11-23T07:41:07.250Z".parse().unwrap(),
        choice,
        lines: lines.collect(),
        undo_until: Some(cut_off()),
        text: String::new(),
        signature: String::new(),
    }
}
