//! Back from pagoPA. What the address says is a hint; how the payment stands is the portal's word. Works without a
//! session, since the shell's checkout is paid in the system's browser.

use crate::{
    clock::use_clock,
    components::{
        ButtonKind, Card, EmptyState, ErrorNotice, Icon, LinkButton, Page, Picture, Reading, Skeleton,
    },
    paying::{Follow, Outcome},
    platform::use_here,
    remote::use_source,
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    NoQuery,
    topups::{ListTopUps, TopUpView},
};
use dioxus::prelude::*;
use domain::topup::TopUpState;

/// Where pagoPA sends people back to.
#[component]
pub fn Return(attempt: String, outcome: String) -> Element {
    let session = use_session();
    let here = use_here();
    let clock = use_clock();
    let hint = Outcome::of(&outcome);
    rsx! {
        Page { title: t!("payment-title"), narrow: true,
            match session.standing() {
                Standing::Unknown => rsx! { Skeleton { cards: 1 } },
                Standing::Open(_) => rsx! { Newest { outcome: hint } },
                Standing::Failed(error) => rsx! {
                    ErrorNotice {
                        error,
                        onretry: move |()| {
                            let here = here.clone();
                            session.set(Standing::Unknown);
                            spawn(async move { session.find(&here, clock).await });
                        },
                    }
                },
                Standing::NoPortal | Standing::Anonymous | Standing::ChoosingPassword { .. } => rsx! {
                    ToTheApp { outcome: hint, back: Route::Return { attempt, outcome } }
                },
            }
        }
    }
}

/// The address names a trip, which only the portal can place: it belongs to the newest top-up that still counts.
#[component]
fn Newest(outcome: Option<Outcome>) -> Element {
    let source = use_source(ListTopUps {}, NoQuery {});
    rsx! {
        Reading { source, skeleton: 1, ready: move |all: Vec<TopUpView>| {
            match all.into_iter().find(|topup| topup.state != TopUpState::Cancelled) {
                Some(newest) => rsx! {
                    Follow {
                        key: "{newest.id}",
                        id: newest.id,
                        told: newest,
                        outcome,
                        onanother: move |()| {
                            navigator().push(Route::TopUp {});
                        },
                    }
                },
                None => rsx! {
                    EmptyState { title: t!("payment-none"), picture: Picture::Wallet,
                        LinkButton { to: Route::Wallet {}, {t!("payment-to-wallet")} }
                    }
                },
            }
        } }
    }
}

/// In a browser where nobody is signed in.
#[component]
fn ToTheApp(outcome: Option<Outcome>, back: Route) -> Element {
    let session = use_session();
    use_effect(move || session.want(back.clone()));
    let words = match outcome {
        Some(Outcome::Paid) => t!("payment-app-ok"),
        Some(Outcome::NotPaid) => t!("payment-app-unpaid"),
        Some(Outcome::Waiting) => t!("payment-app-waiting"),
        None => t!("payment-app-plain"),
    };
    rsx! {
        Card { class: "payment".to_owned(), labelled_by: "back-to-app".to_owned(), testid: "back-to-app",
            div { class: "payment-state",
                Icon { picture: Picture::Check }
                h2 { id: "back-to-app", {t!("payment-app")} }
            }
            p { "{words}" }
            LinkButton { to: Route::SignIn {}, kind: ButtonKind::Link, testid: "return-sign-in", {t!("payment-sign-in")} }
        }
    }
}
