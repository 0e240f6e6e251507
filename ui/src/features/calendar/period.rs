//! Many days in one act: which, for whom, what it does in meals and euro, and then the receipt.

use crate::{
    components::{Button, ButtonKind, Chip, Chips, Fact, Field, Notice, NoticeKind, use_announcer},
    explain, format,
    offline::{Asked, use_outbox},
    platform::use_here,
    portal::{self, Act},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    meals::{ChangePeriod, DayView, OnRefused, PeriodDays, PeriodRequest, PeriodView, PreviewPeriod},
};
use dioxus::prelude::*;
use domain::{
    ChildId, Instant, ServiceDay,
    meals::{Choice, Model},
};
use std::collections::BTreeSet;

/// What an act did.
#[derive(Debug, Clone, PartialEq)]
pub struct What {
    number: String,
    at: Instant,
    choice: Choice,
    days: usize,
}

/// What was done, with the number that proves it. Stays above the days until the next one is touched.
#[component]
pub fn Done(what: What, today: ServiceDay) -> Element {
    let What {
        number,
        at,
        choice,
        days,
    } = what;
    let words = match choice {
        Choice::DoesNotEat => t!(
            "calendar-done-cancelled",
            count = days,
            at = format::at_exact_time(at, today)
        ),
        Choice::Eats => t!(
            "calendar-done-restored",
            count = days,
            at = format::at_exact_time(at, today)
        ),
    };
    rsx! {
        Notice { kind: NoticeKind::Good, title: words, testid: "period-done",
            p { {t!("calendar-number", number = number)} }
            p { {t!("calendar-done-hint")} }
        }
    }
}

/// What was chosen, before it is confirmed.
#[component]
pub fn Period(
    child: ChildId,
    name: String,
    siblings: Vec<(ChildId, String)>,
    model: Model,
    today: ServiceDay,
    days: Vec<DayView>,
    /// Days that were tapped; a range is asked for where there are none.
    chosen: BTreeSet<ServiceDay>,
    ondone: EventHandler<What>,
    onleave: EventHandler<()>,
) -> Element {
    let here = use_here();
    let place = here.clone();
    let outbox = use_outbox();
    let announcer = use_announcer();
    let mut also = use_signal(BTreeSet::<ChildId>::new);
    let mut asked = use_signal(|| None::<Choice>);
    let (first, last) = (use_signal(String::new), use_signal(String::new));
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut sending = use_signal(|| false);
    // Pressed again after no answer, the same act is sent with the same key.
    let mut unanswered = use_signal(|| None::<(PeriodRequest, Act<ChangePeriod>)>);

    let wish = asked().unwrap_or_else(|| usual(&days, &chosen, model));
    let span = if chosen.is_empty() {
        range(&first(), &last())
    } else {
        Some(list(&chosen))
    };
    let request = span.map(|days| PeriodRequest {
        children: std::iter::once(child).chain(also()).collect(),
        days,
        choice: wish,
        refused: OnRefused::Skip,
    });
    let preview = {
        let here = here.clone();
        use_resource(use_reactive((&request,), move |(request,)| {
            let here = here.clone();
            async move {
                let act = Act::new(&here, PreviewPeriod {}, request?);
                Some(act.send(&here).await)
            }
        }))
    };
    let confirm = {
        let request = request.clone();
        use_callback(move |()| {
            let Some(request) = request.clone().filter(|_| !sending()) else {
                return;
            };
            let kept = unanswered.peek().clone().filter(|(before, _)| *before == request);
            let act = kept.map_or_else(
                || Act::new(&here, ChangePeriod {}, request.clone()),
                |(_, act)| act,
            );
            sending.set(true);
            error.set(None);
            let here = here.clone();
            spawn(async move {
                match act.send(&here).await {
                    Ok(view) => finish(&view, wish, today, ondone, onleave, announcer),
                    Err(why) => {
                        if portal::is_unanswered(&why) {
                            unanswered.set(Some((request, act)));
                        }
                        error.set(Some(why));
                    }
                }
                sending.set(false);
            });
        })
    };
    // Without a network each day waits for itself: what it costs cannot be told now, and the cut-offs differ.
    let later: Vec<_> = days
        .iter()
        .filter(|day| chosen.contains(&day.day) && day.may == Some(wish))
        .map(|day| Asked {
            child,
            day: day.day,
            wish,
            closes_at: day.closes_at,
        })
        .collect();
    let wait = {
        let later = later.clone();
        use_callback(move |()| {
            for asked in &later {
                outbox.ask(&place, *asked);
            }
            onleave.call(());
        })
    };
    let title = if chosen.is_empty() {
        t!("calendar-period-title", name = name.as_str())
    } else {
        let days: Vec<_> = chosen.iter().copied().collect();
        t!(
            "calendar-days-title",
            name = name.as_str(),
            days = format::day_list(&days)
        )
    };
    let wishes = vec![
        Chip {
            value: Choice::DoesNotEat,
            label: t!("calendar-wish-not"),
        },
        Chip {
            value: Choice::Eats,
            label: t!("calendar-wish-eats"),
        },
    ];
    let everybody: Vec<_> = std::iter::once((child, name)).chain(siblings.clone()).collect();
    rsx! {
        section { class: "period", "aria-labelledby": "period-title", "data-testid": "period",
            h3 { id: "period-title", tabindex: "-1", "{title}" }
            if chosen.is_empty() {
                div { class: "period-range",
                    Field { id: "period-first", label: t!("calendar-first"), value: first, kind: "date", testid: "period-first" }
                    Field { id: "period-last", label: t!("calendar-last"), value: last, kind: "date", testid: "period-last" }
                }
            }
            Chips { label: t!("calendar-wish"), chips: wishes, chosen: Some(wish), onchoose: move |to| asked.set(Some(to)) }
            for (id , sibling) in siblings {
                label { key: "{id}", class: "also",
                    input {
                        r#type: "checkbox",
                        checked: also().contains(&id),
                        "data-testid": "period-also",
                        onchange: move |event| {
                            if event.checked() {
                                also.write().insert(id);
                            } else {
                                also.write().remove(&id);
                            }
                        },
                    }
                    {t!("calendar-also", name = sibling)}
                }
            }
            match &*preview.read() {
                _ if request.is_none() => rsx! { p { class: "soft", {t!("calendar-say-days")} } },
                None | Some(None) => rsx! { p { class: "soft", role: "status", {t!("common-loading")} } },
                Some(Some(Err(why))) => rsx! {
                    Notice { kind: NoticeKind::Error, p { {explain::error(why)} } }
                    if why.code == ErrorCode::Offline && also().is_empty() && !later.is_empty() {
                        p { {t!("offline-later-hint")} }
                        Button { testid: "period-later", onclick: move |()| wait.call(()),
                            {t!("offline-later", count = later.len())}
                        }
                    }
                },
                Some(Some(Ok(view))) => rsx! {
                    Effect { view: view.clone(), wish, everybody: everybody.clone() }
                    if let Some(why) = error() {
                        Notice { kind: NoticeKind::Error, title: t!("home-refused"), p { {explain::error(&why)} } }
                    }
                    if !view.changed.is_empty() {
                        Button { busy: sending(), testid: "period-confirm", onclick: move |()| confirm.call(()),
                            if wish == Choice::DoesNotEat {
                                {t!("calendar-confirm-cancel", count = view.changed.len())}
                            } else {
                                {t!("calendar-confirm-restore", count = view.changed.len())}
                            }
                        }
                    }
                },
            }
            Button { kind: ButtonKind::Link, testid: "period-leave", onclick: move |()| onleave.call(()),
                {t!("common-leave")}
            }
        }
    }
}

fn finish(
    view: &PeriodView,
    wish: Choice,
    today: ServiceDay,
    ondone: EventHandler<What>,
    onleave: EventHandler<()>,
    announcer: crate::components::Announcer,
) {
    let Some(receipt) = &view.receipt else {
        onleave.call(());
        return;
    };
    let (at, count) = (format::at_exact_time(receipt.at, today), view.changed.len());
    announcer.say(match wish {
        Choice::DoesNotEat => t!("calendar-done-cancelled", count = count, at = at),
        Choice::Eats => t!("calendar-done-restored", count = count, at = at),
    });
    let number = receipt.number.clone();
    ondone.call(What {
        number,
        at: receipt.at,
        choice: wish,
        days: count,
    });
}

/// What the chosen days would usually become: the other of what they are.
fn usual(days: &[DayView], chosen: &BTreeSet<ServiceDay>, model: Model) -> Choice {
    let may = days
        .iter()
        .filter(|day| chosen.contains(&day.day))
        .find_map(|day| day.may);
    may.unwrap_or(match model {
        Model::ExpectedByDefault => Choice::DoesNotEat,
        Model::Booked => Choice::Eats,
    })
}

fn list(chosen: &BTreeSet<ServiceDay>) -> PeriodDays {
    PeriodDays::List {
        days: chosen.iter().copied().collect(),
    }
}

fn range(first: &str, last: &str) -> Option<PeriodDays> {
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some(PeriodDays::Range { first, last })
}

/// What it does: how many days and meals, how much, and which days stay as they are.
#[component]
fn Effect(view: PeriodView, wish: Choice, everybody: Vec<(ChildId, String)>) -> Element {
    let name_of = |child| {
        let found = everybody.iter().find(|(id, _)| *id == child);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let refused = view.refused.iter().map(|day| {
        let mut why = ErrorBody::new(day.code, "");
        if let Some(at) = day.closed_at {
            why = why.with("closed_at", at);
        }
        if let Some(reason) = &day.no_service {
            why = why.with("no_service", reason);
        }
        let (name, day) = (name_of(day.child), format::short_day(day.day));
        t!(
            "calendar-refused",
            name = name,
            day = day,
            why = explain::error(&why)
        )
    });
    let (what, meals) = match wish {
        Choice::DoesNotEat => (t!("calendar-effect-not"), t!("calendar-effect-spared")),
        Choice::Eats => (t!("calendar-effect-eats"), t!("calendar-effect-due")),
    };
    rsx! {
        dl { "data-testid": "period-effect",
            Fact { name: what, {format::days(view.changed.len())} }
            Fact { name: meals,
                {format::meals(i64::from(view.meals))}
                " · "
                {format::money(view.amount)}
            }
        }
        if !view.refused.is_empty() {
            p { class: "soft", {t!("calendar-refused-title")} }
            ul { class: "refused", "data-testid": "period-refused",
                for (index , words) in refused.enumerate() {
                    li { key: "{index}", "{words}" }
                }
            }
        }
        p { class: "soft", {t!("calendar-undo-hint")} }
    }
}
