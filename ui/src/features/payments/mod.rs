//! Pagamenti: what is to be paid, several at once; what was paid, with its receipts.

mod due;
mod history;

#[cfg(test)]
mod tests;

use crate::{
    components::{EmptyState, LinkButton, Page, Picture, Reading},
    paying::Watch,
    remote::{Source, use_source, use_wake},
    route::Route,
    t,
};
use api::{
    NoQuery,
    notices::{ListNotices, NoticesView},
};
use dioxus::prelude::*;
use domain::{time::day_in_rome, topup::TopUpState};
use due::Due;
use history::{History, UnderWay, Years};

/// All notices of a person.
#[component]
pub fn Payments() -> Element {
    let source = use_source(ListNotices {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Page { title: t!("payments-title"),
            Reading { source, ready: move |view: NoticesView| rsx! {
                All { view, source }
            } }
        }
    }
}

#[component]
fn All(view: NoticesView, source: Source<NoticesView>) -> Element {
    let today = day_in_rome(view.now);
    if view.due.is_empty() && view.others.is_empty() {
        return rsx! {
            EmptyState { title: t!("payments-none"), picture: Picture::Paper,
                p { {t!("payments-none-hint")} }
                LinkButton { to: Route::TopUp {}, testid: "topup-open", {t!("payments-top-up")} }
            }
        };
    }
    let (under_way, settled): (Vec<_>, Vec<_>) = view
        .others
        .into_iter()
        .partition(|notice| !matches!(notice.state, TopUpState::Paid | TopUpState::Cancelled));
    let verifying = under_way
        .iter()
        .any(|notice| notice.state == TopUpState::Verifying);
    rsx! {
        if verifying {
            Watch { onlook: move |()| source.reload() }
        }
        div { class: "payments",
            if !under_way.is_empty() {
                UnderWay { notices: under_way, today }
            }
            Due { due: view.due, most: view.most_in_cart, today, source }
            if !view.years.is_empty() {
                Years { years: view.years }
            }
            if !settled.is_empty() {
                History { notices: settled, today }
            }
        }
    }
}
