//! Cards, avatars and facts.

use dioxus::prelude::*;

/// A card. `labelled_by` names the id of its title.
#[component]
pub fn Card(
    #[props(default)] class: Option<String>,
    #[props(default)] labelled_by: Option<String>,
    #[props(default)] testid: Option<&'static str>,
    /// Whose card it is, for tests.
    #[props(default)]
    child_name: Option<String>,
    children: Element,
) -> Element {
    let class = format!("card-plain {}", class.unwrap_or_default());
    rsx! {
        section {
            class: "{class.trim_end()}",
            "aria-labelledby": labelled_by,
            "data-testid": testid,
            "data-child-name": child_name,
            {children}
        }
    }
}

/// A first letter in a circle. Only an ornament: the name stands beside it.
#[component]
pub fn Avatar(name: String) -> Element {
    let letter: String = name.chars().take(1).collect();
    rsx! {
        span { class: "avatar", "aria-hidden": "true", "{letter}" }
    }
}

/// A name and its value on one line; stacked where there is no room.
#[component]
pub fn Fact(name: String, #[props(default)] testid: Option<&'static str>, children: Element) -> Element {
    rsx! {
        div { class: "fact",
            dt { "{name}" }
            dd { "data-testid": testid, {children} }
        }
    }
}
