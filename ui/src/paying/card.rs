//! How a top-up stands, in words, with what it is made of and what can be done.

use super::{Outcome, Paper, PaperButton, acts::Acts, codes::Codes};
use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, Card, Fact, Icon, LinkButton, Notice, NoticeKind, Picture},
    explain, format,
    platform::use_here,
    route::Route,
    session::use_session,
    t,
};
use api::{ErrorBody, ErrorCode, topups::TopUpView};
use dioxus::prelude::*;
use domain::{ServiceDay, time::day_in_rome, topup::TopUpState};

/// The largest words.
pub fn state_words(state: TopUpState) -> String {
    match state {
        TopUpState::Preparing => t!("payment-preparing"),
        TopUpState::Payable => t!("payment-payable"),
        TopUpState::Verifying => t!("payment-verifying"),
        TopUpState::Paid => t!("payment-paid"),
        TopUpState::Cancelled => t!("payment-cancelled"),
    }
}

/// How a state is drawn: its picture and its tint, which never stand without its words.
pub fn look(state: TopUpState) -> (Picture, &'static str) {
    match state {
        TopUpState::Preparing | TopUpState::Verifying => (Picture::Clock, ""),
        TopUpState::Payable => (Picture::Wallet, ""),
        TopUpState::Paid => (Picture::Check, "eats"),
        TopUpState::Cancelled => (Picture::Closed, "closed"),
    }
}

/// What it means for the family.
fn hint(topup: &TopUpView, today: ServiceDay) -> String {
    let amount = format::money(topup.amount);
    match (topup.state, topup.paid_at) {
        (TopUpState::Preparing, _) => t!("payment-preparing-hint"),
        (TopUpState::Payable, _) => t!("payment-payable-hint"),
        (TopUpState::Verifying, _) => t!("payment-verifying-hint"),
        (TopUpState::Paid, Some(at)) => {
            t!(
                "payment-paid-hint",
                amount = amount,
                at = format::at_exact_time(at, today)
            )
        }
        (TopUpState::Paid, None) => t!("payment-paid-plain", amount = amount),
        (TopUpState::Cancelled, _) => t!("payment-cancelled-hint"),
    }
}

/// What the way back says, where it agrees with how the top-up stands.
fn returned(state: TopUpState, outcome: Option<Outcome>) -> Option<(NoticeKind, String)> {
    match (state, outcome?) {
        (TopUpState::Verifying, Outcome::Paid) => Some((NoticeKind::Info, t!("payment-returned-ok"))),
        (TopUpState::Verifying, Outcome::Waiting) => Some((NoticeKind::Info, t!("payment-returned-waiting"))),
        (TopUpState::Payable | TopUpState::Preparing, Outcome::NotPaid) => {
            Some((NoticeKind::Warm, t!("payment-returned-unpaid")))
        }
        _ => None,
    }
}

/// A top-up.
#[component]
pub fn TopUpCard(
    topup: TopUpView,
    problem: Option<ErrorCode>,
    outcome: Option<Outcome>,
    choosing: bool,
    onanswer: EventHandler<TopUpView>,
    onrefused: EventHandler<()>,
    onanother: EventHandler<()>,
    /// The way to a checkout that is waiting.
    opening: Option<Element>,
) -> Element {
    let here = use_here();
    let clock = use_clock();
    let today = day_in_rome(clock.peek().unwrap_or_else(|| here.now()));
    let state = topup.state;
    let (picture, tint) = look(state);
    let decided = matches!(state, TopUpState::Paid | TopUpState::Cancelled);
    let may_act = matches!(state, TopUpState::Preparing | TopUpState::Payable)
        && problem != Some(ErrorCode::AlreadyPaid);
    rsx! {
        Card { class: "payment".to_owned(), labelled_by: "payment-state".to_owned(), testid: "payment",
            div { class: "payment-state {tint}", "data-testid": "payment-state", "data-state": state.as_str(),
                Icon { picture }
                h2 { id: "payment-state", {state_words(state)} }
            }
            p { {hint(&topup, today)} }
            if let Some(at) = topup.retry_after {
                p { class: "soft", {t!("payment-retry-after", at = format::at_time(at))} }
            }
            if let Some(problem) = problem {
                Problem { problem, preparing: state == TopUpState::Preparing }
            } else if let Some((kind, words)) = returned(state, outcome) {
                Notice { kind, p { "{words}" } }
            }
            {opening}
            if may_act {
                Acts { topup: topup.clone(), onanswer, onrefused }
            }
            if state == TopUpState::Paid {
                LinkButton { to: Route::Wallet {}, testid: "payment-wallet", {t!("payment-see-wallet")} }
                PaperButton { paper: Paper::Receipt(topup.id), kind: ButtonKind::Link, testid: "receipt-save",
                    {t!("paper-receipt")}
                }
            }
            Details { topup: topup.clone() }
            if !decided && state != TopUpState::Preparing {
                Codes { number: topup.notice_number, body: topup.body_fiscal_code, elsewhere: may_act }
                if may_act {
                    LinkButton {
                        to: Route::Notice { id: topup.id.to_string() },
                        kind: ButtonKind::Link,
                        testid: "payment-notice",
                        {t!("payment-to-notice")}
                    }
                }
            }
            if decided || choosing {
                Button {
                    kind: if state == TopUpState::Cancelled { ButtonKind::Primary } else { ButtonKind::Link },
                    testid: "payment-another",
                    onclick: onanother,
                    {t!("payment-another")}
                }
            }
        }
    }
}

/// Why no checkout could be opened, and what to do.
#[component]
fn Problem(problem: ErrorCode, preparing: bool) -> Element {
    if problem == ErrorCode::AlreadyPaid {
        return rsx! {
            Notice { p { {t!("payment-found-paid")} } }
        };
    }
    rsx! {
        Notice { kind: NoticeKind::Error,
            p { {explain::error(&ErrorBody::new(problem, ""))} }
            if matches!(problem, ErrorCode::PaymentUnavailable | ErrorCode::PaymentFault) {
                p { if preparing { {t!("payment-kept-preparing")} } else { {t!("payment-kept")} } }
            }
        }
    }
}

/// What it is made of.
#[component]
fn Details(topup: TopUpView) -> Element {
    let me = use_session().me();
    let name_of = |child| {
        let children = me.iter().flat_map(|me| &me.children);
        let mut named = children
            .filter(|known| known.id == child)
            .map(|known| known.first_name.clone());
        named.next().unwrap_or_else(|| t!("payment-child-unknown"))
    };
    let lines: Vec<_> = topup
        .lines
        .iter()
        .map(|line| {
            let name = name_of(line.child);
            let words = match line.meals {
                Some(meals) => {
                    t!(
                        "payment-line-meals",
                        name = name,
                        meals = format::meals(i64::from(meals))
                    )
                }
                None => name,
            };
            (words, format::money(line.amount))
        })
        .collect();
    rsx! {
        h3 { class: "visually-hidden", {t!("payment-details")} }
        dl { class: "payment-lines figures",
            for (index , (name , amount)) in lines.into_iter().enumerate() {
                Fact { key: "{index}", name, "{amount}" }
            }
            Fact { name: t!("payment-amount"), testid: "payment-amount", {format::money(topup.amount)} }
        }
    }
}
