//! Families as they are: opening and accepting an invitation, whichever way its person signs in, and telling the others.
//!
//! Whether somebody may is decided by [`domain::people`]; the bonds are read in the transaction of the act. A link or a
//! code that is wrong is counted, so whoever opens an invitation has to let the transaction end well: the refusal is a
//! value in here, no error.

use crate::clock::{Chance, fresh};
use domain::{
    BodyId, ChildId, FiscalCode, Instant, MessageId, PersonId,
    contact::{Contact, ContactKind},
    message::{Address, Message, Text},
    people::{Actor, BondKind, Denied, Grant, Right, allow, grant},
    time::day_in_rome,
};
use identity::TokenHash;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use storage::{
    StorageError, Tx, bodies, contacts,
    families::{self, Between, By, Newcomer},
    invitations::{self, Invitation, State},
    outbox, people,
};

/// Link or code of an invitation is unknown, used, withdrawn, too old or wrong; nobody learns which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no invitation opens with this link and this code")]
pub struct Refused;

/// Link and code of an invitation by what they hash to, hex: it opens the invitation here, and whoever reads it can tell
/// neither. A login keeps it until its person comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationKeys {
    link: String,
    code: String,
}

impl InvitationKeys {
    /// Of a link's token and a code as it was typed.
    pub fn of(token: &str, code: &str) -> Self {
        Self {
            link: TokenHash::of(token).to_string(),
            code: code_hash(token, code),
        }
    }
}

/// What link and code hash to, hex. The code alone has too few digits to be hashed by itself.
pub(crate) fn code_hash(token: &str, code: &str) -> String {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let mut hash = Sha256::new();
    for part in ["invitation", token, &digits] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

/// The invitation that these keys open; a wrong code is counted.
pub fn open(
    tx: &mut dyn Tx,
    keys: &InvitationKeys,
    now: Instant,
) -> Result<Result<Invitation, Refused>, StorageError> {
    let Some(invitation) = invitations::by_token(tx, &keys.link)? else {
        return Ok(Err(Refused));
    };
    if !invitation.is_open(now) {
        return Ok(Err(Refused));
    }
    if invitation.code_hash != keys.code {
        invitations::tried(tx, invitation.id)?;
        return Ok(Err(Refused));
    }
    Ok(Ok(invitation))
}

/// What an invitation still grants for a child: nothing where whoever made it no longer may.
fn still(
    tx: &mut dyn Tx,
    invitation: &Invitation,
    child: ChildId,
    now: Instant,
) -> Result<Option<Grant>, StorageError> {
    let today = day_in_rome(now);
    let Some(body) = bodies::by_id(tx, invitation.by.body)? else {
        return Ok(None);
    };
    let held = families::held(tx, invitation.by, today, child)?;
    let mut wish = invitation.grant;
    if let (BondKind::Delegate, Some(held)) = (wish.kind, held) {
        // The office may have taken something from the guardian since: the delegate gets what is left.
        wish.rights = wish.rights.both(held.rights);
    }
    Ok(grant(held, body.settings.families, wish, today).ok())
}

/// The children for whom an invitation still grants something.
pub(crate) fn granted(
    tx: &mut dyn Tx,
    invitation: &Invitation,
    now: Instant,
) -> Result<Vec<ChildId>, StorageError> {
    let mut granted = Vec::new();
    for child in &invitation.children {
        if still(tx, invitation, *child, now)?.is_some() {
            granted.push(*child);
        }
    }
    Ok(granted)
}

/// What accepting does to a bond that is there.
enum Met {
    /// There was none, or a delegation that ran out or was ended by the family: the invitation's becomes it.
    New,
    /// Whoever accepts answers for the child already.
    Guardian,
    /// The office ended it: it stays so.
    Closed,
}

fn met(between: Option<&Between>, today: domain::ServiceDay) -> Met {
    let Some(between) = between else {
        return Met::New;
    };
    let past = between.ended || between.last_day.is_some_and(|last| last < today);
    match (between.held.kind.answers(), past) {
        (true, false) => Met::Guardian,
        (true, true) => Met::Closed,
        (false, _) if between.ended && between.ended_by.is_none() => Met::Closed,
        (false, _) => Met::New,
    }
}

/// Binds `person` to the invitation's children. Refused where there is none left to be bound to.
pub(crate) fn bind(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    invitation: &Invitation,
    person: PersonId,
    now: Instant,
) -> Result<Result<Vec<ChildId>, Refused>, StorageError> {
    let (body, today) = (invitation.by.body, day_in_rome(now));
    if invitation.by.person == person {
        return Ok(Err(Refused));
    }
    let (mut all, mut added) = (Vec::new(), Vec::new());
    for child in &invitation.children {
        let Some(grant) = still(tx, invitation, *child, now)? else {
            continue;
        };
        match met(families::between(tx, body, person, *child)?.as_ref(), today) {
            Met::Closed => continue,
            Met::Guardian => {}
            Met::New => {
                families::bind(
                    tx,
                    body,
                    (person, *child),
                    grant,
                    By::Person(invitation.by.person),
                )?;
                added.push(*child);
            }
        }
        all.push(*child);
    }
    if all.is_empty() || !invitations::close(tx, invitation.id, State::Accepted, Some(person), now)? {
        return Ok(Err(Refused));
    }
    let Grant {
        kind: role, last_day, ..
    } = invitation.grant;
    let whom = Actor { body, person };
    tell_others(tx, chance, whom, &added, person, now, |name, children| {
        Text::BondAdded {
            name,
            children,
            role,
            last_day,
        }
    })?;
    Ok(Ok(all))
}

/// Accepts an invitation as somebody who is known to the body: binds them and tells the children's other guardians. The
/// invitation may be of another body, which is as good as none.
pub fn accept(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    actor: Actor,
    keys: &InvitationKeys,
    now: Instant,
) -> Result<Result<Vec<ChildId>, Refused>, StorageError> {
    match open(tx, keys, now)? {
        Ok(invitation) if invitation.by.body == actor.body => {
            bind(tx, chance, &invitation, actor.person, now)
        }
        _ => Ok(Err(Refused)),
    }
}

/// Accepts an invitation as whoever has that fiscal code, which SPID or CIE has verified: a person whom the body does not
/// know yet is added with the name from the invitation. Answers who it is.
pub fn accept_as(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    body: BodyId,
    fiscal_code: &FiscalCode,
    keys: &InvitationKeys,
    now: Instant,
) -> Result<Result<PersonId, Refused>, StorageError> {
    let invitation = match open(tx, keys, now)? {
        Ok(invitation) if invitation.by.body == body => invitation,
        _ => return Ok(Err(Refused)),
    };
    let person = if let Some(person) = families::person(tx, body, fiscal_code.as_str())? {
        person
    } else {
        if granted(tx, &invitation, now)?.is_empty() {
            return Ok(Err(Refused));
        }
        let names = (invitation.first_name.as_str(), invitation.surname.as_str());
        add_invited(tx, chance, &invitation, fiscal_code, names, now)?
    };
    Ok(bind(tx, chance, &invitation, person, now)?.map(|_| person))
}

/// Adds somebody who was invited, with the address to which the invitation went as a verified contact: the link has shown
/// that they read it.
pub(crate) fn add_invited(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    invitation: &Invitation,
    fiscal_code: &FiscalCode,
    (first_name, surname): (&str, &str),
    now: Instant,
) -> Result<PersonId, StorageError> {
    let id = fresh(chance, now, PersonId::from_parts);
    let new = Newcomer {
        id,
        fiscal_code: fiscal_code.as_str(),
        first_name,
        surname,
        mail: None,
    };
    let actor = Actor {
        body: invitation.by.body,
        person: id,
    };
    families::add_person(tx, actor.body, &new)?;
    if let Ok(contact) = Contact::parse(ContactKind::Mail, &invitation.mail) {
        let id = fresh(chance, now, domain::ContactId::from_parts);
        contacts::add_verified(tx, actor, id, &contact, now)?;
    }
    Ok(id)
}

/// Whether who asks may do with a child what needs `right`, where a query has not found it: the words for the answer.
pub(crate) fn denied(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    child: ChildId,
    right: Right,
) -> Result<Denied, StorageError> {
    let held = families::held(tx, actor, day_in_rome(now), child)?;
    Ok(allow(held, right).err().unwrap_or(Denied::Unknown))
}

/// Where mail reaches an adult: an address that they proved to be theirs. What the office wrote down may be a stranger's.
pub(crate) fn mail_of(tx: &mut dyn Tx, actor: Actor) -> Result<Option<String>, StorageError> {
    let all = contacts::verified(tx, actor)?;
    let mail = all
        .into_iter()
        .find(|contact| contact.kind() == ContactKind::Mail);
    Ok(mail.map(|contact| contact.as_str().to_owned()))
}

/// Tells the guardians of these children, but not whoever did it, what happened to the bond of `whom`: one message each,
/// that names the children whom they answer for. To a guardian from whom the office took every right the child does not
/// exist.
pub(crate) fn tell_others(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    whom: Actor,
    children: &[ChildId],
    by: PersonId,
    now: Instant,
    text: impl Fn(String, Vec<String>) -> Text,
) -> Result<(), StorageError> {
    let mut names: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for child in children {
        let first_name = families::first_name(tx, whom.body, *child)?;
        let around = families::around(tx, whom.body, *child, day_in_rome(now))?;
        let others: BTreeSet<PersonId> = around
            .iter()
            .filter(|one| one.held.kind.answers() && one.held.rights.any())
            .filter(|one| one.person != whom.person && one.person != by)
            .map(|one| one.person)
            .collect();
        for other in others {
            names.entry(other).or_default().push(first_name.clone());
        }
    }
    for (person, names) in names {
        tell(tx, chance, whom, person, now, |name| text(name, names.clone()))?;
    }
    Ok(())
}

/// Tells one adult what happened to the bond of `whom`, where mail reaches them.
pub(crate) fn tell(
    tx: &mut dyn Tx,
    chance: &dyn Chance,
    whom: Actor,
    person: PersonId,
    now: Instant,
    text: impl Fn(String) -> Text,
) -> Result<(), StorageError> {
    let body = whom.body;
    let Some(mail) = mail_of(tx, Actor { body, person })? else {
        return Ok(());
    };
    let (first_name, surname) = people::name(tx, whom)?;
    let text = text(format!("{first_name} {surname}"));
    let message = Message {
        id: fresh(chance, now, MessageId::from_parts),
        body,
        person: Some(person),
        to: Address::Mail(mail),
        cause: format!("{}/{}/{}", text.kind(), whom.person, now.timestamp_micros()),
        due: now,
        expires: None,
        text,
    };
    outbox::add(tx, &message, now).map(drop)
}
