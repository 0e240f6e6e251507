//! Inviti: making one, taking it back, and what the invited does with it. What accepting means is in
//! [`crate::families`].

mod accept;
mod create;
mod join;
mod list;
mod show;
mod withdraw;

use crate::{errors::ApiError, families::Refused, http::Routes};
use api::{
    Endpoint as _, ErrorCode,
    invitations::{
        AcceptInvitation, CreateInvitation, InvitationState, InvitationView, JoinByInvitation,
        ListInvitations, ShowInvitation, WithdrawInvitation,
    },
};
use domain::Instant;
use http::StatusCode;
use storage::invitations::{Invitation, State};

/// The writes that take no idempotency key: whoever sends them holds no session yet.
pub(crate) const WITHOUT_KEY: [&str; 2] = [ShowInvitation::OPERATION, JoinByInvitation::OPERATION];

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListInvitations, _>(list::handle)
        .operation::<CreateInvitation, _>(create::handle)
        .operation::<WithdrawInvitation, _>(withdraw::handle)
        .operation::<ShowInvitation, _>(show::handle)
        .operation::<AcceptInvitation, _>(accept::handle)
        .operation::<JoinByInvitation, _>(join::handle)
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorCode::InvitationRefused,
            "L'invito non vale più, oppure il codice non è giusto. Controlla il codice; se non va, chiedi un nuovo invito.",
        )
        .because(refused)
    }
}

/// An invitation, to whoever made it; without its code, which is kept nowhere.
fn view(invitation: &Invitation, now: Instant) -> InvitationView {
    let state = match invitation.state {
        State::Accepted => InvitationState::Accepted,
        State::Withdrawn => InvitationState::Withdrawn,
        State::Open if invitation.is_open(now) => InvitationState::Open,
        State::Open => InvitationState::Expired,
    };
    InvitationView {
        id: invitation.id,
        children: invitation.children.clone(),
        kind: invitation.grant.kind,
        name: format!("{} {}", invitation.first_name, invitation.surname),
        mail: invitation.mail.clone(),
        rights: invitation.grant.rights,
        last_day: invitation.grant.last_day,
        state,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
        code: None,
    }
}
