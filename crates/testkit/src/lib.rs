//! What tests of the portal stand on: a clock that stands still, seeded chance, two bodies with their families,
//! and actors that drive the router without a socket.
//!
//! Never shipped: a dev-dependency only, and the one place where a broken precondition panics outside a test.
//!
//! ```no_run
//! # async fn story() {
//! use refettorio_testkit::{Bench, Means, role::Parent};
//! use api::{NoQuery, children::GetMe};
//!
//! let bench = Bench::new().await;
//! let parent = bench.actor::<Parent>(Means::App).await;
//! let me = parent.ask(&GetMe {}, &NoQuery {}, &()).await.unwrap();
//! assert_eq!(me.children.len(), 2);
//! # }
//! ```

#![expect(
    clippy::expect_used,
    reason = "a broken precondition ends the test that stands on it"
)]

mod actor;
mod bench;
mod chance;
mod clock;
pub mod role;
mod town;

pub use actor::{Actor, Means};
pub use bench::Bench;
pub use chance::SeededChance;
pub use clock::FixedClock;
pub use portal;
pub use role::Role;
pub use town::{Child, Delegates, Family, PASSWORD, PROVISIONAL, Town};
