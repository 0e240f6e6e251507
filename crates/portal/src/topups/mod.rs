//! Ricariche: what may be paid, the notice, the trips to the checkout.
//!
//! Nothing here credits a wallet: `station` does, on a receipt. A notice is written before pagoPA hears of it, so
//! that whatever fails afterwards leaves something that can be paid, tried again or withdrawn.

pub mod cancel;
pub mod checkout;
pub mod create;
pub mod gateway;
pub mod get;
pub mod list;
pub mod options;
pub(crate) mod publish;
pub(crate) mod trip;
pub(crate) mod view;

pub(crate) use create::{is_taken, numbered_by};
pub use gateway::Gateways;
pub(crate) use view::LOCK;
pub(crate) use view::locked_until;

use crate::http::Routes;
use api::topups::{CancelTopUp, CreateTopUp, GetTopUp, GetTopUpOptions, ListTopUps, StartCheckout};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<GetTopUpOptions, _>(options::handle)
        .operation::<CreateTopUp, _>(create::handle)
        .operation::<ListTopUps, _>(list::handle)
        .operation::<GetTopUp, _>(get::handle)
        .operation::<StartCheckout, _>(checkout::handle)
        .operation::<CancelTopUp, _>(cancel::handle)
}
