//! `sign_in`: a badge, or a verified mail address, and its password.
//!
//! Whether it is anybody's shows neither in the answer nor in the work: one attempt is counted, and as many hashes are
//! verified as the kind of name asks for, one for a badge and [`SHARED_BY`] for an address, which a couple may share.

use super::{
    attempts::{self, CountError, Counted, TooMany},
    opening::{self, SessionAnswer},
};
use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    errors::ApiError,
    http::{Caller, Input},
    telling::{self, Teller},
};
use api::{ErrorCode, sessions::SignInRequest};
use axum::extract::State;
use domain::{
    BadgeCode, BodyId, Instant, PersonId,
    body::SignInWay,
    contact::{Contact, ContactKind},
    people::Actor,
    time::day_in_rome,
};
use http::StatusCode;
use identity::{TokenHash, provisional};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    contacts::{self, SHARED_BY},
    people::{self, Credential},
    sessions::{Client, Kind},
    throttle,
};

#[derive(Debug, thiserror::Error)]
pub(super) enum SignInError {
    #[error("no such body")]
    UnknownBody,
    #[error("the body does not take badges")]
    WayNotOffered,
    #[error("wrong badge or password")]
    Wrong,
    #[error("the provisional password is too old")]
    ProvisionalExpired,
    #[error("the password is that of several persons who share the address")]
    Shared,
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CountError> for SignInError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        let (status, code, words) = match error {
            SignInError::UnknownBody => (
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "Questo servizio non gestisce la mensa che cerchi. Scegli il tuo Comune dall'elenco.",
            ),
            SignInError::WayNotOffered => (
                StatusCode::FORBIDDEN,
                ErrorCode::WayNotOffered,
                "Qui non si accede con il codice badge. Scegli un altro modo di accesso.",
            ),
            SignInError::Wrong => (
                StatusCode::UNAUTHORIZED,
                ErrorCode::WrongCredentials,
                "Codice badge o password non corretti. Controlla e riprova; se hai perso la password, recuperala dalla pagina di accesso o chiama l'ufficio.",
            ),
            SignInError::ProvisionalExpired => (
                StatusCode::FORBIDDEN,
                ErrorCode::ProvisionalExpired,
                "La password provvisoria è scaduta. Chiedine una nuova all'ufficio.",
            ),
            SignInError::Shared => (
                StatusCode::CONFLICT,
                ErrorCode::SharedMailbox,
                "Questo indirizzo e-mail è di più persone che hanno la stessa password, e non sappiamo chi sei. Accedi con il codice badge, con SPID o con CIE, oppure recupera la password e scegline una solo tua.",
            ),
            SignInError::Wait(error) => return error.into(),
            SignInError::Storage(error) => return error.into(),
        };
        Self::new(status, code, words)
    }
}

/// What somebody signs in with.
enum Name {
    /// A badge code.
    Badge(BadgeCode),
    /// A mail address; only a verified one is somebody's.
    Mail(Contact),
    /// Neither.
    Nothing,
}

impl Name {
    fn read(typed: &str) -> Self {
        if typed.contains('@') {
            Contact::parse(ContactKind::Mail, typed).map_or(Self::Nothing, Self::Mail)
        } else {
            BadgeCode::parse(typed).map_or(Self::Nothing, Self::Badge)
        }
    }

    /// What is counted.
    fn shown(&self, typed: &str) -> String {
        match self {
            Self::Badge(code) => code.to_string(),
            Self::Mail(mail) => mail.as_str().to_owned(),
            Self::Nothing => typed.chars().take(64).collect(),
        }
    }

    /// How many hashes are verified for it, whoever it is.
    fn hashes(&self, typed: &str) -> usize {
        match self {
            Self::Mail(_) => SHARED_BY,
            Self::Nothing if typed.contains('@') => SHARED_BY,
            Self::Badge(_) | Self::Nothing => 1,
        }
    }

    fn persons(&self, tx: &mut dyn Tx, body: BodyId, now: Instant) -> Result<Vec<PersonId>, StorageError> {
        match self {
            Self::Badge(code) => {
                let payer = people::payer_of_badge(tx, body, code, day_in_rome(now))?;
                Ok(payer.into_iter().collect())
            }
            Self::Mail(mail) => contacts::owners(tx, body, mail),
            Self::Nothing => Ok(Vec::new()),
        }
    }
}

/// Who may be behind a name: none, one, or those who share an address.
#[derive(Clone)]
struct Found {
    body: BodyId,
    persons: Vec<(PersonId, Option<Credential>)>,
    counted: Vec<Counted>,
}

impl Found {
    /// For the audit: who was named, where it is one.
    fn person(&self) -> Option<PersonId> {
        match self.persons.as_slice() {
            [(person, _)] => Some(*person),
            _ => None,
        }
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<SignInRequest>,
) -> Result<SessionAnswer, ApiError> {
    let SignInRequest {
        body: slug,
        badge,
        password,
        client,
        device,
    } = request;
    let name = Name::read(&badge);
    let by_mail = matches!(name, Name::Mail(_));
    let hashes = name.hashes(&badge);
    let shown = name.shown(&badge);
    let client = opening::client(client);
    let origin = Origin::of(&caller, client);
    let device = match client {
        Client::App => device.map(|device| TokenHash::of(&device.0)),
        Client::Browser => caller.device.clone(),
    };
    let address = caller.address;
    let found = {
        let (clock, slug, device) = (Arc::clone(&app.clock), slug.clone(), device.clone());
        let attempt = app.store.write(move |tx| {
            let now = clock.now();
            let body = bodies::by_slug(tx, &slug)?.ok_or(SignInError::UnknownBody)?;
            if !body.settings.sign_in_ways.contains(&SignInWay::Badge) {
                return Err(SignInError::WayNotOffered);
            }
            let found = name.persons(tx, body.id, now)?;
            // A device on which one of these persons has signed in before waits for nobody but itself.
            let mut counted = Vec::new();
            if let Some(device) = &device {
                for person in &found {
                    if throttle::known_device(tx, device.as_str(), *person)? {
                        counted.push(Counted::device(device, *person));
                    }
                }
            }
            if counted.is_empty() {
                counted = vec![Counted::badge(&slug, &shown), Counted::address(address)];
            }
            attempts::count(tx, &counted, now)?;
            let mut persons = Vec::new();
            for person in found {
                persons.push((person, people::credential(tx, person)?));
            }
            Ok(Found {
                body: body.id,
                persons,
                counted,
            })
        });
        attempt.await?
    };
    let (actor, credential) = match proved(&app, &found, hashes, password.0).await? {
        Ok(proved) => proved,
        Err(refusal) => return Err(refused(&app, origin, &found, by_mail, refusal).await?),
    };
    let opened = {
        let (clock, chance, origin) = (Arc::clone(&app.clock), Arc::clone(&app.chance), origin.clone());
        let counted = found.counted.clone();
        let shared = found.persons.len() > 1;
        app.store.write(move |tx| {
            let now = clock.now();
            if shared {
                attempts::take_back_one(tx, &counted)?;
            } else {
                attempts::take_back(tx, &counted)?;
            }
            let kind = kind_of(tx, actor, &credential)?;
            let detail = match kind {
                Kind::Full if by_mail => Detail::Mail,
                Kind::Full => Detail::Badge,
                Kind::ChoosePassword => Detail::Provisional,
            };
            origin.done(tx, (actor.body, actor.person), (Act::SignIn, detail, now))?;
            let new = telling::sign_in::is_new_device(tx, actor, device.as_ref())?;
            let known = opening::know_device(tx, &*chance, actor, device.as_ref(), now)?;
            let with = (client, origin.device());
            let opened = opening::open(tx, &*chance, actor, kind, with, now)?.on(known);
            if new {
                let teller = Teller {
                    chance: &*chance,
                    now,
                    body: actor.body,
                };
                telling::sign_in::from_new_device(tx, teller, actor, (opened.id(), origin.device()))?;
            }
            Ok((opened, now))
        })
    };
    let (opened, now) = match opened.await {
        Err(wrong @ SignInError::Wrong) => return Err(refused(&app, origin, &found, by_mail, wrong).await?),
        done => done?,
    };
    tracing::info!(person = %actor.person, "signed in");
    Ok(SessionAnswer::new(opened, slug, app.settings.is_https(), now))
}

/// Notes that somebody was turned away, and answers what they are told: the same whether the name is anybody's or not.
async fn refused(
    app: &App,
    origin: Origin,
    found: &Found,
    by_mail: bool,
    why: SignInError,
) -> Result<ApiError, ApiError> {
    let detail = match &why {
        SignInError::ProvisionalExpired => Detail::ProvisionalExpired,
        SignInError::Shared => Detail::SharedMail,
        _ if !found.persons.is_empty() => Detail::WrongPassword,
        _ if by_mail => Detail::UnknownMail,
        _ => Detail::UnknownBadge,
    };
    let (clock, who) = (Arc::clone(&app.clock), (found.body, found.person()));
    let noted = app
        .store
        .write(move |tx| origin.refused(tx, who, (Act::SignIn, detail, clock.now())));
    noted.await.map_err(ApiError::from)?;
    Ok(why.into())
}

/// Verifies the password as often as `hashes` says, whoever it is; it is whose password is right.
async fn proved(
    app: &App,
    found: &Found,
    hashes: usize,
    password: String,
) -> Result<Result<(Actor, Credential), SignInError>, ApiError> {
    let mut right = Vec::new();
    for n in 0..hashes {
        let candidate = found.persons.get(n);
        let credential = candidate.and_then(|(_, credential)| credential.as_ref());
        let typed = match credential {
            Some(credential) if credential.provisional => provisional::as_printed(&password),
            _ => password.clone(),
        };
        let hash = credential.map(|c| c.password_hash.clone());
        if app.passwords.verify(typed, hash).await?
            && let (Some((person, _)), Some(credential)) = (candidate, credential)
        {
            right.push((*person, credential));
        }
    }
    let (person, credential) = match right.as_slice() {
        [] => return Ok(Err(SignInError::Wrong)),
        [one] => *one,
        _ => return Ok(Err(SignInError::Shared)),
    };
    if credential.provisional && credential.expires_at.is_some_and(|until| app.now() >= until) {
        return Ok(Err(SignInError::ProvisionalExpired));
    }
    let actor = Actor {
        body: found.body,
        person,
    };
    Ok(Ok((actor, credential.clone())))
}

/// What the session opens; wrong where the password was changed meanwhile.
fn kind_of(tx: &mut dyn Tx, actor: Actor, verified: &Credential) -> Result<Kind, SignInError> {
    match people::credential(tx, actor.person)? {
        Some(now) if now == *verified => Ok(if now.provisional {
            Kind::ChoosePassword
        } else {
            Kind::Full
        }),
        _ => Err(SignInError::Wrong),
    }
}
