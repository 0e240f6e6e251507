//! Carts: one payment for one to five notices of a person, whoever made them.
//!
//! A cart is an attempt: it has no state of its own beyond that of its notices. Nothing here credits a wallet.

pub mod get;
pub mod start;
mod view;

use crate::http::Routes;
use api::notices::{GetCart, StartCart};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<StartCart, _>(start::handle)
        .operation::<GetCart, _>(get::handle)
}
