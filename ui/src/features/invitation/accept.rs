//! The ways to accept: as who is signed in, as somebody who can sign in, or as somebody new.

use super::join::Join;
use crate::{
    acting::use_acting,
    clock::use_clock,
    components::{Button, ButtonKind, LinkButton, Notice, NoticeKind},
    explain, format,
    platform::use_here,
    route::Route,
    session::{BODY, Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    children::MeView,
    invitations::{AcceptInvitation, AcceptedInvitationView, InvitationKeysRequest, InvitedView},
};
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
                Button { kind: ButtonKind::Outline, testid: "invited-sign-in", onclick: sign_in,
                    {t!("invited-sign-in")}
                }
                p { class: "soft", {t!("invited-sign-in-hint")} }
            }
        }
    }
}
