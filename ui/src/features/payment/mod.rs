//! A payment on its way.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// A payment on its way.
#[component]
pub fn Payment(id: String) -> Element {
    rsx! {
        Page { title: t!("payment-title") }
    }
}

/// Where pagoPA sends people back to. Works without a session.
#[component]
pub fn Return(attempt: String, outcome: String) -> Element {
    rsx! {
        Page { title: t!("payment-title") }
    }
}
