//! Oggi: does each child eat today, until when can it be changed, and how long does the money last.

mod absent;
mod act;
mod child;
mod wallets;

#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{EmptyState, LinkButton, Notice, NoticeKind, Page, PhoneLink, Reading},
    format,
    offline::{
        today::{brought, stock},
        use_news, use_outbox,
    },
    paying::{DueSummary, Under},
    platform::use_here,
    remote::{Known, Remote, Source, use_source, use_wake},
    route::Route,
    session::use_session,
    summons::use_summons,
    t,
};
use absent::AllAbsent;
use act::register;
use api::{
    NoQuery,
    meals::{GetToday, TodayView},
};
use child::ChildCard;
use dioxus::prelude::*;
use domain::{
    Instant, ServiceDay,
    meals::{Choice, Standing},
    time::day_in_rome,
};
use wallets::WalletsCard;

/// The family's morning.
#[component]
pub fn Home() -> Element {
    let source = use_source(GetToday {}, NoQuery {});
    use_wake(move || source.reload());
    use_news(move |receipt| {
        if let Some(receipt) = receipt {
            source.amend(|view| register(view, &receipt));
        }
        source.reload();
    });
    let clock = use_clock();
    // By the portal's clock, also when nobody has touched the page since yesterday.
    let day = use_memo(move || clock.now().map(day_in_rome));
    use_effect(move || {
        let day = day();
        let shown = source.state().peek().value().map(|view| view.today);
        if day.is_some() && shown.is_some() && day != shown {
            source.reload();
        }
    });
    use_stock(source);
    let summons = use_summons();
    use_effect(move || {
        // Asked by a notification: what is shown may be of this morning, or of yesterday.
        if summons.absent_today() {
            source.reload();
        }
    });
    // Asked once: coming back to this page later does not ask again.
    use_drop(move || summons.done());
    let time = use_memo(move || clock.now().map(format::time));
    let title = use_memo(move || match &*source.state().read() {
        Remote::Ready { value, .. } => format::capital(&format::long_day(value.today)),
        Remote::Stale { value, .. } => format::capital(&format::long_day(day().unwrap_or(value.today))),
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
                Morning { view: today, day: day(), source }
            } }
        }
    }
}

/// Keeps the months that somebody may want to see without a network.
fn use_stock(source: Source<TodayView>) {
    let here = use_here();
    let session = use_session();
    let known = use_context::<Known>();
    use_effect(move || {
        let state = source.state();
        let state = state.read();
        let Remote::Ready { value, .. } = &*state else {
            return;
        };
        let children: Vec<_> = value.children.iter().map(|child| child.child).collect();
        let (here, known, when) = (here.clone(), known.clone(), (value.today, value.now));
        spawn(async move { stock(&here, &known, session.person(), children, when).await });
    });
}

/// What is known of today. What was kept of another day is brought to this one by the kept calendar, or not shown as today.
#[component]
fn Morning(view: TodayView, day: Option<ServiceDay>, source: Source<TodayView>) -> Element {
    let here = use_here();
    let session = use_session();
    let stale = matches!(&*source.state().read(), Remote::Stale { .. });
    let today = match day.filter(|_| stale) {
        Some(day) => brought(&here, session.person(), &view, day),
        None => Some(view.clone()),
    };
    match today {
        Some(today) => rsx! {
            Today { today, source }
        },
        None => rsx! {
            EmptyState { title: t!("offline-other-day"),
                p { {t!("offline-other-day-hint", day = format::long_day(view.today))} }
                LinkButton { to: Route::Calendar {}, {t!("nav-calendar")} }
                PhoneLink { phone: view.phone }
            }
        },
    }
}

#[component]
fn Today(today: TodayView, source: Source<TodayView>) -> Element {
    let money = use_session().may_see_money();
    if today.children.is_empty() {
        return rsx! {
            EmptyState { title: t!("home-empty"),
                p { {t!("home-empty-hint")} }
                PhoneLink { phone: today.phone }
            }
        };
    }
    let outbox = use_outbox();
    let waits = |child| {
        outbox
            .about(child, today.today)
            .is_some_and(|(act, _)| act.waits())
    };
    let may_cancel = || {
        today
            .children
            .iter()
            .filter(|child| child.day.may == Some(Choice::DoesNotEat) && !waits(child.child))
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
    let summons = use_summons();
    let summoned = summons.absent_today();
    let late = today
        .children
        .iter()
        .filter(|child| child.day.standing == Standing::Expected && child.day.may.is_none());
    let closed_at = late.filter_map(|child| child.day.closes_at).max();
    rsx! {
        if summoned && cancellable.is_empty() {
            NothingToCancel { closed_at, phone: today.phone.clone() }
        }
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
            if cancellable.len() > 1 || (summoned && !cancellable.is_empty()) {
                AllAbsent {
                    key: "{today.today}",
                    children_of: cancellable,
                    summoned,
                    today: today.today,
                    until,
                    source,
                }
            }
            if !today.wallets.is_empty() {
                WalletsCard { wallets: today.wallets, names }
            }
            // Last, since it comes a moment later: nothing moves under a finger.
            if money {
                DueSummary { under: Under::Home }
            }
        }
    }
}

/// A notification asked for today's absence, and there is nothing left to do: why, and what can still be done.
#[component]
fn NothingToCancel(closed_at: Option<Instant>, phone: String) -> Element {
    rsx! {
        match closed_at {
            Some(at) => rsx! {
                Notice { kind: NoticeKind::Warm, title: t!("home-asked-late"), testid: "summons-late",
                    p { {t!("home-asked-late-at", at = format::at_time(at))} }
                    PhoneLink { phone }
                }
            },
            None => rsx! {
                Notice { title: t!("home-asked-nothing"), testid: "summons-nothing",
                    p { {t!("home-asked-nothing-hint")} }
                }
            },
        }
    }
}
