//! Signing in.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Signing in.
#[component]
pub fn SignIn() -> Element {
    rsx! {
        Page { title: t!("sign-in-title") }
    }
}
