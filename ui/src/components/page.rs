//! What every screen has: a title, where the focus goes, and a voice.

use crate::{platform::use_here, t};
use dioxus::prelude::*;

/// Says something politely to screen readers.
#[derive(Clone, Copy, PartialEq)]
pub struct Announcer {
    words: Signal<String>,
    moved: Signal<bool>,
}

impl Announcer {
    /// Says it. The same words twice in a row are said twice.
    pub fn say(mut self, words: impl Into<String>) {
        let words = words.into();
        let again = *self.words.peek() == words;
        // A space at the end makes the text another one, without being heard.
        self.words.set(if again { words + "\u{a0}" } else { words });
    }
}

/// Puts the voice into the context.
pub fn use_announcer_provider() -> Announcer {
    let announcer = Announcer {
        words: use_signal(String::new),
        moved: use_signal(|| false),
    };
    use_context_provider(|| announcer)
}

/// The voice.
pub fn use_announcer() -> Announcer {
    use_context()
}

/// Where the voice is heard. One in the whole app.
#[component]
pub fn LiveRegion() -> Element {
    let announcer = use_announcer();
    rsx! {
        div { class: "visually-hidden", role: "status", "aria-live": "polite", "{announcer.words}" }
    }
}

/// A screen: sets the window's title and, when the person came from another screen, moves the focus to the
/// heading.
#[component]
pub fn Page(
    title: String,
    /// A line under the heading.
    #[props(default)]
    under: Option<String>,
    /// Forms are narrower than lists.
    #[props(default)]
    narrow: bool,
    children: Element,
) -> Element {
    let here = use_here();
    let mut announcer = use_announcer();
    let window_title = t!("app-title", page = title.as_str());
    {
        let here = here.clone();
        use_effect(use_reactive((&window_title,), move |(title,)| {
            here.set_title(&title);
        }));
    }
    use_effect(move || {
        // The first screen of all leaves the focus where the browser put it.
        if *announcer.moved.peek() {
            here.focus("heading");
        } else {
            announcer.moved.set(true);
        }
    });
    rsx! {
        div { class: if narrow { "page page-narrow" } else { "page" },
            h1 { id: "heading", tabindex: "-1", "{title}" }
            if let Some(under) = under {
                p { class: "under", "{under}" }
            }
            {children}
        }
    }
}
