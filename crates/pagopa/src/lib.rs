//! The creditor body's side of pagoPA: notice numbers, debt positions (GPD), Checkout carts and receipts.
//!
//! Speaks to pagoPA over HTTP with the published contracts and reads what pagoPA pushes. Never stores
//! anything, never serves HTTP, never decides whether a wallet is credited: the portal does, and only on a
//! receipt. Amounts are [`domain::Cents`]; the euro with two decimals of the SOAP side exists only inside
//! [`receipts`].
//!
//! | module | what it holds |
//! |---|---|
//! | [`codes`] | notice number, IUV, body's fiscal code, QR text, link to Checkout |
//! | [`causale`] | what a payer reads in bank and receipt; no personal data |
//! | [`taxonomy`] | the code that says what is being collected |
//! | [`gpd`] | [`gpd::DebtPositions`]: create, read, invalidate |
//! | [`checkout`] | [`checkout::Checkout`]: one cart, one address to send the parent to |
//! | [`receipts`] | `paSendRTV2` in, answer out |
//! | [`config`] | what a body must know to be on pagoPA |
//!
//! The clients are tried against the sandbox, in that crate's tests, where a server is allowed.
//! To add an intermediary with an interface of its own, implement the two traits in a new module.

pub mod causale;
pub mod checkout;
pub mod codes;
pub mod config;
pub mod gpd;
mod http;
pub mod receipts;
pub mod taxonomy;

pub use causale::Causale;
pub use codes::{BodyFiscalCode, CheckDigit, NoticeNumber, SegregationCode};
pub use http::{Patience, SubscriptionKey};
pub use taxonomy::TaxonomyCode;
