//! What is true: the values and rules of a school canteen.
//!
//! Never does I/O, reads no clock, draws no randomness, knows no async: time and chance are arguments.
//! Builds for `wasm32`, so the interface can show a rule with the same code that decides it.
//!
//! To add a noun: one file with its values and rules, parsed values that cannot be invalid, small
//! `thiserror` enums that name the broken rule, and the tests beside it.

pub mod badge;
pub mod body;
pub mod calendar;
pub mod contact;
pub mod cutoff;
pub mod fiscal_code;
pub mod ids;
pub mod meals;
pub mod message;
pub mod money;
pub mod notice;
pub mod password;
pub mod people;
pub mod price;
pub mod receipt_number;
pub mod session;
pub mod suggestion;
pub mod telling;
pub mod time;
pub mod topup;
pub mod wallet;

pub use badge::BadgeCode;
pub use fiscal_code::FiscalCode;
pub use ids::*;
pub use money::Cents;
pub use receipt_number::ReceiptNumber;
pub use time::{Instant, ServiceDay};
