//! Le persone: who may do what for each child, and the way to change it.

use super::{bond::ChangeBondSheet, invitations::Invitations};
use crate::{
    bonds,
    components::{ButtonKind, Card, LinkButton, Reading},
    remote::{Source, use_source, use_wake},
    route::Route,
    t,
};
use api::{
    NoQuery,
    people::{BondView, ChildPeopleView, ListPeople},
};
use dioxus::prelude::*;
use domain::{ChildId, ServiceDay};

/// The adults around each child.
#[component]
pub fn People(today: ServiceDay) -> Element {
    let source = use_source(ListPeople {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Card { labelled_by: "people".to_owned(), testid: "people",
            h2 { id: "people", tabindex: "-1", {t!("people-title")} }
            Reading { source, skeleton: 1, brief: true, ready: move |children: Vec<ChildPeopleView>| rsx! {
                Families { families: children, source, today }
            } }
        }
    }
}

#[component]
fn Families(
    families: Vec<ChildPeopleView>,
    source: Source<Vec<ChildPeopleView>>,
    today: ServiceDay,
) -> Element {
    let mut changing = use_signal(|| None::<(ChildPeopleView, BondView)>);
    let may_invite = families
        .iter()
        .any(|child| child.may_invite || child.may_invite_guardian);
    let names: Vec<(ChildId, String)> = families
        .iter()
        .map(|child| (child.child, child.first_name.clone()))
        .collect();
    if families.is_empty() {
        return rsx! {
            p { class: "soft", {t!("people-none")} }
        };
    }
    rsx! {
        p { class: "soft", {t!("people-hint")} }
        for child in families {
            div { key: "{child.child}", class: "people-of", "data-testid": "people-of", "data-child-name": child.first_name.clone(),
                h3 { {t!("people-of", name = child.first_name.as_str())} }
                ul { class: "people",
                    for bond in child.people.clone() {
                        Row {
                            key: "{bond.person}",
                            bond,
                            child: child.clone(),
                            onchange: move |told| changing.set(Some(told)),
                        }
                    }
                }
            }
        }
        if may_invite {
            LinkButton { to: Route::Invite {}, kind: ButtonKind::Outline, testid: "invite", {t!("people-invite")} }
            p { class: "soft", {t!("people-invite-hint")} }
            Invitations { names }
        }
        if let Some((child, bond)) = changing() {
            ChangeBondSheet {
                key: "{child.child}-{bond.person}",
                child,
                bond,
                today,
                source,
                onclose: move |()| changing.set(None),
            }
        }
    }
}

#[component]
fn Row(
    bond: BondView,
    child: ChildPeopleView,
    onchange: EventHandler<(ChildPeopleView, BondView)>,
) -> Element {
    let name = bond.name.clone();
    let (may, label) = if bond.you {
        (bond.may_end, t!("people-leave"))
    } else if bond.may_change {
        (true, t!("people-change", name = name.as_str()))
    } else {
        (bond.may_end, t!("people-end", name = name.as_str()))
    };
    let told = (child.clone(), bond.clone());
    rsx! {
        li { class: "person", "data-testid": "person", "data-name": name.clone(),
            p { class: "person-name",
                "{name}"
                if bond.you {
                    span { class: "person-you", " " {t!("people-you")} }
                }
            }
            p { class: "soft",
                {bonds::kind_words(bond.kind)}
                ": "
                {bonds::rights_words(bond.rights)}
                if let Some(last_day) = bond.last_day {
                    ", "
                    {bonds::until_words(last_day)}
                }
            }
            if may {
                button {
                    class: "btn btn-link act person-act",
                    r#type: "button",
                    "data-testid": "person-change",
                    "aria-label": t!("people-act-label", act = label.as_str(), child = child.first_name.as_str()),
                    onclick: move |_| onchange.call(told.clone()),
                    "{label}"
                }
            }
        }
    }
}
