//! Back from pagoPA. What the address says is a hint; how the payment stands is the portal's word. Works without a
//! session, since the shell's checkout is paid in the system's browser.

use crate::{
    clock::use_clock,
    components::{
        ButtonKind, Card, EmptyState, ErrorNotice, Icon, LinkButton, Page, Picture, Reading, Skeleton,
    },
    paying::{Follow, FollowCart, Outcome},
    platform::use_here,
    remote::{Remote, use_source},
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorCode, NoQuery,
    notices::GetCart,
    topups::{ListTopUps, TopUpView},
};
use dioxus::prelude::*;
use domain::{AttemptId, notice::NoticeKind, topup::TopUpState};

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
                Standing::Open(_) => match attempt.parse::<AttemptId>() {
                    Ok(cart) => rsx! { Trip { cart, outcome: hint } },
                    Err(_) => rsx! { Newest { outcome: hint } },
                },
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

/// The trip that the address names: what it was to pay, and how that stands.
#[component]
fn Trip(cart: AttemptId, outcome: Option<Outcome>) -> Element {
    let source = use_source(GetCart { cart }, NoQuery {});
    let state = source.state();
    let topup = use_memo(
        move || match state.read().value().map(|cart| cart.notices.as_slice()) {
            Some([one]) if one.kind == NoticeKind::TopUp => Some(one.id),
            _ => None,
        },
    );
    let unknown = use_memo(move || match &*state.read() {
        Remote::Failed(error) => error.code != ErrorCode::Offline,
        _ => false,
    });
    match topup() {
        Some(id) => rsx! {
            Follow {
                key: "{id}",
                id,
                outcome,
                onanother: move |()| {
                    navigator().push(Route::TopUp {});
                },
            }
        },
        None if unknown() => rsx! { Newest { outcome } },
        None => rsx! { FollowCart { source, outcome } },
    }
}

/// A trip that the portal cannot place, as one of another adult: the newest top-up that still counts is shown instead.
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
