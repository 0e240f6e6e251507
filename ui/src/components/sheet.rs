//! A sheet from below (a dialog in the middle on a desktop), before anything that touches several days or money.

use crate::platform::use_here;
use dioxus::prelude::*;

/// The browser's own modal dialog: it holds the focus, hides the page from screen readers and gives the focus
/// back. Draw it only while it is open; `onclose` is told by Esc as by its buttons.
#[component]
pub fn Sheet(id: &'static str, title: String, onclose: EventHandler<()>, children: Element) -> Element {
    let here = use_here();
    let closing = here.clone();
    use_effect(move || here.show_dialog(id));
    use_drop(move || closing.close_dialog(id));
    rsx! {
        dialog {
            class: "sheet",
            id,
            "aria-modal": "true",
            "aria-labelledby": "{id}-title",
            "data-testid": id,
            onkeydown: move |event| {
                if event.key() == Key::Escape {
                    event.prevent_default();
                    onclose.call(());
                }
            },
            oncancel: move |event| {
                event.prevent_default();
                onclose.call(());
            },
            h2 { id: "{id}-title", tabindex: "-1", "{title}" }
            {children}
        }
    }
}
