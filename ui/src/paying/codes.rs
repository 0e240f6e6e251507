//! The two codes with which a notice is paid anywhere else.

use crate::{components::use_announcer, platform::use_here, t};
use dioxus::prelude::*;

/// `3010 0000 0000 0001 85`: as it is read aloud and typed.
fn in_fours(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// Codice avviso and codice fiscale of the body.
#[component]
pub fn Codes(
    number: String,
    body: String,
    /// Whether to say that it can be paid elsewhere: not while a payment may be under way.
    elsewhere: bool,
) -> Element {
    rsx! {
        div { class: "codes",
            dl {
                CodeLine {
                    name: t!("payment-notice"),
                    shown: in_fours(&number),
                    code: number,
                    label: t!("payment-copy-notice"),
                    testid: "notice-number",
                }
                if !body.is_empty() {
                    CodeLine {
                        name: t!("payment-body"),
                        shown: body.clone(),
                        code: body,
                        label: t!("payment-copy-body"),
                        testid: "body-code",
                    }
                }
            }
            if elsewhere {
                p { class: "soft", {t!("payment-elsewhere")} }
            }
        }
    }
}

#[component]
fn CodeLine(name: String, shown: String, code: String, label: String, testid: &'static str) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut copied = use_signal(|| false);
    let said = t!("payment-said-copied", what = name.as_str());
    rsx! {
        div { class: "code-line",
            dt { "{name}" }
            dd {
                span { class: "code", "data-testid": testid, "{shown}" }
                button {
                    class: "copy",
                    r#type: "button",
                    "aria-label": label,
                    "data-testid": "copy-{testid}",
                    onclick: move |_| {
                        here.copy(&code);
                        copied.set(true);
                        announcer.say(said.clone());
                    },
                    if copied() { {t!("payment-copied")} } else { {t!("payment-copy")} }
                }
            }
        }
    }
}
