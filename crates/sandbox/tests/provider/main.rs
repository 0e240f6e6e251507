//! Our way of signing in with SPID and CIE against the stand-in provider, over HTTP on loopback: who comes back, and one
//! test for everything that a provider, a browser or a stranger may do wrong.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod logins;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod support;
