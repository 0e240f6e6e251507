//! Conferma che sei tu: before something delicate the portal wants to be sure who holds the device. Whatever was
//! typed stays where it is, beneath the sheet.

use crate::{
    components::{Button, ButtonKind, Notice, NoticeKind, PasswordField, PhoneLink, Sheet},
    explain,
    platform::{Place, use_here},
    portal::Act,
    providers::{AwaitLogin, ProviderChoice, provider_name},
    remote::use_wake,
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    bodies::{ProviderKind, ProviderView},
    confirmations::{ConfirmPassword, ConfirmPasswordRequest},
    logins::{BackTo, LoginOutcome, LoginState, LoginView, RedeemedLoginView, StartLogin, StartLoginRequest},
    sessions::Secret,
};
use bridge::{PendingLoginView, StartLoginArgs};
use dioxus::prelude::*;

/// How the password is named among the ways of [`ErrorCode::ConfirmationRequired`].
const PASSWORD: &str = "password";

/// Asks for the password, or sends to SPID or CIE; then tells that it may be tried again.
#[component]
pub fn ConfirmYou(
    /// What the person is about to do, in a sentence.
    about: String,
    /// What the portal takes as a proof: `password`, or ids of providers.
    ways: Vec<String>,
    /// What waits for it is on its way.
    #[props(default)]
    busy: bool,
    onconfirmed: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let Some(me) = use_session().me() else {
        return rsx! {};
    };
    let providers: Vec<ProviderView> = me
        .body
        .providers
        .iter()
        .filter(|provider| {
            // The portal names what the body offers, a provider itself or its kind.
            ways.iter().any(|way| match provider.kind {
                ProviderKind::Spid => way == "spid" || *way == provider.id,
                ProviderKind::Cie => way == "cie" || *way == provider.id,
                ProviderKind::Hub => *way != PASSWORD,
            })
        })
        .cloned()
        .collect();
    let by_password = ways.iter().any(|way| way == PASSWORD);
    let no_provider = providers.is_empty();
    rsx! {
        Sheet { id: "confirm-sheet", title: t!("confirm-title"), onclose,
            p { class: "confirm-about", "data-testid": "confirm-about", "{about}" }
            p { {t!("confirm-words")} }
            if by_password {
                ByPassword { busy, onconfirmed }
            }
            if !providers.is_empty() {
                if by_password {
                    p { class: "soft", {t!("confirm-or")} }
                }
                ByProvider { providers, body: me.body.slug.clone(), busy, onconfirmed }
            }
            if !by_password && no_provider {
                p { {t!("confirm-no-way")} }
                PhoneLink { phone: me.body.contacts.phone.clone() }
            }
            Button { kind: ButtonKind::Link, testid: "confirm-leave", onclick: move |()| onclose.call(()),
                {t!("confirm-leave")}
            }
        }
    }
}

#[component]
fn ByPassword(busy: bool, onconfirmed: EventHandler<()>) -> Element {
    let here = use_here();
    let session = use_session();
    let password = use_signal(String::new);
    let mut asking = use_signal(|| false);
    let mut missing = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if asking() || busy {
            return;
        }
        missing.set(password.peek().is_empty());
        error.set(None);
        if missing() {
            here.focus("confirm-password");
            return;
        }
        asking.set(true);
        let here = here.clone();
        let request = ConfirmPasswordRequest {
            password: Secret(password.peek().clone()),
        };
        let sent = Act::new(&here, ConfirmPassword {}, request);
        spawn(async move {
            let answer = sent.send(&here).await;
            asking.set(false);
            match answer {
                Ok(_) => onconfirmed.call(()),
                Err(why) if why.code == ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                Err(why) => {
                    error.set(Some(why));
                    here.focus("confirm-password");
                }
            }
        });
    };
    let wrong = error().filter(|why| why.code == ErrorCode::WrongCredentials);
    let other = error().filter(|why| why.code != ErrorCode::WrongCredentials);
    let at_field = if missing() {
        Some(t!("sign-in-password-missing"))
    } else {
        wrong.map(|_| t!("confirm-wrong"))
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "confirm-form", onsubmit: submit,
            if let Some(why) = other {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            PasswordField {
                id: "confirm-password",
                label: t!("confirm-password"),
                value: password,
                error: at_field,
                autocomplete: "current-password",
                testid: "confirm-password",
            }
            Button { submit: true, busy: asking() || busy, testid: "confirm-act", {t!("confirm-act")} }
        }
    }
}

/// A login that confirmed nothing, and why, where the portal says it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Failed(Option<LoginOutcome>);

/// Sends to SPID or CIE outside of this page, so that what was typed here stays: a browser in a tab of its own, the app
/// in the system's browser. Goes on by itself when the person is back.
#[component]
fn ByProvider(
    providers: Vec<ProviderView>,
    body: String,
    busy: bool,
    onconfirmed: EventHandler<()>,
) -> Element {
    let here = use_here();
    let mut starting = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut failed = use_signal(|| None::<Failed>);
    let mut tab = use_signal(|| None::<(String, LoginView)>);
    let mut pending = use_signal(|| None::<PendingLoginView>);
    use_wake(move || {
        if tab.peek().is_some() {
            onconfirmed.call(());
        }
    });
    let begin = use_callback(move |(provider, hint): (ProviderView, Option<String>)| {
        if starting() {
            return;
        }
        starting.set(true);
        error.set(None);
        failed.set(None);
        let (here, body) = (here.clone(), body.clone());
        spawn(async move {
            let name = provider_name(&provider);
            let begun = match here.place() {
                Place::Shell => {
                    let args = StartLoginArgs {
                        body,
                        provider: provider.id,
                        hint,
                        invitation: None,
                        confirm: true,
                    };
                    let begun = here.begin_login(args, String::new()).await;
                    begun.map(|begun| pending.set(begun))
                }
                Place::Browser => {
                    let request = StartLoginRequest {
                        body,
                        provider: provider.id,
                        hint,
                        client: here.client(),
                        challenge: None,
                        back: BackTo::Page {
                            path: Route::Confirmed {}.to_string(),
                        },
                        invitation: None,
                        confirm: true,
                    };
                    let begun = Act::new(&here, StartLogin {}, request).send(&here).await;
                    begun.map(|login| tab.set(Some((name, login))))
                }
            };
            starting.set(false);
            error.set(begun.err());
        });
    });
    if let Some(waiting) = pending() {
        return rsx! {
            AwaitLogin {
                key: "{waiting.id}",
                pending: waiting,
                ondone: move |ended: Result<RedeemedLoginView, ErrorBody>| {
                    pending.set(None);
                    match ended {
                        Ok(view) if view.state == LoginState::Done => onconfirmed.call(()),
                        Ok(view) => failed.set(Some(Failed(view.outcome))),
                        Err(why) => error.set(Some(why)),
                    }
                },
                oncancel: move |()| pending.set(None),
            }
        };
    }
    rsx! {
        if let Some(why) = error() {
            Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
        }
        if let Some(Failed(why)) = failed() {
            Notice { kind: NoticeKind::Error,
                p {
                    match why {
                        Some(LoginOutcome::OtherPerson) => t!("confirm-other-person"),
                        Some(LoginOutcome::Cancelled) => t!("confirm-cancelled"),
                        _ => t!("confirm-failed"),
                    }
                }
            }
        }
        match tab() {
            None => rsx! {
                ProviderChoice {
                    providers,
                    busy: starting() || busy,
                    words: move |name: String| t!("confirm-with", name = name),
                    onchoose: begin,
                }
            },
            Some((name, login)) => rsx! {
                InTab { name, login, busy, onconfirmed }
            },
        }
    }
}

/// The tab that is to be opened, and what one does when back.
#[component]
fn InTab(name: String, login: LoginView, busy: bool, onconfirmed: EventHandler<()>) -> Element {
    let mut looked = use_signal(|| false);
    rsx! {
        a {
            class: "btn btn-primary act",
            href: login.url,
            target: "_blank",
            rel: "noopener",
            "data-testid": "confirm-open",
            {t!("confirm-open", name = name)}
        }
        p { class: "soft", {t!("confirm-open-hint")} }
        if looked() && !busy {
            Notice { kind: NoticeKind::Warm, p { {t!("confirm-not-yet")} } }
        }
        Button {
            kind: ButtonKind::Outline,
            busy,
            testid: "confirm-continue",
            onclick: move |()| {
                looked.set(true);
                onconfirmed.call(());
            },
            {t!("confirm-continue")}
        }
    }
}
