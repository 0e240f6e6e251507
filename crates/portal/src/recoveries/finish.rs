//! `finish_recovery`: the code that came, and a new password. Every other session of the person ends.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    contacts::tell_password_changed,
    errors::ApiError,
    http::{Args, Caller, Input},
    sessions::{
        choose_password::{own_words, refused_password},
        opening::{self, SessionAnswer},
    },
};
use api::{ErrorCode, recoveries::FinishRecoveryRequest};
use axum::extract::State;
use domain::{
    PersonId, RecoveryId,
    body::SignInWay,
    password::{MIN_LENGTH, PasswordError},
    people::Actor,
};
use http::StatusCode;
use identity::{
    TokenHash,
    recovery::{Code, DIGITS},
    strength,
};
use std::sync::Arc;
use storage::{
    StorageError, bodies,
    people::{self, Credential},
    recoveries::{self, Recovery},
    sessions::{self, Client, Kind},
};

#[derive(Debug, thiserror::Error)]
enum FinishError {
    #[error("wrong code, {left} tries left")]
    Wrong { left: u32 },
    #[error("the recovery is over")]
    Ended,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<FinishError> for ApiError {
    fn from(error: FinishError) -> Self {
        let refused = |code, words| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, words);
        match error {
            FinishError::Wrong { left } => refused(
                ErrorCode::RecoveryCodeWrong,
                "Il codice non è corretto. Controlla l'ultimo messaggio che hai ricevuto e riprova.",
            )
            .with("left", left),
            FinishError::Ended => refused(
                ErrorCode::RecoveryEnded,
                "Questo codice non vale più. Chiedine uno nuovo; se non ti arriva, chiama l'ufficio.",
            ),
            FinishError::Password(error) => refused_password(error),
            FinishError::Storage(error) => error.into(),
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<RecoveryId>,
    Input(request): Input<FinishRecoveryRequest>,
) -> Result<SessionAnswer, ApiError> {
    let FinishRecoveryRequest {
        code,
        new,
        client,
        device,
    } = request;
    let client = opening::client(client);
    let origin = Origin::of(&caller, client);
    let clock = Arc::clone(&app.clock);
    let tried = app.store.write(move |tx| {
        // Counted before it is looked at, so that a burst gains nothing.
        if !recoveries::take_try(tx, id, clock.now())? {
            return Ok(None);
        }
        recoveries::find(tx, id)
    });
    let Some(recovery) = tried.await.map_err(ApiError::from)? else {
        return Err(FinishError::Ended.into());
    };
    let (typed, whose) = read(&code.0);
    let right = app
        .passwords
        .verify(typed, Some(recovery.code_hash.clone()))
        .await?;
    let Some(person) = person(&recovery, whose).filter(|_| right) else {
        return Err(wrong(&app, origin, &recovery).await?);
    };
    let actor = Actor {
        body: recovery.body,
        person,
    };
    let password = accepted(&app, actor, new.0).await;
    let password = match password {
        Ok(password) => password,
        Err(error) => {
            // The code was right: however many weak passwords are tried, it stays good.
            let given_back = app.store.write(move |tx| recoveries::give_back(tx, id));
            given_back.await.map_err(ApiError::from)?;
            return Err(error);
        }
    };
    let mut salt = [0; 16];
    app.chance.bytes(&mut salt);
    let chosen = Credential {
        password_hash: app.passwords.hash(password, salt).await?,
        provisional: false,
        expires_at: None,
    };
    let shown = match client {
        Client::App => device.map(|device| TokenHash::of(&device.0)),
        Client::Browser => caller.device.clone(),
    };
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let opened = app.store.write(move |tx| {
        let now = clock.now();
        let body = bodies::by_id(tx, actor.body)?.ok_or(FinishError::Ended)?;
        let offered = body.settings.sign_in_ways.contains(&SignInWay::Badge);
        if !offered || now >= recovery.expires_at || !recoveries::end(tx, id, now)? {
            return Err(FinishError::Ended);
        }
        recoveries::end_all(tx, person, now)?;
        people::set_credential(tx, actor, &chosen, now)?;
        sessions::end_all(tx, person, now, "password_recovered")?;
        tell_password_changed(tx, &*chance, actor, now)?;
        origin.done(tx, (actor.body, person), (Act::FinishRecovery, Detail::None, now))?;
        let known = opening::know_device(tx, &*chance, actor, shown.as_ref(), now)?;
        let with = (client, origin.device());
        let opened = opening::open(tx, &*chance, actor, Kind::Full, with, now)?.on(known);
        Ok((opened, body.slug, now))
    });
    let (opened, slug, now) = opened.await?;
    tracing::info!(%person, "recovered the password");
    Ok(SessionAnswer::new(opened, slug, app.settings.is_https(), now))
}

/// A code as it was typed, and the digit behind it that says whose it is, where there is one. What is no code matches
/// nothing.
fn read(typed: &str) -> (String, Option<usize>) {
    let digits: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let (code, whose) = match digits.char_indices().nth(usize::from(DIGITS)) {
        Some((at, digit)) if at + digit.len_utf8() == digits.len() => {
            (&digits[..at], digit.to_digit(10).map(|digit| digit as usize))
        }
        _ => (digits.as_str(), None),
    };
    let code = Code::as_typed(code).map_or(String::new(), |code| code.reveal().to_owned());
    (code, whose)
}

/// Whose password a code changes: one for a badge comes without a digit, and belongs to one person.
fn person(recovery: &Recovery, whose: Option<usize>) -> Option<PersonId> {
    match whose {
        None if recovery.others.is_empty() => recovery.person,
        Some(1) => recovery.person,
        Some(n) => recovery.others.get(n.checked_sub(2)?).copied(),
        None => None,
    }
}

/// Notes a wrong code and answers what is told.
async fn wrong(app: &App, origin: Origin, recovery: &Recovery) -> Result<ApiError, ApiError> {
    let (clock, who) = (Arc::clone(&app.clock), (recovery.body, recovery.person));
    let noted = app
        .store
        .write(move |tx| origin.refused(tx, who, (Act::FinishRecovery, Detail::WrongCode, clock.now())));
    noted.await.map_err(ApiError::from)?;
    // The row was read after the try was taken.
    let left = recovery.tries;
    Ok(FinishError::Wrong { left }.into())
}

/// The new password, where it is good enough.
async fn accepted(app: &App, actor: Actor, new: String) -> Result<String, ApiError> {
    let now = app.now();
    let words = app.store.read(move |tx| own_words(tx, actor, now));
    let words = words.await.map_err(ApiError::from)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    strength::check(&new, MIN_LENGTH, &words).map_err(FinishError::from)?;
    Ok(new)
}
