//! The codes with which a notice is paid anywhere else.

use crate::{components::use_announcer, platform::use_here, t};
use dioxus::prelude::*;

/// `3010 0000 0000 0001 85`: as it is read aloud and typed.
pub fn in_fours(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// Codice avviso, codice fiscale of the body, CBILL where it has one.
#[component]
pub fn Codes(
    number: String,
    body: String,
    #[props(default)] cbill: Option<String>,
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
                    copy_testid: "notice-copy",
                }
                if !body.is_empty() {
                    CodeLine {
                        name: t!("payment-body"),
                        shown: body.clone(),
                        code: body,
                        label: t!("payment-copy-body"),
                        testid: "body-code",
                        copy_testid: "copy-body-code",
                    }
                }
                if let Some(cbill) = cbill {
                    CodeLine {
                        name: t!("payment-cbill"),
                        shown: cbill.clone(),
                        code: cbill,
                        label: t!("payment-copy-cbill"),
                        testid: "cbill-code",
                        copy_testid: "copy-cbill",
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
fn CodeLine(
    name: String,
    shown: String,
    code: String,
    label: String,
    testid: &'static str,
    copy_testid: &'static str,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    // Whether it was copied, once it was tried.
    let mut copied = use_signal(|| None::<bool>);
    let said = t!("payment-said-copied", what = name.as_str());
    let copy = move |_| {
        let (here, code, said) = (here.clone(), code.clone(), said.clone());
        spawn(async move {
            let done = here.copy(&code).await;
            copied.set(Some(done));
            announcer.say(if done { said } else { t!("payment-not-copied") });
        });
    };
    rsx! {
        div { class: "code-line",
            dt { "{name}" }
            dd {
                span { class: "code", "data-testid": testid, "{shown}" }
                button {
                    class: "copy",
                    r#type: "button",
                    "aria-label": label,
                    "data-testid": copy_testid,
                    onclick: copy,
                    if copied() == Some(true) { {t!("payment-copied")} } else { {t!("payment-copy")} }
                }
                if copied() == Some(false) {
                    p { class: "soft", {t!("payment-not-copied")} }
                }
            }
        }
    }
}
