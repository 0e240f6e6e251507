//! One payment for several notices: opened, and followed to its end.

use super::{NoticeRow, OpenCart, Opening, Outcome, acts::NotDone, use_cart, watch::Watch};
use crate::{
    clock::use_clock,
    components::{
        Button, ButtonKind, Card, ErrorNotice, Icon, LinkButton, Notice, NoticeKind, OfflineBanner, Picture,
        Skeleton, use_announcer,
    },
    explain, format,
    platform::use_here,
    remote::{Remote, Source, use_wake},
    route::Route,
    t,
};
use api::{ErrorBody, ErrorCode, notices::CartView};
use dioxus::prelude::*;
use domain::{Cents, time::day_in_rome, topup::TopUpState};

/// How a payment of several notices stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whole {
    Verifying,
    Paid,
    Partly,
    Unpaid,
    Cancelled,
}

impl Whole {
    fn of(cart: &CartView) -> Self {
        let count = |state| cart.notices.iter().filter(|notice| notice.state == state).count();
        let (all, paid) = (cart.notices.len(), count(TopUpState::Paid));
        if count(TopUpState::Verifying) > 0 {
            Self::Verifying
        } else if all > 0 && paid == all {
            Self::Paid
        } else if paid > 0 {
            Self::Partly
        } else if all > 0 && count(TopUpState::Cancelled) == all {
            Self::Cancelled
        } else {
            Self::Unpaid
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Verifying => "verifying",
            Self::Paid => "paid",
            Self::Partly => "partly",
            Self::Unpaid => "payable",
            Self::Cancelled => "cancelled",
        }
    }

    fn words(self) -> String {
        match self {
            Self::Verifying => t!("payment-verifying"),
            Self::Paid => t!("cart-paid"),
            Self::Partly => t!("cart-partly"),
            Self::Unpaid => t!("cart-unpaid"),
            Self::Cancelled => t!("notice-cancelled"),
        }
    }

    fn look(self) -> (Picture, &'static str) {
        match self {
            Self::Verifying => (Picture::Clock, ""),
            Self::Paid => (Picture::Check, "eats"),
            Self::Partly => (Picture::Info, ""),
            Self::Unpaid => (Picture::Wallet, ""),
            Self::Cancelled => (Picture::Closed, "closed"),
        }
    }
}

/// What it means.
fn hint(whole: Whole, cart: &CartView) -> String {
    let (count, amount) = (cart.notices.len(), format::money(cart.total));
    match whole {
        Whole::Verifying => t!("cart-verifying-hint", count = count, amount = amount),
        Whole::Paid => t!("cart-paid-hint", count = count, amount = amount),
        Whole::Partly => t!("cart-partly-hint"),
        Whole::Unpaid => t!("cart-unpaid-hint", count = count, amount = amount),
        Whole::Cancelled => t!("cart-cancelled-hint"),
    }
}

/// What the way back says, where it agrees with how the payment stands.
fn returned(whole: Whole, outcome: Option<Outcome>) -> Option<(NoticeKind, String)> {
    match (whole, outcome?) {
        (Whole::Verifying, Outcome::Paid) => Some((NoticeKind::Info, t!("cart-returned-ok"))),
        (Whole::Verifying, Outcome::Waiting) => Some((NoticeKind::Info, t!("cart-returned-waiting"))),
        (Whole::Unpaid, Outcome::NotPaid) => Some((NoticeKind::Warm, t!("cart-returned-unpaid"))),
        _ => None,
    }
}

/// A payment of one or several notices, to its end: asks again while it is verified, and opens the checkout.
#[component]
pub fn FollowCart(
    source: Source<CartView>,
    /// The answer that opened it.
    #[props(default)]
    told: Option<CartView>,
    #[props(default)] outcome: Option<Outcome>,
) -> Element {
    let here = use_here();
    use_wake(move || source.reload());
    let mut told = use_signal(|| told);
    let mut unopened = use_signal(|| false);
    let open = {
        let here = here.clone();
        use_callback(move |url: String| {
            let here = here.clone();
            unopened.set(false);
            spawn(async move {
                unopened.set(here.open_checkout(url).await.is_err());
            });
        })
    };
    use_effect(move || {
        let url = told.peek().as_ref().and_then(|cart| cart.checkout_url.clone());
        if let Some(url) = url {
            open.call(url);
        }
    });
    use_announced(source);
    let again = use_cart(
        move |cart: CartView| {
            if cart.problem.is_none() && cart.checkout_url.is_some() {
                // Another trip, with an address of its own.
                super::hand_cart(cart.clone());
                navigator().replace(Route::Cart {
                    id: cart.id.to_string(),
                });
            } else {
                told.set(Some(cart));
                source.reload();
            }
        },
        move |()| source.reload(),
    );
    let state = source.state();
    let state = state.read();
    let told = told.read().clone();
    let (known, failed, stale) = match &*state {
        Remote::Loading => (told.clone(), None, None),
        Remote::Failed(error) => (told.clone(), Some(error.clone()), None),
        Remote::Ready { value, .. } => (Some(value.clone()), None, None),
        Remote::Stale { value, at, error } => (Some(value.clone()), None, Some((*at, error.clone()))),
    };
    let loading = known.is_none() && failed.is_none();
    let problem = told.as_ref().and_then(|cart| cart.problem);
    let url = told.and_then(|cart| cart.checkout_url);
    rsx! {
        if let Some(error) = failed {
            ErrorNotice { error, onretry: move |()| source.reload() }
        }
        if let Some((at, error)) = stale {
            OfflineBanner { at, error, onretry: move |()| source.reload() }
        }
        if loading {
            Skeleton { cards: 1 }
        }
        if let Some(cart) = known {
            if Whole::of(&cart) == Whole::Verifying {
                Watch { onlook: move |()| source.reload() }
            }
            CartCard {
                opening: url.filter(|_| Whole::of(&cart) == Whole::Verifying).map(|url| rsx! {
                    Opening { unopened: unopened(), onopen: move |()| open.call(url.clone()) }
                }),
                cart,
                problem,
                outcome,
                again,
            }
        }
    }
}

/// Tells screen readers when it stands otherwise than before.
fn use_announced(source: Source<CartView>) {
    let announcer = use_announcer();
    let mut before = use_hook(|| CopyValue::new(None::<Whole>));
    use_effect(move || {
        let Some(whole) = source.state().read().value().map(Whole::of) else {
            return;
        };
        if before.replace(Some(whole)).is_some_and(|before| before != whole) {
            announcer.say(whole.words());
        }
    });
}

#[component]
fn CartCard(
    cart: CartView,
    problem: Option<ErrorCode>,
    outcome: Option<Outcome>,
    again: OpenCart,
    opening: Option<Element>,
) -> Element {
    let here = use_here();
    let clock = use_clock();
    let today = day_in_rome(clock.peek().unwrap_or_else(|| here.now()));
    let whole = Whole::of(&cart);
    let (picture, tint) = whole.look();
    let unpaid: Vec<_> = cart
        .notices
        .iter()
        .filter(|notice| matches!(notice.state, TopUpState::Payable | TopUpState::Preparing))
        .map(|notice| (notice.id, notice.amount))
        .collect();
    let left: Cents = unpaid.iter().map(|(_, amount)| *amount).sum();
    let ids: Vec<_> = unpaid.iter().map(|(id, _)| *id).collect();
    let locked = cart.retry_after.is_some() || whole == Whole::Verifying;
    rsx! {
        Card { class: "payment".to_owned(), labelled_by: "payment-state".to_owned(), testid: "payment",
            div { class: "payment-state {tint}", "data-testid": "payment-state", "data-state": whole.name(),
                Icon { picture }
                h2 { id: "payment-state", {whole.words()} }
            }
            p { {hint(whole, &cart)} }
            if let Some(at) = cart.retry_after {
                p { class: "soft", {t!("payment-retry-after", at = format::at_time(at))} }
            }
            if let Some(problem) = problem {
                Notice { kind: NoticeKind::Error, p { {explain::error(&ErrorBody::new(problem, ""))} } }
            } else if let Some((kind, words)) = returned(whole, outcome) {
                Notice { kind, p { "{words}" } }
            }
            {opening}
            if !ids.is_empty() && !locked {
                if let Some(error) = again.error() {
                    NotDone { error }
                }
                Button {
                    busy: again.is_busy(),
                    icon: Picture::External,
                    testid: "cart-retry",
                    onclick: move |()| again.send(&here, ids.clone()),
                    {t!("cart-retry", amount = format::money(left))}
                }
            }
            ul { class: "postings",
                for notice in cart.notices.clone() {
                    NoticeRow { key: "{notice.id}", notice, today }
                }
            }
            LinkButton { to: Route::Payments {}, kind: ButtonKind::Link, testid: "payments-open", {t!("cart-all")} }
        }
    }
}
