//! One payment of several notices, on its way.

use crate::{
    components::{EmptyState, LinkButton, Page, Picture},
    paying::{self, FollowCart},
    remote::use_source,
    route::Route,
    t,
};
use api::{NoQuery, notices::GetCart};
use dioxus::prelude::*;
use domain::AttemptId;

/// Followed to its end.
#[component]
pub fn CartPage(id: String) -> Element {
    let known = id.parse::<AttemptId>();
    rsx! {
        Page { title: t!("payment-title"), narrow: true,
            match known {
                Ok(id) => rsx! { One { key: "{id}", id } },
                Err(_) => rsx! {
                    EmptyState { title: t!("cart-missing"), picture: Picture::Paper,
                        LinkButton { to: Route::Payments {}, {t!("cart-all")} }
                    }
                },
            }
        }
    }
}

#[component]
fn One(id: AttemptId) -> Element {
    let told = use_hook(|| paying::take_cart(id));
    let source = use_source(GetCart { cart: id }, NoQuery {});
    rsx! {
        FollowCart { source, told }
    }
}
