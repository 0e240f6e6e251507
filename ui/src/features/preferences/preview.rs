//! What stands on a locked screen, with an example of each.

use crate::{components::Card, session::use_session, t};
use dioxus::prelude::*;

/// The card.
#[component]
pub(super) fn Preview(shown: bool, onchange: EventHandler<bool>) -> Element {
    let body = use_session().me().map(|me| me.body.name).unwrap_or_default();
    rsx! {
        Card { testid: "preferences-preview",
            fieldset { class: "checks", "aria-describedby": "preview-hint",
                legend { h2 { {t!("preferences-preview")} } }
                p { class: "soft", id: "preview-hint", {t!("preferences-preview-hint")} }
                Way {
                    chosen: shown,
                    value: "full",
                    label: t!("preferences-preview-on"),
                    body: body.clone(),
                    example: t!("preferences-preview-on-example"),
                    onchoose: move |()| onchange.call(true),
                }
                Way {
                    chosen: !shown,
                    value: "none",
                    label: t!("preferences-preview-off"),
                    body,
                    example: t!("preferences-preview-off-example"),
                    onchoose: move |()| onchange.call(false),
                }
            }
        }
    }
}

#[component]
fn Way(
    chosen: bool,
    value: &'static str,
    label: String,
    /// Whose canteen it is.
    body: String,
    example: String,
    onchoose: EventHandler<()>,
) -> Element {
    rsx! {
        label { class: "check",
            input {
                r#type: "radio",
                name: "preview",
                value,
                checked: chosen,
                "aria-describedby": "preview-{value}",
                "data-testid": "preview",
                "data-name": value,
                onchange: move |_| onchoose.call(()),
            }
            span { class: "check-words", "{label}" }
        }
        div { class: "glance", id: "preview-{value}",
            span { class: "visually-hidden", {t!("preferences-preview-example")} " " }
            p { class: "glance-title", {t!("preferences-preview-title", body = body)} }
            p { "{example}" }
        }
    }
}
