//! A notice as its family sees it.

use super::trip::Arrival;
use crate::errors::ApiError;
use api::topups::{TopUpLineView, TopUpView};
use chrono::TimeDelta;
use domain::{Instant, topup::TopUpState};
use storage::notices::Notice;

/// How long pagoPA's payment token lasts: for this long an attempt that nobody ended may still become a payment.
pub(crate) const LOCK: TimeDelta = TimeDelta::minutes(15);

/// The words in a return address after which the checkout itself says that nothing was paid.
pub(crate) const NOT_PAID: [&str; 2] = ["annullato", "errore"];

/// While somebody may still be paying: when it may be tried again.
pub(crate) fn locked_until(notice: &Notice, now: Instant) -> Option<Instant> {
    let attempt = notice
        .attempt
        .as_ref()
        .filter(|_| notice.state == TopUpState::Verifying)?;
    let ended = attempt
        .returned
        .as_deref()
        .is_some_and(|word| NOT_PAID.contains(&word));
    let until = attempt.started_at + LOCK;
    (!ended && now < until).then_some(until)
}

/// How a trip with one notice ended, to a family.
pub(crate) fn arrived(arrival: Arrival, now: Instant) -> Result<TopUpView, ApiError> {
    let notice = arrival.notices.first().ok_or_else(ApiError::not_found)?;
    let mut view = view(notice, &arrival.settings.fiscal_code.to_string(), now);
    match arrival.outcome {
        Ok(url) => view.checkout_url = url,
        Err(problem) => view.problem = Some(problem),
    }
    Ok(view)
}

/// How a notice stands, to a family: a trip that ended without payment, or is long over, leaves it payable.
pub(crate) fn view(notice: &Notice, body_fiscal_code: &str, now: Instant) -> TopUpView {
    let retry_after = locked_until(notice, now);
    let state = match notice.state {
        TopUpState::Verifying if retry_after.is_none() => TopUpState::Payable,
        state => state,
    };
    // A line of a top-up always has both.
    let line = |line: &storage::notices::NoticeLine| {
        Some(TopUpLineView {
            child: line.child?,
            wallet: line.wallet?,
            amount: line.amount,
            meals: line.meals,
        })
    };
    TopUpView {
        id: notice.id,
        state,
        amount: notice.amount,
        lines: notice.lines.iter().filter_map(line).collect(),
        notice_number: notice.nav.clone(),
        body_fiscal_code: body_fiscal_code.to_owned(),
        created_at: notice.created_at,
        paid_at: notice.paid_at,
        checkout_url: None,
        retry_after,
        problem: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::notice::NoticeKind;
    use domain::{AttemptId, BodyId, Cents, NoticeId, PersonId};
    use storage::attempts::Attempt;

    fn notice(state: TopUpState, returned: Option<&str>) -> Notice {
        let started_at = "2026-11-23T08:00:00Z".parse().unwrap();
        Notice {
            id: NoticeId::from_parts(1, [1; 10]),
            body: BodyId::from_parts(1, [2; 10]),
            person: PersonId::from_parts(1, [3; 10]),
            kind: NoticeKind::TopUp,
            reference: None,
            nav: "301000000000000185".into(),
            iupd: "x".into(),
            amount: Cents::new(12_360),
            subject: "Mensa".into(),
            causale: "Mensa".into(),
            state,
            created_at: started_at,
            published_at: None,
            due_day: "2026-12-23".parse().unwrap(),
            paid_at: None,
            lines: vec![],
            attempt: Some(Attempt {
                id: AttemptId::from_parts(1, [4; 10]),
                started_at,
                returned: returned.map(str::to_owned),
            }),
        }
    }

    fn seen(returned: Option<&str>, at: &str) -> (TopUpState, bool) {
        let view = view(
            &notice(TopUpState::Verifying, returned),
            "03334231200",
            at.parse().unwrap(),
        );
        (view.state, view.retry_after.is_some())
    }

    #[test]
    fn nobody_is_asked_to_pay_again_while_a_payment_may_still_come() {
        assert_eq!(seen(None, "2026-11-23T08:14:59Z"), (TopUpState::Verifying, true));
        assert_eq!(
            seen(Some("ok"), "2026-11-23T08:05:00Z"),
            (TopUpState::Verifying, true)
        );
        assert_eq!(
            seen(Some("attesa"), "2026-11-23T08:05:00Z"),
            (TopUpState::Verifying, true)
        );
        assert_eq!(seen(None, "2026-11-23T08:15:00Z"), (TopUpState::Payable, false));
    }

    #[test]
    fn a_refused_or_abandoned_payment_can_be_tried_again_at_once() {
        assert_eq!(
            seen(Some("errore"), "2026-11-23T08:01:00Z"),
            (TopUpState::Payable, false)
        );
        assert_eq!(
            seen(Some("annullato"), "2026-11-23T08:01:00Z"),
            (TopUpState::Payable, false)
        );
    }
}
