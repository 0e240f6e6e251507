//! Ente: the Comune or caterer that runs a canteen, with the settings that decide how.

use crate::{meals::Model, price::Rounding, topup::TopUpRules, wallet::WalletScope};
use serde::{Deserialize, Serialize};

/// What a body is by law; decides which sign-in ways it may offer (CAD art. 64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// A Comune, a Unione or another public body.
    Public,
    /// A caterer that runs the service under contract.
    Caterer,
}

/// How families may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignInWay {
    /// Badge code and password.
    Badge,
    /// SPID, by redirect.
    Spid,
    /// CIE, by redirect.
    Cie,
}

/// Whom a family calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contacts {
    /// Name of the office.
    pub office: String,
    /// Telephone, as it is dialled.
    pub phone: String,
    /// Mail.
    pub email: String,
    /// When somebody answers, in words.
    pub hours: String,
}

/// The settings of a body. Kept as one JSON document beside the body's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BodySettings {
    /// Public or private.
    pub kind: BodyKind,
    /// Ways to sign in.
    pub sign_in_ways: Vec<SignInWay>,
    /// Whom to call.
    pub contacts: Contacts,
    /// Expected by default or booked.
    pub model: Model,
    /// One wallet a child or one a family.
    pub wallet_scope: WalletScope,
    /// The rounding of prices.
    pub rounding: Rounding,
    /// What may be paid in advance.
    pub top_up: TopUpRules,
    /// Two to four capital letters before each receipt number, such as `CL`.
    pub receipt_prefix: String,
}
