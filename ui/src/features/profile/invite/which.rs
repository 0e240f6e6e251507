//! For which children.

use super::{Draft, STEPS, Turn, may};
use crate::{
    components::{Check, Notice, NoticeKind},
    t,
};
use api::people::ChildPeopleView;
use dioxus::prelude::*;
use domain::people::BondKind;

#[component]
pub(super) fn Which(draft: Draft, families: Vec<ChildPeopleView>, ongo: EventHandler<u8>) -> Element {
    let mut chosen = draft.children;
    let kind = *draft.kind.read();
    let offered: Vec<_> = families.into_iter().filter(|child| may(child, kind)).collect();
    let ids: Vec<_> = offered.iter().map(|child| child.child).collect();
    let mut tried = use_signal(|| false);
    // Of another kind one may invite for other children; a single one needs no choice.
    use_hook(|| {
        chosen.with_mut(|chosen| {
            chosen.retain(|child| ids.contains(child));
            if let ([], [only]) = (chosen.as_slice(), ids.as_slice()) {
                chosen.push(*only);
            }
        });
    });
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !chosen.peek().is_empty() {
            // Guardians hold everything: there is nothing to choose.
            ongo.call(if kind == BondKind::Guardian { STEPS } else { 3 });
        }
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            fieldset { class: "checks",
                legend { class: "visually-hidden", {t!("invite-children")} }
                for child in offered {
                    Check {
                        key: "{child.child}",
                        checked: chosen.read().contains(&child.child),
                        testid: "invite-child",
                        name: child.first_name.clone(),
                        onchange: move |holds| {
                            let mut chosen = chosen.write();
                            chosen.retain(|id| *id != child.child);
                            if holds {
                                chosen.push(child.child);
                            }
                        },
                        "{child.first_name}"
                    }
                }
            }
            if tried() && chosen.read().is_empty() {
                Notice { kind: NoticeKind::Error, p { {t!("invite-children-missing")} } }
            }
            Turn { step: 2, ongo }
        }
    }
}
