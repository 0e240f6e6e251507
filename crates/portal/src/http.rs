//! What every request goes through, and how its parts are read.

pub mod caller;
pub mod csrf;
pub mod edge;
pub mod input;
pub mod routes;
pub mod statics;
pub mod wellknown;

pub use caller::{Caller, Credentials};
pub use input::{Args, Input, Params};
pub use routes::Routes;
