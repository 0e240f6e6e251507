//! What the invited may do, and until when.

use super::{Draft, STEPS, Turn};
use crate::{
    bonds::RightsChecks,
    components::{Field, Notice, NoticeKind},
    platform::use_here,
    t,
};
use api::people::ChildPeopleView;
use dioxus::prelude::*;
use domain::{
    ChildId, ServiceDay,
    people::{LONGEST_DELEGATION, Rights},
};

/// What who invites holds for all of the chosen children.
fn most_for(children: &[ChildPeopleView], chosen: &[ChildId]) -> Rights {
    children
        .iter()
        .filter(|child| chosen.contains(&child.child))
        .flat_map(|child| child.people.iter().filter(|bond| bond.you))
        .fold(Rights::ALL, |most, bond| most.both(bond.rights))
}

#[component]
pub(super) fn What(
    draft: Draft,
    families: Vec<ChildPeopleView>,
    today: ServiceDay,
    ongo: EventHandler<u8>,
) -> Element {
    let here = use_here();
    let mut rights = draft.rights;
    let most = most_for(&families, &draft.children.read());
    use_hook(|| {
        let fitting = rights.peek().both(most);
        rights.set(fitting);
    });
    let mut tried = use_signal(|| false);
    let longest = today + chrono::Days::new(LONGEST_DELEGATION);
    let day_wrong = move |typed: &str| {
        !typed
            .parse::<ServiceDay>()
            .is_ok_and(|day| (today..=longest).contains(&day))
    };
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !rights.peek().any() {
            return;
        }
        if day_wrong(&draft.last_day.peek()) {
            here.focus("invite-last-day");
            return;
        }
        ongo.call(STEPS);
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            RightsChecks { rights: rights(), most, onchange: move |to| rights.set(to) }
            if tried() && !rights().any() {
                Notice { kind: NoticeKind::Error, p { {t!("invite-rights-missing")} } }
            }
            Field {
                id: "invite-last-day",
                label: t!("invite-last-day"),
                hint: t!("invite-day-hint", days = LONGEST_DELEGATION),
                value: draft.last_day,
                kind: "date",
                error: (tried() && day_wrong(&draft.last_day.read())).then(|| t!("invite-day-missing")),
                testid: "invite-last-day",
            }
            Turn { step: 3, ongo }
        }
    }
}
