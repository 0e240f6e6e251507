//! Speaks `api` over HTTP: one way to call an endpoint, and a session that renews itself.
//!
//! Knows no rule and no screen, and never writes a token anywhere: the session's [`TokenStore`] does. Without
//! the feature `http` only [`Transport`] and the words remain, and that builds for `wasm32`.
//!
//! To speak over something else: implement [`Transport`] for it; typed sending comes with it.

pub mod transport;
pub mod words;

#[cfg(feature = "http")]
pub mod address;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "http")]
pub mod session;

pub use transport::{Transport, answers_tokens, opens_session};

#[cfg(feature = "http")]
pub use address::{AddressError, PortalAddress};
#[cfg(feature = "http")]
pub use http::Client;
#[cfg(feature = "http")]
pub use session::{Clock, Session, TokenStore};
