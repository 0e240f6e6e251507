//! Preferenze: of what this person is told, by which way, and when it must be quiet.

use crate::{NoQuery, endpoint};
use domain::telling::Preferences;
use serde::{Deserialize, Serialize};

endpoint! {
    /// How this person is told, and by which ways it can be told at all.
    GetPreferences {} get_preferences Get "/api/v1/me/preferences" Session "How this person wants to be told"
    query NoQuery, request (), response PreferencesView
}

endpoint! {
    /// Chooses how to be told. Codes and notices about the account come in any case.
    SetPreferences {} set_preferences Put "/api/v1/me/preferences" Session "Chooses how to be told"
    query NoQuery, request Preferences, response PreferencesView
}

/// What was chosen and what is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PreferencesView {
    /// What was chosen, or the defaults.
    pub choices: Preferences,
    /// Whether there is a verified mail address.
    pub mail: bool,
    /// Whether this portal can send notifications.
    pub push: bool,
    /// Whether this body writes in App IO and knows who this person is there.
    #[serde(default)]
    pub io: bool,
    /// On how many devices notifications arrive, of whatever sort.
    pub devices: u32,
}
