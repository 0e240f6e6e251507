//! A wallet: meals first and largest, euro after, and how far they reach.

use super::Names;
use crate::{
    components::{Card, Icon, LinkButton, Picture},
    format,
    route::Route,
    t,
};
use api::wallets::WalletView;
use dioxus::prelude::*;
use domain::wallet::WalletScope;

/// `Portafoglio di Ada`, `Portafoglio della famiglia`.
pub fn title_of(wallet: &WalletView, names: &Names) -> String {
    match wallet.scope {
        WalletScope::Family => t!("wallet-family"),
        WalletScope::Child => t!("wallet-of", names = names.list(&wallet.children)),
    }
}

/// How far the balance reaches, in words. A debt says more elsewhere.
fn reach(wallet: &WalletView) -> Option<String> {
    if wallet.balance.is_negative() {
        return None;
    }
    Some(match (wallet.lasts_until, wallet.meals_left) {
        (Some(day), _) => t!("wallet-lasts", day = format::long_day(day)),
        (None, Some(0)) => t!("wallet-short"),
        (None, _) => t!("wallet-nothing-ahead"),
    })
}

/// One wallet, and the way to top it up.
#[component]
pub fn WalletCard(wallet: WalletView, names: Names) -> Element {
    let title = title_of(&wallet, &names);
    let heading = format!("wallet-{}", wallet.id);
    let owed = wallet.balance.is_negative();
    let balance = format::money(wallet.balance);
    rsx! {
        Card {
            labelled_by: heading.clone(),
            testid: "wallet-card",
            child_name: wallet.children.first().and_then(|child| names.of(*child)),
            h2 { class: "wallet-title", id: heading, "{title}" }
            p { class: if owed { "wallet-meals owed" } else { "wallet-meals" }, "data-testid": "wallet-meals",
                match wallet.meals_left {
                    Some(meals) => format::meals(meals),
                    None => balance.clone(),
                }
            }
            p { class: "soft figures",
                span { "data-testid": "wallet-balance", "data-cents": "{wallet.balance.get()}", "{balance}" }
                if let Some(words) = reach(&wallet) {
                    " · {words}"
                }
            }
            if owed {
                p { class: "wallet-debt owed", "data-testid": "wallet-debt",
                    Icon { picture: Picture::Warning }
                    {t!("wallet-debt", amount = format::money(-wallet.balance))}
                }
            }
            LinkButton { to: Route::TopUp {}, testid: "topup-open",
                {t!("wallet-top-up")}
                span { class: "visually-hidden", " {title}" }
            }
        }
    }
}
