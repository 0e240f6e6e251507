//! Payments as a family and pagoPA meet them: the portal listens, the sandbox plays pagoPA behind wires that can be
//! cut, the family's app speaks with the real client.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it did not expect has failed"
)]

mod carts;
mod crash;
mod family;
mod receipts;
mod reconcile;
mod schedules;
mod searches;
mod station;
mod wire;
mod world;
