//! Where SPID or CIE lead after somebody confirmed in a window of its own: back to the one that waits.

use crate::{
    components::{Notice, NoticeKind, Page},
    t,
};
use dioxus::prelude::*;

/// The page.
#[component]
pub fn Confirmed() -> Element {
    rsx! {
        Page { title: t!("confirm-done-title"), narrow: true,
            Notice { kind: NoticeKind::Good, testid: "confirmed", p { {t!("confirm-done")} } }
        }
    }
}
