//! Choosing a password: the first time because one has to, later because one wants to.

#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{
        Button, NewPassword, Notice, NoticeKind, Page, PasswordField, Skeleton, is_about_password,
        password_wrong, usual_min,
    },
    explain,
    platform::use_here,
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    sessions::{ChoosePasswordRequest, Secret},
};
use dioxus::prelude::*;

/// The screen. Nobody without a session is here.
#[component]
pub fn Password() -> Element {
    let session = use_session();
    use_effect(move || match session.standing() {
        Standing::Anonymous => {
            navigator().replace(Route::SignIn {});
        }
        Standing::NoPortal => {
            navigator().replace(Route::Bodies {});
        }
        _ => {}
    });
    // One form for both, so that it stays while the session turns from one into the other.
    let (under, min, current) = match session.standing() {
        Standing::ChoosingPassword { min, current } => (t!("password-under"), min, current),
        Standing::Open(_) => (t!("password-under-again"), usual_min(), None),
        _ => {
            return rsx! {
                div { class: "page", Skeleton { cards: 1 } }
            };
        }
    };
    rsx! {
        PasswordPage { under, min, current }
    }
}

#[component]
fn PasswordPage(under: String, min: u16, current: Option<Secret>) -> Element {
    rsx! {
        Page { title: t!("password-title"), under, narrow: true, PasswordForm { min, current } }
    }
}

#[component]
fn PasswordForm(min: u16, current: Option<Secret>) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let typed_before = use_signal(String::new);
    let new = use_signal(String::new);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<Refusal>);
    let asks_current = current.is_none();
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        let before = current
            .clone()
            .unwrap_or_else(|| Secret(typed_before.peek().clone()));
        if before.0.is_empty() {
            error.set(Some(Refusal::Current(t!("password-current-missing"))));
            here.focus("current-password");
            return;
        }
        if let Some(why) = password_wrong(&new.peek(), min) {
            error.set(Some(Refusal::New(explain::error(&why))));
            here.focus("new-password");
            return;
        }
        busy.set(true);
        error.set(None);
        let here = here.clone();
        let request = ChoosePasswordRequest {
            current: before,
            new: Secret(new.peek().clone()),
        };
        spawn(async move {
            match here.choose_password(request.clone()).await {
                Ok(opened) => {
                    let typed = request.new.clone();
                    session.opened(&here, clock, &opened, typed).await;
                    if matches!(session.standing(), Standing::Open(_)) {
                        navigator().replace(session.take_wanted());
                    }
                }
                Err(why) => {
                    if why.code == ErrorCode::Unauthenticated {
                        session.set(Standing::Anonymous);
                    }
                    error.set(Some(Refusal::of(&why)));
                }
            }
            busy.set(false);
        });
    };
    let shown = error();
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "password-form", onsubmit: submit,
            if let Some(Refusal::Both(why)) = &shown {
                Notice { kind: NoticeKind::Error, p { "{why}" } }
            }
            if asks_current {
                PasswordField {
                    id: "current-password",
                    label: t!("password-current"),
                    value: typed_before,
                    error: shown.as_ref().and_then(Refusal::current),
                    autocomplete: "current-password",
                    testid: "current-password",
                }
            }
            NewPassword { value: new, min, error: shown.as_ref().and_then(Refusal::new_one) }
            Button { submit: true, busy: busy(), testid: "choose-password", {t!("password-act")} }
        }
    }
}

/// Which field is wrong.
#[derive(Debug, Clone, PartialEq)]
enum Refusal {
    Current(String),
    New(String),
    Both(String),
}

impl Refusal {
    fn of(error: &ErrorBody) -> Self {
        match error.code {
            ErrorCode::WrongCredentials => Self::Current(t!("password-current-wrong")),
            code if is_about_password(code) => Self::New(explain::error(error)),
            _ => Self::Both(explain::error(error)),
        }
    }

    fn current(&self) -> Option<String> {
        match self {
            Self::Current(why) => Some(why.clone()),
            _ => None,
        }
    }

    fn new_one(&self) -> Option<String> {
        match self {
            Self::New(why) => Some(why.clone()),
            _ => None,
        }
    }
}
