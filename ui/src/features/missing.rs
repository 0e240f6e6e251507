//! An address that leads nowhere.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// An address that leads nowhere.
#[component]
pub fn Missing(path: Vec<String>) -> Element {
    rsx! {
        Page { title: t!("page-missing") }
    }
}
