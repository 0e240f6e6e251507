//! A box to tick.

use dioxus::prelude::*;

/// A box with its words, large enough to hit.
#[component]
pub fn Check(
    checked: bool,
    #[props(default)] disabled: bool,
    #[props(default)] hint: Option<String>,
    #[props(default)] testid: Option<&'static str>,
    /// Whose it is, for tests.
    #[props(default)]
    name: Option<String>,
    onchange: EventHandler<bool>,
    children: Element,
) -> Element {
    rsx! {
        label { class: "check",
            input {
                r#type: "checkbox",
                checked,
                disabled,
                "data-testid": testid,
                "data-name": name,
                onchange: move |event| onchange.call(event.checked()),
            }
            span { class: "check-words",
                {children}
                if let Some(hint) = hint {
                    span { class: "hint", "{hint}" }
                }
            }
        }
    }
}
