//! `accept_invitation`: whoever is signed in is bound to the children.

use super::show::note_refused;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    families::{self, InvitationKeys},
    http::{Caller, Input},
    idempotency::{Keyed, keep, recall},
    session::authenticate,
};
use api::{
    Endpoint as _,
    invitations::{AcceptInvitation, AcceptedInvitationView, InvitationKeysRequest},
};
use axum::{Json, extract::State};

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<InvitationKeysRequest>,
) -> ApiResult<AcceptedInvitationView> {
    let keyed = caller
        .key()
        .and_then(|key| Keyed::new::<AcceptInvitation>(key, &caller.path, &request));
    let (clock, chance) = (app.clock.clone(), app.chance.clone());
    let answer = app.store.write(move |tx| {
        let asking = authenticate(tx, &caller.credentials, AcceptInvitation::ACCESS, clock.now())?;
        let keyed = keyed.as_ref().map_err(Clone::clone)?;
        if let Some(before) = recall(tx, &asking, keyed)? {
            return Ok(Ok(before));
        }
        let origin = Origin::of(&caller, asking.session.client);
        let keys = InvitationKeys::of(&request.token.0, &request.code.0);
        match families::accept(tx, &*chance, asking.actor, &keys, asking.now)? {
            // A wrong code was counted: the transaction has to end well.
            Err(refused) => {
                note_refused(tx, &origin, &request.token.0, asking.now)?;
                Ok(Err(refused))
            }
            Ok(children) => {
                origin.done(
                    tx,
                    asking.who(),
                    (Act::AcceptInvitation, Detail::None, asking.now),
                )?;
                let view = AcceptedInvitationView { children };
                keep(tx, &asking, keyed, &view)?;
                Ok::<_, ApiError>(Ok(view))
            }
        }
    });
    answer.await?.map(Json).map_err(ApiError::from)
}
