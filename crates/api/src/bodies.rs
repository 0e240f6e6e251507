//! Enti: what anybody may know of a body before signing in.

use crate::{NoQuery, endpoint};
use chrono::NaiveTime;
use domain::{
    body::{BodyKind, Contacts, SignInWay},
    meals::Model,
    wallet::WalletScope,
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The bodies of this portal.
    ListBodies {} list_bodies Get "/api/v1/bodies" Public "The bodies that this portal serves"
    query NoQuery, request (), response Vec<BodyView>
}

endpoint! {
    /// One body, by its short name.
    GetBody { body: String } get_body Get "/api/v1/bodies/{body}" Public "A body's name, contacts, sign-in ways and cut-offs"
    query NoQuery, request (), response BodyView
}

/// A body, in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BodyView {
    /// Short name in addresses, such as `valmora`.
    pub slug: String,
    /// Such as `Comune di Valmora`.
    pub name: String,
    /// Public or private.
    pub kind: BodyKind,
    /// Whom to call.
    pub contacts: Contacts,
    /// How families sign in.
    pub sign_in_ways: Vec<SignInWay>,
    /// The providers behind SPID and CIE, in the order of their buttons. Empty where this portal has none for a way
    /// that the body offers.
    #[serde(default)]
    pub providers: Vec<ProviderView>,
    /// Expected by default or booked.
    pub model: Model,
    /// One wallet a child or one a family.
    pub wallet_scope: WalletScope,
    /// The cut-offs of each school.
    pub schools: Vec<SchoolView>,
}

/// A provider of identities, as a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderView {
    /// For [`crate::logins::StartLogin`].
    pub id: String,
    /// Which button.
    pub kind: ProviderKind,
    /// Such as `Entra con SPID`.
    pub label: String,
    /// The list that opens beneath the button: the providers of SPID identities, where the proxy can be told which.
    /// Empty: the button goes at once.
    pub hints: Vec<HintView>,
}

/// Which button leads to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ProviderKind {
    /// Entra con SPID.
    Spid,
    /// Entra con CIE.
    Cie,
    /// A hub, on whose page the person chooses: a plain button with the label.
    Hub,
}

/// One line of a button's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HintView {
    /// For [`crate::logins::StartLoginRequest::hint`].
    pub value: String,
    /// What the person reads.
    pub label: String,
}

/// A school and until when its families may act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SchoolView {
    /// Such as `Primaria Rodari`.
    pub name: String,
    /// For a cancellation.
    pub cancel: CutOffView,
    /// For a booking.
    pub book: CutOffView,
}

/// A cut-off rule in Europe/Rome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CutOffView {
    /// Calendar days before the service day.
    pub days_before: u16,
    /// Wall clock; from this minute on it is late.
    pub at: NaiveTime,
    /// How many days ahead one may act.
    pub max_ahead_days: u16,
}
