//! The interface: what a family sees and does, the same in the shell and in a browser.
//!
//! Never holds a token, never decides a rule and never speaks to the network by itself: it names an `api`
//! endpoint to its [`platform`]. Draws with [`components`] over Bootstrap Italia; says only what stands in
//! `locales/`.
//!
//! To add a screen: a folder in `features/`, a route in [`route`], its words in `locales/it/<feature>.ftl`,
//! and a render test of each of its states. `README.md` beside `Cargo.toml` says it step by step.

#![expect(
    unused_qualifications,
    reason = "rsx! writes the path of each event that it listens to"
)]

pub mod acting;
pub mod app;
pub mod bonds;
pub mod clock;
pub mod components;
pub mod confirm;
pub mod explain;
pub mod features;
pub mod format;
pub mod links;
pub mod lock;
pub mod offline;
pub mod paying;
pub mod platform;
pub mod portal;
pub mod providers;
pub mod push;
pub mod remote;
pub mod route;
pub mod session;
pub mod summons;
pub mod under_way;
pub mod words;

#[cfg(test)]
pub mod kit;
