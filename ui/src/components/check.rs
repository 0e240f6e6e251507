//! A box to tick.

use dioxus::{core::AttributeValue, prelude::*};

/// A box with its words, large enough to hit. It shows what holds: one that was ticked in vain is not ticked.
#[component]
pub fn Check(
    checked: bool,
    #[props(default)] disabled: bool,
    /// Nothing can be chosen right now; the focus stays.
    #[props(default)]
    busy: bool,
    #[props(default)] hint: Option<String>,
    #[props(default)] testid: Option<&'static str>,
    /// Whose it is, for tests.
    #[props(default)]
    name: Option<String>,
    onchange: EventHandler<bool>,
    children: Element,
) -> Element {
    let mut pressed = use_signal(|| false);
    // The browser ticks the box by itself, and what has not changed is not written to the page: the same value in
    // another shape is.
    let holds = match (pressed(), checked) {
        (false, checked) => AttributeValue::Bool(checked),
        (true, true) => AttributeValue::Text("true".to_owned()),
        (true, false) => AttributeValue::None,
    };
    rsx! {
        label { class: "check",
            input {
                r#type: "checkbox",
                checked: holds,
                disabled,
                "aria-disabled": busy.then_some("true"),
                "data-testid": testid,
                "data-name": name,
                onchange: move |event| {
                    pressed.toggle();
                    if !busy {
                        onchange.call(event.checked());
                    }
                },
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

#[cfg(test)]
mod tests {
    use super::*;
    use dioxus::core::{Mutation, Mutations};
    use dioxus::html::{
        PlatformEventData, SerializedFormData, SerializedHtmlEventConverter, set_event_converter,
    };
    use std::rc::Rc;

    #[component]
    fn Refusing() -> Element {
        rsx! {
            Check { checked: false, onchange: |_| {}, "Resta attivo" }
        }
    }

    #[test]
    fn a_box_that_was_ticked_in_vain_is_written_again() {
        set_event_converter(Box::new(SerializedHtmlEventConverter));
        let mut dom = VirtualDom::new(Refusing);
        let mut drawn = Mutations::default();
        dom.rebuild(&mut drawn);
        let element = drawn
            .edits
            .iter()
            .find_map(|edit| match edit {
                Mutation::NewEventListener { id, .. } => Some(*id),
                _ => None,
            })
            .unwrap();
        for _ in 0..2 {
            let data: Rc<dyn std::any::Any> = Rc::new(PlatformEventData::new(Box::new(
                SerializedFormData::new("true".to_owned(), Vec::new()),
            )));
            dom.runtime()
                .handle_event("change", Event::new(data, true), element);
            let mut again = Mutations::default();
            dom.process_events();
            dom.render_immediate(&mut again);
            assert!(
                again
                    .edits
                    .iter()
                    .any(|edit| matches!(edit, Mutation::SetAttribute { name: "checked", .. })),
                "{:?}",
                again.edits
            );
        }
    }
}
