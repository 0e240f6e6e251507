//! `create_invitation`: a link by mail, a code by voice. Both are made here and kept nowhere: the link waits in the outbox
//! until it is delivered, the code is in this answer alone.
//!
//! The same request sent again makes no second invitation. What it answered cannot be kept, so the invitation gets
//! another link and another code, and the mail goes again.

use super::view;
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    clock::fresh,
    confirmation::{ConfirmationError, require_confirmed},
    errors::{ApiError, ApiResult},
    families::code_hash,
    http::{Caller, Input},
    idempotency::{Keyed, keep, recall},
    people::change::explain,
    session::{Asking, authenticate},
};
use api::{
    Endpoint as _, ErrorCode,
    invitations::{CreateInvitation, InvitationRequest, InvitationView},
    sessions::Secret,
};
use axum::{Json, extract::State};
use chrono::TimeDelta;
use domain::{
    InvitationId, MessageId,
    contact::{Contact, ContactKind},
    message::{Address, Hidden, Message, Text},
    people::{BondKind, Denied, Grant, GrantError, grant},
    time::day_in_rome,
};
use http::StatusCode;
use identity::Token;
use storage::{
    StorageError, Tx, bodies, contacts, families,
    invitations::{self, Invitation, State as How},
    outbox, people,
};

/// For how long it can be accepted.
const GOOD_FOR: TimeDelta = TimeDelta::days(7);
/// How many one person may make in a day: mail goes to whatever address they type.
const MOST_A_DAY: i64 = 10;
/// How often link and code of one invitation may be made.
const MOST_SENT: i64 = 3;
/// More than any family has.
const MOST_CHILDREN: usize = 20;
/// Characters of a name.
const LONGEST_NAME: usize = 60;

#[derive(Debug, thiserror::Error)]
enum CreateError {
    #[error("the session's body is gone")]
    NoBody,
    #[error("{0} is not what it has to be")]
    Field(&'static str),
    #[error(transparent)]
    Grant(#[from] GrantError),
    #[error("the session is not confirmed")]
    Confirmation(#[from] ConfirmationError),
    #[error("{MOST_A_DAY} invitations in a day")]
    TooMany,
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{0:?}")]
    Refused(ApiError),
}

impl From<ApiError> for CreateError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::NoBody => Self::internal(error),
            CreateError::Field(name) => Self::invalid(name, "is not what it has to be"),
            CreateError::Grant(error) => explain(error),
            CreateError::Confirmation(error) => error.into(),
            CreateError::TooMany => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::TooManyAttempts,
                "Per oggi hai fatto molti inviti. Riprova domani, oppure chiedi all'ufficio.",
            )
            .with("retry_after", TimeDelta::days(1).num_seconds()),
            CreateError::Storage(error) => error.into(),
            CreateError::Refused(error) => error,
        }
    }
}

/// What the outbox knows the mail by: the same invitation may be sent again.
pub(super) fn cause(id: InvitationId, sent: i64) -> String {
    format!("invitation/{id}/{sent}")
}

/// A link's token and a code, with what they hash to.
struct Keys {
    token: Token,
    code: String,
    code_hash: String,
}

impl Keys {
    fn fresh(app: &App) -> Self {
        let (mut random, mut drawn) = ([0; 32], [0; 8]);
        app.chance.bytes(&mut random);
        app.chance.bytes(&mut drawn);
        let token = Token::from_random(random);
        let code = format!("{:08}", u64::from_be_bytes(drawn) % 100_000_000);
        let code_hash = code_hash(token.reveal(), &code);
        Self {
            token,
            code,
            code_hash,
        }
    }
}

/// A name as it is kept: on one line, no longer than a name is.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = (1..=LONGEST_NAME).contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphabetic() || " '’.-".contains(c));
    fits.then_some(text)
}

/// What is granted for all of the children, and the mail address in its one form.
fn checked(
    tx: &mut dyn Tx,
    asking: &Asking,
    request: &InvitationRequest,
) -> Result<(Grant, Contact), CreateError> {
    let InvitationRequest { children, .. } = request;
    let twice = (1..children.len()).any(|i| children[..i].contains(&children[i]));
    if children.is_empty() || children.len() > MOST_CHILDREN || twice {
        return Err(CreateError::Field("children"));
    }
    if request.kind == BondKind::Payer {
        return Err(CreateError::Field("kind"));
    }
    let mail = Contact::parse(ContactKind::Mail, &request.mail).map_err(|_| CreateError::Field("mail"))?;
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(CreateError::NoBody)?;
    let today = day_in_rome(asking.now);
    let wish = Grant {
        kind: request.kind,
        rights: request.rights,
        last_day: request.last_day,
    };
    let mut granted = None;
    for child in children {
        let held = families::held(tx, asking.actor, today, *child)?;
        granted = Some(grant(held, body.settings.families, wish, today)?);
    }
    let granted = granted.ok_or(GrantError::Denied(Denied::Unknown))?;
    Ok((granted, mail))
}

fn create(
    tx: &mut dyn Tx,
    keys: &Keys,
    app: &App,
    asking: &Asking,
    request: &InvitationRequest,
) -> Result<Invitation, CreateError> {
    let now = asking.now;
    let first_name = name(&request.first_name).ok_or(CreateError::Field("first_name"))?;
    let surname = name(&request.surname).ok_or(CreateError::Field("surname"))?;
    let (grant, mail) = checked(tx, asking, request)?;
    require_confirmed(tx, &asking.session, now)?;
    let who = (asking.actor.body, asking.actor.person);
    if invitations::made_since(tx, who, now - TimeDelta::days(1))? >= MOST_A_DAY {
        return Err(CreateError::TooMany);
    }
    let new = Invitation {
        id: fresh(&*app.chance, now, InvitationId::from_parts),
        by: asking.actor,
        children: request.children.clone(),
        grant,
        first_name,
        surname,
        mail: mail.as_str().to_owned(),
        code_hash: keys.code_hash.clone(),
        tries: 0,
        sent: 1,
        created_at: now,
        expires_at: now + GOOD_FOR,
        state: How::Open,
    };
    invitations::add(tx, &new, keys.token.hash().as_str())?;
    Ok(new)
}

/// Puts the link into the outbox, which wipes it once it is delivered.
fn send(
    tx: &mut dyn Tx,
    keys: &Keys,
    app: &App,
    asking: &Asking,
    invitation: &Invitation,
) -> Result<(), StorageError> {
    let body = asking.actor.body;
    let (first_name, surname) = people::name(tx, asking.actor)?;
    let mut children = Vec::new();
    for child in &invitation.children {
        children.push(families::first_name(tx, body, *child)?);
    }
    let link = format!("{}/invito/{}", app.settings.origin(), keys.token.reveal());
    let message = Message {
        id: fresh(&*app.chance, asking.now, MessageId::from_parts),
        body,
        person: None,
        to: Address::Mail(invitation.mail.clone()),
        cause: cause(invitation.id, invitation.sent),
        due: asking.now,
        expires: Some(invitation.expires_at),
        text: Text::Invitation {
            from: format!("{first_name} {surname}"),
            children,
            role: invitation.grant.kind,
            link: Hidden::new(link),
            until: invitation.expires_at,
            language: contacts::language(tx, asking.actor)?,
        },
    };
    outbox::add(tx, &message, asking.now).map(drop)
}

/// The invitation that the same request made before, with another link and code where it is open still.
fn again(
    tx: &mut dyn Tx,
    keys: &Keys,
    app: &App,
    asking: &Asking,
    id: InvitationId,
) -> Result<InvitationView, CreateError> {
    let found = invitations::own(tx, asking.actor, id)?;
    let mut found = found.ok_or_else(ApiError::not_found)?;
    if !found.is_open(asking.now) || found.sent >= MOST_SENT {
        return Ok(view(&found, asking.now));
    }
    // A fresh link and code are as good as a fresh invitation.
    require_confirmed(tx, &asking.session, asking.now)?;
    outbox::withdraw(tx, asking.actor.body, &cause(id, found.sent), asking.now)?;
    invitations::renew(tx, id, keys.token.hash().as_str(), &keys.code_hash)?;
    found.sent += 1;
    send(tx, keys, app, asking, &found)?;
    Ok(with_code(&found, keys, asking))
}

fn with_code(invitation: &Invitation, keys: &Keys, asking: &Asking) -> InvitationView {
    InvitationView {
        code: Some(Secret(keys.code.clone())),
        ..view(invitation, asking.now)
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<InvitationRequest>,
) -> ApiResult<InvitationView> {
    let keyed = caller
        .key()
        .and_then(|key| Keyed::new::<CreateInvitation>(key, &caller.path, &request));
    let inside = app.clone();
    let answer = app.store.write(move |tx| {
        let asking = authenticate(
            tx,
            &caller.credentials,
            CreateInvitation::ACCESS,
            inside.clock.now(),
        )?;
        let keyed = keyed.as_ref().map_err(Clone::clone)?;
        let keys = Keys::fresh(&inside);
        if let Some(before) = recall::<InvitationView>(tx, &asking, keyed)? {
            return again(tx, &keys, &inside, &asking, before.id);
        }
        let made = create(tx, &keys, &inside, &asking, &request)?;
        send(tx, &keys, &inside, &asking, &made)?;
        let detail = match made.grant.kind {
            BondKind::Delegate => Detail::Delegate,
            BondKind::Guardian | BondKind::Payer => Detail::Guardian,
        };
        let origin = Origin::of(&caller, asking.session.client);
        origin.done(tx, asking.who(), (Act::CreateInvitation, detail, asking.now))?;
        keep(tx, &asking, keyed, &view(&made, asking.now))?;
        Ok::<_, CreateError>(with_code(&made, &keys, &asking))
    });
    Ok(Json(answer.await.map_err(ApiError::from)?))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_one_line_of_letters() {
        assert_eq!(name("  Rosa  Maria "), Some("Rosa Maria".to_owned()));
        assert_eq!(name("D'Angelo-Müller"), Some("D'Angelo-Müller".to_owned()));
        for text in [
            "",
            " ",
            "Ada\r\nBcc: x",
            "<b>",
            "www.example.it/x",
            &"a".repeat(61),
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
