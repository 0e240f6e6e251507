//! Who is invited, and as what.

use super::{Draft, Turn};
use crate::{components::Field, platform::use_here, t};
use dioxus::prelude::*;
use domain::{
    contact::{Contact, ContactKind},
    people::BondKind,
};

#[component]
pub(super) fn Who(draft: Draft, guardians: bool, delegates: bool, ongo: EventHandler<u8>) -> Element {
    let here = use_here();
    let mut kind = draft.kind;
    let mut tried = use_signal(|| false);
    let wrong =
        |field: Signal<String>, words: String| (tried() && field.read().trim().is_empty()).then_some(words);
    let mail_wrong = |typed: &str| Contact::parse(ContactKind::Mail, typed).is_err();
    let kinds = [
        (
            delegates,
            BondKind::Delegate,
            t!("invite-delegate"),
            t!("invite-delegate-hint"),
        ),
        (
            guardians,
            BondKind::Guardian,
            t!("invite-guardian"),
            t!("invite-guardian-hint"),
        ),
    ];
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        for (id, missing) in [
            ("invite-first-name", draft.first_name.peek().trim().is_empty()),
            ("invite-surname", draft.surname.peek().trim().is_empty()),
            ("invite-mail", mail_wrong(&draft.mail.peek())),
        ] {
            if missing {
                here.focus(id);
                return;
            }
        }
        ongo.call(2);
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invite-form", onsubmit: submit,
            fieldset { class: "checks",
                legend { class: "visually-hidden", {t!("invite-who")} }
                for (offered , one , name , hint) in kinds {
                    if offered {
                        label { key: "{name}", class: "check",
                            input {
                                r#type: "radio",
                                name: "invite-kind",
                                value: one.as_str(),
                                checked: kind() == one,
                                "data-testid": "invite-kind",
                                "data-kind": one.as_str(),
                                onchange: move |_| kind.set(one),
                            }
                            span { class: "check-words",
                                "{name}"
                                span { class: "hint", "{hint}" }
                            }
                        }
                    }
                }
            }
            Field {
                id: "invite-first-name",
                label: t!("invite-first-name"),
                value: draft.first_name,
                error: wrong(draft.first_name, t!("invite-name-missing")),
                autocomplete: "off",
                testid: "invite-first-name",
            }
            Field {
                id: "invite-surname",
                label: t!("invite-surname"),
                hint: t!("invite-name-hint"),
                value: draft.surname,
                error: wrong(draft.surname, t!("invite-surname-missing")),
                autocomplete: "off",
                testid: "invite-surname",
            }
            Field {
                id: "invite-mail",
                label: t!("invite-mail"),
                hint: t!("invite-mail-hint"),
                value: draft.mail,
                error: (tried() && mail_wrong(&draft.mail.read())).then(|| t!("error-mail-invalid")),
                kind: "email",
                inputmode: "email",
                autocomplete: "off",
                code: true,
                testid: "invite-mail",
            }
            Turn { step: 1, ongo }
        }
    }
}
