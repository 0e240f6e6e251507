//! `choose_password`: replaces the password, ends every other session and opens a full one.

use super::{
    attempts::{self, CountError, Counted, TooMany},
    opening::{self, SessionAnswer},
};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    contacts::tell_password_changed,
    errors::ApiError,
    http::{Caller, Input},
    session::{Asking, authenticate},
};
use api::{
    Endpoint as _, ErrorCode,
    sessions::{ChoosePassword, ChoosePasswordRequest},
};
use axum::extract::State;
use domain::{
    Instant,
    password::{MIN_LENGTH, PasswordError},
    people::Actor,
    time::day_in_rome,
};
use http::StatusCode;
use identity::{provisional, strength};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies, contacts,
    people::{self, Credential},
    recoveries,
    sessions::{self, Kind},
};

#[derive(Debug, thiserror::Error)]
enum ChooseError {
    #[error("the current password is wrong")]
    Wrong,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error("{0:?}")]
    Session(ApiError),
}

impl From<CountError> for ChooseError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<ChooseError> for ApiError {
    fn from(error: ChooseError) -> Self {
        match error {
            ChooseError::Wrong => Self::new(
                StatusCode::FORBIDDEN,
                ErrorCode::WrongCredentials,
                "La password attuale non è corretta. Controlla e riprova.",
            ),
            ChooseError::Password(error) => refused_password(error),
            ChooseError::Wait(error) => error.into(),
            ChooseError::Storage(error) => error.into(),
            ChooseError::Session(error) => error,
        }
    }
}

/// A new password that is not good enough, with what to do.
pub(crate) fn refused_password(error: PasswordError) -> ApiError {
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
        PasswordError::Guessable => refused(
            ErrorCode::PasswordGuessable,
            "La password è facile da indovinare. Scegli tre o quattro parole che non stanno insieme.",
        ),
        PasswordError::Unchanged => refused(
            ErrorCode::PasswordUnchanged,
            "La password è uguale a quella di prima. Scegline un'altra.",
        ),
    }
}

/// What is known before the password is looked at.
struct Before {
    asking: Asking,
    credential: Credential,
    slug: String,
    own_words: Vec<String>,
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<ChoosePasswordRequest>,
) -> Result<SessionAnswer, ApiError> {
    let ChoosePasswordRequest { current, new } = request;
    let credentials = caller.credentials.clone();
    let clock = Arc::clone(&app.clock);
    let before = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, ChoosePassword::ACCESS, clock.now())
            .map_err(ChooseError::Session)?;
        attempts::count(tx, &[Counted::person(asking.actor.person)], asking.now)?;
        load(tx, asking)
    });
    let Before {
        asking,
        credential,
        slug,
        own_words,
    } = before.await?;
    let person = asking.actor.person;
    let origin = Origin::of(&caller, asking.session.client);
    let typed = if credential.provisional {
        provisional::as_printed(&current.0)
    } else {
        current.0
    };
    if !app
        .passwords
        .verify(typed.clone(), Some(credential.password_hash.clone()))
        .await?
    {
        let clock = Arc::clone(&app.clock);
        let who = (asking.actor.body, Some(person));
        let noted = app.store.write(move |tx| {
            origin.refused(tx, who, (Act::ChoosePassword, Detail::WrongPassword, clock.now()))
        });
        noted.await.map_err(ApiError::from)?;
        return Err(ChooseError::Wrong.into());
    }
    // The current password was right: however many weak new ones are tried, nobody has to wait.
    app.store
        .write(move |tx| attempts::take_back(tx, &[Counted::person(person)]))
        .await
        .map_err(ApiError::from)?;
    if new.0 == typed || (credential.provisional && provisional::as_printed(&new.0) == typed) {
        return Err(ChooseError::Password(PasswordError::Unchanged).into());
    }
    let words: Vec<&str> = own_words.iter().map(String::as_str).collect();
    strength::check(&new.0, MIN_LENGTH, &words).map_err(ChooseError::from)?;
    let mut salt = [0; 16];
    app.chance.bytes(&mut salt);
    let password_hash = app.passwords.hash(new.0, salt).await?;
    let chosen = Credential {
        password_hash,
        provisional: false,
        expires_at: None,
    };

    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let opened = app.store.write(move |tx| {
        let asking = authenticate(tx, &caller.credentials, ChoosePassword::ACCESS, clock.now())
            .map_err(ChooseError::Session)?;
        let now = asking.now;
        // Somebody else changed it in the meantime: this proof is worth nothing any more.
        if people::credential(tx, asking.actor.person)?.as_ref() != Some(&credential) {
            return Err(ChooseError::Wrong);
        }
        people::set_credential(tx, asking.actor, &chosen, now)?;
        recoveries::end_all(tx, asking.actor.person, now)?;
        tell_password_changed(tx, &*chance, asking.actor, now)?;
        sessions::end_all(tx, asking.actor.person, now, "password_changed")?;
        origin.done(tx, asking.who(), (Act::ChoosePassword, Detail::None, now))?;
        let with = (asking.session.client, origin.device());
        Ok((
            opening::open(tx, &*chance, asking.actor, Kind::Full, with, now)?,
            now,
        ))
    });
    let (opened, now) = opened.await?;
    tracing::info!(%person, "chose a password");
    Ok(SessionAnswer::new(opened, slug, app.settings.is_https(), now))
}

/// The credential, and the words that a stranger would try first.
fn load(tx: &mut dyn Tx, asking: Asking) -> Result<Before, ChooseError> {
    let credential = people::credential(tx, asking.actor.person)?.ok_or(ChooseError::Wrong)?;
    let slug = bodies::by_id(tx, asking.actor.body)?.map_or(String::new(), |body| body.slug);
    let own_words = own_words(tx, asking.actor, asking.now)?;
    Ok(Before {
        asking,
        credential,
        slug,
        own_words,
    })
}

/// The words that a stranger would try first: the family's names, badges, schools and contacts, and the body's name.
pub(crate) fn own_words(tx: &mut dyn Tx, actor: Actor, now: Instant) -> Result<Vec<String>, StorageError> {
    let (first_name, surname) = people::name(tx, actor)?;
    let mut words = vec![first_name, surname];
    if let Some(body) = bodies::by_id(tx, actor.body)? {
        words.extend(body.name.split_whitespace().map(str::to_owned));
        words.push(body.slug);
    }
    for child in people::children(tx, actor, day_in_rome(now))? {
        words.extend([child.first_name, child.surname]);
        words.extend(child.badge.map(|badge| badge.to_string()));
        let school = child.place.map(|place| place.school).unwrap_or_default();
        words.extend(school.split_whitespace().map(str::to_owned));
    }
    for contact in contacts::verified(tx, actor)? {
        let local = contact.as_str().split('@').next().unwrap_or_default();
        words.push(local.trim_start_matches("+39").to_owned());
    }
    Ok(words)
}
