//! The papers a family prints or keeps: pagoPA's payment notice (avviso di pagamento), the receipt of a payment and
//! the statement of a year, as tagged PDF (PDF/UA-1) that a screen reader can read.
//!
//! It gets plain values and gives bytes. It never reads files while running, never speaks to the network, never asks
//! the clock, never logs what it writes: the same values give the same bytes. Texts from outside reach the typesetter
//! as values, never as markup. One more paper is a `src/<noun>.rs` and a template beside it.

mod avviso;
mod error;
mod qr;
mod receipt;
mod statement;
mod texts;
mod typeset;

pub use avviso::{Avviso, Language, avviso};
pub use error::DocumentError;
pub use receipt::{PaymentReceipt, ReceiptLine, payment_receipt};
pub use statement::{StatementRow, YearStatement, year_statement};
