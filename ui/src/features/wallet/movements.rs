//! Movimenti: newest first, page by page, of one child or of all, of a period.

use super::{
    Names,
    filter::{Days, Period, WrongDates},
};
use crate::{
    clock::use_clock,
    components::{
        Button, ButtonKind, Chip, Chips, EmptyState, Field, LinkButton, Notice, NoticeKind, Picture, Reading,
        use_announcer,
    },
    explain, format,
    platform::use_here,
    portal,
    remote::{Remote, use_source, use_wake},
    route::Route,
    t,
};
use api::{
    ErrorBody, ErrorCode,
    wallets::{ListPostings, PostingView, PostingsQuery, PostingsView},
};
use chrono::Datelike;
use dioxus::prelude::*;
use domain::{ChildId, ServiceDay, WalletId, time::day_in_rome, wallet::PostingKind};

/// The filters of a wallet, and what passes them.
#[component]
pub fn Movements(wallet: WalletId, children_of: Vec<ChildId>, names: Names) -> Element {
    let here = use_here();
    let clock = use_clock();
    let mut child = use_signal(|| None::<ChildId>);
    let mut period = use_signal(|| Period::Always);
    let mut touched = use_signal(|| false);
    let from = use_signal(String::new);
    let to = use_signal(String::new);
    let today = day_in_rome(clock.peek().unwrap_or_else(|| here.now()));
    let days = period().days(today, &from.read(), &to.read());
    let mut whose = vec![Chip {
        value: None,
        label: t!("wallet-everybody"),
    }];
    for id in &children_of {
        whose.extend(names.of(*id).map(|label| Chip {
            value: Some(*id),
            label,
        }));
    }
    let who = child()
        .and_then(|id| names.of(id))
        .unwrap_or_else(|| t!("wallet-everybody"));
    let periods = Period::ALL.map(|value| Chip {
        value,
        label: value.words(),
    });
    rsx! {
        div { class: "filters",
            if whose.len() > 2 {
                Chips {
                    label: t!("wallet-whose"),
                    chips: whose,
                    chosen: Some(child()),
                    onchoose: move |id| {
                        touched.set(true);
                        child.set(id);
                    },
                }
            }
            Chips {
                label: t!("wallet-when"),
                chips: periods.to_vec(),
                chosen: Some(period()),
                onchoose: move |value| {
                    touched.set(true);
                    period.set(value);
                },
            }
            if period() == Period::Dates {
                div { class: "filter-dates",
                    Field { id: "wallet-from", testid: "wallet-from", label: t!("wallet-from"), kind: "date", value: from }
                    Field { id: "wallet-to", testid: "wallet-to", label: t!("wallet-to"), kind: "date", value: to }
                }
            }
        }
        match days {
            Ok(days) => rsx! {
                Pages {
                    key: "{child():?} {days:?}",
                    wallet,
                    child: child(),
                    days,
                    announced: touched().then(|| (who, days.words(period()))),
                    today,
                    names,
                }
            },
            Err(WrongDates::Backwards) => rsx! {
                Notice { kind: NoticeKind::Error, p { {t!("wallet-dates-wrong")} } }
            },
            Err(WrongDates::Missing) => rsx! {
                p { class: "soft", role: "status", {t!("wallet-dates-missing")} }
            },
        }
    }
}

/// Pages after the first. They hang on the first page's end: where that moves, they are asked for anew.
#[derive(Debug, Clone, PartialEq, Default)]
struct Further {
    after: Option<String>,
    postings: Vec<PostingView>,
    next: Option<String>,
}

#[component]
fn Pages(
    wallet: WalletId,
    child: Option<ChildId>,
    days: Days,
    /// Who and when, to be heard once it is here; nothing where the person chose nothing yet.
    announced: Option<(String, String)>,
    today: ServiceDay,
    names: Names,
) -> Element {
    let query = PostingsQuery {
        child,
        from: days.from,
        to: days.to,
        ..PostingsQuery::default()
    };
    let source = use_source(ListPostings { wallet }, query.clone());
    use_wake(move || source.reload());
    let announcer = use_announcer();
    let mut said = use_signal(|| false);
    use_effect(move || {
        if let Remote::Ready { value, .. } = &*source.state().read()
            && let Some((who, when)) = announced.clone()
            && !*said.peek()
        {
            said.set(true);
            let what = counted(value);
            announcer.say(t!("wallet-said", what = what, whose = who, when = when));
        }
    });
    let narrowed = child.is_some() || days != Days::default();
    rsx! {
        Reading { source, skeleton: 1, ready: move |first: PostingsView| {
            let (names, query) = (names.clone(), query.clone());
            if first.postings.is_empty() {
                return rsx! {
                    EmptyState { title: t!("wallet-none"), picture: Picture::Wallet,
                        p { if narrowed { {t!("wallet-none-hint")} } else { {t!("wallet-none-yet")} } }
                    }
                };
            }
            rsx! { List { wallet, query, first, today, names } }
        } }
    }
}

fn counted(first: &PostingsView) -> String {
    let count = first.postings.len();
    if first.next.is_some() {
        t!("wallet-count-more", count = count)
    } else {
        t!("wallet-count", count = count)
    }
}

#[component]
fn List(
    wallet: WalletId,
    query: PostingsQuery,
    first: PostingsView,
    today: ServiceDay,
    names: Names,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut further = use_signal(Further::default);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let fits = further.read().after.is_some() && further.read().after == first.next;
    let (shown, next) = if fits {
        let further = further.read();
        let both = first.postings.iter().chain(&further.postings).cloned();
        (both.collect::<Vec<_>>(), further.next.clone())
    } else {
        (first.postings.clone(), first.next.clone())
    };
    let end_of_first = first.next.clone();
    let more = move |after: String| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let (here, end) = (here.clone(), end_of_first.clone());
        let query = PostingsQuery {
            after: Some(after),
            ..query.clone()
        };
        spawn(async move {
            match portal::send(&here, &ListPostings { wallet }, &query, &(), None).await {
                Ok(page) => {
                    announcer.say(t!("wallet-count", count = page.postings.len()));
                    further.with_mut(|further| {
                        if further.after != end {
                            *further = Further {
                                after: end,
                                ..Further::default()
                            };
                        }
                        further.postings.extend(page.postings);
                        further.next = page.next;
                    });
                }
                Err(why) => error.set(Some(why)),
            }
            busy.set(false);
        });
    };
    rsx! {
        ul { class: "postings",
            for posting in shown {
                Posting { key: "{posting.id}", posting, today, names: names.clone() }
            }
        }
        if let Some(why) = error() {
            Notice { kind: NoticeKind::Error,
                p { {explain::error(&why)} }
                if why.code == ErrorCode::Unauthenticated {
                    LinkButton { to: Route::SignIn {}, {t!("sign-in-title")} }
                }
            }
        }
        if let Some(next) = next {
            Button {
                kind: ButtonKind::Outline,
                testid: "postings-more",
                busy: busy(),
                onclick: move |()| more.clone()(next.clone()),
                {t!("wallet-more")}
            }
        }
    }
}

/// What it is, in words.
fn kind(posting: &PostingView, name: Option<&str>) -> String {
    match (posting.kind, name) {
        (PostingKind::TopUp, None) => t!("wallet-kind-top-up"),
        (PostingKind::TopUp, Some(name)) => t!("wallet-kind-top-up-of", name = name),
        (PostingKind::Meal, None) => t!("wallet-kind-meal"),
        (PostingKind::Meal, Some(name)) => t!("wallet-kind-meal-of", name = name),
        (PostingKind::Reversal, None) if posting.amount.is_negative() => t!("wallet-kind-credit-undone"),
        (PostingKind::Reversal, Some(name)) if posting.amount.is_negative() => {
            t!("wallet-kind-credit-undone-of", name = name)
        }
        (PostingKind::Reversal, None) => t!("wallet-kind-charge-undone"),
        (PostingKind::Reversal, Some(name)) => t!("wallet-kind-charge-undone-of", name = name),
        (PostingKind::Adjustment, None) => t!("wallet-kind-adjustment"),
        (PostingKind::Adjustment, Some(name)) => t!("wallet-kind-adjustment-of", name = name),
        (PostingKind::Opening, None) => t!("wallet-kind-opening"),
        (PostingKind::Opening, Some(name)) => t!("wallet-kind-opening-of", name = name),
    }
}

/// When, and how it came about. A payment has a time of day, a meal has none.
fn under(posting: &PostingView, today: ServiceDay) -> String {
    let day = match posting.kind {
        PostingKind::TopUp if posting.day.year() == today.year() => format::moment(posting.at, today),
        _ if posting.day == today => t!("date-today"),
        _ if posting.day.year() == today.year() => format::short_day(posting.day),
        _ => format!("{} {}", format::short_day(posting.day), posting.day.year()),
    };
    match &posting.note {
        Some(note) => format!("{day} · {note}"),
        None => day,
    }
}

#[component]
fn Posting(posting: PostingView, today: ServiceDay, names: Names) -> Element {
    let name = posting.child.and_then(|child| names.of(child));
    let credit = !posting.amount.is_negative();
    rsx! {
        li {
            class: "posting",
            "data-testid": "posting",
            "data-kind": posting.kind.as_str(),
            "data-cents": "{posting.amount.get()}",
            div { class: "posting-words",
                p { class: "posting-kind", {kind(&posting, name.as_deref())} }
                p { class: "soft", {under(&posting, today)} }
            }
            p { class: if credit { "posting-amount figures eats" } else { "posting-amount figures" },
                {format::signed_money(posting.amount)}
            }
        }
    }
}
