//! A provider of identities: what iam-proxy-italia, Keycloak or a regional hub is to a portal, as far as a portal meets
//! it. Nobody's credentials are asked for: a page lists invented people, and whoever is picked has signed in.
//!
//! | path | what it is |
//! |---|---|
//! | `/identita/.well-known/openid-configuration` | discovery |
//! | `/identita/accesso` | the page with the people, the level, "Acconsento", "Non acconsento", "Annulla" |
//! | `/identita/token` | code for tokens: PKCE, client secret, each code once |
//! | `/identita/userinfo`, `/identita/chiavi` | claims, public keys |
//! | `/identita` | ours: a page to choose what goes wrong ([`Fault`]) and to change the keys |
//! | `/sandbox/provider`, `/sandbox/provider/fault`, `/sandbox/provider/rotate` | the same for tests |
//!
//! A portal is registered already: [`CLIENT_ID`] and [`CLIENT_SECRET`], with any return address on this machine.
//!
//! To add a fault: a variant of [`Fault`], and one line where the answer is made.

mod authorize;
mod control;
mod endpoints;
mod faults;
mod keys;
mod page;
mod people;
mod state;
mod token;

pub use faults::Fault;
pub use keys::Signing;
pub use people::{PEOPLE, Person};
pub use state::{CLIENT_ID, CLIENT_SECRET, Provider, Style};

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post, put},
};
use std::sync::Arc;

/// The provider's paths.
pub fn router(provider: Arc<Provider>) -> Router {
    let machines = Router::new()
        .route(
            "/identita/.well-known/openid-configuration",
            get(endpoints::discovery),
        )
        .route("/identita/chiavi", get(endpoints::keys))
        .route("/identita/userinfo", get(endpoints::userinfo))
        .route("/identita/token", post(token::redeem))
        .route_layer(from_fn_with_state(Arc::clone(&provider), faults::meddle));
    Router::new()
        .merge(machines)
        .route("/identita/accesso", get(authorize::show).post(authorize::decide))
        .route("/identita", get(control::home))
        .route("/identita/guasto", post(control::choose))
        .route("/identita/ruota", post(control::turn))
        .route("/sandbox/provider", get(control::show))
        .route("/sandbox/provider/fault", put(control::set))
        .route("/sandbox/provider/rotate", post(control::rotate))
        .with_state(provider)
}
