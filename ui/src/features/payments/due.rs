//! Da pagare: what the office asks for, chosen into one payment.

use crate::{
    components::{Button, Card, EmptyState, Icon, Notice, NoticeKind, Picture, use_announcer},
    explain, format,
    paying::{self, due_when, for_whom, in_fours, use_cart},
    platform::use_here,
    portal,
    remote::Source,
    route::Route,
    t,
};
use api::{
    ErrorBody, ErrorCode,
    notices::{CartView, NoticeView, NoticesView},
};
use dioxus::prelude::*;
use domain::{Cents, NoticeId, ServiceDay};

/// The list, and the bar with which one pays.
#[component]
pub fn Due(due: Vec<NoticeView>, most: u32, today: ServiceDay, source: Source<NoticesView>) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut chosen = use_signal(Vec::<NoticeId>::new);
    let mut problem = use_signal(|| None::<ErrorCode>);
    let cart = use_cart(
        move |cart: CartView| {
            if cart.checkout_url.is_some() {
                let id = cart.id.to_string();
                paying::hand_cart(cart);
                navigator().push(Route::Cart { id });
            } else {
                problem.set(Some(cart.problem.unwrap_or(ErrorCode::PaymentUnavailable)));
                source.reload();
            }
        },
        move |()| source.reload(),
    );
    if due.is_empty() {
        return rsx! {
            Card { labelled_by: "due-title".to_owned(),
                h2 { id: "due-title", {t!("payments-due")} }
                EmptyState { title: t!("payments-nothing-due"), picture: Picture::Check,
                    p { {t!("payments-nothing-due-hint")} }
                }
            }
        };
    }
    let most = usize::try_from(most).unwrap_or(domain::notice::MOST_IN_CART);
    // What was paid meanwhile, elsewhere, is not chosen any more.
    let picked: Vec<_> = due
        .iter()
        .filter(|notice| chosen.read().contains(&notice.id))
        .collect();
    let total: Cents = picked.iter().map(|notice| notice.amount).sum();
    let ids: Vec<_> = picked.iter().map(|notice| notice.id).collect();
    let count = ids.len();
    let full = count >= most;
    let toggle = {
        let (ids, due) = (ids.clone(), due.clone());
        move |id: NoticeId| {
            cart.forget_error();
            problem.set(None);
            let mut next = ids.clone();
            if let Some(place) = next.iter().position(|known| *known == id) {
                next.remove(place);
            } else if next.len() < most {
                next.push(id);
            } else {
                announcer.say(t!("payments-full", most = most));
                return;
            }
            let chosen_now = due.iter().filter(|notice| next.contains(&notice.id));
            let amount: Cents = chosen_now.map(|notice| notice.amount).sum();
            announcer.say(t!(
                "payments-chosen-sum",
                what = t!("payments-chosen", count = next.len()),
                amount = format::money(amount)
            ));
            chosen.set(next);
        }
    };
    let several = due.len() > 1;
    rsx! {
        Card { labelled_by: "due-title".to_owned(), class: "dues".to_owned(),
            h2 { id: "due-title", {t!("payments-due")} }
            p { class: "soft",
                if several { {t!("payments-choose", most = most)} " " }
                {t!("payments-fee")}
            }
            ul { class: "postings",
                for notice in due.clone() {
                    DueNotice {
                        key: "{notice.id}",
                        chosen: ids.contains(&notice.id),
                        full,
                        notice,
                        today,
                        ontoggle: toggle.clone(),
                    }
                }
            }
            if full && due.len() > most {
                Notice { testid: "cart-full", p { {t!("payments-full", most = most)} } }
            }
            if count == 0 {
                Trouble { error: cart.error(), problem: problem() }
            }
        }
        if count > 0 {
            div { class: "cart-bar", role: "group", "aria-label": t!("payments-bar"),
                p { class: "cart-sum",
                    span { {t!("payments-chosen", count = count)} }
                    span { class: "cart-total figures", "data-testid": "cart-total", {format::money(total)} }
                }
                // Where the person is looking.
                Trouble { error: cart.error(), problem: problem() }
                Button {
                    busy: cart.is_busy(),
                    icon: Picture::External,
                    testid: "cart-pay",
                    onclick: move |()| cart.send(&here, ids.clone()),
                    {t!("payments-pay", count = count, amount = format::money(total))}
                }
            }
        }
    }
}

/// Why nothing was opened, and what to do.
#[component]
fn Trouble(error: Option<ErrorBody>, problem: Option<ErrorCode>) -> Element {
    let unanswered = error.as_ref().is_some_and(portal::is_unanswered);
    let Some(error) = error.or(problem.map(|code| ErrorBody::new(code, ""))) else {
        return rsx! {};
    };
    rsx! {
        Notice { kind: NoticeKind::Error,
            p { {explain::error(&error)} }
            if unanswered {
                p { {t!("payments-unanswered")} }
            }
        }
    }
}

/// One of them. The whole line chooses it; beside it stands the way to its papers.
#[component]
fn DueNotice(
    notice: NoticeView,
    chosen: bool,
    /// No other can be chosen.
    full: bool,
    today: ServiceDay,
    ontoggle: EventHandler<NoticeId>,
) -> Element {
    let id = notice.id;
    let closed = full && !chosen;
    let due = notice.due.map(|day| due_when(day, today));
    let whom = for_whom(&notice);
    let subject = notice.subject.as_str();
    rsx! {
        li {
            class: if chosen { "due is-chosen" } else { "due" },
            "data-testid": "due-notice",
            "data-notice": "{notice.notice_number}",
            "data-state": notice.state.as_str(),
            label { class: "due-choose",
                input {
                    r#type: "checkbox",
                    checked: chosen,
                    "aria-disabled": closed.then_some("true"),
                    "data-testid": "notice-choose",
                    onclick: move |event| {
                        // Stays focusable, and says why instead of doing nothing.
                        if closed {
                            event.prevent_default();
                        }
                        ontoggle.call(id);
                    },
                }
                span { class: "due-words",
                    span { class: "posting-kind", "{subject}" }
                    if let Some(whom) = whom {
                        span { class: "soft", {format::capital(&whom)} }
                    }
                    if let Some(due) = due {
                        span { class: if due.late { "due-when owed" } else { "due-when" },
                            Icon { picture: if due.late { Picture::Warning } else { Picture::Clock } }
                            {format::capital(&due.words)}
                        }
                    }
                }
                span { class: "posting-amount figures", {format::money(notice.amount)} }
            }
            div { class: "due-more",
                p { class: "soft",
                    {t!("payment-notice")}
                    " "
                    span { class: "code", {in_fours(&notice.notice_number)} }
                }
                Link {
                    to: Route::Notice { id: id.to_string() },
                    class: "due-open",
                    "data-testid": "notice-open",
                    {t!("payments-open-notice")}
                    span { class: "visually-hidden", " {subject}, " {format::money(notice.amount)} }
                }
            }
        }
    }
}
