//! Conferma: showing again that it is you, before an act that a borrowed device should not do.
//!
//! A fresh sign-in counts as one. By SPID and CIE it is [`crate::logins::StartLogin`] with `confirm`.

use crate::{NoQuery, endpoint, sessions::Secret};
use domain::Instant;
use serde::{Deserialize, Serialize};

endpoint! {
    /// Confirms the session by the password. Acts that answer `confirmation_required` are open until then.
    ConfirmPassword {} confirm_password Post "/api/v1/confirmations" Session
    "Confirms by the password that it is this person"
    query NoQuery, request ConfirmPasswordRequest, response ConfirmationView
}

/// The password of whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmPasswordRequest {
    /// As typed.
    pub password: Secret,
}

/// A session that was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfirmationView {
    /// Until when it counts.
    pub until: Instant,
}
