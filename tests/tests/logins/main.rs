//! Signing in with SPID and CIE, through the portal's router and the sandbox's provider over HTTP.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

mod app;
mod browser;
mod confirming;
mod faults;
mod inviting;
mod stage;
mod traces;
mod ways;
