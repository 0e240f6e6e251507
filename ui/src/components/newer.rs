//! One calm line when a newer version of the page is ready. Nothing happens by itself: somebody may be typing.

use crate::{
    components::{Button, ButtonKind},
    platform::use_here,
    t,
};
use dioxus::prelude::*;

/// The line, once there is something newer.
#[component]
pub fn Newer() -> Element {
    let here = use_here();
    let mut ready = use_signal(|| false);
    {
        let here = here.clone();
        use_future(move || {
            let here = here.clone();
            async move {
                here.newer().await;
                ready.set(true);
            }
        });
    }
    rsx! {
        if ready() {
            div { class: "newer", role: "status", "data-testid": "newer",
                span { {t!("common-newer")} }
                Button { kind: ButtonKind::Link, testid: "newer-reload", onclick: move |()| here.reload(),
                    {t!("common-renew")}
                }
            }
        }
    }
}
