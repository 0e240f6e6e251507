//! An invented top-up, notices of an office, a payment of several.

use crate::kit::sample;
use api::{
    notices::{CartView, DocumentView, NoticeLineView, NoticeView, NoticesView, PaidYearView, PaymentView},
    topups::{TopUpLineView, TopUpView},
};
use domain::{AttemptId, Cents, NoticeId, notice::NoticeKind, topup::TopUpState};

/// Its identity.
pub fn id() -> NoticeId {
    NoticeId::from_parts(1, [7; 10])
}

/// Twenty meals for Ada, standing so.
pub fn topup(state: TopUpState) -> TopUpView {
    TopUpView {
        id: id(),
        state,
        amount: Cents::new(12_360),
        lines: vec![TopUpLineView {
            child: sample::child(1),
            wallet: sample::wallet_id(),
            amount: Cents::new(12_360),
            meals: Some(20),
        }],
        notice_number: "301000000000000185".into(),
        body_fiscal_code: "03334231200".into(),
        created_at: sample::now(),
        paid_at: (state == TopUpState::Paid).then(|| "2026-11-23T07:44:09Z".parse().unwrap()),
        checkout_url: None,
        retry_after: (state == TopUpState::Verifying).then(|| "2026-11-23T08:12:00Z".parse().unwrap()),
        problem: None,
    }
}

/// One whose checkout is open.
pub fn at_checkout() -> TopUpView {
    TopUpView {
        checkout_url: Some("https://checkout.example.it/c/1".into()),
        ..topup(TopUpState::Verifying)
    }
}

/// Of one of the office's notices.
pub fn notice_id(number: u8) -> NoticeId {
    NoticeId::from_parts(2, [number; 10])
}

/// What the office asks for Ada: 49.44 euro until 30 November, standing so.
pub fn notice(number: u8, state: TopUpState) -> NoticeView {
    NoticeView {
        id: notice_id(number),
        kind: NoticeKind::Invoice,
        state,
        yours: true,
        subject: "Mensa scolastica, ottobre 2026".into(),
        amount: Cents::new(4_944),
        due: Some("2026-11-30".parse().unwrap()),
        lines: vec![NoticeLineView {
            child: Some(sample::child(1)),
            first_name: Some("Ada".into()),
            wallet: None,
            amount: Cents::new(4_944),
            meals: Some(8),
            description: None,
        }],
        notice_number: format!("30100000000000{number:02}85"),
        body_fiscal_code: "03334231200".into(),
        body_name: "Comune di Valmora".into(),
        cbill: Some("A0B1C".into()),
        created_at: sample::now(),
        payment: (state == TopUpState::Paid).then(|| PaymentView {
            receipt_id: "a1b2c3d4".into(),
            paid_at: "2026-11-20T07:15:00Z".parse().unwrap(),
            psp: Some("Banca Esempio".into()),
            method: Some("creditCard".into()),
            fee: Some(Cents::new(85)),
            payer: Some("Giulia Bassi".into()),
        }),
        printable: state == TopUpState::Payable,
        retry_after: (state == TopUpState::Verifying).then(|| "2026-11-23T08:12:00Z".parse().unwrap()),
    }
}

/// A top-up as the list of notices tells it.
pub fn own(number: u8, state: TopUpState) -> NoticeView {
    NoticeView {
        kind: NoticeKind::TopUp,
        subject: "Mensa scolastica, ricarica".into(),
        due: None,
        ..notice(number, state)
    }
}

/// So many to be paid, three settled or under way, two years.
pub fn notices(due: u8) -> NoticesView {
    NoticesView {
        now: sample::now(),
        due: (1..=due)
            .map(|number| notice(number, TopUpState::Payable))
            .collect(),
        others: vec![
            own(21, TopUpState::Verifying),
            notice(22, TopUpState::Paid),
            notice(23, TopUpState::Cancelled),
        ],
        years: vec![
            PaidYearView {
                year: 2026,
                total: Cents::new(81_240),
                count: 7,
            },
            PaidYearView {
                year: 2025,
                total: Cents::new(6_180),
                count: 1,
            },
        ],
        most_in_cart: 5,
    }
}

/// Of a payment.
pub fn cart_id() -> AttemptId {
    AttemptId::from_parts(3, [3; 10])
}

/// A payment of notices that stand so.
pub fn cart(states: &[TopUpState]) -> CartView {
    let notices: Vec<_> = (1..)
        .zip(states)
        .map(|(number, state)| notice(number, *state))
        .collect();
    CartView {
        id: cart_id(),
        total: notices.iter().map(|notice| notice.amount).sum(),
        retry_after: notices.iter().find_map(|notice| notice.retry_after),
        notices,
        checkout_url: None,
        problem: None,
    }
}

/// A file that begins as every PDF does.
pub fn document() -> DocumentView {
    DocumentView {
        file_name: "avviso-301000000000000185.pdf".into(),
        media_type: "application/pdf".into(),
        content: "JVBERi0xLjcK".into(),
    }
}
