//! An address that leads nowhere.

use crate::{
    components::{LinkButton, Page},
    route::Route,
    t,
};
use dioxus::prelude::*;

/// Says so, and leads back.
#[component]
pub fn Missing(path: Vec<String>) -> Element {
    let _ = path;
    rsx! {
        Page { title: t!("page-missing"), under: t!("page-missing-words"), narrow: true,
            div { class: "form", LinkButton { to: Route::Home {}, {t!("page-missing-act")} } }
        }
    }
}
