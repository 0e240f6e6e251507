//! Portafogli: balances, what they are worth in meals, and movements.

pub mod list;
pub mod postings;

use crate::http::Routes;
use api::wallets::{ListPostings, ListWallets};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListWallets, _>(list::handle)
        .operation::<ListPostings, _>(postings::handle)
}

#[cfg(test)]
mod tests;
