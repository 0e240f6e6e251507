//! Our pagoPA client against the stand-in, over HTTP on loopback: the journeys of a payment, what goes wrong on the way,
//! the client's manners, and all of it against the published documents.

#[cfg(test)]
mod client;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod services;
#[cfg(test)]
mod support;
