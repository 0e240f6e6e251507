//! `list_contacts`: a person's own contacts, and what the office proposes.

use super::view;
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::Caller,
    operation::read,
};
use api::contacts::{ContactView, ListContacts};
use axum::extract::State;
use domain::{ContactId, PersonId, contact::Contact};
use sha2::{Digest as _, Sha256};
use storage::contacts;

pub(super) async fn handle(State(app): State<App>, caller: Caller) -> ApiResult<Vec<ContactView>> {
    read::<ListContacts, ApiError, _>(&app, &caller, |tx, asking| {
        let proposed = contacts::proposed(tx, asking.actor)?;
        let kept = contacts::list(tx, asking.actor)?;
        let mut all: Vec<_> = kept.iter().map(|one| view(one, &proposed, asking.now)).collect();
        let new = proposed
            .into_iter()
            .filter(|contact| kept.iter().all(|one| one.contact != *contact));
        all.extend(new.map(|contact| ContactView {
            id: stand_in(asking.actor.person, &contact),
            kind: contact.kind(),
            value: contact.as_str().to_owned(),
            verified: false,
            proposed_by_office: true,
            code_until: None,
        }));
        Ok(all)
    })
    .await
}

/// A name for a proposal, which is no row of its own: the same each time, and nothing that can be verified or
/// removed. Adding the same value makes it a contact.
fn stand_in(person: PersonId, contact: &Contact) -> ContactId {
    let hash = Sha256::digest(format!("proposal/{person}/{}", contact.as_str()).as_bytes());
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    ContactId::from_parts(0, random)
}
