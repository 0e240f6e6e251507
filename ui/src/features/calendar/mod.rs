//! The month: which days does a child eat, and many of them changed in one act.

mod day;
mod grid;
mod month;
mod period;

#[cfg(test)]
mod tests;

use crate::{
    components::{Chip, Chips, EmptyState, Page, Reading},
    remote::use_source,
    t,
};
use api::{
    NoQuery,
    children::{ChildView, GetMe, MeView},
};
use dioxus::prelude::*;
use domain::{ChildId, ServiceDay, time::day_in_rome};
use month::Month;

/// The month that it is.
#[component]
pub fn Calendar() -> Element {
    rsx! {
        Months { month: None::<String> }
    }
}

/// A month by its address, such as `2026-11`.
#[component]
pub fn CalendarMonth(month: String) -> Element {
    rsx! {
        Months { month: Some(month) }
    }
}

#[component]
fn Months(month: Option<String>) -> Element {
    let source = use_source(GetMe {}, NoQuery {});
    rsx! {
        Page { title: t!("nav-calendar"),
            // The month says since when it is known.
            Reading { source, skeleton: 1, bannerless: true, ready: move |me: MeView| rsx! {
                Family { me, month: month.clone() }
            } }
        }
    }
}

/// Which child, and which month.
#[component]
fn Family(me: MeView, month: Option<String>) -> Element {
    let mut chosen = use_signal(|| None::<ChildId>);
    let today = day_in_rome(me.now);
    let mut shown = use_signal(|| {
        month
            .filter(|m| first_of(m).is_some())
            .unwrap_or_else(|| name_of(today))
    });
    let seen: Vec<ChildView> = me.children.into_iter().filter(|child| child.rights.see).collect();
    let Some(child) = seen
        .iter()
        .find(|child| Some(child.id) == chosen())
        .or(seen.first())
        .cloned()
    else {
        return rsx! {
            EmptyState { title: t!("calendar-empty"), p { {t!("calendar-empty-hint")} } }
        };
    };
    let chips: Vec<_> = seen
        .iter()
        .map(|c| Chip {
            value: c.id,
            label: c.first_name.clone(),
        })
        .collect();
    let siblings: Vec<_> = seen
        .iter()
        .filter(|other| other.id != child.id && other.rights.cancel)
        .map(|other| (other.id, other.first_name.clone()))
        .collect();
    rsx! {
        if chips.len() > 1 {
            Chips {
                label: t!("calendar-whose"),
                chips,
                chosen: Some(child.id),
                testid: "child-chip",
                onchoose: move |id| chosen.set(Some(id)),
            }
        }
        // Another child's month is another component: what was chosen of the one is not of the other.
        for child in [child] {
            Month {
                key: "{child.id}",
                child: child.id,
                name: child.first_name,
                may_change: child.rights.cancel,
                siblings: siblings.clone(),
                month: shown(),
                onmonth: move |month| shown.set(month),
            }
        }
    }
}

/// The first day of a month written `2026-11`.
pub(super) fn first_of(month: &str) -> Option<ServiceDay> {
    format!("{month}-01").parse().ok()
}

/// How the address and the portal write a day's month.
pub(super) fn name_of(day: ServiceDay) -> String {
    day.format("%Y-%m").to_string()
}
