//! Our pagoPA client against the stand-in, over HTTP on loopback: the journeys of a payment, the client's
//! manners, and both against the published documents.

#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod support;
