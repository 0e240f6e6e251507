//! `list_wallets`: balances, in meals and cents, and how far they reach.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    meals::days::{Days, end_of_year},
    operation::read,
};
use api::wallets::{ListWallets, WalletView};
use axum::extract::State;
use domain::{
    Instant,
    people::Actor,
    time::day_in_rome,
    wallet::{lasts_until, meals_left},
};
use storage::{
    StorageError, Tx,
    calendar::{self, Reach, Rules},
    ledger,
};

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum ListWalletsError {
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ListWalletsError> for ApiError {
    fn from(ListWalletsError::Storage(error): ListWalletsError) -> Self {
        error.into()
    }
}

/// The wallets that this person may see.
pub(crate) fn run(tx: &mut dyn Tx, actor: Actor, now: Instant) -> Result<Vec<WalletView>, ListWalletsError> {
    let rules = calendar::rules(tx, actor.body)?;
    Ok(views(tx, rules, actor, now)?.1)
}

/// The wallets, and the rules back. The forecast goes over all children of a wallet; only those bound to the actor
/// are named.
pub(crate) fn views(
    tx: &mut dyn Tx,
    rules: Rules,
    actor: Actor,
    now: Instant,
) -> Result<(Rules, Vec<WalletView>), StorageError> {
    let today = day_in_rome(now);
    let wallets = ledger::wallets_of(tx, actor, today)?;
    let range = (today, end_of_year(&rules, today));
    let mut days = Days::load(tx, rules, actor, now, Reach::Wallets, range)?;
    days.load_charged(tx, (today, today))?;
    let mut views: Vec<(usize, WalletView)> = Vec::new();
    for wallet in wallets {
        let children = || {
            days.children
                .iter()
                .enumerate()
                .filter(|(_, child)| child.wallet == wallet.id)
        };
        let dearest = children()
            .filter_map(|(_, child)| days.current_price(child))
            .max();
        let eldest = children().map(|(place, _)| place).next().unwrap_or(usize::MAX);
        let named = children().filter(|(_, child)| child.rights.see || child.rights.pay);
        let view = WalletView {
            id: wallet.id,
            scope: wallet.scope,
            children: named.map(|(_, child)| child.id).collect(),
            balance: wallet.balance,
            meals_left: dearest.and_then(|price| meals_left(wallet.balance, price)),
            lasts_until: lasts_until(wallet.balance, days.coming_meals(wallet.id)),
        };
        views.push((eldest, view));
    }
    views.sort_by_key(|(eldest, _)| *eldest);
    let views = views.into_iter().map(|(_, view)| view).collect();
    Ok((days.rules, views))
}

/// `list_wallets`.
pub(crate) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<WalletView>> {
    read::<ListWallets, _, _>(&app, &caller, move |tx, asking| run(tx, asking.actor, asking.now)).await
}
