//! An invented top-up.

use crate::kit::sample;
use api::topups::{TopUpLineView, TopUpView};
use domain::{Cents, NoticeId, topup::TopUpState};

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
