//! Accesso: SPID, CIE, badge and password, as the chosen body offers them.

mod badge;
mod handoff;
mod marks;
mod outcome;
mod providers;
#[cfg(test)]
mod tests;

use crate::{
    clock::use_clock,
    components::{ButtonKind, EmptyState, LinkButton, Notice, NoticeKind, Page, PhoneLink, Reading},
    explain,
    platform::{Place, use_here},
    remote::use_source,
    route::Route,
    session::{Standing, chosen_body, use_session},
    t,
};
use api::{
    NoQuery,
    bodies::{BodyView, ListBodies},
    logins::LoginOutcome,
};
use badge::BadgeForm;
use bridge::PendingLoginView;
use dioxus::prelude::*;
use domain::body::SignInWay;
use handoff::{Handoff, Missed};
use outcome::OutcomeNotice;
use providers::Providers;

/// Signing in. Who is signed in already goes on.
#[component]
pub fn SignIn() -> Element {
    let session = use_session();
    let here = use_here();
    // A login that came back without success: the place where the person was is not lost.
    let outcome = use_hook(|| {
        let outcome = here.outcome();
        session.come_back(&here, outcome.is_some());
        outcome.map(|name| LoginOutcome::from_name(&name).unwrap_or(LoginOutcome::ProviderFault))
    });
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
        Waiting { outcome }
    }
}

/// The screen, or what stands before it while the person is in the system's browser.
#[component]
fn Waiting(outcome: Option<LoginOutcome>) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let mut pending = use_signal(|| None::<PendingLoginView>);
    let mut missed = use_signal(|| outcome.map(Missed::Outcome));
    use_future(move || {
        let here = here.clone();
        async move {
            if here.place() != Place::Shell {
                return;
            }
            // The window was loaded again meanwhile, or the person looked at another page.
            match here.pending_login().await {
                Ok(Some(waiting)) => pending.set(Some(waiting)),
                Ok(None) | Err(_) => session.look_again(&here, clock).await,
            }
        }
    });
    if let Some(waiting) = pending() {
        return rsx! {
            Handoff {
                key: "{waiting.id}",
                pending: waiting,
                onmissed: move |why| {
                    missed.set(Some(why));
                    pending.set(None);
                },
            }
        };
    }
    rsx! {
        SignInPage {
            missed: missed(),
            onpending: move |waiting| {
                missed.set(None);
                pending.set(Some(waiting));
            },
        }
    }
}

#[component]
fn SignInPage(missed: Option<Missed>, onpending: EventHandler<PendingLoginView>) -> Element {
    let source = use_source(ListBodies {}, NoQuery {});
    rsx! {
        Page { title: t!("sign-in-title"), narrow: true,
            Reading { source, skeleton: 1, ready: move |bodies: Vec<BodyView>| rsx! {
                ForBody { bodies, missed: missed.clone(), onpending }
            } }
        }
    }
}

#[component]
fn ForBody(
    bodies: Vec<BodyView>,
    missed: Option<Missed>,
    onpending: EventHandler<PendingLoginView>,
) -> Element {
    let here = use_here();
    let body = chosen_body(&here, &bodies);
    let somewhere_else = bodies.len() > 1 || here.place() == Place::Shell;
    use_effect(use_reactive((&body.is_none(),), move |(none,)| {
        if none {
            navigator().replace(Route::Bodies {});
        }
    }));
    let Some(body) = body else {
        return rsx! {};
    };
    let by_badge = body.sign_in_ways.contains(&SignInWay::Badge);
    let by_provider = !body.providers.is_empty();
    rsx! {
        p { class: "under", "{body.name}" }
        Before { missed, body: body.clone() }
        if by_provider {
            p { {t!("sign-in-once")} }
            Providers { body: body.clone(), onpending }
        }
        if by_badge {
            if by_provider {
                h2 { class: "or", {t!("sign-in-or-badge")} }
            }
            BadgeForm { body: body.clone() }
        }
        if !by_badge && !by_provider {
            EmptyState { title: t!("sign-in-no-way"),
                p { {t!("sign-in-no-way-hint")} }
            }
        }
        details { class: "help",
            summary { {if by_badge { t!("sign-in-help") } else { t!("sign-in-help-identity") }} }
            p {
                {
                    let hours = body.contacts.hours.as_str();
                    if by_badge { t!("sign-in-help-words", hours = hours) } else { t!("sign-in-help-office", hours = hours) }
                }
            }
            PhoneLink { phone: body.contacts.phone.clone() }
        }
        if somewhere_else {
            LinkButton { to: Route::Bodies {}, kind: ButtonKind::Link, testid: "other-body", {t!("sign-in-other-body")} }
        }
    }
}

/// What the person has to know before they sign in (again).
#[component]
fn Before(missed: Option<Missed>, body: BodyView) -> Element {
    let session = use_session();
    rsx! {
        match missed {
            Some(Missed::Outcome(outcome)) => rsx! {
                OutcomeNotice { outcome, body }
            },
            Some(Missed::Error(why)) => rsx! {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            },
            Some(Missed::GaveUp) | None => rsx! {
                if session.has_expired() {
                    Notice { kind: NoticeKind::Info, testid: "session-expired",
                        p { {t!("sign-in-expired")} }
                    }
                }
            },
        }
        if let Standing::Failed(why) = session.standing() {
            Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
        }
    }
}
