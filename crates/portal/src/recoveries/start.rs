//! `start_recovery`: a code to whoever has a verified contact, and the same answer to everybody.

use crate::{
    app::App,
    audit::{Act, Detail, Origin},
    clock::fresh,
    contacts::{address, codes},
    errors::{ApiError, ApiResult},
    http::{Caller, Input},
    sessions::attempts::{self, CountError, Counted, TooMany},
};
use api::{
    ErrorCode,
    recoveries::{RecoverBy, RecoveryView, StartRecoveryRequest},
};
use axum::{Json, extract::State};
use domain::{
    BadgeCode, BodyId, Instant, MessageId, PersonId, RecoveryId,
    body::SignInWay,
    contact::{Contact, ContactKind},
    message::{Address, Hidden, Message, NamedCode, Text},
    people::Actor,
    time::day_in_rome,
};
use http::StatusCode;
use identity::{
    TokenHash,
    recovery::{Code, DIGITS, TRIES, until},
};
use std::{collections::BTreeSet, net::IpAddr, sync::Arc};
use storage::{
    StorageError, Tx,
    bodies::{self, Body},
    contacts::{self, SHARED_BY},
    outbox, people,
    recoveries::{self, Recovery},
    sessions::Client,
    throttle,
};

#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("no such body")]
    UnknownBody,
    #[error("the body does not take passwords")]
    WayNotOffered,
    #[error("this portal sends no SMS")]
    NoSms,
    #[error(transparent)]
    Wait(#[from] TooMany),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CountError> for StartError {
    fn from(error: CountError) -> Self {
        match error {
            CountError::Wait(error) => error.into(),
            CountError::Storage(error) => error.into(),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        let (status, code, words) = match error {
            StartError::UnknownBody => (
                StatusCode::NOT_FOUND,
                ErrorCode::NotFound,
                "Questo servizio non gestisce la mensa che cerchi. Scegli il tuo Comune dall'elenco.",
            ),
            StartError::WayNotOffered => (
                StatusCode::FORBIDDEN,
                ErrorCode::WayNotOffered,
                "Qui non si accede con la password. Scegli SPID o CIE.",
            ),
            StartError::NoSms => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ErrorCode::SmsNotOffered,
                "Questo servizio non invia SMS. Fatti mandare il codice per e-mail.",
            ),
            StartError::Wait(error) => return error.into(),
            StartError::Storage(error) => return error.into(),
        };
        Self::new(status, code, words)
    }
}

/// Where the decoy goes, which is never sent.
const NOWHERE: &str = "nessuno@example.invalid";

/// Who somebody may be that lost a password.
enum Who {
    Badge(BadgeCode),
    Contact(Contact),
    Nobody,
}

impl Who {
    /// A number of digits alone may be a badge as well as a phone: what looks like an Italian mobile number or has
    /// a `+` is one.
    fn read(typed: &str) -> Self {
        if typed.contains('@') {
            return Contact::parse(ContactKind::Mail, typed).map_or(Self::Nobody, Self::Contact);
        }
        match (Contact::parse(ContactKind::Phone, typed), BadgeCode::parse(typed)) {
            (Ok(phone), _) => Self::Contact(phone),
            (Err(_), Ok(badge)) => Self::Badge(badge),
            (Err(_), Err(_)) => Self::Nobody,
        }
    }

    /// Who it is: several where they share a contact.
    fn persons(
        &self,
        tx: &mut dyn Tx,
        typed: &str,
        body: BodyId,
        now: Instant,
    ) -> Result<Vec<PersonId>, StorageError> {
        match self {
            Self::Badge(badge) => {
                let payer = people::payer_of_badge(tx, body, badge, day_in_rome(now))?;
                Ok(payer.into_iter().collect())
            }
            Self::Contact(contact) => {
                let owners = contacts::owners(tx, body, contact)?;
                let payer = match BadgeCode::parse(typed) {
                    Ok(badge) => people::payer_of_badge(tx, body, &badge, day_in_rome(now))?,
                    Err(_) => None,
                };
                Ok(if owners.is_empty() {
                    payer.into_iter().collect()
                } else {
                    owners
                })
            }
            Self::Nobody => Ok(Vec::new()),
        }
    }

    /// Whether a digit at the end of a code says whose it is. By what was typed alone, so that it tells nothing.
    const fn is_shared(&self) -> bool {
        matches!(self, Self::Contact(_))
    }
}

pub(super) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<StartRecoveryRequest>,
) -> ApiResult<RecoveryView> {
    let StartRecoveryRequest {
        body: slug,
        who,
        by,
        device,
    } = request;
    let kind = match by {
        RecoverBy::Mail => ContactKind::Mail,
        RecoverBy::Sms => ContactKind::Phone,
    };
    if kind == ContactKind::Phone && !codes::sms_offered(&app) {
        return Err(StartError::NoSms.into());
    }
    let typed: String = who.chars().take(254).collect();
    let who = Who::read(&typed);
    count(&app, &slug, caller.address).await?;
    // Before anybody is looked for: one hash, for somebody and for nobody.
    let (code, code_hash) = codes::make(&app).await?;
    // Nobody is signed in; which client it is shows when the recovery ends.
    let origin = Origin::of(&caller, Client::Browser);
    let (clock, chance) = (Arc::clone(&app.clock), Arc::clone(&app.chance));
    let sms_per_day = app.settings.codes.sms_per_day;
    let shown = device.map(|device| TokenHash::of(&device.0)).or(caller.device);
    let started = app.store.write(move |tx| {
        let now = clock.now();
        let body = body_of(tx, &slug)?;
        let persons = who.persons(tx, &typed, body.id, now)?;
        let person = persons.first().copied();
        // From here on the same statements run for somebody and for nobody, who has no rows.
        let id = fresh(&*chance, now, RecoveryId::from_parts);
        let nobody = fresh(&*chance, now, PersonId::from_parts);
        let actor = Actor {
            body: body.id,
            person: person.unwrap_or(nobody),
        };
        let has_password = people::credential(tx, actor.person)?.is_some();
        let contact = chosen(contacts::verified(tx, actor)?, kind, &who);
        let sharing = sharing(tx, body.id, &persons, contact.as_ref())?;
        let around = around(tx, (body.id, nobody), &sharing, now)?;
        let target = match &contact {
            Some(contact) => target(tx, actor, contact, shown.as_ref())?,
            None => codes::target(body.id, &format!("nobody/{typed}")),
        };
        let allowed = codes::may_send(tx, body.id, (&target, kind), sms_per_day, now)?;
        let sent = person.filter(|_| has_password && allowed).zip(contact.as_ref());
        // Who asks too often is not made to wait longer by it: nobody tells them that they wait.
        let noted = if allowed {
            target
        } else {
            codes::target(body.id, &format!("late/{typed}"))
        };
        contacts::note_sent(tx, body.id, (&noted, kind), sent.is_some(), now)?;
        let recovery = Recovery {
            id,
            body: body.id,
            person: sent.map(|(person, _)| person),
            others: match sent {
                Some(_) => sharing.iter().skip(1).copied().collect(),
                None => Vec::new(),
            },
            code_hash: code_hash.clone(),
            created_at: now,
            expires_at: until(now),
            tries: TRIES,
        };
        recoveries::add(tx, &recovery)?;
        let message = Message {
            id: fresh(&*chance, now, MessageId::from_parts),
            body: body.id,
            person: recovery.person,
            to: sent.map_or_else(
                || Address::Mail(NOWHERE.to_owned()),
                |(_, contact)| address(contact),
            ),
            cause: format!("recovery/{id}"),
            due: now,
            // What goes to nobody has expired before it is looked at.
            expires: Some(if sent.is_some() { recovery.expires_at } else { now }),
            text: text(&recovery, &code, around, (who.is_shared(), kind)),
        };
        outbox::add(tx, &message, now)?;
        let detail = match (sent.is_some(), kind) {
            (true, ContactKind::Mail) => Detail::MailCode,
            (true, ContactKind::Phone) => Detail::SmsCode,
            _ if person.is_none() => Detail::None,
            _ if contact.is_none() || !has_password => Detail::NoContact,
            _ => Detail::TooManyCodes,
        };
        match recovery.person {
            Some(person) => origin.done(tx, (body.id, person), (Act::StartRecovery, detail, now))?,
            None => origin.refused(tx, (body.id, person), (Act::StartRecovery, detail, now))?,
        }
        Ok::<_, StartError>(RecoveryView {
            id,
            expires_at: recovery.expires_at,
            digits: DIGITS + u8::from(who.is_shared()),
        })
    });
    Ok(Json(started.await?))
}

/// Of those who may have lost the password, the first and whoever has shown that the message's own address is theirs, too:
/// nobody else's code is in it.
fn sharing(
    tx: &mut dyn Tx,
    body: BodyId,
    persons: &[PersonId],
    contact: Option<&Contact>,
) -> Result<Vec<PersonId>, StorageError> {
    let owners = match contact {
        Some(contact) => contacts::owners(tx, body, contact)?,
        None => Vec::new(),
    };
    let mut sharing = persons.to_vec();
    let mut first = true;
    sharing.retain(|person| std::mem::take(&mut first) || owners.contains(person));
    Ok(sharing)
}

/// What the message needs of those who may have lost the password.
struct Around {
    names: Vec<String>,
    badges: BTreeSet<String>,
}

/// Looks it up, by the same statements for however many there are.
fn around(
    tx: &mut dyn Tx,
    (body, nobody): (BodyId, PersonId),
    persons: &[PersonId],
    now: Instant,
) -> Result<Around, StorageError> {
    let (mut names, mut badges) = (Vec::new(), BTreeSet::new());
    for n in 0..SHARED_BY {
        let known = persons.get(n).copied();
        let actor = Actor {
            body,
            person: known.unwrap_or(nobody),
        };
        let name = people::first_name(tx, actor)?;
        names.extend(name.filter(|_| known.is_some()));
        let own = recoveries::badges(tx, actor, day_in_rome(now))?;
        badges.extend(own.iter().map(ToString::to_string));
    }
    Ok(Around { names, badges })
}

/// One code, or one for each of those who share the contact.
fn text(recovery: &Recovery, code: &Code, around: Around, (shared, kind): (bool, ContactKind)) -> Text {
    let whose = |n: usize| {
        Hidden::new(if shared {
            format!("{}{}", code.reveal(), n + 1)
        } else {
            code.reveal().to_owned()
        })
    };
    let mut names = around.names.into_iter();
    let name = names.next().unwrap_or_default();
    let others = names.zip(1..).map(|(name, n)| NamedCode { name, code: whose(n) });
    Text::RecoveryCode {
        code: whose(0),
        name,
        others: others.collect(),
        until: recovery.expires_at,
        badges: match kind {
            ContactKind::Mail => around.badges.into_iter().collect(),
            ContactKind::Phone => Vec::new(),
        },
    }
}

/// Counts the attempt, before anything costs: whoever has to wait has no hash made, which would keep others from
/// signing in.
async fn count(app: &App, slug: &str, address: IpAddr) -> Result<(), StartError> {
    let (clock, slug) = (Arc::clone(&app.clock), slug.to_owned());
    let counted = app.store.write(move |tx| {
        body_of(tx, &slug)?;
        attempts::count(tx, &[Counted::codes(address)], clock.now()).map_err(StartError::from)
    });
    counted.await
}

/// What is counted of a contact. Strangers who ask for a family's codes use up none of those that its own browser may
/// ask for.
fn target(
    tx: &mut dyn Tx,
    actor: Actor,
    contact: &Contact,
    shown: Option<&TokenHash>,
) -> Result<String, StorageError> {
    match shown {
        Some(device) if throttle::known_device(tx, device.as_str(), actor.person)? => {
            let own = format!("device/{device}/{}", contact.as_str());
            Ok(codes::target(actor.body, &own))
        }
        _ => Ok(codes::target_of(actor.body, contact)),
    }
}

/// The body, where it takes passwords.
fn body_of(tx: &mut dyn Tx, slug: &str) -> Result<Body, StartError> {
    let body = bodies::by_slug(tx, slug)?.ok_or(StartError::UnknownBody)?;
    if !body.settings.sign_in_ways.contains(&SignInWay::Badge) {
        return Err(StartError::WayNotOffered);
    }
    Ok(body)
}

/// The contact of that kind: the one that was typed, or the first that was verified.
fn chosen(verified: Vec<Contact>, kind: ContactKind, who: &Who) -> Option<Contact> {
    let typed = match who {
        Who::Contact(contact) if contact.kind() == kind => {
            verified.iter().find(|one| *one == contact).cloned()
        }
        _ => None,
    };
    typed.or_else(|| verified.into_iter().find(|one| one.kind() == kind))
}
