//! `verify_contact`: the code that came to a contact. Each try is counted before the code is looked at.

use super::{add::detail, tell_change, view};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Input},
    session::authenticate,
};
use api::{
    Endpoint as _, ErrorCode,
    contacts::{ContactView, VerifyContact, VerifyContactRequest},
};
use axum::{Json, extract::State};
use domain::ContactId;
use http::StatusCode;
use identity::recovery::Code;
use std::sync::Arc;
use storage::{StorageError, contacts};

#[derive(Debug, thiserror::Error)]
enum VerifyError {
    #[error("no such contact of this person")]
    NotTheirs,
    #[error("wrong code, {left} tries left")]
    Wrong { left: u32 },
    #[error("no code that is good any more")]
    Ended,
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{0:?}")]
    Session(ApiError),
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        let refused = |code, words| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, words);
        match error {
            VerifyError::NotTheirs => Self::not_found(),
            VerifyError::Wrong { left } => refused(
                ErrorCode::ContactCodeWrong,
                "Il codice non è corretto. Controllalo e riprova.",
            )
            .with("left", left),
            VerifyError::Ended => refused(
                ErrorCode::ContactCodeEnded,
                "Il codice non vale più. Fattene mandare uno nuovo.",
            ),
            VerifyError::Storage(error) => error.into(),
            VerifyError::Session(error) => error,
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<ContactId>,
    Input(request): Input<VerifyContactRequest>,
) -> ApiResult<ContactView> {
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let before = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, VerifyContact::ACCESS, clock.now())
            .map_err(VerifyError::Session)?;
        let kept = contacts::by_id(tx, asking.actor, id)?.ok_or(VerifyError::NotTheirs)?;
        let code = kept.code.ok_or(VerifyError::Ended)?;
        if !contacts::take_try(tx, asking.actor, id, asking.now)? {
            return Err(VerifyError::Ended);
        }
        Ok((asking, code))
    });
    let (asking, kept) = before.await?;
    let origin = Origin::of(&caller, asking.session.client);
    let right = match Code::as_typed(&request.code.0) {
        Some(typed) => {
            let hash = Some(kept.hash.clone());
            app.passwords.verify(typed.reveal().to_owned(), hash).await?
        }
        None => false,
    };
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let hash = kept.hash.clone();
    let verified = app.store.write(move |tx| {
        let now = clock.now();
        let asking = authenticate(tx, &caller.credentials, VerifyContact::ACCESS, now)
            .map_err(VerifyError::Session)?;
        let actor = asking.actor;
        let others = contacts::verified(tx, actor)?;
        if !right || !contacts::verify(tx, actor, id, &hash, now)? {
            let who = (actor.body, Some(actor.person));
            origin.refused(tx, who, (Act::VerifyContact, Detail::WrongCode, now))?;
            return Ok::<_, VerifyError>(None);
        }
        let contact = contacts::by_id(tx, actor, id)?.ok_or(VerifyError::NotTheirs)?;
        tell_change(tx, &*chance, (actor, &others), (&contact, true), now)?;
        let detail = detail(contact.contact.kind());
        origin.done(tx, asking.who(), (Act::VerifyContact, detail, now))?;
        Ok(Some(view(&contact, &[], now)))
    });
    let left = kept.tries.saturating_sub(1);
    verified
        .await?
        .map(Json)
        .ok_or_else(|| VerifyError::Wrong { left }.into())
}
