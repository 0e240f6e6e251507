//! Inviti aperti: who was invited and has not come yet.

use crate::{
    acting::{Asked, use_acting},
    bonds,
    components::{Button, ButtonKind, Notice, NoticeKind, Reading, Sheet, use_announcer},
    explain, format,
    platform::use_here,
    remote::{Source, use_source, use_wake},
    t,
};
use api::{
    ErrorCode, NoQuery,
    invitations::{InvitationState, InvitationView, ListInvitations, WithdrawInvitation},
};
use dioxus::prelude::*;
use domain::{ChildId, time::day_in_rome};

/// The open ones, and those that ran out lately. `names` are the children's.
#[component]
pub fn Invitations(names: Vec<(ChildId, String)>) -> Element {
    let source = use_source(ListInvitations {}, NoQuery {});
    use_wake(move || source.reload());
    let mut asking = use_signal(|| None::<InvitationView>);
    rsx! {
        Reading { source, skeleton: 0, brief: true, ready: move |invitations: Vec<InvitationView>| {
            let shown: Vec<_> = invitations
                .into_iter()
                .filter(|one| matches!(one.state, InvitationState::Open | InvitationState::Expired))
                .collect();
            rsx! {
                if !shown.is_empty() {
                    h3 { id: "invitations", tabindex: "-1", {t!("invitations-title")} }
                    ul { class: "people", "data-testid": "invitations",
                        for invitation in shown {
                            Row {
                                key: "{invitation.id}",
                                names: names.clone(),
                                invitation,
                                onwithdraw: move |one| asking.set(Some(one)),
                            }
                        }
                    }
                }
            }
        } }
        if let Some(invitation) = asking() {
            Withdraw { key: "{invitation.id}", invitation, source, onclose: move |()| asking.set(None) }
        }
    }
}

#[component]
fn Row(
    invitation: InvitationView,
    names: Vec<(ChildId, String)>,
    onwithdraw: EventHandler<InvitationView>,
) -> Element {
    let children: Vec<_> = names
        .iter()
        .filter(|(id, _)| invitation.children.contains(id))
        .map(|(_, name)| name.clone())
        .collect();
    let asked = invitation.clone();
    let open = invitation.state == InvitationState::Open;
    rsx! {
        li { class: "person", "data-testid": "invitation",
            p { class: "person-name", "{invitation.name}" }
            p { class: "soft",
                {bonds::kind_words(invitation.kind)}
                " · "
                {format::list(&children)}
                br {}
                "{invitation.mail}"
                br {}
                if open {
                    {t!("invitations-until", day = format::long_day(day_in_rome(invitation.expires_at)))}
                } else {
                    {t!("invitations-expired")}
                }
            }
            if open {
                button {
                    class: "btn btn-link act person-act",
                    r#type: "button",
                    "data-testid": "invitation-withdraw",
                    onclick: move |_| onwithdraw.call(asked.clone()),
                    {t!("invitations-withdraw", name = invitation.name.as_str())}
                }
            }
        }
    }
}

#[component]
fn Withdraw(
    invitation: InvitationView,
    source: Source<Vec<InvitationView>>,
    onclose: EventHandler<()>,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let (id, name) = (invitation.id, invitation.name.clone());
    let gone = use_callback({
        let name = name.clone();
        move |()| {
            source.amend(|all| all.retain(|one| one.id != id));
            source.reload();
            announcer.say(t!("invitations-withdrawn", name = name.as_str()));
            onclose.call(());
            here.focus("people");
        }
    });
    let acting = use_acting::<WithdrawInvitation>(move |_| gone.call(()));
    let not_there = acting.error().is_some_and(|why| why.code == ErrorCode::NotFound);
    use_effect(use_reactive((&not_there,), move |(not_there,)| {
        if not_there {
            gone.call(());
        }
    }));
    rsx! {
        Sheet { id: "withdraw-sheet", title: t!("invitations-withdraw-title", name = name.as_str()), onclose,
            p { {t!("invitations-withdraw-words")} }
            if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button {
                busy: acting.busy(),
                testid: "withdraw-confirm",
                onclick: move |()| acting.start(WithdrawInvitation { invitation: id }, ()),
                {t!("invitations-withdraw-act")}
            }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
            Asked { acting, about: t!("invitations-about", name = name.as_str()) }
        }
    }
}
