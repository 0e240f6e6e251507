//! `remove_contact`: a contact is gone. It is told, and so are the others.

use super::{add::detail, tell_change};
use crate::{
    app::App,
    audit::{Act, Origin},
    confirmation::{ConfirmationError, require_confirmed},
    errors::{ApiError, ApiResult},
    http::{Args, Caller},
    operation::write,
};
use api::contacts::RemoveContact;
use axum::extract::State;
use domain::ContactId;
use std::sync::Arc;
use storage::{StorageError, contacts, recoveries};

#[derive(Debug, thiserror::Error)]
enum RemoveError {
    #[error("no such contact of this person")]
    NotTheirs,
    #[error(transparent)]
    Confirmation(#[from] ConfirmationError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<RemoveError> for ApiError {
    fn from(error: RemoveError) -> Self {
        match error {
            RemoveError::NotTheirs => Self::not_found(),
            RemoveError::Confirmation(error) => error.into(),
            RemoveError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<ContactId>,
) -> ApiResult<()> {
    let (chance, from) = (Arc::clone(&app.chance), caller.clone());
    write::<RemoveContact, RemoveError, _>(&app, &caller, &(), move |tx, asking| {
        let (actor, now) = (asking.actor, asking.now);
        let contact = contacts::by_id(tx, actor, id)?.ok_or(RemoveError::NotTheirs)?;
        require_confirmed(tx, &asking.session, now)?;
        let told = contacts::verified(tx, actor)?;
        contacts::remove(tx, actor, id)?;
        // A code on its way there opens nothing any more.
        recoveries::end_all(tx, actor.person, now)?;
        // One that never counted is no news to anybody.
        if contact.verified_at.is_some() {
            tell_change(tx, &*chance, (actor, &told), (&contact, false), now)?;
        }
        let what = (Act::RemoveContact, detail(contact.contact.kind()), now);
        Origin::of(&from, asking.session.client).done(tx, asking.who(), what)?;
        Ok(())
    })
    .await
}
