//! Oggi: does each child eat today, until when can it be changed, and how long does the money last.

mod absent;
mod act;
mod child;
mod wallets;

#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{EmptyState, Page, PhoneLink, Reading},
    format,
    paying::{DueSummary, Under},
    remote::{Remote, Source, use_source, use_wake},
    t,
};
use absent::AllAbsent;
use api::{
    NoQuery,
    meals::{GetToday, TodayView},
};
use child::ChildCard;
use dioxus::prelude::*;
use domain::meals::Choice;
use wallets::WalletsCard;

/// The family's morning.
#[component]
pub fn Home() -> Element {
    let source = use_source(GetToday {}, NoQuery {});
    use_wake(move || source.reload());
    let clock = use_clock();
    let time = use_memo(move || clock.now().map(format::time));
    let title = use_memo(move || match &*source.state().read() {
        Remote::Ready { value, .. } | Remote::Stale { value, .. } => {
            format::capital(&format::long_day(value.today))
        }
        Remote::Loading | Remote::Failed(_) => t!("nav-today"),
    });
    let under = time().map(|time| {
        if time.starts_with("1:") {
            t!("home-now-one", time = time)
        } else {
            t!("home-now", time = time)
        }
    });
    rsx! {
        Page { title: title(), under,
            Reading { source, ready: move |today: TodayView| rsx! {
                Today { today, source }
            } }
        }
    }
}

#[component]
fn Today(today: TodayView, source: Source<TodayView>) -> Element {
    if today.children.is_empty() {
        return rsx! {
            EmptyState { title: t!("home-empty"),
                p { {t!("home-empty-hint")} }
                PhoneLink { phone: today.phone }
            }
        };
    }
    let may_cancel = || {
        today
            .children
            .iter()
            .filter(|child| child.day.may == Some(Choice::DoesNotEat))
    };
    let until = may_cancel().filter_map(|child| child.day.closes_at).min();
    let cancellable: Vec<_> = may_cancel()
        .map(|child| (child.child, child.first_name.clone()))
        .collect();
    let names: Vec<_> = today
        .children
        .iter()
        .map(|child| (child.child, child.first_name.clone()))
        .collect();
    rsx! {
        div { class: "cards",
            for child in today.children {
                ChildCard {
                    key: "{child.child}",
                    child,
                    today: today.today,
                    phone: today.phone.clone(),
                    source,
                }
            }
            if cancellable.len() > 1 {
                AllAbsent { children_of: cancellable, today: today.today, until, source }
            }
            if !today.wallets.is_empty() {
                WalletsCard { wallets: today.wallets, names }
            }
            // Last, since it comes a moment later: nothing moves under a finger.
            DueSummary { under: Under::Home }
        }
    }
}
