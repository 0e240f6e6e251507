//! What is kept: one code over SQLite (embedded, the default) and PostgreSQL (by URL).
//!
//! An operation is one closure over plain SQL: [`Store::write`] sends it to the database's own thread and
//! answers when it is on disk; [`Store::read`] runs it on a snapshot. Inside the closure everything is
//! synchronous. It may run more than once (a serialisation failure, a batch that could not be committed),
//! so it has no effect outside its transaction.
//!
//! Never holds a business rule, never reads the clock, never crosses bodies, never changes a posting.
//!
//! SQL that both engines take: `$1` parameters; columns `BIGINT` and `TEXT` only (ids are UUID text, days
//! ISO text, instants microseconds since 1970, money cents, booleans 0 and 1); `INSERT … ON CONFLICT`;
//! `RETURNING` (through `query`); sums as `CAST(SUM(x) AS BIGINT)`; `CASE` where SQLite has `MAX(a, b)` and
//! PostgreSQL `GREATEST`; `CAST($1 AS TEXT) IS NULL` where a parameter's type shows nowhere earlier; no
//! deferred constraints; no `LIKE` for a decision, its case rules differ.
//!
//! To add a noun: a file with its statements as `pub(crate) const`, functions over `&mut dyn Tx`, and an
//! `all_statements()` that lists the constants, so that a test prepares each on both engines.

pub mod attempts;
pub mod audit;
pub mod bodies;
pub mod calendar;
pub mod contacts;
pub mod families;
pub mod feeds;
pub mod flows;
pub mod idempotency;
pub mod invitations;
pub mod logins;
pub mod notices;
pub mod notifications;
pub mod office;
pub mod outbox;
pub mod people;
pub mod preferences;
pub mod receipts;
pub mod recoveries;
pub mod registry;
pub mod searches;
pub mod sessions;
pub mod subscriptions;
pub mod telling;
pub mod throttle;

mod error;
pub mod ledger;
pub mod meals;
mod migrations;
mod operation;
mod postgres;
mod sqlite;
mod store;
mod tx;
mod value;

pub use error::StorageError;
pub use store::{Options, Stats, Store, Target};
pub use tx::Tx;
pub use value::{Row, Value};
