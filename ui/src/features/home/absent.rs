//! Tutti assenti: one act for all children, after a sheet that says what it does.

use super::act::register;
use crate::{
    components::{Button, ButtonKind, Fact, Notice, NoticeKind, Sheet, Skeleton, use_announcer},
    explain, format,
    platform::use_here,
    portal::Act,
    remote::Source,
    summons::use_summons,
    t,
};
use api::{
    ErrorBody, ErrorCode,
    meals::{ChangePeriod, OnRefused, PeriodDays, PeriodRequest, PeriodView, PreviewPeriod, TodayView},
};
use dioxus::prelude::*;
use domain::{ChildId, Instant, ServiceDay, meals::Choice};

/// The button, and its sheet. For an only child the card's own button does; a notification opens the sheet all the same.
#[component]
pub fn AllAbsent(
    children_of: Vec<(ChildId, String)>,
    /// Whether a notification asked for it.
    summoned: bool,
    today: ServiceDay,
    /// The earliest of the cut-offs.
    until: Option<Instant>,
    source: Source<TodayView>,
) -> Element {
    let summons = use_summons();
    let mut open = use_signal(|| false);
    let shown = open() || summoned;
    // One sheet for each set of children: what is confirmed is what its title says, also when the list was read again.
    let whose: Vec<_> = shown
        .then(|| children_of.iter().map(|(id, _)| *id).collect::<Vec<_>>())
        .into_iter()
        .collect();
    rsx! {
        if children_of.len() > 1 {
            div { class: "all-absent",
                Button {
                    kind: ButtonKind::Link,
                    testid: "all-absent",
                    onclick: move |()| open.set(true),
                    {t!("home-all-absent")}
                }
            }
        }
        for whose in whose {
            AbsentSheet {
                key: "{whose:?}",
                children_of: children_of.clone(),
                today,
                until,
                source,
                onclose: move |()| {
                    open.set(false);
                    summons.done();
                },
            }
        }
    }
}

#[component]
fn AbsentSheet(
    children_of: Vec<(ChildId, String)>,
    today: ServiceDay,
    until: Option<Instant>,
    source: Source<TodayView>,
    onclose: EventHandler<()>,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut sending = use_signal(|| false);
    let request = PeriodRequest {
        children: children_of.iter().map(|(id, _)| *id).collect(),
        days: PeriodDays::List { days: vec![today] },
        choice: Choice::DoesNotEat,
        refused: OnRefused::Skip,
    };
    // One act for as long as the sheet is open: pressed again after no answer, it has the same key.
    let act = {
        let (here, request) = (here.clone(), request.clone());
        use_hook(move || Act::new(&here, ChangePeriod {}, request))
    };
    let preview = {
        let here = here.clone();
        use_resource(move || {
            let (here, request) = (here.clone(), request.clone());
            async move { Act::new(&here, PreviewPeriod {}, request).send(&here).await }
        })
    };
    let confirm = move |()| {
        if sending() {
            return;
        }
        sending.set(true);
        error.set(None);
        let (here, act) = (here.clone(), act.clone());
        spawn(async move {
            match act.send(&here).await {
                Ok(done) => {
                    if let Some(receipt) = &done.receipt {
                        let at = format::at_exact_time(receipt.at, today);
                        announcer.say(t!("home-all-done", count = done.changed.len(), at = at));
                        source.amend(|view| register(view, receipt));
                    }
                    source.reload();
                    onclose.call(());
                }
                Err(why) => {
                    sending.set(false);
                    error.set(Some(why));
                }
            }
        });
    };
    let names: Vec<_> = children_of.iter().map(|(_, name)| name.clone()).collect();
    let preview = preview.read();
    rsx! {
        Sheet {
            id: "all-absent-sheet",
            title: t!("home-all-title", count = names.len(), names = format::list(&names)),
            onclose,
            match &*preview {
                None => rsx! { Skeleton { cards: 1 } },
                Some(Err(why)) => rsx! {
                    Notice { kind: NoticeKind::Error,
                        p { {explain::error(why)} }
                        if why.code == ErrorCode::Offline {
                            p { {t!("offline-all")} }
                        }
                    }
                },
                Some(Ok(view)) => rsx! {
                    Effect { view: view.clone(), children_of, until }
                    if let Some(why) = error() {
                        Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                    }
                    if !view.changed.is_empty() {
                        Button { busy: sending(), testid: "confirm-all-absent", onclick: confirm,
                            {t!("home-all-confirm", count = view.changed.len())}
                        }
                    }
                },
            }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
        }
    }
}

/// What it does: how many meals, how much, and which days it leaves out.
#[component]
fn Effect(view: PeriodView, children_of: Vec<(ChildId, String)>, until: Option<Instant>) -> Element {
    let name_of = |child| {
        let found = children_of.iter().find(|(id, _)| *id == child);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let refused: Vec<_> = view
        .refused
        .iter()
        .map(|day| {
            let mut why = ErrorBody::new(day.code, "");
            if let Some(at) = day.closed_at {
                why = why.with("closed_at", at);
            }
            if let Some(reason) = &day.no_service {
                why = why.with("no_service", reason);
            }
            t!(
                "home-all-refused",
                name = name_of(day.child),
                why = explain::error(&why)
            )
        })
        .collect();
    rsx! {
        dl {
            Fact { name: t!("home-all-meals"),
                {format::meals(i64::from(view.meals))}
                " · "
                {format::money(view.amount)}
            }
        }
        for (index , words) in refused.into_iter().enumerate() {
            p { key: "{index}", class: "soft", "{words}" }
        }
        if let Some(until) = until {
            p { class: "soft", {t!("home-all-until", at = format::at_time(until))} }
        }
    }
}
