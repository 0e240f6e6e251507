//! Recupero: a new password, and the badge codes, for whoever has a verified contact.
//!
//! The answers say nothing about who exists: they are the same for a badge or contact that nobody has.

use crate::{
    NoQuery, endpoint,
    sessions::{ClientKind, Secret, SessionView},
};
use domain::{Instant, RecoveryId};
use serde::{Deserialize, Serialize};

endpoint! {
    /// Asks for a code by mail or SMS. Always answers as if it had been sent: it is, where the badge or contact is
    /// one of somebody with a verified contact of that kind. Without one only the office can help.
    StartRecovery {} start_recovery Post "/api/v1/recoveries" Public "Asks for a code to choose a new password"
    query NoQuery, request StartRecoveryRequest, response RecoveryView
}

endpoint! {
    /// Chooses a new password by the code; every other session of the person ends and a new one opens. A password
    /// that is refused costs no try.
    FinishRecovery { recovery: RecoveryId } finish_recovery Post "/api/v1/recoveries/{recovery}/finish" Public
    "Chooses a new password by the code that was sent"
    query NoQuery, request FinishRecoveryRequest, response SessionView
}

/// How the code comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum RecoverBy {
    /// To the verified mail address; it also names the family's badge codes.
    Mail,
    /// To the verified mobile number, where the portal sends SMS.
    Sms,
}

/// Somebody who lost code or password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StartRecoveryRequest {
    /// Short name of the body.
    pub body: String,
    /// A badge, a mail address or a mobile number, as typed.
    pub who: String,
    /// Mail or SMS.
    pub by: RecoverBy,
    /// The app's: what [`crate::sessions::TokensView::device_token`] gave on this device, so that strangers who ask for
    /// a family's codes use up none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Secret>,
}

/// A recovery that began, for somebody or for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryView {
    /// For [`FinishRecovery`].
    pub id: RecoveryId,
    /// Until when the code is good.
    pub expires_at: Instant,
    /// How many digits it has: eight for a badge; nine for a mail address or number, which several persons may share, so
    /// that the last one says whose password it is.
    pub digits: u8,
}

/// The code and what is to be the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FinishRecoveryRequest {
    /// As many digits as [`RecoveryView::digits`]; blanks are dropped.
    pub code: Secret,
    /// The new password.
    pub new: Secret,
    /// App or browser.
    pub client: ClientKind,
    /// The app's: the device that is to be known from now on, where it is known of somebody already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Secret>,
}
