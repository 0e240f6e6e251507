//! `end_bond`: a delegation that is over at once. Guardians are ended by the office alone.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    clock::Chance,
    confirmation::{ConfirmationError, require_confirmed},
    errors::{ApiError, ApiResult},
    families::{tell, tell_others},
    http::{Args, Caller},
    operation::write,
    session::Asking,
};
use api::people::EndBond;
use axum::extract::State;
use domain::{
    ChildId, PersonId,
    message::Text,
    people::{Actor, Denied, may_end},
    time::day_in_rome,
};
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    families::{self, By},
};

#[derive(Debug, thiserror::Error)]
enum EndBondError {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("the session is not confirmed")]
    Confirmation(#[from] ConfirmationError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<EndBondError> for ApiError {
    fn from(error: EndBondError) -> Self {
        match error {
            EndBondError::Denied(denied) => denied.into(),
            EndBondError::Confirmation(error) => error.into(),
            EndBondError::Storage(error) => error.into(),
        }
    }
}

fn run(
    tx: &mut dyn Tx,
    (chance, origin): (&dyn Chance, &Origin),
    asking: &Asking,
    (child, person): (ChildId, PersonId),
) -> Result<(), EndBondError> {
    let Asking { actor, session, now } = asking;
    let (actor, now) = (*actor, *now);
    let today = day_in_rome(now);
    let own = person == actor.person;
    // Also a delegate who is allowed nothing any more may go.
    let held = families::held(tx, actor, today, child)?.filter(|held| own || held.rights.any());
    let held = held.ok_or(Denied::Unknown)?;
    let around = families::around(tx, actor.body, child, today)?;
    let of = around.into_iter().find(|one| one.person == person);
    let of = of.ok_or(Denied::Unknown)?;
    if !may_end(held, of.held.kind, own) {
        return Err(Denied::NotAllowed.into());
    }
    require_confirmed(tx, session, now)?;
    let whom = Actor {
        body: actor.body,
        person,
    };
    let first_name = families::first_name(tx, actor.body, child)?;
    let text = |name, children| Text::BondEnded { name, children };
    tell_others(tx, chance, whom, &[child], actor.person, now, text)?;
    if !own {
        tell(tx, chance, whom, person, now, |name| {
            text(name, vec![first_name.clone()])
        })?;
    }
    if !families::end(tx, actor.body, (person, child), By::Person(actor.person), now)? {
        return Err(Denied::Unknown.into());
    }
    origin.done(tx, asking.who(), (Act::EndBond, Detail::Delegate, now))?;
    Ok(())
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(of): Args<(ChildId, PersonId)>,
) -> ApiResult<()> {
    let (chance, from) = (Arc::clone(&app.chance), caller.clone());
    write::<EndBond, EndBondError, _>(&app, &caller, &(), move |tx, asking| {
        let origin = Origin::of(&from, asking.session.client);
        run(tx, (&*chance, &origin), asking, of)
    })
    .await
}
