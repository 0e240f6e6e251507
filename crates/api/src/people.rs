//! Persone: the adults around a child, and what each may do.

use crate::{NoQuery, endpoint};
use domain::{
    ChildId, PersonId, ServiceDay,
    people::{BondKind, Rights},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The adults around each child of this person. A delegate sees only themselves and whoever brought them in.
    ListPeople {} list_people Get "/api/v1/people" Session "The adults around each child, and what they may do"
    query NoQuery, request (), response Vec<ChildPeopleView>
}

endpoint! {
    /// Changes what a delegate may do and until when. Needs a fresh proof of who asks.
    ChangeBond { child: ChildId, person: PersonId } change_bond Post "/api/v1/children/{child}/people/{person}/change" Session "Changes a delegate's rights and last day"
    query NoQuery, request ChangeBondRequest, response BondView
}

endpoint! {
    /// Ends a delegate's bond to a child, at once; a delegate may end their own. Guardians are ended by the office
    /// alone. Needs a fresh proof of who asks.
    EndBond { child: ChildId, person: PersonId } end_bond Post "/api/v1/children/{child}/people/{person}/end" Session "Ends a delegate's bond at once"
    query NoQuery, request (), response ()
}

/// The adults around one child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChildPeopleView {
    /// The child.
    pub child: ChildId,
    /// Nome.
    pub first_name: String,
    /// Whether this person may invite a delegate for the child, with at most the rights that they hold.
    pub may_invite: bool,
    /// Whether this person may invite another guardian.
    pub may_invite_guardian: bool,
    /// Guardians first, then by name.
    pub people: Vec<BondView>,
}

/// An adult and what they may do for a child.
#[expect(clippy::struct_excessive_bools, reason = "each says one thing of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BondView {
    /// Identity of the adult.
    pub person: PersonId,
    /// First name and surname.
    pub name: String,
    /// What they are to the child.
    pub kind: BondKind,
    /// What they may do.
    pub rights: Rights,
    /// The last day on which the bond holds, where there is one.
    pub last_day: Option<ServiceDay>,
    /// Whether it is who asks.
    pub you: bool,
    /// Whether who asks brought them in.
    pub granted_by_you: bool,
    /// Whether who asks may change the rights ([`ChangeBond`]).
    pub may_change: bool,
    /// Whether who asks may end the bond ([`EndBond`]).
    pub may_end: bool,
}

/// What a delegate may do from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeBondRequest {
    /// At most what who asks holds, and at least one.
    pub rights: Rights,
    /// The last day on which they may: from today, at most `domain::people::LONGEST_DELEGATION` days away. Needed.
    pub last_day: Option<ServiceDay>,
}
