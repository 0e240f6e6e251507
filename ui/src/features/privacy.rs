//! What happens to the data, in short.

use crate::{components::Page, t};
use dioxus::prelude::*;

/// Can be read without a session.
#[component]
pub fn Privacy() -> Element {
    rsx! {
        Page { title: t!("page-privacy"), narrow: true,
            div { class: "words",
                p { {t!("page-privacy-who")} }
                p { {t!("page-privacy-what")} }
                p { {t!("page-privacy-device")} }
                p { {t!("page-privacy-rights")} }
            }
        }
    }
}
