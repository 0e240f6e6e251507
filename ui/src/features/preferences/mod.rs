//! Avvisi: of what one is told, by which way, when it must be quiet, and whether this device tells it.

mod desktop;

use crate::{
    components::Page,
    platform::{Place, use_here},
    t,
};
use desktop::DesktopDevice;
use dioxus::prelude::*;

/// The screen.
#[component]
pub fn Preferences() -> Element {
    let here = use_here();
    rsx! {
        Page { title: t!("preferences-title"),
            if here.place() == Place::Shell {
                DesktopDevice {}
            }
        }
    }
}
