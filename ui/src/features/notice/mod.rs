//! Avviso: how it stands, paying it now, and everything with which it is paid elsewhere.

mod mail;
mod papers;

#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{
        Button, ButtonKind, Card, EmptyState, Fact, Icon, LinkButton, Notice, NoticeKind as Tint, Page,
        Picture, Reading, use_announcer,
    },
    explain, format,
    paying::{
        CancelSheet, NotDone, Opening, Paper, PaperButton, Watch, due_when, look, method_words, notice_words,
        use_cart,
    },
    platform::use_here,
    remote::{Source, use_source, use_wake},
    route::Route,
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    notices::{CartView, GetNotice, NoticeView, PaymentView},
};
use chrono::Datelike;
use dioxus::prelude::*;
use domain::{NoticeId, ServiceDay, notice::NoticeKind, time::day_in_rome, topup::TopUpState};
use papers::Elsewhere;

/// One notice.
#[component]
pub fn NoticePage(id: String) -> Element {
    let known = id.parse::<NoticeId>();
    rsx! {
        Page { title: t!("notice-title"), narrow: true,
            match known {
                Ok(id) => rsx! { One { key: "{id}", id } },
                Err(_) => rsx! {
                    EmptyState { title: t!("notice-missing"), picture: Picture::Paper,
                        p { {t!("notice-missing-hint")} }
                        LinkButton { to: Route::Payments {}, {t!("cart-all")} }
                    }
                },
            }
        }
    }
}

#[component]
fn One(id: NoticeId) -> Element {
    let source = use_source(GetNotice { notice: id }, NoQuery {});
    use_wake(move || source.reload());
    use_announced(source);
    rsx! {
        Reading { source, skeleton: 1, ready: move |notice: NoticeView| rsx! {
            if matches!(notice.state, TopUpState::Verifying | TopUpState::Preparing) {
                Watch { onlook: move |()| source.reload() }
            }
            div { class: "payments",
                Standing { notice: notice.clone(), source }
                if notice.state != TopUpState::Paid && notice.state != TopUpState::Cancelled {
                    Elsewhere { notice }
                }
                LinkButton { to: Route::Payments {}, kind: ButtonKind::Link, testid: "payments-open",
                    {t!("cart-all")}
                }
            }
        } }
    }
}

/// Tells screen readers when it stands otherwise than before.
fn use_announced(source: Source<NoticeView>) {
    let announcer = use_announcer();
    let mut before = use_hook(|| CopyValue::new(None::<TopUpState>));
    use_effect(move || {
        let Some(state) = source.state().read().value().map(|notice| notice.state) else {
            return;
        };
        if before.replace(Some(state)).is_some_and(|before| before != state) {
            announcer.say(notice_words(state));
        }
    });
}

/// What it means, and what to do next.
fn hint(notice: &NoticeView) -> String {
    match notice.state {
        TopUpState::Preparing => t!("notice-preparing-hint"),
        TopUpState::Payable => t!("notice-payable-hint"),
        TopUpState::Verifying => t!("notice-verifying-hint"),
        TopUpState::Paid => t!("notice-paid-hint"),
        TopUpState::Cancelled => t!("payment-cancelled-hint"),
    }
}

/// How it stands, and the act.
#[component]
fn Standing(notice: NoticeView, source: Source<NoticeView>) -> Element {
    let here = use_here();
    let clock = use_clock();
    let today = day_in_rome(clock.peek().unwrap_or_else(|| here.now()));
    let mut url = use_signal(|| None::<String>);
    let mut unopened = use_signal(|| false);
    let mut problem = use_signal(|| None::<ErrorCode>);
    let mut cancelling = use_signal(|| false);
    let open = {
        let here = here.clone();
        use_callback(move |address: String| {
            let here = here.clone();
            unopened.set(false);
            spawn(async move {
                unopened.set(here.open_checkout(address).await.is_err());
            });
        })
    };
    let cart = use_cart(
        move |cart: CartView| {
            problem.set(cart.problem);
            url.set(cart.checkout_url.clone());
            let fresh = cart.notices.into_iter().next();
            source.amend(|known| {
                if let Some(fresh) = fresh.filter(|fresh| fresh.id == known.id) {
                    *known = fresh;
                }
            });
            match cart.checkout_url {
                Some(address) => open.call(address),
                None => source.reload(),
            }
        },
        move |()| source.reload(),
    );
    let id = notice.id;
    let state = notice.state;
    let (picture, tint) = look(state);
    let own = notice.kind == NoticeKind::TopUp;
    let due = notice
        .due
        .filter(|_| state == TopUpState::Payable)
        .map(|day| due_when(day, today));
    // Not while somebody may be paying it, here or elsewhere. One that pagoPA does not know yet is told to it first.
    let may_pay = notice.yours
        && matches!(state, TopUpState::Payable | TopUpState::Preparing)
        && notice.retry_after.is_none()
        && problem() != Some(ErrorCode::AlreadyPaid);
    rsx! {
        Card { class: "notice-card".to_owned(), labelled_by: "notice-state".to_owned(),
            div { class: "payment-state {tint}", "data-testid": "notice-state", "data-state": state.as_str(),
                Icon { picture }
                h2 { id: "notice-state", {notice_words(state)} }
            }
            div {
                p { class: "notice-subject", "{notice.subject}" }
                p { class: "notice-amount figures", "data-testid": "notice-amount", {format::money(notice.amount)} }
                if let Some(due) = due {
                    p { class: if due.late { "due-when owed" } else { "due-when" }, "data-testid": "notice-due",
                        Icon { picture: if due.late { Picture::Warning } else { Picture::Clock } }
                        {format::capital(&due.words)}
                    }
                }
            }
            p { class: "soft", {hint(&notice)} }
            if let Some(at) = notice.retry_after {
                p { {t!("payment-retry-after", at = format::at_time(at))} }
            }
            if let Some(code) = problem() {
                if code == ErrorCode::AlreadyPaid {
                    Notice { p { {t!("notice-found-paid")} } }
                } else {
                    Notice { kind: Tint::Error, p { {explain::error(&ErrorBody::new(code, ""))} } }
                }
            }
            if let Some(error) = cart.error() {
                NotDone { error }
            }
            if state == TopUpState::Verifying {
                if let Some(address) = url() {
                    Opening { unopened: unopened(), onopen: move |()| open.call(address.clone()) }
                }
            }
            if may_pay {
                Button {
                    busy: cart.is_busy(),
                    icon: Picture::External,
                    testid: "notice-pay",
                    onclick: {
                        let here = here.clone();
                        move |()| {
                            problem.set(None);
                            cart.send(&here, vec![id]);
                        }
                    },
                    {t!("notice-pay")}
                }
                p { class: "soft", {t!("topup-fee")} }
            }
            if let Some(payment) = notice.payment.clone() {
                Paid { payment, today }
            }
            if state == TopUpState::Paid {
                PaperButton { paper: Paper::Receipt(id), testid: "receipt-save", {t!("paper-receipt")} }
            }
            Lines { notice: notice.clone() }
            if own && may_pay {
                Button {
                    kind: ButtonKind::Link,
                    testid: "payment-cancel",
                    disabled: cart.is_busy(),
                    onclick: move |()| cancelling.set(true),
                    {t!("payment-cancel")}
                }
            }
        }
        if cancelling() {
            CancelSheet {
                id,
                amount: notice.amount,
                number: notice.notice_number,
                onanswer: move |_| source.reload(),
                onrefused: move |()| source.reload(),
                onclose: move |()| cancelling.set(false),
            }
        }
    }
}

/// What it is made of.
#[component]
fn Lines(notice: NoticeView) -> Element {
    let lines: Vec<_> = notice
        .lines
        .iter()
        .map(|line| {
            let meals = line.meals.map(|meals| format::meals(i64::from(meals)));
            let words: Vec<_> = [line.first_name.clone(), line.description.clone(), meals]
                .into_iter()
                .flatten()
                .collect();
            let words = if words.is_empty() {
                notice.subject.clone()
            } else {
                words.join(", ")
            };
            (words, format::money(line.amount))
        })
        .collect();
    // One line that says again what stands above says nothing.
    let says_again = matches!(lines.as_slice(), [(words, _)] if *words == notice.subject);
    if lines.is_empty() || says_again {
        return rsx! {};
    }
    rsx! {
        h3 { class: "visually-hidden", {t!("notice-lines")} }
        dl { class: "payment-lines figures",
            for (index , (name , amount)) in lines.into_iter().enumerate() {
                Fact { key: "{index}", name, testid: "notice-line", "{amount}" }
            }
        }
    }
}

/// How it was paid, as the receipt says.
#[component]
fn Paid(payment: PaymentView, today: ServiceDay) -> Element {
    let day = day_in_rome(payment.paid_at);
    let when = if day.year() == today.year() {
        format::moment(payment.paid_at, today)
    } else {
        format!("{} {}", format::day_of_month(day), day.year())
    };
    rsx! {
        dl { class: "payment-lines",
            Fact { name: t!("notice-fact-when"), testid: "paid-when", "{when}" }
            if let Some(payer) = payment.payer {
                Fact { name: t!("notice-fact-who"), testid: "paid-who", "{payer}" }
            }
            if let Some(psp) = payment.psp {
                Fact { name: t!("notice-fact-psp"), "{psp}" }
            }
            if let Some(method) = payment.method.as_deref().and_then(method_words) {
                Fact { name: t!("notice-fact-method"), "{method}" }
            }
            if let Some(fee) = payment.fee {
                Fact { name: t!("notice-fact-fee"), {format::money(fee)} }
            }
            Fact { name: t!("notice-fact-iur"),
                span { class: "code", "{payment.receipt_id}" }
            }
        }
    }
}
