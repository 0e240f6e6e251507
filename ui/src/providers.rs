//! SPID and CIE beside something else: to confirm who one is, or to accept an invitation. Signing in itself has its own
//! screen.

use crate::{
    components::{Button, ButtonKind, Notice, NoticeKind},
    explain, format,
    platform::use_here,
    t,
};
use api::{
    ErrorBody,
    bodies::{ProviderKind, ProviderView},
    logins::{LoginState, RedeemedLoginView},
};
use bridge::PendingLoginView;
use dioxus::prelude::*;

/// How a provider is called in a sentence.
pub fn provider_name(provider: &ProviderView) -> String {
    match provider.kind {
        ProviderKind::Spid => "SPID".to_owned(),
        ProviderKind::Cie => "CIE".to_owned(),
        ProviderKind::Hub => provider.label.clone(),
    }
}

/// A button a provider; where one has to say with whom, a list that opens.
#[component]
pub fn ProviderChoice(
    providers: Vec<ProviderView>,
    busy: bool,
    /// Says what the button does: `Conferma con SPID`.
    words: Callback<String, String>,
    onchoose: EventHandler<(ProviderView, Option<String>)>,
) -> Element {
    rsx! {
        for provider in providers {
            if provider.hints.is_empty() {
                Button {
                    key: "{provider.id}",
                    kind: ButtonKind::Outline,
                    busy,
                    testid: "provider",
                    onclick: {
                        let provider = provider.clone();
                        move |()| onchoose.call((provider.clone(), None))
                    },
                    {words.call(provider_name(&provider))}
                }
            } else {
                details { key: "{provider.id}", class: "help",
                    summary { "data-testid": "provider", {words.call(provider_name(&provider))} }
                    div { class: "choices",
                        for hint in provider.hints.clone() {
                            button {
                                key: "{hint.value}",
                                class: "choice",
                                r#type: "button",
                                "data-testid": "provider-hint",
                                onclick: {
                                    let (provider, value) = (provider.clone(), hint.value.clone());
                                    move |_| onchoose.call((provider.clone(), Some(value.clone())))
                                },
                                "{hint.label}"
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The app waits for the system's browser. `ondone` is told how it ended; nobody is told of a login that was given up.
#[component]
pub fn AwaitLogin(
    pending: PendingLoginView,
    ondone: EventHandler<Result<RedeemedLoginView, ErrorBody>>,
    oncancel: EventHandler<()>,
) -> Element {
    let here = use_here();
    let login = pending.id;
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut gave_up = use_signal(|| false);
    {
        let here = here.clone();
        use_future(move || {
            let here = here.clone();
            async move {
                let ended = loop {
                    match here.await_login(login).await {
                        Ok(view) if view.state == LoginState::Waiting => {}
                        other => break other,
                    }
                };
                if gave_up() {
                    oncancel.call(());
                } else {
                    ondone.call(ended);
                }
            }
        });
    }
    let (again, giving_up) = (here.clone(), here);
    let until = format::at_time(pending.expires_at);
    rsx! {
        Notice { testid: "login-waiting",
            p {
                if pending.opened {
                    {t!("provider-waiting", at = until)}
                } else {
                    {t!("provider-no-browser")}
                }
            }
            if !pending.opened {
                p { class: "figures", "{pending.url}" }
            }
            if let Some(number) = pending.number {
                p {
                    {t!("provider-number")}
                    " "
                    strong { class: "figures", "data-testid": "login-number", "{number}" }
                }
            }
        }
        if let Some(why) = error() {
            Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
        }
        Button {
            kind: ButtonKind::Outline,
            testid: "login-open",
            onclick: move |()| {
                let here = again.clone();
                spawn(async move { error.set(here.open_login(login).await.err()) });
            },
            {t!("provider-open")}
        }
        Button {
            kind: ButtonKind::Link,
            testid: "login-cancel",
            onclick: move |()| {
                gave_up.set(true);
                let here = giving_up.clone();
                // Waiting ends by it.
                spawn(async move {
                    if here.cancel_login(login).await.is_err() {
                        oncancel.call(());
                    }
                });
            },
            {t!("provider-cancel")}
        }
    }
}
