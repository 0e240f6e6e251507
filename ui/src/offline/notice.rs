//! How an act stands that the portal has not registered, in words with what to do next.

use super::{
    Outbox,
    queue::{Ending, Look, Unsent},
    use_outbox,
};
use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, Notice, NoticeKind, PhoneLink},
    explain, format,
    platform::use_here,
    session::use_session,
    t,
};
use dioxus::prelude::*;
use domain::{Instant, ServiceDay, meals::Choice, time::day_in_rome};

/// One act that waits or that ended without a receipt.
#[component]
pub fn UnsentNotice(act: Unsent) -> Element {
    let clock = use_clock();
    let session = use_session();
    let look = use_memo(use_reactive((&act,), move |(act,)| act.look(clock.now())));
    let today = clock.peek().map_or(act.day, day_in_rome);
    let name = session.name_of(act.child);
    let phone = session.me().map(|me| me.body.contacts.phone).unwrap_or_default();
    let outbox = use_outbox();
    let day = act.day;
    let said = match &act.ended {
        None => waiting(&act, look(), &name, today),
        Some(ending) => ended(&act, ending, &name, today),
    };
    rsx! {
        div { class: "unsent", "data-testid": "unsent", "data-state": said.state, "data-day": "{day}",
            Notice { kind: said.kind, title: said.title, testid: "unsent-words",
                p { "{said.words}" }
                if let Some(until) = said.until {
                    p { {t!("offline-until", at = format::moment(until, today))} }
                }
                if said.phone {
                    PhoneLink { phone }
                }
                Ways { act, outbox }
            }
        }
    }
}

/// What the notice says.
struct Said {
    state: &'static str,
    kind: NoticeKind,
    title: String,
    words: String,
    until: Option<Instant>,
    phone: bool,
}

fn waiting(act: &Unsent, look: Look, name: &str, today: ServiceDay) -> Said {
    let day = day_words(act.day, today);
    let sentence = match act.wish {
        Choice::DoesNotEat => t!("offline-waiting-cancel", name = name, day = day.as_str()),
        Choice::Eats => t!("offline-waiting-restore", name = name, day = day.as_str()),
    };
    match (look, act.tried) {
        (Look::Waiting, _) => Said {
            state: "waiting",
            kind: NoticeKind::Warm,
            title: t!("offline-waiting"),
            words: sentence,
            until: act.closes_at,
            phone: false,
        },
        (Look::Soon, _) => Said {
            state: "soon",
            kind: NoticeKind::Error,
            title: t!("offline-soon"),
            words: t!("offline-soon-hint"),
            until: act.closes_at,
            phone: true,
        },
        (Look::Passed, false) => Said {
            state: "passed",
            kind: NoticeKind::Error,
            title: t!("offline-passed"),
            words: t!("offline-passed-hint", name = name, day = day),
            until: act.closes_at,
            phone: true,
        },
        (Look::Passed, true) => Said {
            state: "unknown",
            kind: NoticeKind::Error,
            title: t!("offline-unknown"),
            words: t!("offline-unknown-hint", name = name, day = day),
            until: act.closes_at,
            phone: true,
        },
    }
}

fn ended(act: &Unsent, ending: &Ending, name: &str, today: ServiceDay) -> Said {
    let day = day_words(act.day, today);
    match ending {
        Ending::Late => Said {
            state: "late",
            kind: NoticeKind::Error,
            title: t!("offline-late"),
            words: t!("offline-late-hint", name = name, day = day),
            until: act.closes_at,
            phone: true,
        },
        Ending::Overtaken { at } => {
            let at = format::at_time_of_day(*at, today);
            Said {
                state: "overtaken",
                kind: NoticeKind::Error,
                title: t!("offline-overtaken"),
                words: match act.wish {
                    Choice::DoesNotEat => t!("offline-overtaken-cancel", name = name, day = day, at = at),
                    Choice::Eats => t!("offline-overtaken-restore", name = name, day = day, at = at),
                },
                until: act.closes_at,
                phone: false,
            }
        }
        Ending::Same { by_other } => Said {
            state: "same",
            kind: NoticeKind::Info,
            title: t!("offline-same"),
            words: if *by_other {
                t!("offline-same-other", name = name, day = day)
            } else {
                t!("offline-same-mine", name = name, day = day)
            },
            until: None,
            phone: false,
        },
        Ending::Refused { error } => Said {
            state: "refused",
            kind: NoticeKind::Error,
            title: t!("offline-refused"),
            words: explain::error(error),
            until: None,
            phone: false,
        },
    }
}

fn day_words(day: ServiceDay, today: ServiceDay) -> String {
    if day == today {
        t!("date-today")
    } else {
        format::short_day(day)
    }
}

/// What the person can do with it.
#[component]
fn Ways(act: Unsent, outbox: Outbox) -> Element {
    let here = use_here();
    let key = act.key;
    let forget = {
        let here = here.clone();
        move |()| outbox.forget(&here, key)
    };
    match &act.ended {
        None => {
            let withdraw = !act.tried;
            rsx! {
                Button { testid: "unsent-retry", onclick: move |()| outbox.again(&here, key), {t!("offline-try")} }
                // What may have arrived cannot be called back by forgetting it.
                if withdraw {
                    Button { kind: ButtonKind::Link, testid: "unsent-withdraw", onclick: forget, {t!("offline-withdraw")} }
                }
            }
        }
        Some(Ending::Overtaken { .. }) => rsx! {
            Button {
                kind: ButtonKind::Outline,
                testid: "unsent-anyway",
                onclick: move |()| outbox.anyway(&here, key),
                {t!("offline-anyway")}
            }
            Button { kind: ButtonKind::Link, testid: "unsent-close", onclick: forget, {t!("common-leave")} }
        },
        Some(_) => rsx! {
            Button { kind: ButtonKind::Link, testid: "unsent-close", onclick: forget, {t!("offline-close")} }
        },
    }
}
