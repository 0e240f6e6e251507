//! One folder or file a feature. A feature imports components, never another feature.

pub mod accessibility;
pub mod bodies;
pub mod calendar;
pub mod confirmed;
pub mod home;
pub mod invitation;
pub mod missing;
pub mod notice;
pub mod password;
pub mod payment;
pub mod payments;
pub mod preferences;
pub mod privacy;
pub mod profile;
pub mod recovery;
pub mod sign_in;
pub mod topup;
pub mod wallet;
