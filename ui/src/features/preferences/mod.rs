//! Avvisi: of what one is told, by which way, when it must be quiet, and whether this device tells it.

mod choices;
mod desktop;
mod device;
mod phone;
mod preview;
mod quiet;
mod topics;

#[cfg(test)]
mod tests;

use crate::{
    components::{ButtonKind, Card, LinkButton, Page, Reading},
    lock::use_lock,
    platform::{Place, use_here},
    remote::{use_source, use_wake},
    route::Route,
    t,
};
use api::{
    NoQuery,
    preferences::{GetPreferences, PreferencesView},
};
use choices::Choices;
use desktop::DesktopDevice;
use device::BrowserDevice;
use dioxus::prelude::*;
use phone::PhoneDevice;

/// The screen.
#[component]
pub fn Preferences() -> Element {
    let here = use_here();
    let in_shell = here.place() == Place::Shell;
    let on_a_phone = use_lock().is_on_a_phone();
    let source = use_source(GetPreferences {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Page { title: t!("preferences-title"), under: t!("preferences-under"), narrow: true,
            Reading { source, skeleton: 3, ready: move |view: PreferencesView| rsx! {
                div { class: "preferences",
                    if on_a_phone {
                        PhoneDevice { push: view.push }
                    } else if in_shell {
                        DesktopDevice { source }
                    } else {
                        BrowserDevice { push: view.push, source }
                    }
                    Choices { view, on_a_computer: in_shell && !on_a_phone, source }
                    Card { labelled_by: "preferences-language", testid: "preferences-language",
                        h2 { id: "preferences-language", {t!("preferences-language")} }
                        p { {t!("preferences-language-words")} }
                        LinkButton { to: Route::Profile {}, kind: ButtonKind::Outline, {t!("preferences-profile")} }
                    }
                }
            } }
        }
    }
}
