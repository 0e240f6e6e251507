//! The ways to accept: as who is signed in, as somebody who can sign in, or as somebody new.

use super::join::Join;
use crate::{
    acting::use_acting,
    clock::use_clock,
    components::{Button, ButtonKind, LinkButton, Notice, NoticeKind},
    explain, format,
    platform::use_here,
    providers::{AwaitLogin, ProviderChoice},
    remote::use_source,
    route::Route,
    session::{BODY, Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    bodies::{ListBodies, ProviderView},
    children::MeView,
    invitations::{AcceptInvitation, AcceptedInvitationView, InvitationKeysRequest, InvitedView},
    logins::{InvitationProof, RedeemedLoginView},
};
use bridge::{PendingLoginView, StartLoginArgs};
use dioxus::{core::spawn_forever, prelude::*};
use domain::body::SignInWay;

/// What can be done now.
#[component]
pub fn Ways(keys: InvitationKeysRequest, invited: InvitedView) -> Element {
    match use_session().standing() {
        Standing::Open(me) => rsx! {
            SignedIn { keys, invited, me: *me }
        },
        _ => rsx! {
            Strangers { keys, invited }
        },
    }
}

#[component]
fn SignedIn(keys: InvitationKeysRequest, invited: InvitedView, me: MeView) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let mut done = use_signal(|| false);
    let mut leaving = use_signal(|| None::<ErrorBody>);
    let acting = use_acting::<AcceptInvitation>({
        let here = here.clone();
        move |_: AcceptedInvitationView| {
            done.set(true);
            let here = here.clone();
            spawn_forever(async move { session.refresh(&here, clock).await });
        }
    });
    let leave = move |()| {
        let here = here.clone();
        spawn(async move {
            if let Err(why) = session.end(&here, false).await {
                leaving.set(Some(why));
            }
        });
    };
    if done() {
        return rsx! {
            Notice { kind: NoticeKind::Good, title: t!("invited-done-title"), testid: "invited-done",
                p { {t!("invited-done", children = format::list(&invited.children))} }
            }
            LinkButton { to: Route::Home {}, testid: "invited-home", {t!("page-missing-act")} }
        };
    }
    let elsewhere = me.body.slug != invited.body;
    rsx! {
        div { class: "form",
            if elsewhere {
                Notice { kind: NoticeKind::Warm, testid: "invited-elsewhere",
                    p { {t!("invited-elsewhere", here = me.body.name.as_str(), there = invited.body_name.as_str())} }
                }
            } else {
                if let Some(why) = acting.error() {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
                Button {
                    busy: acting.busy(),
                    testid: "invited-accept",
                    onclick: move |()| acting.start(AcceptInvitation {}, keys.clone()),
                    {t!("invited-accept", name = me.name.as_str())}
                }
            }
            if let Some(why) = leaving() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button { kind: ButtonKind::Link, testid: "invited-leave", onclick: leave,
                {t!("invited-not-me", name = me.name.as_str())}
            }
        }
    }
}

/// Nobody is signed in here.
#[component]
fn Strangers(keys: InvitationKeysRequest, invited: InvitedView) -> Element {
    let here = use_here();
    let session = use_session();
    let mut known = use_signal(|| false);
    let mut joining = use_signal(|| false);
    let by_password = invited.ways.contains(&SignInWay::Badge);
    let (offered, told) = (keys.clone(), invited.clone());
    let sign_in = {
        let (token, slug) = (keys.token.0.clone(), invited.body.clone());
        move |()| {
            here.remember(BODY, &slug);
            session.want(Route::Invitation { token: token.clone() });
            navigator().push(Route::SignIn {});
        }
    };
    rsx! {
        div { class: "form",
            if known() {
                Notice { kind: NoticeKind::Warm, testid: "invited-known",
                    p { {explain::error(&ErrorBody::new(ErrorCode::PersonKnown, ""))} }
                }
            }
            if by_password && !known() {
                if joining() {
                    Join { keys, invited, onknown: move |()| known.set(true) }
                } else {
                    Button { testid: "invited-join", onclick: move |()| joining.set(true), {t!("invited-join")} }
                }
            }
            if !joining() || known() {
                Identity { keys: offered, invited: told }
                Button { kind: ButtonKind::Outline, testid: "invited-sign-in", onclick: sign_in,
                    {t!("invited-sign-in")}
                }
                p { class: "soft", {t!("invited-sign-in-hint")} }
            }
        }
    }
}

/// SPID and CIE, where the body has them: whoever signs in so accepts by it, known before or not.
#[component]
fn Identity(keys: InvitationKeysRequest, invited: InvitedView) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let source = use_source(ListBodies {}, NoQuery {});
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut failed = use_signal(|| false);
    let mut pending = use_signal(|| None::<PendingLoginView>);
    let slug = invited.body;
    let providers = source
        .state()
        .read()
        .value()
        .and_then(|bodies| bodies.iter().find(|body| body.slug == slug).cloned())
        .map(|body| body.providers)
        .unwrap_or_default();
    let begin = {
        let here = here.clone();
        use_callback(move |(provider, hint): (ProviderView, Option<String>)| {
            if busy() {
                return;
            }
            busy.set(true);
            error.set(None);
            failed.set(false);
            let args = StartLoginArgs {
                body: slug.clone(),
                provider: provider.id,
                hint,
                invitation: Some(InvitationProof {
                    token: keys.token.clone(),
                    code: keys.code.clone(),
                }),
                confirm: false,
            };
            let here = here.clone();
            spawn(async move {
                match here.begin_login(args, Route::Home {}.to_string()).await {
                    Ok(Some(begun)) => pending.set(Some(begun)),
                    // This page is about to be left; whoever comes back to it may press again.
                    Ok(None) => here.wake().await,
                    Err(why) => error.set(Some(why)),
                }
                busy.set(false);
            });
        })
    };
    let done = move |ended: Result<RedeemedLoginView, ErrorBody>| {
        pending.set(None);
        match ended {
            Ok(view) => match view.session {
                Some(opened) => {
                    let here = here.clone();
                    spawn_forever(async move {
                        session.entered(&here, clock, &opened).await;
                        if matches!(session.standing(), Standing::Open(_)) {
                            navigator().replace(Route::Home {});
                        }
                    });
                }
                None => failed.set(true),
            },
            Err(why) => error.set(Some(why)),
        }
    };
    if let Some(waiting) = pending() {
        return rsx! {
            AwaitLogin { key: "{waiting.id}", pending: waiting, ondone: done, oncancel: move |()| pending.set(None) }
        };
    }
    rsx! {
        if let Some(why) = error() {
            Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
        }
        if failed() {
            Notice { kind: NoticeKind::Error, testid: "invited-failed", p { {t!("invited-failed")} } }
        }
        ProviderChoice {
            providers,
            busy: busy(),
            words: move |name: String| t!("invited-with", name = name),
            onchoose: begin,
        }
    }
}
