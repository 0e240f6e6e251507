//! «Entra con SPID», «Entra con CIE»: one button a provider. Where it can be told which of SPID's providers is meant,
//! the button opens their list, each time in another order, as the rules of the access button ask.

use super::marks::Mark;
use crate::{
    components::{Notice, NoticeKind},
    explain,
    platform::{Here, use_here},
    session::use_session,
    t,
};
use api::{
    ErrorBody,
    bodies::{BodyView, HintView, ProviderKind, ProviderView},
};
use bridge::{PendingLoginView, StartLoginArgs};
use dioxus::prelude::*;

/// SPID's own pages for whoever has none yet or is stuck.
const SPID_REQUEST: &str = "https://www.spid.gov.it/richiedi-spid";
const SPID_HELP: &str = "https://www.spid.gov.it/serve-aiuto";
/// The same of CIE.
const CIE_REQUEST: &str = "https://www.cartaidentita.interno.gov.it/richiedi/";
const CIE_HELP: &str = "https://www.cartaidentita.interno.gov.it/info-utili/entra-con-cie/";

/// The buttons. `onpending` is told where the app waits for the system's browser.
#[component]
pub fn Providers(body: BodyView, onpending: EventHandler<PendingLoginView>) -> Element {
    let here = use_here();
    let session = use_session();
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let slug = body.slug.clone();
    let begin = use_callback(move |(provider, hint): (String, Option<String>)| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let args = StartLoginArgs {
            body: slug.clone(),
            provider,
            hint,
            invitation: None,
            confirm: false,
        };
        let back = session.leave(&here);
        let here = here.clone();
        spawn(async move {
            match here.begin_login(args, back).await {
                Ok(Some(pending)) => {
                    busy.set(false);
                    onpending.call(pending);
                }
                Ok(None) => {
                    // The page is about to be left; whoever comes back to it by «Indietro» may press again.
                    here.wake().await;
                    busy.set(false);
                }
                Err(why) => {
                    busy.set(false);
                    error.set(Some(why));
                }
            }
        });
    });
    rsx! {
        div { class: "logins",
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            for provider in body.providers {
                ProviderButton { key: "{provider.id}", provider, busy: busy(), onchoose: begin }
            }
        }
    }
}

#[component]
fn ProviderButton(
    provider: ProviderView,
    busy: bool,
    onchoose: Callback<(String, Option<String>)>,
) -> Element {
    let here = use_here();
    let mut open = use_signal(|| false);
    let hints = use_hook(|| shuffled(&here, provider.hints.clone()));
    let list = format!("login-list-{}", provider.id);
    let button = format!("login-button-{}", provider.id);
    let at_once = provider.hints.is_empty();
    let (id, back_to) = (provider.id.clone(), button.clone());
    rsx! {
        div {
            class: "login",
            onkeydown: move |event| {
                if event.key() == Key::Escape && open() {
                    open.set(false);
                    here.focus(&back_to);
                }
            },
            button {
                class: "btn act login-button",
                id: "{button}",
                r#type: "button",
                "data-testid": "login-provider",
                "data-provider": provider.id.clone(),
                "data-kind": kind(provider.kind),
                "aria-disabled": busy.then_some("true"),
                "aria-expanded": (!at_once).then(|| open().to_string()),
                "aria-controls": (!at_once).then(|| list.clone()),
                onclick: {
                    let id = id.clone();
                    move |_| {
                        if at_once {
                            onchoose.call((id.clone(), None));
                        } else {
                            open.toggle();
                        }
                    }
                },
                Mark { kind: provider.kind }
                span { class: "login-words", "{provider.label}" }
                if busy {
                    span { class: "spinner", "aria-hidden": "true" }
                }
            }
            if open() {
                ul { class: "login-list", id: "{list}", "aria-label": t!("login-list"),
                    for hint in hints {
                        li { key: "{hint.value}",
                            button {
                                class: "choice",
                                r#type: "button",
                                "data-testid": "login-hint",
                                "data-hint": hint.value.clone(),
                                onclick: {
                                    let (id, value) = (id.clone(), hint.value.clone());
                                    move |_| onchoose.call((id.clone(), Some(value.clone())))
                                },
                                "{hint.label}"
                            }
                        }
                    }
                }
            }
            Help { of: provider.kind }
        }
    }
}

/// «Non hai SPID?», «Serve aiuto?», on the pages of those who know.
#[component]
fn Help(of: ProviderKind) -> Element {
    let (name, request, help) = match of {
        ProviderKind::Spid => ("SPID", SPID_REQUEST, SPID_HELP),
        ProviderKind::Cie => ("CIE", CIE_REQUEST, CIE_HELP),
        ProviderKind::Hub => return rsx! {},
    };
    rsx! {
        p { class: "login-help",
            a { href: request, target: "_blank", rel: "noopener noreferrer", "data-testid": "login-none",
                {t!("login-none", name = name)}
            }
            " "
            a { href: help, target: "_blank", rel: "noopener noreferrer", "data-testid": "login-help",
                {t!("login-help")}
                span { class: "visually-hidden", " " {t!("login-help-with", name = name)} }
            }
        }
    }
}

fn kind(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Spid => "spid",
        ProviderKind::Cie => "cie",
        ProviderKind::Hub => "hub",
    }
}

/// In an order of chance: none of SPID's providers comes first by design.
fn shuffled(here: &Here, mut hints: Vec<HintView>) -> Vec<HintView> {
    let mut chance = here.chance().into_iter().cycle();
    for at in (1..hints.len()).rev() {
        let high = usize::from(chance.next().unwrap_or_default());
        let low = usize::from(chance.next().unwrap_or_default());
        hints.swap(at, (high * 256 + low) % (at + 1));
    }
    hints
}
