//! A child's card: eats today or not, until when it can be changed, one tap, and the proof of it.

use crate::{
    clock::use_clock,
    components::{
        Avatar, Button, ButtonKind, Card, Countdown, Icon, Notice, NoticeKind, PhoneLink, Picture,
        minutes_left, standing_class,
    },
    explain, format,
    offline::{Asked, UnsentNotice, queue::LAST_MINUTES, use_outbox},
    platform::use_here,
    remote::Source,
    t,
};
use api::meals::{ActSummaryView, ChildTodayView, DayView, TodayView};
use dioxus::prelude::*;
use domain::{
    ServiceDay,
    meals::{Choice, Standing},
};

/// A child's day today.
#[component]
pub fn ChildCard(
    child: ChildTodayView,
    today: ServiceDay,
    phone: String,
    source: Source<TodayView>,
) -> Element {
    let here = use_here();
    let outbox = use_outbox();
    let (id, name, day) = (child.child, child.first_name.clone(), child.day.clone());
    let start = {
        let (day, closes_at) = (day.day, day.closes_at);
        use_callback(move |wish: Choice| {
            let asked = Asked {
                child: id,
                day,
                wish,
                closes_at,
            };
            outbox.ask(&here, asked);
        })
    };
    let asked = outbox.about(id, day.day);
    let sending = asked.as_ref().filter(|(_, sending)| *sending);
    let wished = sending.map(|(act, _)| act.wish);
    let waits = asked.as_ref().is_some_and(|(act, _)| act.waits());
    // Those of other days are told of here too: whoever opens the app sees this page first.
    let unsent = outbox.of(id);
    let heading = format!("child-{id}");
    rsx! {
        Card { labelled_by: heading.clone(), testid: "child-card", child_name: name.clone(),
            div { class: "who",
                Avatar { name: name.clone() }
                div {
                    h2 { id: heading, "{name}" }
                    if let Some(place) = place(&child) {
                        p { "{place}" }
                    }
                }
            }
            Answer { standing: day.standing, wished }
            if wished.is_some() {
                p { class: "sending", role: "status", "data-testid": "sending",
                    span { class: "spinner", "aria-hidden": "true" }
                    {t!("common-sending")}
                }
            }
            for act in unsent {
                UnsentNotice { key: "{act.key}", act }
            }
            if !waits {
                Ways { name: name.clone(), day: day.clone(), today, phone: phone.clone(), next: child.next.clone(), source, start }
            }
        }
    }
}

/// `2ª B · primaria Rodari`, as far as it is known.
fn place(child: &ChildTodayView) -> Option<String> {
    let parts: Vec<_> = [&child.class, &child.school]
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The largest words of the card. While an act is on its way they say what is wished.
#[component]
fn Answer(standing: Standing, wished: Option<Choice>) -> Element {
    let standing = match wished {
        Some(Choice::Eats) => Standing::Expected,
        Some(Choice::DoesNotEat) => Standing::Cancelled,
        None => standing,
    };
    let (picture, words) = match standing {
        Standing::Expected | Standing::Charged => (Picture::Plate, t!("home-eats")),
        Standing::Cancelled => (Picture::NoPlate, t!("home-does-not-eat")),
        Standing::NotBooked => (Picture::NoPlate, t!("home-not-booked")),
        Standing::Closed => (Picture::Closed, t!("home-closed")),
    };
    rsx! {
        p { class: "answer {standing_class(standing)}", "data-testid": "answer",
            Icon { picture }
            span { "{words}" }
        }
    }
}

/// What was done, what can be done and until when, or why nothing can.
#[component]
fn Ways(
    name: String,
    day: DayView,
    today: ServiceDay,
    phone: String,
    next: Option<DayView>,
    source: Source<TodayView>,
    start: Callback<Choice>,
) -> Element {
    if day.standing == Standing::Closed {
        return rsx! {
            if let Some(why) = &day.no_service {
                p { class: "soft", {explain::no_service(why)} }
            }
            if let Some(next) = next {
                p { {t!("home-next", day = format::long_day(next.day))} }
            }
        };
    }
    let booked = day.act.is_some();
    rsx! {
        if let Some(act) = day.act.clone() {
            Proof { act, standing: day.standing, today }
        }
        if let (Some(_), Some(closes_at)) = (day.may, day.closes_at) {
            Countdown {
                closes_at,
                quiet: day.standing == Standing::Cancelled,
                onpassed: move |()| source.reload(),
            }
            LastMinutes { closes_at, phone: phone.clone() }
        }
        match (day.may, day.standing) {
            (Some(Choice::DoesNotEat), _) => rsx! {
                Button {
                    kind: ButtonKind::Outline,
                    label: t!("home-cancel-label", name = name),
                    testid: "cancel-today",
                    onclick: move |()| start.call(Choice::DoesNotEat),
                    {t!("home-cancel")}
                }
            },
            (Some(Choice::Eats), Standing::Cancelled) if booked => rsx! {
                Button {
                    kind: ButtonKind::Link,
                    label: t!("home-undo-label", name = name),
                    testid: "undo-today",
                    onclick: move |()| start.call(Choice::Eats),
                    {t!("home-undo")}
                }
            },
            (Some(Choice::Eats), _) => rsx! {
                Button {
                    kind: ButtonKind::Outline,
                    label: t!("home-book-label", name = name),
                    testid: "book-today",
                    onclick: move |()| start.call(Choice::Eats),
                    {t!("home-book")}
                }
            },
            (None, _) => rsx! {
                Over { name, day, phone }
            },
        }
    }
}

/// The proof stays where the act was.
#[component]
fn Proof(act: ActSummaryView, standing: Standing, today: ServiceDay) -> Element {
    let cancelled = standing == Standing::Cancelled;
    let at = format::at_exact_time(act.at, today);
    if !act.mine {
        return rsx! {
            p { class: "soft",
                if cancelled {
                    {t!("home-other-cancelled", at = at)}
                } else {
                    {t!("home-other-restored", at = at)}
                }
            }
        };
    }
    let (first, second) = if cancelled {
        (
            t!("home-cancelled-at", at = TIME),
            t!("home-cancelled-number", number = NUMBER),
        )
    } else {
        (
            t!("home-restored-at", at = TIME),
            t!("home-number", number = NUMBER),
        )
    };
    let (before_time, after_time) = first.split_once(TIME).unwrap_or((&first, ""));
    let (before_number, after_number) = second.split_once(NUMBER).unwrap_or((&second, ""));
    let exact = format::exact_time(act.at);
    let lead = at.strip_suffix(exact.as_str()).unwrap_or_default();
    rsx! {
        div { class: if cancelled { "receipt" } else { "receipt receipt-restored" }, "data-testid": "receipt",
            p {
                "{before_time}{lead}"
                span { class: "figures", "data-testid": "receipt-time", "{exact}" }
                "{after_time}"
            }
            p {
                "{before_number}"
                span { class: "figures", "data-testid": "receipt-number", "{act.number}" }
                "{after_number}"
            }
        }
    }
}

/// Where the time stands in a sentence, so that it can be an element of its own.
const TIME: &str = "\u{1}";
/// Where the number stands.
const NUMBER: &str = "\u{2}";

/// Shortly before the cut-off: whom to call if it does not work here.
#[component]
fn LastMinutes(closes_at: domain::Instant, phone: String) -> Element {
    let clock = use_clock();
    let late = use_memo(use_reactive((&closes_at,), move |(closes_at,)| {
        // Also when they are over, until the portal has said what is now: nothing moves away from under a finger.
        minutes_left(clock.now(), closes_at).is_some_and(|m| (0..=LAST_MINUTES).contains(&m))
    }));
    rsx! {
        if late() {
            Notice { kind: NoticeKind::Warm,
                p { {t!("home-last-minutes")} }
                PhoneLink { phone }
            }
        }
    }
}

/// Nothing can be changed: since when, what it means, and what can still be done.
#[component]
fn Over(name: String, day: DayView, phone: String) -> Element {
    let clock = use_clock();
    let passed = use_memo(use_reactive((&day.closes_at,), move |(closes_at,)| {
        closes_at.is_none_or(|closes_at| minutes_left(clock.now(), closes_at).is_none_or(|m| m == 0))
    }));
    if !passed() {
        return rsx! {
            p { class: "soft", {t!("home-no-right", name = name)} }
        };
    }
    let eats = matches!(day.standing, Standing::Expected | Standing::Charged);
    rsx! {
        div { class: "soft", "data-testid": "over",
            p {
                match day.closes_at {
                    Some(at) => t!("home-over", at = format::at_time(at)),
                    None => t!("home-over-plain"),
                }
            }
            p {
                if eats {
                    {t!("home-over-charged")}
                } else {
                    {t!("home-over-not-charged")}
                }
            }
        }
        if eats {
            PhoneLink { phone }
        }
    }
}
