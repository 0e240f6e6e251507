//! `change_bond`: what a delegate may do, and until when.

use super::list::bond;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    clock::Chance,
    confirmation::{ConfirmationError, require_confirmed},
    errors::{ApiError, ApiResult},
    families::{tell, tell_others},
    http::{Args, Caller, Input},
    operation::write,
    session::Asking,
};
use api::people::{BondView, ChangeBond, ChangeBondRequest};
use axum::extract::State;
use domain::{
    ChildId, PersonId,
    body::Families,
    message::Text,
    people::{Actor, BondKind, Denied, Grant, GrantError, grant, may_change},
    time::day_in_rome,
};
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    families::{self, By},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum ChangeBondError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Grant(#[from] GrantError),
    #[error("the session is not confirmed")]
    Confirmation(#[from] ConfirmationError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What cannot be granted, as the wire says it.
pub(crate) fn explain(error: GrantError) -> ApiError {
    match error {
        GrantError::Denied(denied) => denied.into(),
        GrantError::NotOffered => ApiError::new(
            http::StatusCode::FORBIDDEN,
            api::ErrorCode::InvitationNotOffered,
            "Questo ente non permette di invitare questa persona. Chiedi all'ufficio di aggiungerla.",
        ),
        GrantError::TooWide => ApiError::not_allowed(),
        GrantError::Rights => ApiError::invalid("rights", error),
        GrantError::LastDay => ApiError::invalid("last_day", error),
    }
}

impl From<ChangeBondError> for ApiError {
    fn from(error: ChangeBondError) -> Self {
        match error {
            ChangeBondError::Denied(denied) => denied.into(),
            ChangeBondError::Grant(error) => explain(error),
            ChangeBondError::Confirmation(error) => error.into(),
            ChangeBondError::Storage(error) => error.into(),
        }
    }
}

fn run(
    tx: &mut dyn Tx,
    (chance, origin): (&dyn Chance, &Origin),
    asking: &Asking,
    (child, person): (ChildId, PersonId),
    request: ChangeBondRequest,
) -> Result<BondView, ChangeBondError> {
    let Asking { actor, session, now } = asking;
    let (actor, now) = (*actor, *now);
    let Actor { body, person: asker } = actor;
    let today = day_in_rome(now);
    let held = families::held(tx, actor, today, child)?.filter(|held| held.rights.any());
    let held = held.ok_or(Denied::Unknown)?;
    let around = families::around(tx, body, child, today)?;
    let before = around.into_iter().find(|one| one.person == person);
    let before = before.ok_or(Denied::Unknown)?;
    if !may_change(held, before.held.kind) {
        return Err(Denied::NotAllowed.into());
    }
    let wish = Grant {
        kind: BondKind::Delegate,
        rights: request.rights,
        last_day: request.last_day,
    };
    // What the body offers families is about bringing in somebody new; who is there may be changed.
    let Grant { rights, last_day, .. } = grant(Some(held), Families::default(), wish, today)?;
    require_confirmed(tx, session, now)?;
    if !families::change(tx, body, (person, child), (rights, last_day), By::Person(asker))? {
        return Err(Denied::Unknown.into());
    }
    origin.done(tx, asking.who(), (Act::ChangeBond, Detail::Delegate, now))?;
    let whom = Actor { body, person };
    let text = |name, children| Text::BondAdded {
        name,
        children,
        role: BondKind::Delegate,
        last_day,
    };
    tell_others(tx, chance, whom, &[child], asker, now, text)?;
    let first_name = families::first_name(tx, body, child)?;
    tell(tx, chance, whom, person, now, |name| {
        text(name, vec![first_name.clone()])
    })?;
    let mut after = before;
    after.held.rights = rights;
    after.last_day = last_day;
    after.granted_by = Some(asker);
    Ok(bond(asker, held, &after))
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(of): Args<(ChildId, PersonId)>,
    Input(request): Input<ChangeBondRequest>,
) -> ApiResult<BondView> {
    let (chance, from) = (Arc::clone(&app.chance), caller.clone());
    write::<ChangeBond, ChangeBondError, _>(&app, &caller, &request, move |tx, asking| {
        let origin = Origin::of(&from, asking.session.client);
        run(tx, (&*chance, &origin), asking, of, request)
    })
    .await
}
