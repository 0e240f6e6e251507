//! A payment on its way, and the way back from pagoPA.

mod back;
mod cart;

#[cfg(test)]
mod tests;

use crate::{
    components::{EmptyState, LinkButton, Page},
    paying::{self, Follow},
    route::Route,
    t,
};
use dioxus::prelude::*;
use domain::NoticeId;

pub use back::Return;
pub use cart::CartPage;

/// A top-up, until it is paid or withdrawn.
#[component]
pub fn Payment(id: String) -> Element {
    let known = id.parse::<NoticeId>();
    rsx! {
        Page { title: t!("payment-title"), narrow: true,
            match known {
                Ok(id) => rsx! { One { key: "{id}", id } },
                Err(_) => rsx! {
                    EmptyState { title: t!("payment-missing"),
                        p { {t!("payment-missing-hint")} }
                        LinkButton { to: Route::Wallet {}, {t!("payment-to-wallet")} }
                    }
                },
            }
        }
    }
}

#[component]
fn One(id: NoticeId) -> Element {
    let told = use_hook(|| paying::take(id));
    rsx! {
        Follow {
            id,
            told,
            onanother: move |()| {
                navigator().push(Route::TopUp {});
            },
        }
    }
}
