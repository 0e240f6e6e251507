//! Things to fill in. The label stands above, the error beneath, and both are told to screen readers.

use crate::{
    components::{Icon, Picture},
    t,
};
use dioxus::prelude::*;

/// A line of text.
#[component]
pub fn Field(
    id: &'static str,
    label: String,
    value: Signal<String>,
    #[props(default)] hint: Option<String>,
    #[props(default)] error: Option<String>,
    #[props(default = "text")] kind: &'static str,
    #[props(default)] autocomplete: Option<&'static str>,
    #[props(default)] inputmode: Option<&'static str>,
    /// Codes: no capitals by themselves, no corrections.
    #[props(default)]
    code: bool,
    #[props(default)] testid: Option<&'static str>,
    /// What stands at the end of the line, such as a button.
    #[props(default)]
    end: Option<Element>,
    #[props(default)] onkeydown: EventHandler<KeyboardEvent>,
) -> Element {
    let mut value = value;
    let described = [
        hint.as_ref().map(|_| format!("{id}-hint")),
        error.as_ref().map(|_| format!("{id}-error")),
    ];
    let described = described.into_iter().flatten().collect::<Vec<_>>().join(" ");
    rsx! {
        div { class: if error.is_some() { "field is-wrong" } else { "field" },
            label { r#for: id, "{label}" }
            if let Some(hint) = &hint {
                p { class: "hint", id: "{id}-hint", "{hint}" }
            }
            div { class: "field-line",
                input {
                    class: "form-control",
                    id,
                    name: id,
                    r#type: kind,
                    value: "{value}",
                    autocomplete,
                    inputmode,
                    autocapitalize: code.then_some("none"),
                    autocorrect: code.then_some("off"),
                    spellcheck: code.then_some("false"),
                    "aria-describedby": (!described.is_empty()).then_some(described),
                    "aria-invalid": error.is_some().then_some("true"),
                    "data-testid": testid,
                    oninput: move |event| value.set(event.value()),
                    onkeydown: move |event| onkeydown.call(event),
                }
                {end}
            }
            if let Some(error) = &error {
                p { class: "field-error", id: "{id}-error", Icon { picture: Picture::Warning } "{error}" }
            }
        }
    }
}

/// A password, which can be shown, with a word where capitals are locked.
#[component]
pub fn PasswordField(
    id: &'static str,
    label: String,
    value: Signal<String>,
    #[props(default)] hint: Option<String>,
    #[props(default)] error: Option<String>,
    autocomplete: &'static str,
    #[props(default)] testid: Option<&'static str>,
) -> Element {
    let mut shown = use_signal(|| false);
    let mut caps = use_signal(|| false);
    let kind = if shown() { "text" } else { "password" };
    let hint = if caps() {
        Some(t!("common-caps-lock"))
    } else {
        hint
    };
    rsx! {
        Field {
            id,
            label,
            value,
            hint,
            error,
            kind,
            autocomplete,
            code: true,
            testid,
            // A capital letter typed without shift.
            onkeydown: move |event: KeyboardEvent| {
                if let Key::Character(text) = event.key() {
                    let letter = text.chars().next().filter(|_| text.chars().count() == 1);
                    if let Some(letter) = letter.filter(|l| l.is_alphabetic()) {
                        caps.set(letter.is_uppercase() != event.modifiers().contains(Modifiers::SHIFT));
                    }
                }
            },
            end: rsx! {
                button {
                    class: "field-end",
                    r#type: "button",
                    "aria-pressed": if shown() { "true" } else { "false" },
                    "aria-label": t!("common-show-password"),
                    onclick: move |_| shown.toggle(),
                    Icon { picture: if shown() { Picture::EyeOff } else { Picture::Eye } }
                }
            },
        }
    }
}
