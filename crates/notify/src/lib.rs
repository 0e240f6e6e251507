//! How a family is told: the words of a message, and a carrier for each channel.
//!
//! Never decides whether to speak (that is `domain::telling`), never keeps a message (that is the outbox of `storage`),
//! never reads a clock, never logs an address or a word of a message.
//!
//! To add a channel: a file with its settings and its [`Carrier`], and its place in [`Carriers`].

mod answers;
pub mod apns;
pub mod backoff;
pub mod carrier;
pub mod fcm;
pub mod io;
pub mod mail;
pub mod push;
pub mod sms;
pub mod words;

pub use carrier::{Carrier, Carriers, CarryError, Content, Destination, Parcel};
