//! What stands around every screen: the bar above, the four destinations, the way past them.

use crate::{
    components::{Icon, Picture},
    route::Route,
    t,
};
use dioxus::prelude::*;

/// Lets a keyboard pass the bars.
#[component]
pub fn SkipLink() -> Element {
    rsx! {
        a { class: "skip", href: "#heading", {t!("nav-skip")} }
    }
}

/// First letters of a body's name, without the small words: `Comune di Valmora` gives `CV`.
fn mark(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next().filter(|c| c.is_uppercase()))
        .take(2)
        .collect()
}

/// The bar above: whose canteen it is, and who is signed in.
#[component]
pub fn AppBar(
    /// Name of the body, where one is known.
    body: Option<String>,
    /// Name and initials of the adult, where one is signed in.
    person: Option<(String, String)>,
) -> Element {
    let mark = body.as_deref().map_or_else(|| "R".to_owned(), mark);
    rsx! {
        header { class: "app-bar",
            Link { to: Route::Home {}, class: "app-bar-home",
                span { class: "app-bar-mark", "aria-hidden": "true", "{mark}" }
                span { class: "app-bar-names",
                    span { class: "app-bar-name", {t!("app-name")} }
                    if let Some(body) = body {
                        span { class: "app-bar-body", "{body}" }
                    }
                }
            }
            if let Some((name, initials)) = person {
                Link {
                    to: Route::Profile {},
                    class: "app-bar-person",
                    span { "aria-hidden": "true", "{initials}" }
                    span { class: "visually-hidden", {t!("nav-profile-of", name = name)} }
                }
            }
        }
    }
}

/// The destinations: at the bottom on a phone, on top on a desktop.
#[component]
pub fn NavBar(
    current: Route,
    /// Whether the person may see a wallet or papers of any child; who may not has no way to them.
    wallet: bool,
) -> Element {
    let destinations = [
        (Route::Home {}, Picture::Plate, t!("nav-today"), "nav-today"),
        (
            Route::Calendar {},
            Picture::Calendar,
            t!("nav-calendar"),
            "nav-calendar",
        ),
        (Route::Wallet {}, Picture::Wallet, t!("nav-wallet"), "nav-wallet"),
        (
            Route::Profile {},
            Picture::Person,
            t!("nav-profile"),
            "nav-profile",
        ),
    ];
    rsx! {
        nav { class: "nav-bar", "aria-label": t!("nav-label"),
            ul {
                for (to , picture , name , testid) in destinations.into_iter().filter(|one| wallet || one.0 != Route::Wallet {}) {
                    // Drawn anew where it becomes or ceases to be the very address: a link then says by itself whether it
                    // is the current page, and does not know of the screens beneath it.
                    li { key: "{testid}-{current == to}",
                        Link {
                            "aria-current": (current.destination() == to).then_some("page"),
                            "data-testid": testid,
                            to,
                            span { class: "nav-icon", Icon { picture } }
                            span { class: "nav-name", "{name}" }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_marked_by_its_capital_letters() {
        assert_eq!(mark("Comune di Valmora"), "CV");
        assert_eq!(mark("Pratolieto"), "P");
    }
}
