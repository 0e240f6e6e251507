//! One child's month: its name and its neighbours, the days as a grid or as a list, and what was just done.

use super::{
    day::DayWords,
    first_of,
    grid::{Grid, List},
    name_of,
    period::{Done, Period, What},
};
use crate::{
    components::{Button, ButtonKind, Chip, Chips, Icon, Picture, Reading, StandingIcon},
    format,
    offline::{UnsentNotice, use_news, use_outbox},
    platform::use_here,
    remote::{Source, use_source, use_wake},
    t,
};
use api::{
    NoQuery,
    meals::{CalendarView, GetCalendar},
};
use chrono::Months;
use dioxus::prelude::*;
use domain::{ChildId, ServiceDay, meals::Standing};
use std::collections::BTreeSet;

/// How the days are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A table of weeks.
    Grid,
    /// One line a day.
    List,
}

/// A month of a child.
#[component]
pub fn Month(
    child: ChildId,
    name: String,
    /// Whether this person cancels and restores; otherwise they look.
    may_change: bool,
    /// Brothers and sisters whose days this person may change too.
    siblings: Vec<(ChildId, String)>,
    month: String,
    onmonth: EventHandler<String>,
) -> Element {
    let source = use_source(
        GetCalendar {
            child,
            month: month.clone(),
        },
        NoQuery {},
    );
    use_wake(move || source.reload());
    use_news(move |_| source.reload());
    let outbox = use_outbox();
    let look = use_signal(|| Look::Grid);
    let mut chosen = use_signal(BTreeSet::<ServiceDay>::new);
    let title = first_of(&month)
        .map(|day| format::capital(&format::month_of_year(day)))
        .unwrap_or_default();
    let turn = use_callback(move |months: i32| {
        if let Some(first) = first_of(&month) {
            chosen.write().clear();
            let step = Months::new(months.unsigned_abs());
            let to = if months < 0 {
                first.checked_sub_months(step)
            } else {
                first.checked_add_months(step)
            };
            onmonth.call(name_of(to.unwrap_or(first)));
        }
    });
    rsx! {
        h2 { class: "month-name", "aria-live": "polite", "{title}" }
        for act in outbox.of(child) {
            UnsentNotice { key: "{act.key}", act }
        }
        Reading { source, skeleton: 1, ready: move |view: CalendarView| rsx! {
            Turn { view: view.clone(), turn }
            Days { view, name: name.clone(), may_change, siblings: siblings.clone(), source, look, chosen }
        } }
    }
}

/// The months before and after, as far as there is anything to see.
#[component]
fn Turn(view: CalendarView, turn: Callback<i32>) -> Element {
    let (before, after) = (view.month > view.first_month, view.month < view.last_month);
    rsx! {
        div { class: "month-turn",
            Button {
                kind: ButtonKind::Link,
                disabled: !before,
                testid: "month-before",
                onclick: move |()| turn.call(-1),
                Icon { picture: Picture::Back }
                {t!("calendar-before")}
            }
            Button {
                kind: ButtonKind::Link,
                disabled: !after,
                testid: "month-after",
                onclick: move |()| turn.call(1),
                {t!("calendar-after")}
                Icon { picture: Picture::Next }
            }
        }
    }
}

#[component]
fn Days(
    view: CalendarView,
    name: String,
    may_change: bool,
    siblings: Vec<(ChildId, String)>,
    source: Source<CalendarView>,
    look: Signal<Look>,
    chosen: Signal<BTreeSet<ServiceDay>>,
) -> Element {
    let mut chosen = chosen;
    let mut look = look;
    let mut looked_at = use_signal(|| None::<ServiceDay>);
    let mut range = use_signal(|| false);
    let mut done = use_signal(|| None::<What>);
    let tap = {
        let days = view.days.clone();
        use_callback(move |day: ServiceDay| {
            let may = days.iter().any(|d| d.day == day && d.may.is_some());
            done.set(None);
            range.set(false);
            looked_at.set((!may).then_some(day));
            let mut chosen = chosen.write();
            if may && !chosen.remove(&day) {
                chosen.insert(day);
            }
        })
    };
    let looks = vec![
        Chip {
            value: Look::Grid,
            label: t!("calendar-as-grid"),
        },
        Chip {
            value: Look::List,
            label: t!("calendar-as-list"),
        },
    ];
    let told = looked_at().and_then(|day| view.days.iter().find(|d| d.day == day).cloned());
    rsx! {
        p { class: "soft", "data-testid": "calendar-how",
            if may_change {
                {t!("calendar-how", name = name.as_str())}
            } else {
                {t!("calendar-no-right", name = name.as_str())}
            }
        }
        match look() {
            Look::Grid => rsx! { Grid { view: view.clone(), name: name.clone(), chosen: chosen(), ontap: tap } },
            Look::List => rsx! { List { view: view.clone(), chosen: chosen(), ontap: tap } },
        }
        Legend { view: view.clone() }
        if let Some(day) = told {
            DayWords { day, name: name.clone(), today: view.today }
        }
        if let Some(what) = done() {
            Done { what, today: view.today }
        }
        if chosen().is_empty() && !range() {
            if may_change {
                Button {
                kind: ButtonKind::Outline,
                testid: "choose-period",
                onclick: move |()| {
                    done.set(None);
                    looked_at.set(None);
                    range.set(true);
                },
                {t!("calendar-choose-period")}
            }
            }
            Chips { label: t!("calendar-look"), chips: looks, chosen: Some(look()), onchoose: move |to| look.set(to) }
        } else {
            if !chosen().is_empty() {
                ChosenBar { count: chosen().len() }
            }
            Period {
                child: view.child,
                name,
                siblings,
                model: view.model,
                today: view.today,
                days: view.days.clone(),
                chosen: chosen(),
                ondone: move |what: What| {
                    chosen.write().clear();
                    range.set(false);
                    done.set(Some(what));
                    source.reload();
                },
                onleave: move |()| {
                    chosen.write().clear();
                    range.set(false);
                },
            }
        }
    }
}

/// On a phone the panel lies below the days: this says that it is there, and leads to it.
#[component]
fn ChosenBar(count: usize) -> Element {
    let here = use_here();
    rsx! {
        div { class: "chosen-bar",
            span { {t!("calendar-chosen", count = count)} }
            Button {
                kind: ButtonKind::Link,
                testid: "period-show",
                onclick: move |()| here.focus("period-title"),
                {t!("calendar-show")}
            }
        }
    }
}

/// What the icons of this month mean.
#[component]
fn Legend(view: CalendarView) -> Element {
    let all = [
        Standing::Expected,
        Standing::Charged,
        Standing::Cancelled,
        Standing::NotBooked,
        Standing::Closed,
    ];
    let there = all
        .into_iter()
        .filter(|standing| view.days.iter().any(|day| day.standing == *standing));
    rsx! {
        ul { class: "legend", "aria-label": t!("calendar-legend"),
            for standing in there {
                li { key: "{standing:?}", StandingIcon { standing, words: true } }
            }
        }
    }
}
