//! Ricarica: what is still open first; then how much for each child, and the way to pagoPA.

mod child;
mod form;
mod plan;

#[cfg(test)]
mod tests;

use crate::{
    components::{ButtonKind, EmptyState, LinkButton, Notice, NoticeKind, Page, PhoneLink, Reading},
    paying::Follow,
    remote::{Source, use_fresh, use_wake},
    route::Route,
    session::use_session,
    t,
};
use api::{
    NoQuery,
    topups::{GetTopUpOptions, TopUpOptionsView, TopUpView},
};
use dioxus::prelude::*;
use domain::people::Right;
use form::Form;

/// Choosing how much, and paying.
#[component]
pub fn TopUp() -> Element {
    let source = use_fresh(GetTopUpOptions {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Page { title: t!("topup-title"), under: t!("topup-under"),
            Reading { source, ready: move |options: TopUpOptionsView| rsx! {
                Choosing { options, source }
            } }
        }
    }
}

#[component]
fn Choosing(options: TopUpOptionsView, source: Source<TopUpOptionsView>) -> Element {
    let me = use_session().me();
    // What is followed stays until the person goes on, also once it is paid and no longer open.
    let mut followed = use_signal(|| None::<TopUpView>);
    let mut another = use_signal(|| false);
    let open = options.open.clone().filter(|_| !another());
    use_effect(use_reactive((&open,), move |(open,)| {
        if open.is_some() && followed.peek().is_none() {
            followed.set(open);
        }
    }));
    if let Some(topup) = followed().or(open) {
        return rsx! {
            div { class: "topup-form",
                if options.open.is_some() {
                    Notice { kind: NoticeKind::Warm, title: t!("topup-open"), p { {t!("topup-open-hint")} } }
                }
                Follow {
                    key: "{topup.id}",
                    id: topup.id,
                    told: topup.clone(),
                    choosing: true,
                    onanother: move |()| {
                        another.set(true);
                        followed.set(None);
                        source.reload();
                    },
                }
            }
        };
    }
    let may_pay = use_session().may(Right::Pay);
    if options.children.is_empty() && !may_pay {
        return rsx! {
            EmptyState { title: t!("topup-not-yours"),
                p { {t!("wallet-not-yours-hint")} }
                LinkButton { to: Route::Profile {}, kind: ButtonKind::Link, {t!("wallet-not-yours-act")} }
            }
        };
    }
    if options.children.is_empty() {
        return rsx! {
            EmptyState { title: t!("topup-none"),
                p { {t!("topup-none-hint")} }
                if let Some(me) = me {
                    PhoneLink { phone: me.body.contacts.phone }
                }
            }
        };
    }
    rsx! {
        div { class: "topup-form",
            if options.open.is_some() {
                Notice { kind: NoticeKind::Warm, p { {t!("topup-open-still")} } }
            }
            Form { options }
        }
    }
}
