//! What goes over the wire: the clients against answers that were written down, and both against what pagoPA publishes.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod specs;
#[cfg(test)]
mod support;
