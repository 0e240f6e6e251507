//! `list_people`: the adults around each child of who asks, and what they may do.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
};
use api::people::{BondView, ChildPeopleView, ListPeople};
use axum::extract::State;
use domain::{
    BodyId, Instant, PersonId,
    body::Families,
    people::{Actor, Held, may_change, may_end},
    time::day_in_rome,
};
use storage::{
    StorageError, Tx, bodies,
    families::{self, Around, Mine},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum ListPeopleError {
    #[error("the session's body is gone")]
    NoBody,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ListPeopleError> for ApiError {
    fn from(error: ListPeopleError) -> Self {
        match error {
            ListPeopleError::NoBody => Self::internal(error),
            ListPeopleError::Storage(error) => error.into(),
        }
    }
}

/// An adult around a child, as `asker` sees them.
pub(super) fn bond(asker: PersonId, held: Held, one: &Around) -> BondView {
    let you = one.person == asker;
    BondView {
        person: one.person,
        name: format!("{} {}", one.first_name, one.surname),
        kind: one.held.kind,
        rights: one.held.rights,
        last_day: one.last_day,
        you,
        granted_by_you: one.granted_by == Some(asker),
        may_change: !you && may_change(held, one.held.kind),
        may_end: may_end(held, one.held.kind, you),
    }
}

/// Whom `asker` sees around a child: who answers for it sees all; a delegate themselves and whoever brought them in.
fn seen(asker: PersonId, held: Held, around: Vec<Around>) -> Vec<BondView> {
    let granter = around
        .iter()
        .find(|one| one.person == asker)
        .and_then(|own| own.granted_by);
    around
        .into_iter()
        .filter(|one| held.kind.answers() || one.person == asker || Some(one.person) == granter)
        .map(|one| bond(asker, held, &one))
        .collect()
}

fn child(
    tx: &mut dyn Tx,
    (body, families): (BodyId, Families),
    asker: PersonId,
    mine: Mine,
    now: Instant,
) -> Result<ChildPeopleView, StorageError> {
    let around = families::around(tx, body, mine.child, day_in_rome(now))?;
    let answers = mine.held.kind.answers();
    Ok(ChildPeopleView {
        child: mine.child,
        first_name: mine.first_name,
        may_invite: answers && families.delegates,
        may_invite_guardian: answers && families.guardians_invite,
        people: seen(asker, mine.held, around),
    })
}

pub(super) fn run(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
) -> Result<Vec<ChildPeopleView>, ListPeopleError> {
    let body = bodies::by_id(tx, actor.body)?.ok_or(ListPeopleError::NoBody)?;
    let mut children = Vec::new();
    for mine in families::mine(tx, actor, day_in_rome(now))? {
        if mine.held.rights.any() {
            let place = (actor.body, body.settings.families);
            children.push(child(tx, place, actor.person, mine, now)?);
        }
    }
    Ok(children)
}

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<ChildPeopleView>> {
    read::<ListPeople, _, _>(&app, &caller, |tx, asking| run(tx, asking.actor, asking.now)).await
}
