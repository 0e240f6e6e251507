//! Me and my children.

mod get_me;

use crate::http::Routes;
use api::children::GetMe;

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new().operation::<GetMe, _>(get_me::handle)
}
