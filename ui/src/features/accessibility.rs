//! How accessible it is.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// How accessible it is.
#[component]
pub fn Accessibility() -> Element {
    rsx! {
        Page { title: t!("page-accessibility") }
    }
}
