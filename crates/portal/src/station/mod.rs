//! What pagoPA and its pages bring to the portal: receipts, and browsers that come back from a checkout.
//!
//! A receipt is money; a browser that comes back is a hint.

pub mod forwarder;
pub mod receive;
pub mod returns;

use crate::http::Routes;
use axum::routing::{get, post};

/// Where pagoPA pushes receipts. SOAP, described by pagoPA's `paForNode.wsdl`.
pub const STATION: &str = "/pagopa/station";

/// The station and the way back.
pub fn routes() -> Routes {
    Routes::new()
        .beyond(STATION, post(receive::handle))
        .beyond("/ritorno/{attempt}/{outcome}", get(returns::handle))
}
