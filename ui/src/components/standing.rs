//! How a day stands: an icon, a word and a tint, never a tint alone.

use crate::{
    components::{Icon, Picture},
    t,
};
use dioxus::prelude::*;
use domain::meals::Standing;

/// The class that tints it.
pub fn standing_class(standing: Standing) -> &'static str {
    match standing {
        Standing::Expected | Standing::Charged => "eats",
        Standing::Cancelled | Standing::NotBooked => "does-not-eat",
        Standing::Closed => "closed",
    }
}

/// The icon, with its word for those who do not see it (`words: false`) or for all.
#[component]
pub fn StandingIcon(standing: Standing, #[props(default)] words: bool) -> Element {
    let (picture, word) = match standing {
        Standing::Expected => (Picture::Plate, t!("standing-expected")),
        Standing::Charged => (Picture::Plate, t!("standing-charged")),
        Standing::Cancelled => (Picture::NoPlate, t!("standing-cancelled")),
        Standing::NotBooked => (Picture::NoPlate, t!("standing-not-booked")),
        Standing::Closed => (Picture::Closed, t!("standing-closed")),
    };
    rsx! {
        span { class: "standing {standing_class(standing)}",
            Icon { picture }
            span { class: if words { "" } else { "visually-hidden" }, "{word}" }
        }
    }
}
