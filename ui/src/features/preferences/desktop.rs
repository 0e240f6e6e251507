//! "Su questo dispositivo" in the app on a computer.

use dioxus::prelude::*;

/// Whether this computer tells of news while the window is closed.
#[component]
pub fn DesktopDevice() -> Element {
    rsx! {}
}
