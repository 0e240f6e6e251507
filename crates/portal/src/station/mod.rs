//! What pagoPA and its pages bring to the portal: receipts, questions about notices where a body has its own station,
//! and browsers that come back from a checkout.
//!
//! A receipt is money; a browser that comes back is a hint. A receipt takes two transactions: it is kept and answered
//! ([`receive`]), and processed then ([`process`]).

pub mod forwarder;
pub mod listen;
mod office;
mod owed;
pub mod process;
pub mod receive;
pub mod returns;

use crate::http::Routes;
use axum::routing::{get, post};

/// Where pagoPA speaks to us. SOAP, described by pagoPA's `paForNode.wsdl`.
pub const STATION: &str = "/pagopa/station";

/// The station and the way back.
pub fn routes() -> Routes {
    Routes::new()
        .beyond(STATION, post(listen::handle))
        .beyond("/ritorno/{attempt}/{outcome}", get(returns::handle))
}
