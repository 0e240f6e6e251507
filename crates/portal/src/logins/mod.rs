//! Accesso con SPID e CIE: from the button to the session, through a browser that goes to a provider and comes back.
//!
//! ```text
//! start_login          the row; for an app also the number that it shows
//! /accesso/avvio/…     depart: ties the row to this browser by a cookie, sends it to the provider
//! /accesso/ritorno/…   arrive: takes our half out of the row, asks the provider, finds the person
//!    a browser         its session's cookie, and back to the page that it came from
//! /accesso/fine/…      an app: last sends the browser to the app with a code; beneath it the number
//! redeem_login         the app's verifier, with the code or after the number: its session
//! ```
//!
//! A provider's tokens live in one call of [`identity::FederatedLogin::finish`]: no row, no log line and no client ever
//! holds one. Nobody is signed in by a link that a stranger sent: a browser is known by its cookie, an app by its
//! verifier, and the number alone makes an app's login good that no code came back from.
//!
//! To add an outcome: [`api::logins::LoginOutcome`], the words of [`words`], a detail of the audit in [`outcome`].

mod arrive;
mod back;
mod browser;
mod depart;
mod last;
mod matching;
mod outcome;
mod page;
mod providers;
mod redeem;
mod start;
mod sweep;
mod words;

pub use providers::{LoginProvider, Logins, LoginsError};
pub use sweep::prune;

use crate::http::Routes;
use api::{
    Endpoint as _,
    logins::{RedeemLogin, StartLogin},
};
use axum::routing::get;

/// The writes that take no idempotency key: their answers hold what is given once.
pub(crate) const WITHOUT_KEY: [&str; 2] = [StartLogin::OPERATION, RedeemLogin::OPERATION];

/// This noun's operations, and the pages between them.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<StartLogin, _>(start::handle)
        .operation::<RedeemLogin, _>(redeem::handle)
        .beyond("/accesso/avvio/{login}", get(depart::handle))
        .beyond("/accesso/ritorno/{provider}", get(arrive::handle))
        .beyond("/accesso/fine/{login}", get(last::show).post(last::number))
        .beyond("/accesso/pagina.css", get(page::style))
}
