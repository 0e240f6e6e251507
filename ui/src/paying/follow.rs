//! Follows a top-up until it is decided: asks again and again while it is verified, and opens the checkout.

use super::{card::TopUpCard, watch::Watch};
use crate::{
    components::{
        Button, ButtonKind, ErrorNotice, Notice, NoticeKind, OfflineBanner, Picture, Skeleton, use_announcer,
    },
    platform::use_here,
    remote::{Remote, Source, use_source, use_wake},
    t,
};
use api::{
    ErrorCode, NoQuery,
    topups::{GetTopUp, TopUpView},
};
use dioxus::prelude::*;
use domain::{NoticeId, topup::TopUpState};

/// What the address says that one comes back with. Only a hint: it never decides how a top-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The checkout believes that it went well.
    Paid,
    /// Refused or left.
    NotPaid,
    /// Still under way.
    Waiting,
}

impl Outcome {
    /// Of the last word of the address.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "ok" => Some(Self::Paid),
            "annullato" | "errore" => Some(Self::NotPaid),
            "attesa" => Some(Self::Waiting),
            _ => None,
        }
    }
}

/// A top-up, from wherever it was made to its end.
#[component]
pub fn Follow(
    id: NoticeId,
    /// What is known already.
    #[props(default)]
    told: Option<TopUpView>,
    #[props(default)] outcome: Option<Outcome>,
    /// Offers another one also while this one is open.
    #[props(default)]
    choosing: bool,
    onanother: EventHandler<()>,
) -> Element {
    let here = use_here();
    let source = use_source(GetTopUp { topup: id }, NoQuery {});
    use_wake(move || source.reload());
    let mut told = use_signal(|| told);
    let mut unopened = use_signal(|| false);
    let open = use_callback(move |url: String| {
        let here = here.clone();
        unopened.set(false);
        spawn(async move {
            unopened.set(here.open_checkout(url).await.is_err());
        });
    });
    use_effect(move || {
        let url = told.peek().as_ref().and_then(|topup| topup.checkout_url.clone());
        if let Some(url) = url {
            open.call(url);
        }
    });
    use_announced(source);
    let answered = use_callback(move |topup: TopUpView| {
        let (fresh, url) = (topup.clone(), topup.checkout_url.clone());
        source.amend(move |known| *known = fresh);
        told.set(Some(topup));
        if let Some(url) = url {
            open.call(url);
        }
    });
    let draw = use_callback(move |topup: TopUpView| {
        let undecided = !matches!(topup.state, TopUpState::Paid | TopUpState::Cancelled);
        let (problem, url) = match &*told.read() {
            Some(told) if undecided => (told.problem, told.checkout_url.clone()),
            _ => (None, None),
        };
        let watched =
            topup.state == TopUpState::Verifying || (undecided && problem == Some(ErrorCode::AlreadyPaid));
        let url = url.filter(|_| topup.state == TopUpState::Verifying);
        rsx! {
            if watched {
                Watch { onlook: move |()| source.reload() }
            }
            TopUpCard {
                topup,
                problem,
                outcome,
                choosing,
                onanswer: answered,
                onrefused: move |()| source.reload(),
                onanother,
                opening: url.map(|url| rsx! {
                    Opening { unopened: unopened(), onopen: move |()| open.call(url.clone()) }
                }),
            }
        }
    });
    let state = source.state();
    let state = state.read();
    let told = told.read().clone();
    let (known, failed, stale) = match &*state {
        Remote::Loading => (told, None, None),
        Remote::Failed(error) => (told, Some(error.clone()), None),
        Remote::Ready { value, .. } => (Some(value.clone()), None, None),
        Remote::Stale { value, at, error } => (Some(value.clone()), None, Some((*at, error.clone()))),
    };
    let loading = known.is_none() && failed.is_none();
    // One shape for all, so that an act under way and its key outlive the next answer.
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
        if let Some(topup) = known {
            {draw.call(topup)}
        }
    }
}

/// Tells screen readers when it stands otherwise than before.
fn use_announced(source: Source<TopUpView>) {
    let announcer = use_announcer();
    let mut before = use_hook(|| CopyValue::new(None::<TopUpState>));
    use_effect(move || {
        let Some(state) = source.state().read().value().map(|topup| topup.state) else {
            return;
        };
        if before.replace(Some(state)).is_some_and(|before| before != state) {
            announcer.say(super::card::state_words(state));
        }
    });
}

/// The way to the checkout, where it did not open by itself.
#[component]
pub fn Opening(unopened: bool, onopen: EventHandler<()>) -> Element {
    if unopened {
        return rsx! {
            Notice { kind: NoticeKind::Error, title: t!("payment-not-opened"),
                p { {t!("payment-not-opened-hint")} }
                Button { icon: Picture::External, testid: "payment-open", onclick: onopen, {t!("payment-open")} }
            }
        };
    }
    rsx! {
        Button { kind: ButtonKind::Link, icon: Picture::External, testid: "payment-open", onclick: onopen,
            {t!("payment-open-again")}
        }
    }
}
