//! Inviti: how a guardian brings in the other parent, a grandparent or a sitter.
//!
//! The invited gets a mail with a link, and hears the code from whoever invited them: a mail that went to a wrong
//! address is worth nothing. What is wrong with a link or a code is never told: unknown, used, withdrawn, too old or
//! wrong, the answer is [`crate::ErrorCode::InvitationRefused`].

use crate::{
    NoQuery, endpoint,
    sessions::{ClientKind, Secret, SessionView},
};
use domain::{
    ChildId, Instant, InvitationId, ServiceDay,
    body::SignInWay,
    people::{BondKind, Rights},
};
use serde::{Deserialize, Serialize};

endpoint! {
    /// The invitations that this person made and that are not long over, newest first.
    ListInvitations {} list_invitations Get "/api/v1/invitations" Session "The invitations that this person made"
    query NoQuery, request (), response Vec<InvitationView>
}

endpoint! {
    /// Invites. The answer alone holds the code, to be told by voice. Needs a fresh proof of who asks. Sent again with
    /// the same key, the same invitation gets a new link and a new code.
    CreateInvitation {} create_invitation Post "/api/v1/invitations" Session "Invites another guardian or a delegate"
    query NoQuery, request InvitationRequest, response InvitationView
}

endpoint! {
    /// Takes an invitation back that nobody has accepted.
    WithdrawInvitation { invitation: InvitationId } withdraw_invitation Post "/api/v1/invitations/{invitation}/withdraw" Session "Takes an open invitation back"
    query NoQuery, request (), response InvitationView
}

endpoint! {
    /// What the invited is asked, for whoever holds link and code. Five wrong codes end it.
    ShowInvitation {} show_invitation Post "/api/v1/invitations/show" Public "What an invitation asks, for who holds its link and its code"
    query NoQuery, request InvitationKeysRequest, response InvitedView
}

endpoint! {
    /// Accepts as who is signed in.
    AcceptInvitation {} accept_invitation Post "/api/v1/invitations/accept" Session "Accepts an invitation as who is signed in"
    query NoQuery, request InvitationKeysRequest, response AcceptedInvitationView
}

endpoint! {
    /// Accepts as somebody new, who signs in from now on with the address to which the invitation went and a password.
    /// Only where the body offers badge and password.
    JoinByInvitation {} join_by_invitation Post "/api/v1/invitations/join" Public "Accepts an invitation as somebody new, with a password"
    query NoQuery, request JoinRequest, response SessionView
}

/// Whom to invite, and to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// For which children; at least one, each once.
    pub children: Vec<ChildId>,
    /// `guardian` or `delegate`.
    pub kind: BondKind,
    /// Nome.
    pub first_name: String,
    /// Cognome.
    pub surname: String,
    /// Where the link goes.
    pub mail: String,
    /// For a delegate: at most what who asks holds for each of the children. For a guardian all of them.
    pub rights: Rights,
    /// For a delegate needed: from today, at most `domain::people::LONGEST_DELEGATION` days away. For a guardian none.
    pub last_day: Option<ServiceDay>,
}

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// It was.
    Accepted,
    /// Whoever made it took it back.
    Withdrawn,
    /// Seven days have passed, or five wrong codes were typed.
    Expired,
}

/// An invitation, to whoever made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitationView {
    /// Identity.
    pub id: InvitationId,
    /// For which children.
    pub children: Vec<ChildId>,
    /// To be what.
    pub kind: BondKind,
    /// First name and surname of the invited.
    pub name: String,
    /// Where the link went.
    pub mail: String,
    /// What they will be allowed.
    pub rights: Rights,
    /// Until when.
    pub last_day: Option<ServiceDay>,
    /// How it stands.
    pub state: InvitationState,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// Eight digits, in the answer to [`CreateInvitation`] alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

/// The link's token and the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationKeysRequest {
    /// The last part of the link, `/invito/{token}`.
    pub token: Secret,
    /// Eight digits; blanks do not count.
    pub code: Secret,
}

/// An invitation, to the invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InvitedView {
    /// Short name of the body.
    pub body: String,
    /// Such as `Comune di Valmora`.
    pub body_name: String,
    /// First name of whoever invites.
    pub from: String,
    /// First names.
    pub children: Vec<String>,
    /// To be what.
    pub kind: BondKind,
    /// What they will be allowed.
    pub rights: Rights,
    /// Until when.
    pub last_day: Option<ServiceDay>,
    /// How the body lets people sign in: with `badge` among them [`JoinByInvitation`] is possible.
    pub ways: Vec<SignInWay>,
}

/// What was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptedInvitationView {
    /// The children to whom the person is bound now.
    pub children: Vec<ChildId>,
}

/// Somebody new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The last part of the link.
    pub token: Secret,
    /// Eight digits.
    pub code: Secret,
    /// Nome.
    pub first_name: String,
    /// Cognome.
    pub surname: String,
    /// Codice fiscale.
    pub fiscal_code: Secret,
    /// The password.
    pub new: Secret,
    /// App or browser.
    pub client: ClientKind,
}
