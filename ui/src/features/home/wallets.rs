//! How long the money lasts: meals first, euro after.

use crate::{
    components::{Card, LinkButton},
    format,
    route::Route,
    t,
};
use api::wallets::WalletView;
use dioxus::prelude::*;
use domain::{ChildId, wallet::WalletScope};

/// The wallets of a family, and the way to top them up.
#[component]
pub fn WalletsCard(wallets: Vec<WalletView>, names: Vec<(ChildId, String)>) -> Element {
    rsx! {
        Card { testid: "wallets",
            for wallet in wallets {
                WalletLine { key: "{wallet.id}", wallet: wallet.clone(), names: names.clone() }
            }
            LinkButton { to: Route::TopUp {}, testid: "top-up", {t!("home-top-up")} }
        }
    }
}

#[component]
fn WalletLine(wallet: WalletView, names: Vec<(ChildId, String)>) -> Element {
    let whose: Vec<_> = names
        .iter()
        .filter(|(id, _)| wallet.children.contains(id))
        .map(|(_, name)| name.clone())
        .collect();
    let title = match wallet.scope {
        WalletScope::Family => t!("home-wallet"),
        WalletScope::Child => t!("home-wallet-of", names = format::list(&whose)),
    };
    let owed = wallet.balance.is_negative();
    let balance = format::money(wallet.balance);
    rsx! {
        div { class: "wallet-line",
            p { class: "soft", "{title}" }
            p { class: if owed { "wallet-big owed" } else { "wallet-big" }, "data-testid": "wallet-meals",
                match wallet.meals_left {
                    Some(meals) => format::meals(meals),
                    None => balance.clone(),
                }
            }
            p { class: "soft figures",
                span { "data-testid": "wallet-balance", "{balance}" }
                if owed {
                    " · "
                    {t!("home-owed")}
                } else if let Some(day) = wallet.lasts_until {
                    " · "
                    {t!("home-lasts", day = format::medium_day(day))}
                }
            }
        }
    }
}
