//! Me and my children.

use crate::{NoQuery, bodies::BodyView, endpoint};
use domain::{
    BadgeCode, Cents, ChildId, Instant, PersonId, WalletId, body::SignInWay, calendar::Weekdays,
    contact::Language, people::Rights,
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The person who is signed in, the body and the children.
    GetMe {} get_me Get "/api/v1/me" Session "The person, the body and the children"
    query NoQuery, request (), response MeView
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeView {
    /// The portal's clock.
    pub now: Instant,
    /// Identity: what a device keeps for offline reading is this person's and nobody else's.
    pub person: PersonId,
    /// First name and surname of the adult.
    pub name: String,
    /// First letters of both.
    pub initials: String,
    /// The language of papers and messages.
    #[serde(default)]
    pub language: Language,
    /// How this person signs in here: by badge only where they have a password.
    #[serde(default)]
    pub ways: Vec<SignInWay>,
    /// The body.
    pub body: BodyView,
    /// In the order of birth, eldest first.
    pub children: Vec<ChildView>,
}

/// Alunno, to the family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChildView {
    /// Identity.
    pub id: ChildId,
    /// First name.
    pub first_name: String,
    /// Surname.
    pub surname: String,
    /// Codice badge.
    pub badge: BadgeCode,
    /// School in this school year, where enrolled.
    pub school: Option<String>,
    /// Class in this school year.
    pub class: Option<String>,
    /// Giorni di fruizione.
    pub use_days: Weekdays,
    /// Which wallet pays the meals.
    pub wallet: WalletId,
    /// Price of a meal today, to who pays.
    pub unit_price: Option<Cents>,
    /// What this person may do.
    pub rights: Rights,
}
