//! Draws a remote read in each of its states.

use crate::{
    components::notice::{ErrorNotice, OfflineBanner},
    remote::{Remote, Source},
    t,
};
use api::ErrorCode;
use dioxus::prelude::*;

/// Grey lines where cards will be.
#[component]
pub fn Skeleton(#[props(default = 2)] cards: usize) -> Element {
    rsx! {
        div { class: "cards", role: "status", "data-testid": "loading",
            span { class: "visually-hidden", {t!("common-loading")} }
            for index in 0..cards {
                div { key: "{index}", class: "card-plain skeleton", "aria-hidden": "true",
                    span { class: "bone bone-short" }
                    span { class: "bone" }
                    span { class: "bone bone-button" }
                }
            }
        }
    }
}

/// Loading, failed with a way to try again, or ready; above what is not fresh stands since when it is known.
#[component]
pub fn Reading<T: Clone + PartialEq + 'static>(
    source: Source<T>,
    #[props(default = 2)] skeleton: usize,
    /// What is drawn within says itself since when it is known: no banner here.
    #[props(default)]
    bannerless: bool,
    /// One of several on a screen that says itself how the network is: no banner, and a line where nothing is known.
    #[props(default)]
    brief: bool,
    /// Draws what came.
    ready: Callback<T, Element>,
) -> Element {
    let state = source.state();
    let state = state.read();
    let (value, stale) = match &*state {
        Remote::Loading => {
            return rsx! {
                Skeleton { cards: skeleton }
            };
        }
        Remote::Failed(error) if brief && error.code == ErrorCode::Offline => {
            return rsx! {
                p { class: "soft", "data-testid": "needs-network",
                    {t!("common-needs-network")}
                    " "
                    button { class: "btn btn-link act", r#type: "button", onclick: move |_| source.reload(),
                        {t!("common-retry")}
                    }
                }
            };
        }
        Remote::Failed(error) => {
            return rsx! {
                ErrorNotice { error: error.clone(), onretry: move |()| source.reload() }
            };
        }
        Remote::Ready { value, .. } => (value, None),
        Remote::Stale { value, at, error } => (value, Some((*at, error.clone()))),
    };
    // One shape for both, so that what a person has typed or opened stays when the network goes.
    rsx! {
        if let Some((at, error)) = stale.filter(|_| !bannerless && !brief) {
            OfflineBanner { at, error, onretry: move |()| source.reload() }
        }
        {ready.call(value.clone())}
    }
}
