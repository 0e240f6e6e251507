//! Without a network: what is still shown, and what becomes of what a person asks for.
//!
//! [`kept`] holds the last answers of the portal for reading, [`queue`] the rules of acts that were not answered yet,
//! [`outbox`] sends them and [`notice`] says in words how each stands. What is never here: a token, a password, a code,
//! a payment, or anything of another person than the one who is signed in. All of it is wiped at signing out.

pub mod kept;
pub mod notice;
pub mod outbox;
pub mod queue;
pub mod today;

#[cfg(test)]
mod tests;

pub use notice::UnsentNotice;
pub use outbox::{Asked, Outbox, use_news, use_outbox, use_outbox_provider};
