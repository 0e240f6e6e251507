//! Today.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Today.
#[component]
pub fn Home() -> Element {
    rsx! {
        Page { title: t!("nav-today") }
    }
}
