//! A last look, and sending it.

use super::Draft;
use crate::{
    acting::{Asked, use_acting},
    bonds,
    components::{Button, ButtonKind, Fact, Notice, NoticeKind},
    explain, format,
    platform::use_here,
    t,
};
use api::{
    invitations::{CreateInvitation, InvitationView},
    people::ChildPeopleView,
};
use dioxus::prelude::*;
use domain::people::BondKind;

#[component]
pub(super) fn Look(
    draft: Draft,
    families: Vec<ChildPeopleView>,
    ongo: EventHandler<u8>,
    ondone: EventHandler<InvitationView>,
) -> Element {
    let here = use_here();
    let acting = use_acting::<CreateInvitation>(move |made: InvitationView| {
        ondone.call(made);
        here.focus("invite-code");
    });
    let request = draft.request();
    let names: Vec<_> = families
        .iter()
        .filter(|child| request.children.contains(&child.child))
        .map(|child| child.first_name.clone())
        .collect();
    let guardian = request.kind == BondKind::Guardian;
    let mail = request.mail.clone();
    rsx! {
        div { class: "form",
            dl { class: "facts",
                Fact { name: t!("invite-fact-who"), {draft.name()} }
                Fact { name: t!("invite-fact-mail"), "{mail}" }
                Fact { name: t!("invite-fact-children"), {format::list(&names)} }
                Fact { name: t!("invite-fact-rights"),
                    if guardian {
                        {t!("invite-fact-all")}
                    } else {
                        {bonds::rights_words(request.rights)}
                    }
                }
                Fact { name: t!("invite-fact-until"),
                    match request.last_day {
                        Some(day) => format::long_day_of_year(day),
                        None => t!("invite-fact-forever"),
                    }
                }
            }
            p { {t!("invite-check-words", mail = mail)} }
            if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button {
                busy: acting.busy(),
                testid: "invite-send",
                onclick: move |()| acting.start(CreateInvitation {}, draft.request()),
                {t!("invite-act")}
            }
            Button {
                kind: ButtonKind::Link,
                testid: "invite-back",
                onclick: move |()| ongo.call(if guardian { 2 } else { 3 }),
                {t!("common-back")}
            }
            Asked { acting, about: t!("invite-about", name = draft.name()) }
        }
    }
}
