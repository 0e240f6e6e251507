//! Who you are: passwords, tokens, the rules of sessions and throttling, and signing in with SPID and CIE.
//!
//! Never stores, never serves HTTP, never logs, knows no database; time is an argument. Only [`oidc`] speaks to the
//! network and draws random bytes by itself; everywhere else they are arguments too. Hashing takes tens of
//! milliseconds of one core: callers keep it off their async threads.
//!
//! To add a way to sign in: a file of its own that turns what the citizen brings into a proof; the portal decides
//! which person that is. A provider that vouches for people implements [`FederatedLogin`].

pub mod federated;
pub mod hash;
pub mod oidc;
pub mod provisional;
pub mod recovery;
pub mod session;
pub mod strength;
pub mod throttle;
pub mod token;

pub use federated::{FederatedLogin, LoginError, VerifiedIdentity};
pub use hash::{HashError, Hasher};
pub use token::{Token, TokenHash};
