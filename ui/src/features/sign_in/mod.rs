//! Accesso: badge and password, for the chosen body.

#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{
        Button, ButtonKind, EmptyState, Field, LinkButton, Notice, NoticeKind, Page, PasswordField,
        PhoneLink, Reading,
    },
    explain,
    platform::{Here, Place, use_here},
    remote::use_source,
    route::Route,
    session::{BODY, Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    bodies::{BodyView, ListBodies},
    sessions::{ClientKind, Secret, SignInRequest},
};
use dioxus::prelude::*;
use domain::body::SignInWay;

/// Signing in. Who is signed in already goes on.
#[component]
pub fn SignIn() -> Element {
    let session = use_session();
    use_effect(move || match session.standing() {
        Standing::Open(_) => {
            navigator().replace(session.take_wanted());
        }
        Standing::ChoosingPassword { .. } => {
            navigator().replace(Route::Password {});
        }
        Standing::NoPortal => {
            navigator().replace(Route::Bodies {});
        }
        Standing::Unknown | Standing::Anonymous | Standing::Failed(_) => {}
    });
    if session.standing() == Standing::NoPortal {
        return rsx! {};
    }
    rsx! {
        SignInPage {}
    }
}

#[component]
fn SignInPage() -> Element {
    let source = use_source(ListBodies {}, NoQuery {});
    rsx! {
        Page { title: t!("sign-in-title"), narrow: true,
            Reading { source, skeleton: 1, ready: move |bodies: Vec<BodyView>| rsx! {
                ForBody { bodies }
            } }
        }
    }
}

/// The body that was chosen before, or the only one there is.
fn chosen(here: &Here, bodies: &[BodyView]) -> Option<BodyView> {
    let remembered = here.recall(BODY);
    match bodies {
        [only] => Some(only.clone()),
        _ => bodies
            .iter()
            .find(|b| Some(&b.slug) == remembered.as_ref())
            .cloned(),
    }
}

#[component]
fn ForBody(bodies: Vec<BodyView>) -> Element {
    let here = use_here();
    let body = chosen(&here, &bodies);
    let somewhere_else = bodies.len() > 1 || here.place() == Place::Shell;
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
            BadgeForm { body: body.clone() }
        } else {
            EmptyState { title: t!("sign-in-no-badge"),
                p { {t!("sign-in-no-badge-hint")} }
            }
        }
        details { class: "help",
            summary { {t!("sign-in-help")} }
            p { {t!("sign-in-help-words", hours = body.contacts.hours.as_str())} }
            PhoneLink { phone: body.contacts.phone.clone() }
        }
        if somewhere_else {
            LinkButton { to: Route::Bodies {}, kind: ButtonKind::Link, testid: "other-body", {t!("sign-in-other-body")} }
        }
    }
}

#[component]
fn BadgeForm(body: BodyView) -> Element {
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
            client: match here.place() {
                Place::Shell => ClientKind::App,
                Place::Browser => ClientKind::Browser,
            },
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
            if let Standing::Failed(why) = session.standing() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
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
        }
    }
}
