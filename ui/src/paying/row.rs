//! One notice in a list: what it was for, for whom, how it stands, who paid it and how.

use super::{Paper, PaperButton, due_when, look};
use crate::{
    components::{ButtonKind, Icon},
    format,
    route::Route,
    t,
};
use api::notices::NoticeView;
use chrono::Datelike;
use dioxus::prelude::*;
use domain::{Instant, ServiceDay, notice::NoticeKind, time::day_in_rome, topup::TopUpState};

/// A state of a notice, in words.
pub fn notice_words(state: TopUpState) -> String {
    match state {
        TopUpState::Preparing => t!("notice-preparing"),
        TopUpState::Payable => t!("notice-payable"),
        TopUpState::Verifying => t!("payment-verifying"),
        TopUpState::Paid => t!("notice-paid"),
        TopUpState::Cancelled => t!("notice-cancelled"),
    }
}

/// `Ada ed Elio` as [`format::list`] writes it; nothing where it is for nobody in particular.
pub fn for_whom(notice: &NoticeView) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in notice.lines.iter().filter_map(|line| line.first_name.as_ref()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    (!names.is_empty()).then(|| t!("notice-for", names = format::list(&names)))
}

/// `oggi, 8:15`, `ven 20 nov, 8:15`, `20 novembre 2025`.
fn moment(at: Instant, today: ServiceDay) -> String {
    let day = day_in_rome(at);
    if day.year() == today.year() {
        format::moment(at, today)
    } else {
        format!("{} {}", format::day_of_month(day), day.year())
    }
}

/// How it was paid: pagoPA's words for it (`stPaymentMethod`) in ours, any other as the provider wrote it. One that says
/// nothing is left out.
pub fn method_words(method: &str) -> Option<String> {
    match method {
        "cash" => Some(t!("notice-method-cash")),
        "creditCard" => Some(t!("notice-method-card")),
        "bancomat" => Some(t!("notice-method-bancomat")),
        "other" | "" => None,
        other => Some(other.to_owned()),
    }
}

/// Who paid, when and how, as far as the receipt says.
fn paid_how(notice: &NoticeView, today: ServiceDay) -> Option<String> {
    let payment = notice.payment.as_ref()?;
    let when = moment(payment.paid_at, today);
    let first = match &payment.payer {
        Some(payer) => t!("notice-paid-by", who = payer.as_str(), when = when),
        None => t!("notice-paid-when", when = when),
    };
    let method = payment.method.as_deref().and_then(method_words);
    let rest = [method, payment.psp.clone()];
    let all: Vec<_> = std::iter::once(first).chain(rest.into_iter().flatten()).collect();
    Some(all.join(" · "))
}

/// A row of a list.
#[component]
pub fn NoticeRow(notice: NoticeView, today: ServiceDay) -> Element {
    let (picture, tint) = look(notice.state);
    let waiting = notice.state == TopUpState::Payable;
    let due = notice
        .due
        .filter(|_| waiting)
        .map(|day| due_when(day, today).words);
    let under: Vec<_> = [for_whom(&notice), due].into_iter().flatten().collect();
    let subject = notice.subject.clone();
    rsx! {
        li {
            class: "payment-row",
            "data-testid": "payment-row",
            "data-notice": "{notice.notice_number}",
            "data-state": notice.state.as_str(),
            div { class: "posting",
                div { class: "posting-words",
                    p { class: "posting-kind",
                        Link { to: Route::Notice { id: notice.id.to_string() }, "{subject}" }
                    }
                    p { class: "standing {tint}",
                        Icon { picture }
                        {notice_words(notice.state)}
                    }
                    if !under.is_empty() {
                        p { class: "soft", {format::capital(&under.join(" · "))} }
                    }
                    if let Some(how) = paid_how(&notice, today) {
                        p { class: "soft", "{how}" }
                    } else if notice.kind == NoticeKind::TopUp {
                        p { class: "soft", {t!("notice-made", when = moment(notice.created_at, today))} }
                    }
                    if let Some(at) = notice.retry_after {
                        p { class: "soft", {t!("payment-retry-after", at = format::at_time(at))} }
                    }
                }
                p { class: "posting-amount figures", {format::money(notice.amount)} }
            }
            if notice.state == TopUpState::Paid {
                PaperButton { paper: Paper::Receipt(notice.id), kind: ButtonKind::Link, testid: "receipt-save",
                    {t!("paper-receipt")}
                    span { class: "visually-hidden", " {subject}, " {format::money(notice.amount)} }
                }
            }
        }
    }
}
