//! Where the canteen is: the portal's address (in the shell only), then the Comune.

#[cfg(test)]
mod tests;

use crate::{
    components::{Button, ButtonKind, EmptyState, Field, Notice, NoticeKind, Page, Reading},
    explain,
    platform::{Place, use_here},
    remote::{Known, use_source},
    route::Route,
    session::{BODY, Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    bodies::{BodyView, ListBodies},
};
use dioxus::prelude::*;

/// Asks for what is not known yet: the portal, then the body.
#[component]
pub fn Bodies() -> Element {
    let session = use_session();
    let here = use_here();
    let mut asking = use_signal(|| false);
    let in_shell = here.place() == Place::Shell;
    let status = use_resource(move || {
        let here = here.clone();
        async move { here.status().await }
    });
    let portal = status
        .read()
        .as_ref()
        .and_then(|status| status.as_ref().ok()?.portal.clone());
    if in_shell && (asking() || session.standing() == Standing::NoPortal) {
        return rsx! {
            PortalPage { first: !asking(), onfound: move |()| asking.set(false) }
        };
    }
    if session.standing() == Standing::Unknown {
        return rsx! {};
    }
    rsx! {
        BodiesPage {}
        if in_shell {
            div { class: "page page-narrow",
                if let Some(portal) = portal {
                    p { class: "soft", {t!("portal-here", portal = portal)} }
                }
                Button { kind: ButtonKind::Link, testid: "other-portal", onclick: move |()| asking.set(true),
                    {t!("portal-other")}
                }
            }
        }
    }
}

#[component]
fn BodiesPage() -> Element {
    let source = use_source(ListBodies {}, NoQuery {});
    rsx! {
        Page { title: t!("bodies-title"), narrow: true,
            Reading { source, skeleton: 1, ready: move |bodies: Vec<BodyView>| rsx! {
                Choice { bodies }
            } }
        }
    }
}

/// One link a body. Where there is only one, nothing is asked.
#[component]
fn Choice(bodies: Vec<BodyView>) -> Element {
    let here = use_here();
    let only = <[BodyView; 1]>::try_from(bodies.clone())
        .ok()
        .map(|[only]| only.slug);
    let choose = use_callback(move |slug: String| {
        here.remember(BODY, &slug);
        navigator().replace(Route::SignIn {});
    });
    use_effect(use_reactive((&only,), move |(only,)| {
        if let Some(only) = only {
            choose.call(only);
        }
    }));
    if bodies.is_empty() {
        return rsx! {
            EmptyState { title: t!("bodies-empty"), p { {t!("bodies-empty-hint")} } }
        };
    }
    rsx! {
        ul { class: "choices",
            for body in bodies {
                li { key: "{body.slug}",
                    button {
                        class: "choice",
                        r#type: "button",
                        "data-testid": "body-choice",
                        "data-body": body.slug.clone(),
                        onclick: move |_| choose.call(body.slug.clone()),
                        "{body.name}"
                    }
                }
            }
        }
    }
}

/// What went wrong with an address, in words for somebody who typed it.
fn explain_address(error: &ErrorBody) -> String {
    match error.code {
        ErrorCode::InvalidRequest => t!("portal-not-an-address"),
        ErrorCode::Offline => t!("portal-no-answer"),
        ErrorCode::UnreadableAnswer | ErrorCode::NotFound => t!("portal-not-a-portal"),
        _ => explain::error(error),
    }
}

#[component]
fn PortalPage(
    /// Nothing is known yet: what is about to come is explained.
    first: bool,
    onfound: EventHandler<()>,
) -> Element {
    let here = use_here();
    let session = use_session();
    let known = use_context::<Known>();
    let address = use_signal(String::new);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<String>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        let typed = address.peek().trim().to_owned();
        if typed.is_empty() {
            error.set(Some(t!("portal-missing")));
            here.focus("portal-address");
            return;
        }
        busy.set(true);
        error.set(None);
        let (here, known) = (here.clone(), known.clone());
        spawn(async move {
            match here.choose_portal(typed).await {
                Ok(_) => {
                    known.forget();
                    session.set(Standing::Anonymous);
                    onfound.call(());
                }
                Err(why) => {
                    error.set(Some(explain_address(&why)));
                    here.focus("portal-address");
                }
            }
            busy.set(false);
        });
    };
    rsx! {
        Page { title: t!("portal-title"), under: t!("portal-under"), narrow: true,
            if first {
                p { {t!("first-run")} }
                ol { class: "first-run", "data-testid": "first-run",
                    li { {t!("first-run-portal")} }
                    li { {t!("first-run-body")} }
                    li { {t!("first-run-sign-in")} }
                }
            }
            form { class: "form", novalidate: true, "data-testid": "portal-form", onsubmit: submit,
                if let Some(why) = error() {
                    Notice { kind: NoticeKind::Error, p { "{why}" } }
                }
                Field {
                    id: "portal-address",
                    label: t!("portal-address"),
                    hint: t!("portal-address-hint"),
                    value: address,
                    autocomplete: "url",
                    inputmode: "url",
                    code: true,
                    testid: "portal-address",
                }
                Button { submit: true, busy: busy(), testid: "choose-portal", {t!("portal-act")} }
            }
        }
    }
}
