//! The marks on the buttons of SPID and CIE, drawn here in their shapes: nothing to fetch, nothing from elsewhere.

use api::bodies::ProviderKind;
use dioxus::prelude::*;

/// A mark, white on the button's blue. Only an ornament: the words stand beside it.
#[component]
pub fn Mark(kind: ProviderKind) -> Element {
    rsx! {
        svg {
            class: "login-mark",
            view_box: "0 0 32 32",
            width: "32",
            height: "32",
            "aria-hidden": "true",
            "focusable": "false",
            match kind {
                // A person in a circle.
                ProviderKind::Spid => rsx! {
                    circle { cx: "16", cy: "16", r: "15", fill: "#fff" }
                    circle { cx: "16", cy: "10.5", r: "4", fill: "#06c" }
                    path { d: "M8.5 25a7.5 7.5 0 0 1 15 0z", fill: "#06c" }
                },
                // A card that speaks without contact.
                ProviderKind::Cie => rsx! {
                    rect { x: "1.5", y: "6", width: "29", height: "20", rx: "3", fill: "#fff" }
                    rect { x: "5.5", y: "11", width: "7", height: "9", rx: "1.5", fill: "#06c" }
                    path {
                        d: "M17 12.5a6 6 0 0 1 0 7M20.5 10.5a10 10 0 0 1 0 11M24 8.8a13.5 13.5 0 0 1 0 14.4",
                        fill: "none",
                        stroke: "#06c",
                        stroke_width: "1.8",
                        stroke_linecap: "round",
                    }
                },
                // A key.
                ProviderKind::Hub => rsx! {
                    path {
                        d: "M20 5a7 7 0 0 0-6.7 9L4 23.3V28h5v-3h3v-3h3l2.2-2.2A7 7 0 1 0 20 5zm2 7a2 2 0 1 1 0-4a2 2 0 0 1 0 4z",
                        fill: "#fff",
                    }
                },
            }
        }
    }
}
