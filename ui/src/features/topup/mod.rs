//! Choosing how much, and paying.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Choosing how much, and paying.
#[component]
pub fn TopUp() -> Element {
    rsx! {
        Page { title: t!("topup-title") }
    }
}
