//! How long the money lasts.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// How long the money lasts.
#[component]
pub fn Wallet() -> Element {
    rsx! {
        Page { title: t!("nav-wallet") }
    }
}
