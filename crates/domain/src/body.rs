//! Ente: the Comune or caterer that runs a canteen, with the settings that decide how.

use crate::{
    ServiceDay, meals::Model, price::Rounding, telling::Thresholds, topup::TopUpRules, wallet::WalletScope,
};
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

/// Whom families may bring in by themselves; the office always can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Families {
    /// Whether a guardian may invite another guardian.
    pub guardians_invite: bool,
    /// Whether a guardian may invite delegates.
    pub delegates: bool,
}

impl Default for Families {
    fn default() -> Self {
        Self {
            guardians_invite: true,
            delegates: true,
        }
    }
}

/// When the enrolment for another school year can be renewed. Families are told when it opens, and calendars show both
/// days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// "2027/2028".
    pub year: String,
    /// First day to do it.
    pub opens: ServiceDay,
    /// Last day to do it.
    pub last_day: ServiceDay,
}

/// The settings of a body. Kept as one JSON document beside the body's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BodySettings {
    /// Public or private.
    pub kind: BodyKind,
    /// Ways to sign in.
    pub sign_in_ways: Vec<SignInWay>,
    /// Why a public body offers badge and password beside SPID and CIE, in the office's words: CAD art. 64 makes it an
    /// exception that somebody must answer for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub badge_reason: Option<String>,
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
    /// Whom families may bring in.
    #[serde(default)]
    pub families: Families,
    /// When a family is told that a wallet is low.
    #[serde(default)]
    pub telling: Thresholds,
    /// The renewal of enrolments, where the office has set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
}
