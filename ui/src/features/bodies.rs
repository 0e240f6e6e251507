//! Choosing the portal and the Comune.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Choosing the portal and the Comune.
#[component]
pub fn Bodies() -> Element {
    rsx! {
        Page { title: t!("bodies-title") }
    }
}
