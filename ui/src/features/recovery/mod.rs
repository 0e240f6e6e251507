//! Recupero: a new password for who forgot it, and the badge codes for who forgot those. What the portal says before
//! the code is right is the same whoever asks.

mod ask;
mod finish;

#[cfg(test)]
mod tests;

use crate::{
    components::{EmptyState, LinkButton, Page, Reading},
    platform::use_here,
    remote::use_source,
    route::Route,
    session::{Standing, chosen_body, use_session},
    t,
};
use api::{
    NoQuery,
    bodies::{BodyView, ListBodies},
    recoveries::{RecoverBy, RecoveryView},
};
use ask::Ask;
use dioxus::prelude::*;
use domain::body::SignInWay;
use finish::Finish;

/// The screen. Also who is signed in may have forgotten the password.
#[component]
pub fn Recovery() -> Element {
    let session = use_session();
    use_effect(move || {
        if session.standing() == Standing::NoPortal {
            navigator().replace(Route::Bodies {});
        }
    });
    let source = use_source(ListBodies {}, NoQuery {});
    rsx! {
        Page { title: t!("recovery-title"), narrow: true,
            Reading { source, skeleton: 1, ready: move |bodies: Vec<BodyView>| rsx! {
                ForBody { bodies }
            } }
        }
    }
}

#[component]
fn ForBody(bodies: Vec<BodyView>) -> Element {
    let here = use_here();
    let body = chosen_body(&here, &bodies);
    use_effect(use_reactive((&body.is_none(),), move |(none,)| {
        if none {
            navigator().replace(Route::Bodies {});
        }
    }));
    let Some(body) = body else {
        return rsx! {};
    };
    rsx! {
        p { class: "under", "{body.name}" }
        if body.sign_in_ways.contains(&SignInWay::Badge) {
            p { {t!("recovery-under")} }
            Steps { body }
        } else {
            EmptyState { title: t!("recovery-no-password"),
                p { {t!("recovery-no-password-hint")} }
                LinkButton { to: Route::SignIn {}, testid: "recovery-sign-in", {t!("recovery-back-to-sign-in")} }
            }
        }
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    recovery: RecoveryView,
    who: String,
    by: RecoverBy,
}

/// Asks for a code, then takes it. Who goes back finds what was typed.
#[component]
fn Steps(body: BodyView) -> Element {
    let who = use_signal(String::new);
    let by = use_signal(|| RecoverBy::Mail);
    let mut asked = use_signal(|| None::<Asked>);
    let phone = body.contacts.phone.clone();
    rsx! {
        match asked() {
            None => rsx! {
                Ask { body: body.slug, phone, who, by, onasked: move |told| asked.set(Some(told)) }
            },
            Some(told) => rsx! {
                Finish { key: "{told.recovery.id}", asked: told, phone, onagain: move |()| asked.set(None) }
            },
        }
    }
}
