//! A pagoPA platform, as far as a creditor body meets it.
//!
//! | path | what stands in for |
//! |---|---|
//! | `/gpd/debt-positions-service/v1/…` | GPD v1: debt positions ([`gpd`]) |
//! | `/checkout/ec/v2/carts` | Checkout's `POST /carts` ([`carts`]) |
//! | `/ecommerce/checkout/v1/carts/{id}/redirect`, `/c/{id}` | the payment page ([`checkout_page`]) |
//! | `/gpd/payments-receipts-service/v1/…`, `/bizevents/service/v1/…` | receipts to ask for ([`recovery`]) |
//! | `/fdr-org/service/v1/…` | reporting flows ([`fdr`]) |
//! | (calls the portal) | `paSendRTV2` ([`delivery`]), `paVerifyPaymentNotice`, `paGetPaymentV2` ([`station`]) |
//! | `/sportello` | a tobacconist's counter ([`counter_page`]) |
//! | `/`, `/sandbox/…` | ours: a page for people, JSON for tests ([`admin`]), what goes wrong ([`faults`]) |

mod admin;
mod carts;
mod checkout_page;
mod counter_page;
mod delivery;
mod faults;
mod fdr;
mod gpd;
mod home;
pub(crate) mod page;
mod payments;
mod positions;
mod problem;
mod receipts;
mod record;
mod recovery;
mod state;
mod station;

pub use faults::{Faults, ReceiptFault, ServiceFault};
pub use fdr::FlowMade;
pub use payments::{Channel, PayStatus, PaymentMade};
pub use receipts::{Attempt, Push};
pub use record::{Called, Exchange};
pub use state::Platform;

use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post, put},
};
use faults::Service;
use std::sync::Arc;

type Routes = Router<Arc<Platform>>;

/// The platform's paths.
pub fn router(platform: Arc<Platform>) -> Router {
    let disturbed = |routes: Routes, service: Service| {
        routes.route_layer(from_fn_with_state(
            (Arc::clone(&platform), service),
            faults::meddle,
        ))
    };
    let services = Router::new()
        .merge(disturbed(debt_positions(), Service::Gpd))
        .merge(disturbed(
            Router::new().route("/checkout/ec/v2/carts", post(carts::create)),
            Service::Checkout,
        ))
        .merge(disturbed(receipt_services(), Service::Receipts))
        .merge(disturbed(flows(), Service::Fdr))
        .route_layer(from_fn_with_state(Arc::clone(&platform), record::record));
    Router::new()
        .merge(services)
        .merge(pages())
        .merge(control())
        .with_state(platform)
}

fn debt_positions() -> Routes {
    let all = "/gpd/debt-positions-service/v1/organizations/{body}/debtpositions";
    let one = &format!("{all}/{{iupd}}");
    Router::new()
        .route(all, post(gpd::create).get(gpd::list))
        .route(one, get(gpd::read).put(gpd::update).delete(gpd::delete))
        .route(&format!("{one}/publish"), post(gpd::publish))
        .route(&format!("{one}/invalidate"), post(gpd::invalidate))
}

fn receipt_services() -> Routes {
    let receipts = "/gpd/payments-receipts-service/v1/payments/{body}/receipts";
    let events = "/bizevents/service/v1/organizations/{body}/receipts/{iur}";
    Router::new()
        .route(receipts, get(recovery::list))
        .route(&format!("{receipts}/{{iuv}}"), get(recovery::one))
        .route(events, get(recovery::event))
        .route(&format!("{events}/paymentoptions/{{iuv}}"), get(recovery::event))
}

fn flows() -> Routes {
    let all = "/fdr-org/service/v1/organizations/{body}/fdrs";
    let one = &format!("{all}/{{fdr}}/revisions/{{revision}}/psps/{{psp}}");
    Router::new()
        .route(all, get(fdr::flows))
        .route(one, get(fdr::flow))
        .route(&format!("{one}/payments"), get(fdr::payments))
}

/// For people.
fn pages() -> Routes {
    Router::new()
        .route("/", get(home::show))
        .route("/posizioni/{notice}/sportello", post(home::pay_at_counter))
        .route("/posizioni/{notice}/paga-lo-stesso", post(home::pay_anyway))
        .route("/posizioni/{notice}/paga-due-volte", post(home::pay_twice))
        .route("/posizioni/{notice}/blocca", post(home::lock))
        .route("/posizioni/{notice}/spese", post(home::add_fee))
        .route("/ricevute/{receipt}/rimanda", post(home::resend))
        .route("/ricevute/consegna", post(home::release))
        .route("/guasti", post(home::set_faults))
        .route("/guasti/nessuno", post(home::no_faults))
        .route("/flussi/pubblica", post(home::publish))
        .route("/flussi/{fdr}/rettifica", post(home::revise))
        .route("/orologio", post(home::advance))
        .route("/sportello", get(counter_page::show))
        .route("/sportello/paga", post(counter_page::pay))
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
}

/// For tests.
fn control() -> Routes {
    let position = "/sandbox/positions/{notice}";
    Router::new()
        .route("/sandbox/health", get(admin::health))
        .route("/sandbox/faults", get(faults::show).put(faults::set))
        .route("/sandbox/positions", get(admin::positions))
        .route(&format!("{position}/pay-at-counter"), post(admin::pay_at_counter))
        .route(&format!("{position}/pay-anyway"), post(admin::pay_anyway))
        .route(&format!("{position}/pay-again"), post(admin::pay_again))
        .route(&format!("{position}/notification-fee"), post(admin::add_fee))
        .route(&format!("{position}/lock"), post(admin::lock))
        .route("/sandbox/counter", post(admin::counter))
        .route("/sandbox/carts", get(admin::carts))
        .route("/sandbox/payments", get(admin::payments))
        .route("/sandbox/pushes", get(admin::pushes))
        .route("/sandbox/pushes/settled", get(admin::settled))
        .route("/sandbox/receipts", post(admin::send_receipt))
        .route("/sandbox/receipts/release", post(admin::release))
        .route("/sandbox/receipts/{receipt}/resend", post(admin::resend))
        .route("/sandbox/receipt-url", put(admin::set_receipt_url))
        .route("/sandbox/duplicates", put(admin::set_duplicates))
        .route("/sandbox/fdr/publish", post(admin::publish_flows))
        .route("/sandbox/fdr/revise", post(admin::revise_flow))
        .route("/sandbox/clock", post(admin::advance_clock))
}
