//! `withdraw_invitation`: takes back what nobody has accepted. One that is over stays as it is.

use super::{create::cause, view};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::write,
};
use api::invitations::{InvitationView, WithdrawInvitation};
use axum::extract::State;
use domain::InvitationId;
use storage::{
    StorageError,
    invitations::{self, State as Closed},
    outbox,
};

#[derive(Debug, thiserror::Error)]
enum WithdrawError {
    #[error("no such invitation of this person")]
    NotTheirs,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<WithdrawError> for ApiError {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::NotTheirs => Self::not_found(),
            WithdrawError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<InvitationId>,
) -> ApiResult<InvitationView> {
    let from = caller.clone();
    write::<WithdrawInvitation, WithdrawError, _>(&app, &caller, &(), move |tx, asking| {
        let now = asking.now;
        let mut found = invitations::own(tx, asking.actor, id)?.ok_or(WithdrawError::NotTheirs)?;
        if invitations::close(tx, id, Closed::Withdrawn, None, now)? {
            found.state = Closed::Withdrawn;
            for sent in 1..=found.sent {
                outbox::withdraw(tx, asking.actor.body, &cause(id, sent), now)?;
            }
            let origin = Origin::of(&from, asking.session.client);
            origin.done(tx, asking.who(), (Act::WithdrawInvitation, Detail::None, now))?;
        }
        Ok(view(&found, now))
    })
    .await
}
