//! "Su questo dispositivo" in the app on a phone, which cannot tell of anything while it is closed: where news comes
//! instead.

use crate::{components::Card, t};
use dioxus::prelude::*;

/// The card. `push` is whether this portal sends notifications to browsers, which a phone has too.
#[component]
pub(super) fn PhoneDevice(push: bool) -> Element {
    rsx! {
        Card { labelled_by: "this-device", testid: "this-device",
            h2 { id: "this-device", tabindex: "-1", {t!("preferences-device")} }
            p { "data-testid": "device-state", "data-state": "no_phone", {t!("phone-no-notices")} }
            if push {
                p { class: "soft", {t!("phone-by-browser")} }
            }
        }
    }
}
