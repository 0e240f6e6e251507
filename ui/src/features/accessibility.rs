//! How accessible it is, and whom to tell where it is not.

use crate::{
    components::{Page, PhoneLink},
    session::use_session,
    t,
};
use dioxus::prelude::*;

/// Can be read without a session.
#[component]
pub fn Accessibility() -> Element {
    let contacts = use_session().me().map(|me| me.body.contacts);
    rsx! {
        Page { title: t!("page-accessibility"), narrow: true,
            div { class: "words",
                p { {t!("page-accessibility-aim")} }
                p { {t!("page-accessibility-standard")} }
                p { {t!("page-accessibility-problem")} }
                if let Some(contacts) = contacts {
                    h2 { {t!("page-office")} }
                    PhoneLink { phone: contacts.phone }
                }
            }
        }
    }
}
