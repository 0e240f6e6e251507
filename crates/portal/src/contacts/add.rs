//! `add_contact`: a contact, unverified, and a code to it.

use super::{MOST, address, codes, view};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    clock::fresh,
    confirmation::{ConfirmationError, require_confirmed},
    errors::{ApiError, ApiResult},
    http::{Caller, Input},
    operation::write,
    session::authenticate,
};
use api::{
    Endpoint as _, ErrorCode,
    contacts::{AddContact, AddContactRequest, ContactView},
};
use axum::extract::State;
use domain::{
    ContactId, MessageId,
    contact::{Contact, ContactKind},
    message::{Hidden, Message, Text},
};
use http::StatusCode;
use identity::recovery::{TRIES, WINDOW, until};
use std::sync::Arc;
use storage::{
    StorageError, Tx,
    contacts::{self, KeptCode},
    outbox,
};

/// Codes that one person may ask for within [`WINDOW`], to whatever contacts.
const PER_PERSON: u32 = 8;

#[derive(Debug, thiserror::Error)]
enum AddError {
    #[error("not a contact")]
    Invalid(ContactKind),
    #[error("this portal sends no SMS")]
    NoSms,
    #[error("as many contacts as a person may have")]
    TooMany,
    #[error("too many codes to one place or in one day")]
    Wait,
    #[error(transparent)]
    Confirmation(#[from] ConfirmationError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<AddError> for ApiError {
    fn from(error: AddError) -> Self {
        let refused = |code, words| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, words);
        match error {
            AddError::Invalid(kind) => refused(
                ErrorCode::ContactInvalid,
                match kind {
                    ContactKind::Mail => "L'indirizzo e-mail non è valido. Controlla che sia scritto per intero.",
                    ContactKind::Phone => {
                        "Il numero non è quello di un cellulare. Scrivilo con tutte le cifre, per esempio 333 1234567."
                    }
                },
            )
            .with("kind", kind),
            AddError::NoSms => refused(
                ErrorCode::SmsNotOffered,
                "Questo servizio non invia SMS. Aggiungi un indirizzo e-mail.",
            ),
            AddError::TooMany => refused(
                ErrorCode::TooManyContacts,
                "Hai già molti recapiti. Togline uno, poi aggiungi questo.",
            )
            .with("max", MOST),
            AddError::Wait => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::TooManyAttempts,
                "Sono stati chiesti troppi codici. Aspetta e riprova; intanto guarda tra i messaggi già ricevuti.",
            )
            .with("retry_after", WINDOW.num_seconds()),
            AddError::Confirmation(error) => error.into(),
            AddError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<AddContactRequest>,
) -> ApiResult<ContactView> {
    let contact = Contact::parse(request.kind, &request.value).map_err(|_| AddError::Invalid(request.kind));
    let contact = contact.map_err(ApiError::from)?;
    if contact.kind() == ContactKind::Phone && !codes::sms_offered(&app) {
        return Err(AddError::NoSms.into());
    }
    // A hash is made for whoever is signed in, and for nobody else.
    let (clock, credentials) = (Arc::clone(&app.clock), caller.credentials.clone());
    let asking = app
        .store
        .read(move |tx| authenticate(tx, &credentials, AddContact::ACCESS, clock.now()));
    asking.await?;
    let (code, hash) = codes::make(&app).await?;
    let (chance, from) = (Arc::clone(&app.chance), caller.clone());
    let sms_per_day = app.settings.codes.sms_per_day;
    write::<AddContact, AddError, _>(&app, &caller, &request, move |tx, asking| {
        let (actor, now) = (asking.actor, asking.now);
        require_confirmed(tx, &asking.session, now)?;
        let all = contacts::list(tx, actor)?;
        let full = all.len() >= MOST;
        let proposed = contacts::proposed(tx, actor)?;
        let before = all.into_iter().find(|one| one.contact == contact);
        if let Some(verified) = before.as_ref().filter(|one| one.verified_at.is_some()) {
            return Ok(view(verified, &proposed, now));
        }
        let id = match &before {
            Some(before) => before.id,
            None if full => return Err(AddError::TooMany),
            None => fresh(&*chance, now, ContactId::from_parts),
        };
        let target = codes::target_of(actor.body, &contact);
        // Nobody writes to strangers through this: one person asks for few codes, wherever they go.
        let asker = codes::target(actor.body, &format!("person/{}", actor.person));
        if contacts::asked_to(tx, &asker, now - WINDOW)? >= PER_PERSON {
            return Err(AddError::Wait);
        }
        if !codes::may_send(tx, actor.body, (&target, contact.kind()), sms_per_day, now)? {
            return Err(AddError::Wait);
        }
        contacts::add(tx, actor, id, &contact, now)?;
        let kept = KeptCode {
            hash: hash.clone(),
            until: until(now),
            tries: TRIES,
        };
        contacts::set_code(tx, actor, id, &kept)?;
        contacts::note_sent(tx, actor.body, (&asker, contact.kind()), false, now)?;
        contacts::note_sent(tx, actor.body, (&target, contact.kind()), true, now)?;
        let message = fresh(&*chance, now, MessageId::from_parts);
        let message = Message {
            id: message,
            body: actor.body,
            person: Some(actor.person),
            to: address(&contact),
            cause: format!("code/{message}"),
            due: now,
            expires: Some(kept.until),
            text: Text::ContactCode {
                code: Hidden::new(code.reveal()),
                until: kept.until,
            },
        };
        outbox::add(tx, &message, now)?;
        let detail = detail(contact.kind());
        Origin::of(&from, asking.session.client).done(tx, asking.who(), (Act::AddContact, detail, now))?;
        added(tx, asking.actor, id, &proposed, now)
    })
    .await
}

fn added(
    tx: &mut dyn Tx,
    actor: domain::people::Actor,
    id: ContactId,
    proposed: &[Contact],
    now: domain::Instant,
) -> Result<ContactView, AddError> {
    let kept = contacts::by_id(tx, actor, id)?.ok_or_else(|| StorageError::NoRow {
        sql: "contacts::by_id".to_owned(),
    })?;
    Ok(view(&kept, proposed, now))
}

/// Which sort of contact, for the audit.
pub(super) const fn detail(kind: ContactKind) -> Detail {
    match kind {
        ContactKind::Mail => Detail::MailAddress,
        ContactKind::Phone => Detail::PhoneNumber,
    }
}
