//! Payments as a family and pagoPA meet them: the portal listens, the sandbox plays pagoPA behind wires that can be
//! cut, the family's app speaks with the real client.

mod crash;
mod family;
mod receipts;
mod schedules;
mod wire;
mod world;
