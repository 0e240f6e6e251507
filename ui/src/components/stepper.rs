//! More and less.

use crate::{
    components::{Icon, Picture},
    t,
};
use dioxus::prelude::*;

/// Two large buttons around a number in words, which is read aloud when it changes.
#[component]
pub fn Stepper(
    /// What is counted, for screen readers: `Pasti per Ada`.
    label: String,
    value: u32,
    min: u32,
    max: u32,
    #[props(default = 1)] step: u32,
    #[props(default)] less_testid: Option<&'static str>,
    #[props(default)] more_testid: Option<&'static str>,
    onchange: EventHandler<u32>,
    /// The number in words, and what it comes to.
    children: Element,
) -> Element {
    rsx! {
        div { class: "stepper", role: "group", "aria-label": label,
            button {
                class: "step",
                r#type: "button",
                disabled: value <= min,
                "data-testid": less_testid,
                "aria-label": t!("common-less"),
                onclick: move |_| onchange.call(value.saturating_sub(step).max(min)),
                Icon { picture: Picture::Minus }
            }
            div { class: "stepper-value", "aria-live": "polite", {children} }
            button {
                class: "step",
                r#type: "button",
                disabled: value >= max,
                "data-testid": more_testid,
                "aria-label": t!("common-more"),
                onclick: move |_| onchange.call((value + step).min(max)),
                Icon { picture: Picture::Plus }
            }
        }
    }
}
