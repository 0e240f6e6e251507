//! Ricevute: the number, the text and the signature of each act, and how the office checks them.

pub mod get;
pub mod issue;
pub mod signer;
pub mod text;
pub mod verify;

use crate::http::Routes;
use api::meals::GetReceipt;

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new().operation::<GetReceipt, _>(get::handle)
}

#[cfg(test)]
mod tests;
