//! `show_invitation`: what an invitation asks, for whoever holds its link and its code.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::{ApiError, ApiResult},
    families::{self, InvitationKeys, Refused},
    http::{Caller, Input},
};
use api::invitations::{InvitationKeysRequest, InvitedView};
use axum::{Json, extract::State};
use domain::Instant;
use storage::{
    StorageError, Tx, bodies, families as rows,
    invitations::{self, Invitation},
    people,
    sessions::Client,
};

/// Notes that an invitation was not opened, where its link is one; in the transaction that counts the try.
pub(super) fn note_refused(
    tx: &mut dyn Tx,
    origin: &Origin,
    token: &str,
    now: Instant,
) -> Result<(), StorageError> {
    let hash = identity::TokenHash::of(token);
    if let Some(invitation) = invitations::by_token(tx, hash.as_str())? {
        let what = (Act::OpenInvitation, Detail::InvitationRefused, now);
        origin.refused(tx, (invitation.by.body, None), what)?;
    }
    Ok(())
}

fn shown(
    tx: &mut dyn Tx,
    invitation: &Invitation,
    now: Instant,
) -> Result<Result<InvitedView, Refused>, StorageError> {
    let by = invitation.by;
    let Some(body) = bodies::by_id(tx, by.body)? else {
        return Ok(Err(Refused));
    };
    let granted = families::granted(tx, invitation, now)?;
    if granted.is_empty() {
        return Ok(Err(Refused));
    }
    let mut children = Vec::new();
    for child in granted {
        children.push(rows::first_name(tx, by.body, child)?);
    }
    let (from, _) = people::name(tx, by)?;
    Ok(Ok(InvitedView {
        body: body.slug,
        body_name: body.name,
        from,
        children,
        kind: invitation.grant.kind,
        rights: invitation.grant.rights,
        last_day: invitation.grant.last_day,
        ways: body.settings.sign_in_ways,
    }))
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(InvitationKeysRequest { token, code }): Input<InvitationKeysRequest>,
) -> ApiResult<InvitedView> {
    let clock = app.clock.clone();
    // The caller has no session yet: a browser, for all that is known.
    let origin = Origin::of(&caller, Client::Browser);
    let answer = app.store.write(move |tx| {
        let now = clock.now();
        match families::open(tx, &InvitationKeys::of(&token.0, &code.0), now)? {
            Ok(invitation) => shown(tx, &invitation, now),
            Err(refused) => {
                note_refused(tx, &origin, &token.0, now)?;
                Ok::<_, StorageError>(Err(refused))
            }
        }
    });
    let answer = answer.await.map_err(ApiError::from)?;
    answer.map(Json).map_err(ApiError::from)
}
