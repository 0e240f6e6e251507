//! What happens to the data.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// What happens to the data.
#[component]
pub fn Privacy() -> Element {
    rsx! {
        Page { title: t!("page-privacy") }
    }
}
