//! Choosing a password.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Choosing a password.
#[component]
pub fn Password() -> Element {
    rsx! {
        Page { title: t!("password-title") }
    }
}
