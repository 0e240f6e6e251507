//! Portafoglio: how long the money lasts, and where it went.

mod cards;
mod filter;
mod movements;

#[cfg(test)]
mod tests;

use crate::{
    components::{ButtonKind, Card, Chip, Chips, EmptyState, LinkButton, Page, PhoneLink, Reading},
    format,
    paying::{DueSummary, Under},
    remote::{use_source, use_wake},
    route::Route,
    session::use_session,
    t,
};
use api::{
    NoQuery,
    wallets::{ListWallets, WalletView},
};
use cards::{WalletCard, title_of};
use dioxus::prelude::*;
use domain::{ChildId, WalletId, people::Right};
use movements::Movements;

/// The first names of the family's children, as far as they are known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Names(Vec<(ChildId, String)>);

impl Names {
    /// Of one child.
    fn of(&self, child: ChildId) -> Option<String> {
        let found = self.0.iter().find(|(id, _)| *id == child);
        found.map(|(_, name)| name.clone())
    }

    /// Of several children, in words: `Ada ed Elio` is written by [`format::list`].
    fn list(&self, children: &[ChildId]) -> String {
        let names: Vec<_> = children.iter().filter_map(|child| self.of(*child)).collect();
        format::list(&names)
    }
}

/// The wallets of a family, and their movements.
#[component]
pub fn Wallet() -> Element {
    let source = use_source(ListWallets {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Page { title: t!("nav-wallet"),
            Reading { source, ready: move |wallets: Vec<WalletView>| rsx! {
                Wallets { wallets }
            } }
        }
    }
}

#[component]
fn Wallets(wallets: Vec<WalletView>) -> Element {
    let me = use_session().me();
    let mut chosen = use_signal(|| None::<WalletId>);
    let names = me.as_ref().map(|me| {
        let children = me.children.iter();
        Names(
            children
                .map(|child| (child.id, child.first_name.clone()))
                .collect(),
        )
    });
    let names = names.unwrap_or_default();
    let money = use_session().may_see_money();
    let may_pay = use_session().may(Right::Pay);
    let Some(first) = wallets.first() else {
        if !may_pay {
            return rsx! {
                EmptyState { title: t!("wallet-not-yours"),
                    p { {t!("wallet-not-yours-hint")} }
                    LinkButton { to: Route::Profile {}, kind: ButtonKind::Link, {t!("wallet-not-yours-act")} }
                }
                if money {
                    DueSummary { under: Under::Wallet }
                }
            };
        }
        return rsx! {
            EmptyState { title: t!("wallet-empty"),
                p { {t!("wallet-empty-hint")} }
                if let Some(me) = me {
                    PhoneLink { phone: me.body.contacts.phone }
                }
            }
            DueSummary { under: Under::Wallet }
        };
    };
    let shown = wallets
        .iter()
        .find(|wallet| Some(wallet.id) == chosen())
        .unwrap_or(first)
        .clone();
    let chips: Vec<_> = wallets
        .iter()
        .map(|wallet| Chip {
            value: wallet.id,
            label: title_of(wallet, &names),
        })
        .collect();
    rsx! {
        div { class: "cards",
            for wallet in wallets {
                WalletCard { key: "{wallet.id}", wallet: wallet.clone(), names: names.clone() }
            }
            DueSummary { under: Under::Wallet }
        }
        Card { class: "movements".to_owned(), labelled_by: "movements".to_owned(),
            h2 { id: "movements", {t!("wallet-movements")} }
            if chips.len() > 1 {
                Chips {
                    label: t!("wallet-which"),
                    chips,
                    chosen: Some(shown.id),
                    onchoose: move |id| chosen.set(Some(id)),
                }
            }
            // One that is drawn anew for another wallet, with no filter chosen.
            for shown in [shown] {
                Movements {
                    key: "{shown.id}",
                    wallet: shown.id,
                    children_of: shown.children,
                    names: names.clone(),
                }
            }
        }
    }
}
