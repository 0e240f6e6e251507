//! The portal: the server that a municipality or a caterer runs, as a library and a ten-line binary.
//!
//! Never computes a rule of the canteen (that is `domain`), never writes SQL (that is `storage`), never links the
//! sandbox. One noun is a folder, one operation a file: error enum, status, handler, tests.
//!
//! To add an operation: declare it in `api`, write its file, add it to its noun's `routes()`. The router, the
//! OpenAPI document and the actor × operation table are compared with `api::operations()` by tests.

pub mod app;
pub mod audit;
pub mod bodies;
pub mod carts;
pub mod charging;
pub mod children;
pub mod cli;
pub mod clock;
pub mod config;
pub mod confirmation;
pub mod contacts;
pub mod errors;
pub mod families;
pub mod feeds;
pub mod health;
pub mod http;
pub mod idempotency;
pub mod import;
pub mod invitations;
pub mod issuing;
pub mod jobs;
pub mod logins;
pub mod meals;
pub mod notices;
pub mod notifications;
pub mod openapi;
pub mod operation;
pub mod outbox;
pub mod passwords;
pub mod people;
pub mod preferences;
pub mod receipts;
pub mod reconcile;
pub mod recoveries;
pub mod router;
pub mod session;
pub mod sessions;
pub mod station;
pub mod subscriptions;
pub mod telling;
pub mod topups;
pub mod wallets;

pub use app::App;
pub use clock::{Chance, Clock};
pub use errors::{ApiError, ApiResult};
pub use router::router;
pub use session::Asking;
