//! The creditor body's side of pagoPA: notice numbers, debt positions (GPD), Checkout carts and receipts.
//!
//! Speaks to pagoPA over HTTP with the published contracts and reads what pagoPA pushes. Never stores
//! anything, never serves HTTP, never decides whether a wallet is credited: the portal does, and only on a
//! receipt. Amounts are [`domain::Cents`]; the euro with two decimals of the SOAP side and the decimal numbers of some
//! JSON exist only at the edge of a module.
//!
//! | module | what it holds |
//! |---|---|
//! | [`codes`] | notice number, IUV, body's fiscal code, QR text, link to Checkout |
//! | [`causale`] | what a payer reads in bank and receipt; no personal data |
//! | [`taxonomy`] | the code that says what is being collected, for each kind of notice |
//! | [`gpd`] | [`gpd::DebtPositions`]: create, read, publish, update, invalidate |
//! | [`checkout`] | [`checkout::Checkout`]: one cart, one address to send the parent to |
//! | [`station`] | [`station::StationRequest`]: what pagoPA asks a body's own station, and the answers |
//! | [`receipts`] | `paSendRTV2` in, answer out |
//! | [`receipts::recovery`] | [`receipts::recovery::MissingReceipts`]: a receipt that was never pushed |
//! | [`fdr`] | [`fdr::Flows`]: which payments a bank transfer is made of |
//! | [`config`] | what a body must know to be on pagoPA |
//!
//! Every client keeps time-outs, repeats only what is safe to repeat, and has a [`Breaker`].
//!
//! The clients are tried against the sandbox, in that crate's tests, where a server is allowed, and here against
//! answers written down. To add an intermediary with an interface of its own, implement the traits in a new module.

mod breaker;
pub mod causale;
pub mod checkout;
pub mod codes;
pub mod config;
pub mod fdr;
pub mod gpd;
mod http;
pub mod receipts;
mod soap;
pub mod station;
pub mod taxonomy;
mod wire;

pub use breaker::{Breaker, Resting};
pub use causale::Causale;
pub use codes::{BodyFiscalCode, CheckDigit, NoticeNumber, SegregationCode};
pub use http::{HttpSetupError, KeyError, Patience, SubscriptionKey};
pub use taxonomy::{NoticeKind, Taxonomies, TaxonomyCode};
