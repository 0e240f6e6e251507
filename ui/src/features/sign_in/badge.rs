//! The form for a badge code, or a verified mail address, and its password.

use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, Field, LinkButton, Notice, NoticeKind, PasswordField, PhoneLink},
    explain,
    platform::use_here,
    route::Route,
    session::use_session,
    t,
};
use api::{
    ErrorBody, ErrorCode,
    bodies::BodyView,
    sessions::{Secret, SignInRequest},
};
use dioxus::prelude::*;

/// The form, and the way to `/recupero`.
#[component]
pub fn BadgeForm(body: BodyView) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let badge = use_signal(String::new);
    let password = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let missing =
        |field: Signal<String>, words: String| (tried() && field.read().trim().is_empty()).then_some(words);
    let (badge_missing, password_missing) = (
        missing(badge, t!("sign-in-badge-missing")),
        missing(password, t!("sign-in-password-missing")),
    );
    let phone = body.contacts.phone.clone();
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if busy() {
            return;
        }
        for (id, field) in [("badge", badge), ("password", password)] {
            if field.peek().trim().is_empty() {
                here.focus(id);
                return;
            }
        }
        busy.set(true);
        error.set(None);
        let here = here.clone();
        let request = SignInRequest {
            body: body.slug.clone(),
            badge: badge.peek().trim().to_owned(),
            password: Secret(password.peek().clone()),
            client: here.client(),
            device: None,
        };
        spawn(async move {
            let typed = request.password.clone();
            match here.sign_in(request).await {
                Ok(opened) => session.opened(&here, clock, &opened, typed).await,
                Err(why) => {
                    error.set(Some(why));
                    here.focus("password");
                }
            }
            busy.set(false);
        });
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "sign-in-form", onsubmit: submit,
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error,
                    p { {explain::error(&why)} }
                    if matches!(why.code, ErrorCode::ProvisionalExpired | ErrorCode::TooManyAttempts) {
                        PhoneLink { phone }
                    }
                }
            }
            Field {
                id: "badge",
                label: t!("sign-in-badge"),
                hint: t!("sign-in-badge-hint"),
                value: badge,
                error: badge_missing,
                autocomplete: "username",
                code: true,
                testid: "badge",
            }
            PasswordField {
                id: "password",
                label: t!("sign-in-password"),
                value: password,
                error: password_missing,
                autocomplete: "current-password",
                testid: "password",
            }
            Button { submit: true, busy: busy(), testid: "sign-in", {t!("sign-in-act")} }
            LinkButton { to: Route::Recovery {}, kind: ButtonKind::Link, testid: "recovery-open",
                {t!("sign-in-forgotten")}
            }
        }
    }
}
