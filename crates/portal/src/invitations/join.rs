//! `join_by_invitation`: somebody new, with a password of their own. Person, password, address and bonds come into being
//! together or not at all. Only where the body offers badge and password.
//!
//! Nobody becomes somebody else here: a fiscal code that the body knows is turned away, and counts as a wrong code.

use super::{create::name, show::note_refused};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    families::{self, InvitationKeys, Refused},
    http::{Caller, Input},
    sessions::opening::{self, SessionAnswer},
};
use api::{ErrorCode, invitations::JoinRequest};
use axum::extract::State;
use domain::{
    BodyId, FiscalCode, Instant,
    body::SignInWay,
    password::{MIN_LENGTH, PasswordError},
    people::Actor,
};
use http::StatusCode;
use identity::strength;
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies, families as rows,
    invitations::{self, Invitation},
    people::{self, Credential},
    sessions::Kind,
};

#[derive(Debug, thiserror::Error)]
enum JoinError {
    #[error("{0} is not what it has to be")]
    Field(&'static str),
    #[error(transparent)]
    Invitation(#[from] Refused),
    #[error("the body has no badges and passwords")]
    WayNotOffered,
    #[error("the fiscal code is known")]
    Known,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<JoinError> for ApiError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Field(name) => Self::invalid(name, "is not what it has to be"),
            JoinError::Invitation(refused) => refused.into(),
            JoinError::WayNotOffered => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WayNotOffered,
                "Questo ente non usa codici e password: accetta l'invito entrando con SPID o CIE.",
            ),
            JoinError::Known => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::PersonKnown,
                "Questo codice fiscale è già conosciuto. Entra con il tuo accesso e poi accetta l'invito.",
            ),
            JoinError::Password(error) => weak(&error),
            JoinError::Storage(error) => error.into(),
        }
    }
}

fn weak(error: &PasswordError) -> ApiError {
    let refused = |code, words| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, words);
    match error {
        PasswordError::TooShort { min } => refused(
            ErrorCode::PasswordTooShort,
            "La password è troppo corta. Allungala, per esempio con più parole.",
        )
        .with("min", min),
        PasswordError::TooLong => refused(
            ErrorCode::PasswordTooLong,
            "La password è troppo lunga. Usa al massimo 128 caratteri.",
        ),
        PasswordError::Guessable | PasswordError::Unchanged => refused(
            ErrorCode::PasswordGuessable,
            "La password è facile da indovinare. Scegli tre o quattro parole che non stanno insieme.",
        ),
    }
}

/// What is known once link and code have opened the invitation.
struct Opened {
    slug: String,
    own_words: Vec<String>,
}

/// Opens the invitation and looks whether somebody new may join by it. The refusal is a value: tries are counted.
fn look(
    tx: &mut dyn Tx,
    (token, code): (&str, &str),
    fiscal_code: &FiscalCode,
    now: Instant,
) -> Result<Result<(Invitation, Opened), JoinError>, StorageError> {
    let invitation = match families::open(tx, &InvitationKeys::of(token, code), now)? {
        Ok(invitation) => invitation,
        Err(refused) => return Ok(Err(refused.into())),
    };
    let body: BodyId = invitation.by.body;
    let Some(body) = bodies::by_id(tx, body)? else {
        return Ok(Err(Refused.into()));
    };
    if !body.settings.sign_in_ways.contains(&SignInWay::Badge) {
        return Ok(Err(JoinError::WayNotOffered));
    }
    if rows::person(tx, body.id, fiscal_code.as_str())?.is_some() {
        invitations::tried(tx, invitation.id)?;
        return Ok(Err(JoinError::Known));
    }
    let granted = families::granted(tx, &invitation, now)?;
    if granted.is_empty() {
        return Ok(Err(Refused.into()));
    }
    let mut own_words: Vec<String> = body.name.split_whitespace().map(str::to_owned).collect();
    own_words.push(body.slug.clone());
    for child in granted {
        own_words.push(rows::first_name(tx, body.id, child)?);
    }
    let slug = body.slug;
    Ok(Ok((invitation, Opened { slug, own_words })))
}

/// A newcomer, as checked before the database is asked.
struct Newcomer {
    token: String,
    code: String,
    first_name: String,
    surname: String,
    fiscal_code: FiscalCode,
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<JoinRequest>,
) -> Result<SessionAnswer, ApiError> {
    let new = Newcomer {
        first_name: name(&request.first_name).ok_or(JoinError::Field("first_name"))?,
        surname: name(&request.surname).ok_or(JoinError::Field("surname"))?,
        fiscal_code: FiscalCode::parse(&request.fiscal_code.0)
            .map_err(|_| JoinError::Field("fiscal_code"))?,
        token: request.token.0,
        code: request.code.0,
    };
    let new = Arc::new(new);
    let client = opening::client(request.client);
    let origin = Origin::of(&caller, client);
    let looked = {
        let (clock, new, origin) = (Arc::clone(&app.clock), Arc::clone(&new), origin.clone());
        app.store.write(move |tx| {
            let now = clock.now();
            let looked = look(tx, (&new.token, &new.code), &new.fiscal_code, now)?;
            if looked.is_err() {
                note_refused(tx, &origin, &new.token, now)?;
            }
            Ok::<_, StorageError>(looked.map(|(_, opened)| opened))
        })
    };
    let opened = looked.await.map_err(ApiError::from)??;
    let mut words: Vec<&str> = opened.own_words.iter().map(String::as_str).collect();
    words.extend([new.first_name.as_str(), new.surname.as_str()]);
    strength::check(&request.new.0, MIN_LENGTH, &words).map_err(JoinError::from)?;
    let mut salt = [0; 16];
    app.chance.bytes(&mut salt);
    let credential = Credential {
        password_hash: app.passwords.hash(request.new.0, salt).await?,
        provisional: false,
        expires_at: None,
    };
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let joined = app.store.write(move |tx| {
        let now = clock.now();
        let (invitation, _) = look(tx, (&new.token, &new.code), &new.fiscal_code, now)??;
        let names = (new.first_name.as_str(), new.surname.as_str());
        let person = families::add_invited(tx, &*chance, &invitation, &new.fiscal_code, names, now)?;
        let actor = Actor {
            body: invitation.by.body,
            person,
        };
        people::set_credential(tx, actor, &credential, now)?;
        families::bind(tx, &*chance, &invitation, person, now)??;
        let who = (actor.body, person);
        origin.done(tx, who, (Act::AcceptInvitation, Detail::None, now))?;
        let with = (client, origin.device());
        let session = opening::open(tx, &*chance, actor, Kind::Full, with, now)?;
        Ok::<_, JoinError>((session, now))
    });
    let (session, now) = joined.await?;
    Ok(SessionAnswer::new(
        session,
        opened.slug,
        app.settings.is_https(),
        now,
    ))
}
