//! Who forgot, and where the code goes.

use super::Asked;
use crate::{
    components::{Button, ButtonKind, Chip, Chips, Field, LinkButton, Notice, NoticeKind, PhoneLink},
    explain,
    platform::use_here,
    portal::Act,
    route::Route,
    t,
};
use api::{
    ErrorBody,
    recoveries::{RecoverBy, StartRecovery, StartRecoveryRequest},
};
use dioxus::prelude::*;

/// Asks for a code.
#[component]
pub fn Ask(
    body: String,
    phone: String,
    who: Signal<String>,
    by: Signal<RecoverBy>,
    onasked: EventHandler<Asked>,
) -> Element {
    let here = use_here();
    let mut by = by;
    let mut busy = use_signal(|| false);
    let mut missing = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        let typed = who.peek().trim().to_owned();
        missing.set(typed.is_empty());
        error.set(None);
        if typed.is_empty() {
            here.focus("recovery-who");
            return;
        }
        busy.set(true);
        let request = StartRecoveryRequest {
            body: body.clone(),
            who: typed.clone(),
            by: *by.peek(),
            // Whoever sends it adds what this device is known by.
            device: None,
        };
        let (here, way) = (here.clone(), *by.peek());
        spawn(async move {
            let answer = Act::new(&here, StartRecovery {}, request).send(&here).await;
            busy.set(false);
            match answer {
                Ok(recovery) => onasked.call(Asked {
                    recovery,
                    who: typed,
                    by: way,
                }),
                Err(why) => error.set(Some(why)),
            }
        });
    };
    let ways = vec![
        Chip {
            value: RecoverBy::Mail,
            label: t!("recovery-by-mail"),
        },
        Chip {
            value: RecoverBy::Sms,
            label: t!("recovery-by-sms"),
        },
    ];
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "recovery-form", onsubmit: submit,
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error,
                    p { {explain::error(&why)} }
                    PhoneLink { phone }
                }
            }
            Field {
                id: "recovery-who",
                label: t!("recovery-who"),
                hint: t!("recovery-who-hint"),
                value: who,
                error: missing().then(|| t!("recovery-who-missing")),
                autocomplete: "username",
                code: true,
                testid: "recovery-who",
            }
            div { class: "field",
                p { class: "field-name", {t!("recovery-by")} }
                Chips {
                    label: t!("recovery-by"),
                    chips: ways,
                    chosen: Some(by()),
                    testid: "recovery-by",
                    onchoose: move |way| by.set(way),
                }
                p { class: "hint", {t!("recovery-by-hint")} }
            }
            Button { submit: true, busy: busy(), testid: "recovery-ask", {t!("recovery-ask")} }
            LinkButton { to: Route::SignIn {}, kind: ButtonKind::Link, {t!("recovery-back-to-sign-in")} }
        }
    }
}
