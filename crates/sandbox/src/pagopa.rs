//! A pagoPA platform, as far as a creditor body on GPD and Checkout meets it.
//!
//! | path | what stands in for |
//! |---|---|
//! | `/gpd/debt-positions-service/v1/…` | GPD v1: create, read, invalidate ([`gpd`]) |
//! | `/checkout/ec/v2/carts` | Checkout's `POST /carts` ([`carts`]) |
//! | `/ecommerce/checkout/v1/carts/{id}/redirect`, `/c/{id}` | the payment page ([`checkout_page`]) |
//! | (calls the portal) | `paSendRTV2` ([`receipts`]) |
//! | `/`, `/sandbox/…` | ours: a page for people, JSON for tests ([`admin`]) |

mod admin;
mod carts;
mod checkout_page;
mod gpd;
mod home;
mod positions;
mod problem;
mod receipts;
mod state;

pub use receipts::{Attempt, Push};
pub use state::Platform;

use axum::{
    Router,
    routing::{get, post, put},
};
use std::sync::Arc;

/// The platform's paths.
pub fn router(platform: Arc<Platform>) -> Router {
    let gpd = "/gpd/debt-positions-service/v1/organizations/{body}/debtpositions";
    Router::new()
        .route("/", get(home::show))
        .route("/posizioni/{notice}/sportello", post(home::pay_at_counter))
        .route("/ricevute/{receipt}/rimanda", post(home::resend))
        .route(gpd, post(gpd::create))
        .route(&format!("{gpd}/{{iupd}}"), get(gpd::read))
        .route(&format!("{gpd}/{{iupd}}/invalidate"), post(gpd::invalidate))
        .route("/checkout/ec/v2/carts", post(carts::create))
        .route(
            "/ecommerce/checkout/v1/carts/{cart}/redirect",
            get(checkout_page::redirect),
        )
        .route("/c/{cart}", get(checkout_page::show))
        .route("/c/{cart}/paga", post(checkout_page::pay))
        .route("/c/{cart}/rifiuta", post(checkout_page::refuse))
        .route("/c/{cart}/annulla", post(checkout_page::cancel))
        .route("/c/{cart}/attesa", post(checkout_page::wait))
        .route("/c/{cart}/chiudi", post(checkout_page::close))
        .route("/sandbox/health", get(admin::health))
        .route("/sandbox/positions", get(admin::positions))
        .route(
            "/sandbox/positions/{notice}/pay-at-counter",
            post(admin::pay_at_counter),
        )
        .route("/sandbox/positions/{notice}/lock", post(admin::lock))
        .route("/sandbox/carts", get(admin::carts))
        .route("/sandbox/pushes", get(admin::pushes))
        .route("/sandbox/pushes/settled", get(admin::settled))
        .route("/sandbox/receipts", post(admin::send_receipt))
        .route("/sandbox/receipts/{receipt}/resend", post(admin::resend))
        .route("/sandbox/receipt-url", put(admin::set_receipt_url))
        .route("/sandbox/duplicates", put(admin::set_duplicates))
        .route("/sandbox/clock", post(admin::advance_clock))
        .with_state(platform)
}
