//! A choice among few.

use dioxus::prelude::*;

/// One of the choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Chip<T> {
    /// What it stands for.
    pub value: T,
    /// Its words.
    pub label: String,
}

/// A row of chips of which one is chosen.
#[component]
pub fn Chips<T: Clone + PartialEq + 'static>(
    /// What is chosen here, for screen readers.
    label: String,
    chips: Vec<Chip<T>>,
    chosen: Option<T>,
    /// Of each chip, which then carries its words as `data-child-name`.
    #[props(default)]
    testid: Option<&'static str>,
    onchoose: EventHandler<T>,
) -> Element {
    rsx! {
        div { class: "chips", role: "group", "aria-label": label,
            for (index , chip) in chips.into_iter().enumerate() {
                button {
                    key: "{index}",
                    class: "chip-choice",
                    r#type: "button",
                    "data-testid": testid,
                    "data-child-name": testid.map(|_| chip.label.clone()),
                    "aria-pressed": if chosen.as_ref() == Some(&chip.value) { "true" } else { "false" },
                    onclick: move |_| onchoose.call(chip.value.clone()),
                    "{chip.label}"
                }
            }
        }
    }
}
