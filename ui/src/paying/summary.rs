//! What is to be paid, in one line: on the first screen and beside the wallet.

use super::due_when;
use crate::{
    components::{ButtonKind, Card, Icon, LinkButton, Picture},
    format,
    remote::{use_source, use_wake},
    route::Route,
    t,
};
use api::{
    NoQuery,
    notices::{ListNotices, NoticesView},
};
use dioxus::prelude::*;
use domain::{Cents, time::day_in_rome, topup::TopUpState};

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// On the first screen: only where there is something to do or to wait for.
    Home,
    /// Beside the wallet: always, since it leads to what was paid.
    Wallet,
}

/// `2 avvisi, 98,40 €, il primo entro il 30 novembre`.
fn due_words(view: &NoticesView) -> Option<String> {
    let first = view.due.first()?;
    let total: Cents = view.due.iter().map(|notice| notice.amount).sum();
    let count = view.due.len();
    let what = t!("payments-due-sum", count = count, amount = format::money(total));
    let Some(day) = first.due else {
        return Some(what);
    };
    let when = due_when(day, day_in_rome(view.now)).words;
    Some(if count == 1 {
        t!("payments-due-one", what = what, when = when)
    } else {
        t!("payments-due-first", what = what, when = when)
    })
}

/// What is being verified: how many, and how much.
fn verifying_words(view: &NoticesView) -> Option<String> {
    let under_way = || {
        let all = view.others.iter();
        all.filter(|notice| notice.state == TopUpState::Verifying)
    };
    let count = under_way().count();
    let total: Cents = under_way().map(|notice| notice.amount).sum();
    (count > 0).then(|| {
        t!(
            "payments-verifying-sum",
            count = count,
            amount = format::money(total)
        )
    })
}

/// The card.
#[component]
pub fn DueSummary(under: Under) -> Element {
    let source = use_source(ListNotices {}, NoQuery {});
    use_wake(move || source.reload());
    let state = source.state();
    let state = state.read();
    // What is not known is not said here: this is no screen of its own, and the list says what is wrong.
    let due = state.value().and_then(due_words);
    let late = state.value().is_some_and(|view| {
        let first = view.due.first().and_then(|notice| notice.due);
        first.is_some_and(|day| day < day_in_rome(view.now))
    });
    let verifying = state.value().and_then(verifying_words);
    if under == Under::Home && due.is_none() && verifying.is_none() {
        return rsx! {};
    }
    rsx! {
        Card { class: "due-card".to_owned(), labelled_by: "payments-due".to_owned(), testid: "payments-card",
            h2 { id: "payments-due",
                if due.is_some() { {t!("payments-due")} } else { {t!("payments-title")} }
            }
            if let Some(words) = due {
                p { class: if late { "due-when owed" } else { "due-when" }, "data-testid": "payments-due",
                    Icon { picture: if late { Picture::Warning } else { Picture::Paper } }
                    span { "{words}" }
                }
            } else if under == Under::Wallet {
                p { class: "soft", {t!("payments-link-hint")} }
            }
            if let Some(words) = verifying {
                p { class: "due-when", "data-testid": "payments-verifying",
                    Icon { picture: Picture::Clock }
                    span { "{words}" }
                }
            }
            LinkButton { to: Route::Payments {}, kind: ButtonKind::Outline, testid: "payments-open",
                {t!("payments-link")}
            }
        }
    }
}
