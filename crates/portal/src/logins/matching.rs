//! From a proven identity to the person whom the office enrolled: by the fiscal code and nothing else.
//!
//! Names stay those of the enrolment; what the provider calls somebody is not kept.

use crate::{
    clock::Chance,
    errors::ApiError,
    families::{self, InvitationKeys},
};
use api::logins::LoginOutcome;
use domain::{Instant, PersonId, time::day_in_rome};
use identity::{VerifiedIdentity, federated::LevelFrom};
use storage::{
    StorageError, Tx, families as rows, logins,
    logins::{Login, Proof},
    people, sessions,
};

/// Who it is here, or what they are told.
pub(super) fn person(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    login: &Login,
    (identity, now): (&VerifiedIdentity, Instant),
) -> Result<Result<PersonId, LoginOutcome>, ApiError> {
    if let Some(invitation) = &login.invitation {
        let keys: InvitationKeys = serde_json::from_str(invitation).map_err(ApiError::internal)?;
        let code = identity.fiscal_code();
        let accepted = families::accept_as(tx, chance, login.body, code, &keys, now)?;
        return Ok(accepted.map_err(|_| LoginOutcome::InvitationRefused));
    }
    let code = identity.fiscal_code();
    let Some(session) = login.confirms else {
        let found = logins::person(tx, login.body, code, day_in_rome(now))?;
        if let Some(person) = found {
            people::forget_declared(tx, person, now)?;
        }
        return Ok(found.ok_or(LoginOutcome::NoMatch));
    };
    // Whoever confirms must be whoever is signed in, still; that no bond of theirs holds today makes them nobody else.
    let found = rows::person(tx, login.body, code.as_str())?;
    let session = sessions::by_id(tx, session)?.filter(|session| now < session.ends_at);
    Ok(match (found, session) {
        (Some(person), Some(session)) if session.person == person && session.body == login.body => Ok(person),
        (_, None) => Err(LoginOutcome::Expired),
        _ => Err(LoginOutcome::OtherPerson),
    })
}

/// Keeps what finds the assertion again in the provider's log.
pub(super) fn keep_proof(
    tx: &mut dyn Tx,
    login: &Login,
    identity: &VerifiedIdentity,
    (person, at): (PersonId, Instant),
) -> Result<(), StorageError> {
    let evidence = identity.evidence();
    let proof = Proof {
        login: login.id,
        body: login.body,
        person: Some(person),
        at,
        provider: login.provider.clone(),
        issuer: evidence.issuer.clone(),
        request: evidence.request.clone(),
        token_hash: evidence.token_hash.clone(),
        token_id: evidence.token_id.clone(),
        issued_at: evidence.issued_at,
        level: identity.level().into(),
        acr: match &evidence.level_from {
            LevelFrom::Provider(acr) => acr.clone(),
            LevelFrom::Configuration => String::new(),
        },
    };
    logins::keep_proof(tx, &proof)
}
