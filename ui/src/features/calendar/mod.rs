//! The month.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// The month.
#[component]
pub fn Calendar() -> Element {
    rsx! {
        Page { title: t!("nav-calendar") }
    }
}

/// A month by its address.
#[component]
pub fn CalendarMonth(month: String) -> Element {
    rsx! {
        Page { title: t!("nav-calendar") }
    }
}
