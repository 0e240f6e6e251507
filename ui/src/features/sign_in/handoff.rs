//! The app waits while the person signs in with SPID or CIE in the system's browser.

use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, Notice, NoticeKind, Page, use_announcer},
    explain,
    platform::use_here,
    session::use_session,
    t,
};
use api::{
    ErrorBody,
    logins::{LoginOutcome, LoginState},
};
use bridge::PendingLoginView;
use dioxus::prelude::*;

/// How waiting ended without a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Missed {
    /// The person gave up here.
    GaveUp,
    /// The login did not work.
    Outcome(LoginOutcome),
    /// Nobody can tell.
    Error(ErrorBody),
}

/// The screen. It ends by itself.
#[component]
pub fn Handoff(pending: PendingLoginView, onmissed: EventHandler<Missed>) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let announcer = use_announcer();
    let mut gave_up = use_signal(|| false);
    let mut opened = use_signal(|| pending.opened);
    let mut error = use_signal(|| None::<ErrorBody>);
    let login = pending.id;
    let waiting = here.clone();
    use_future(move || {
        let here = waiting.clone();
        async move {
            let ended = match here.await_login(login).await {
                Ok(ended) => ended,
                Err(why) => return onmissed.call(Missed::Error(why)),
            };
            match (ended.state, ended.session) {
                (LoginState::Done, Some(opened)) => {
                    session.entered(&here, clock, &opened).await;
                    if session.me().is_none() {
                        // Signed in, but nobody says who: the screen behind this one tells why.
                        onmissed.call(Missed::GaveUp);
                    }
                }
                _ if gave_up() => onmissed.call(Missed::GaveUp),
                (_, _) => onmissed.call(Missed::Outcome(ended.outcome.unwrap_or(LoginOutcome::Expired))),
            }
        }
    });
    let again = here.clone();
    let copier = here.clone();
    let url = pending.url.clone();
    rsx! {
        Page { title: t!("handoff-title"), narrow: true,
            div { class: "form", "data-testid": "handoff",
                if opened() {
                    p { {t!("handoff-words")} }
                } else {
                    Notice { kind: NoticeKind::Error, p { {t!("handoff-no-browser")} } }
                }
                if let Some(number) = pending.number {
                    div { class: "card-plain handoff-number",
                        p { {t!("handoff-number")} }
                        p { class: "handoff-digits", "data-testid": "login-number",
                            "aria-label": spaced(&number),
                            "{number}"
                        }
                        p { class: "soft", {t!("handoff-number-hint")} }
                    }
                }
                p { class: "soft", role: "status",
                    span { class: "spinner", "aria-hidden": "true" }
                    " "
                    {t!("handoff-waiting")}
                }
                if let Some(why) = error() {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
                Button {
                    kind: ButtonKind::Outline,
                    testid: "login-open",
                    onclick: move |()| {
                        let here = again.clone();
                        error.set(None);
                        spawn(async move {
                            match here.open_login(login).await {
                                Ok(()) => opened.set(true),
                                Err(_) => opened.set(false),
                            }
                        });
                    },
                    {t!("handoff-open")}
                }
                Button {
                    kind: ButtonKind::Outline,
                    testid: "login-copy",
                    onclick: move |()| {
                        let (here, url) = (copier.clone(), url.clone());
                        spawn(async move {
                            let words = if here.copy(&url).await { t!("handoff-copied") } else { t!("handoff-not-copied") };
                            announcer.say(words);
                        });
                    },
                    {t!("handoff-copy")}
                }
                p { class: "handoff-address", "data-testid": "login-address", "{pending.url}" }
                Button {
                    kind: ButtonKind::Link,
                    testid: "login-cancel",
                    onclick: move |()| {
                        gave_up.set(true);
                        let here = here.clone();
                        spawn(async move {
                            if let Err(why) = here.cancel_login(login).await {
                                error.set(Some(why));
                            }
                        });
                    },
                    {t!("handoff-cancel")}
                }
            }
        }
    }
}

/// Digit by digit, as a screen reader should say them.
fn spaced(number: &str) -> String {
    let digits: Vec<String> = number.chars().map(String::from).collect();
    digits.join(" ")
}
