//! Who is signed in.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Who is signed in.
#[component]
pub fn Profile() -> Element {
    rsx! {
        Page { title: t!("nav-profile") }
    }
}
