//! Links that opened the app, in the shell: the page is opened, or it is said why it is not. In a browser an address
//! opens its page by itself.

use crate::{
    components::{Button, ButtonKind, Notice, use_announcer},
    platform::use_here,
    summons::use_summons,
    t,
};
use bridge::LinkView;
use dioxus::prelude::*;

/// Follows links for as long as this is drawn, and says what could not be followed.
#[component]
pub fn Links() -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let summons = use_summons();
    let navigator = use_navigator();
    let mut refused = use_signal(|| None::<String>);
    use_future(move || {
        let here = here.clone();
        async move {
            // Nothing comes where a later page waits instead of this one.
            while let Ok(Some(link)) = here.await_link().await {
                let words = match link {
                    LinkView::Open { path } => {
                        refused.set(None);
                        summons.follow(navigator, &path);
                        continue;
                    }
                    LinkView::OtherPortal { host } => t!("link-other", host = host),
                    LinkView::Unknown => t!("link-unknown"),
                };
                announcer.say(words.clone());
                refused.set(Some(words));
            }
        }
    });
    rsx! {
        if let Some(words) = refused() {
            div { class: "page",
                Notice { title: t!("link-other-title"), testid: "link-refused",
                    p { "{words}" }
                    Button { kind: ButtonKind::Link, testid: "link-close", onclick: move |()| refused.set(None),
                        {t!("link-close")}
                    }
                }
            }
        }
    }
}
