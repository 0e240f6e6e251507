//! Whether the portal is well.

use crate::{NoQuery, endpoint};
use domain::Instant;
use serde::{Deserialize, Serialize};

endpoint! {
    /// Says whether the portal can write.
    GetHealth {} get_health Get "/health" Public "Whether the portal and its database answer"
    query NoQuery, request (), response HealthView
}

/// The portal's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HealthView {
    /// `ok`.
    pub status: String,
    /// Version of the portal.
    pub version: String,
    /// The portal's clock.
    pub now: Instant,
}
