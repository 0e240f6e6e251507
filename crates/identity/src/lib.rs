//! Who you are: passwords, tokens, and the rules of sessions and throttling.
//!
//! Never does I/O, knows no database and no HTTP; time and random bytes are arguments. Hashing takes tens of
//! milliseconds of one core: callers keep it off their async threads.
//!
//! To add a way to sign in: a file of its own that turns what the citizen brings into a proof; the portal decides
//! which person that is.

pub mod hash;
pub mod provisional;
pub mod session;
pub mod strength;
pub mod throttle;
pub mod token;

pub use hash::{HashError, Hasher};
pub use token::{Token, TokenHash};
