//! Things to press.

use crate::{
    components::{Icon, Picture},
    route::Route,
    t,
};
use dioxus::prelude::*;

/// How much a button weighs. One primary a screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The act of the screen.
    #[default]
    Primary,
    /// An act that stands beside information.
    Outline,
    /// The way out, or a lesser act.
    Link,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary act",
            Self::Outline => "btn btn-outline-primary act",
            Self::Link => "btn btn-link act",
        }
    }
}

/// A button. While `busy` it keeps its place, says so and does nothing.
#[component]
pub fn Button(
    #[props(default)] kind: ButtonKind,
    #[props(default)] busy: bool,
    #[props(default)] disabled: bool,
    /// Sends the form around it.
    #[props(default)]
    submit: bool,
    #[props(default)] icon: Option<Picture>,
    /// A name for screen readers, where the words inside do not say enough.
    #[props(default)]
    label: Option<String>,
    #[props(default)] testid: Option<&'static str>,
    #[props(default)] onclick: EventHandler<()>,
    children: Element,
) -> Element {
    rsx! {
        button {
            class: kind.class(),
            r#type: if submit { "submit" } else { "button" },
            disabled,
            "aria-disabled": busy.then_some("true"),
            "aria-busy": busy.then_some("true"),
            "aria-label": label,
            "data-testid": testid,
            onclick: move |event| {
                if busy {
                    event.prevent_default();
                } else if !submit {
                    onclick.call(());
                }
            },
            if busy {
                span { class: "spinner", "aria-hidden": "true" }
                {t!("common-sending")}
            } else {
                if let Some(picture) = icon {
                    Icon { picture }
                }
                {children}
            }
        }
    }
}

/// A link to another screen that looks like a button.
#[component]
pub fn LinkButton(
    to: Route,
    #[props(default)] kind: ButtonKind,
    #[props(default)] testid: Option<&'static str>,
    children: Element,
) -> Element {
    rsx! {
        Link { to, class: kind.class(), "data-testid": testid, {children} }
    }
}
