//! `list_invitations`: what this person asked of whom, lately.

use super::view;
use crate::{app::App, errors::ApiResult, http::Caller, operation::read};
use api::invitations::{InvitationView, ListInvitations};
use axum::extract::State;
use chrono::TimeDelta;
use storage::{StorageError, invitations};

/// For how long one that is over is still shown.
const SHOWN_FOR: TimeDelta = TimeDelta::days(30);

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<InvitationView>> {
    read::<ListInvitations, StorageError, _>(&app, &caller, |tx, asking| {
        let made = invitations::of_person(tx, asking.actor, asking.now - SHOWN_FOR)?;
        Ok(made.iter().map(|one| view(one, asking.now)).collect())
    })
    .await
}
