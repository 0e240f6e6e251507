//! The portal's last answers, kept on this device for reading without a network.
//!
//! In the page's `localStorage`, also in the shell, whose webview has one of its own among the app's data: one way for
//! both, there when the page starts without waiting, and gone with one call at signing out. Only the answers of
//! [`OPERATIONS`] are kept: names, days, balances and movements, so that today, the calendar and the wallet can be read.
//! They belong to one person; whoever comes next finds nothing. HTTP itself keeps nothing: answers stay `no-store`.

use crate::platform::Here;
use api::Call;
use chrono::TimeDelta;
use domain::{Instant, PersonId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Under which name they lie.
const NAME: &str = "kept";
/// Of which operations the answers are kept.
const OPERATIONS: [&str; 5] = [
    "get_me",
    "get_today",
    "get_calendar",
    "list_wallets",
    "list_postings",
];
/// So many answers; the oldest go first.
const MOST: usize = 24;

#[derive(Serialize, Deserialize)]
struct Shelf {
    owner: PersonId,
    /// How far the portal's clock is from this device's, in milliseconds.
    offset: i64,
    answers: BTreeMap<String, Answer>,
}

/// What the portal said, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// In JSON, as it came.
    pub body: Value,
    /// By the portal's clock.
    pub at: Instant,
}

fn load(here: &Here) -> Option<Shelf> {
    serde_json::from_value(serde_json::from_str(&here.recall(NAME)?).ok()?).ok()
}

fn save(here: &Here, shelf: &Shelf) {
    if let Ok(text) = serde_json::to_value(shelf) {
        here.remember(NAME, &text.to_string());
    }
}

/// Whose answers are kept here.
pub fn owner(here: &Here) -> Option<PersonId> {
    load(here).map(|shelf| shelf.owner)
}

/// This person is signed in here now: what was kept of another is gone. Answers whether there was another.
pub fn claim(here: &Here, person: PersonId) -> bool {
    let other = match load(here) {
        Some(shelf) if shelf.owner == person => return false,
        Some(_) => true,
        None => false,
    };
    let empty = Shelf {
        owner: person,
        offset: 0,
        answers: BTreeMap::new(),
    };
    save(here, &empty);
    other
}

/// Keeps an answer, if it is of a kind to be kept and this device is still this person's.
pub fn keep(here: &Here, person: PersonId, call: &Call, body: &Value, at: Instant, offset: TimeDelta) {
    // Later pages of a list would be found by nobody.
    if !OPERATIONS.contains(&call.operation.as_str()) || call.path.contains("after=") {
        return;
    }
    let Some(mut shelf) = load(here).filter(|shelf| shelf.owner == person) else {
        return;
    };
    shelf.offset = offset.num_milliseconds();
    let before = shelf.answers.get(&call.path).map(|answer| &answer.body);
    if call.operation == "get_me" && before.is_some_and(|before| bonds(before) != bonds(body)) {
        // What a person may no longer see is not shown without a network either.
        shelf.answers.clear();
    }
    let body = body.clone();
    shelf.answers.insert(call.path.clone(), Answer { body, at });
    while shelf.answers.len() > MOST {
        let oldest = shelf.answers.iter().min_by_key(|(_, answer)| answer.at);
        let Some(path) = oldest.map(|(path, _)| path.clone()) else {
            break;
        };
        shelf.answers.remove(&path);
    }
    save(here, &shelf);
}

/// Each child of an answer about the person, with what they may do.
fn bonds(me: &Value) -> Vec<(Option<&Value>, Option<&Value>)> {
    let children = me.get("children").and_then(Value::as_array);
    let bond = |child| (Value::get(child, "id"), Value::get(child, "rights"));
    children.into_iter().flatten().map(bond).collect()
}

/// The portal has refused to say this again: what it said before is gone.
pub fn refused(here: &Here, path: &str) {
    if let Some(mut shelf) = load(here)
        && shelf.answers.remove(path).is_some()
    {
        save(here, &shelf);
    }
}

/// What the portal last answered there, to this person or, where nobody knows yet who it is, to the last one.
pub fn recall(here: &Here, person: Option<PersonId>, path: &str) -> Option<Answer> {
    let mut shelf = load(here).filter(|shelf| person.is_none_or(|person| person == shelf.owner))?;
    shelf.answers.remove(path)
}

/// How far the portal's clock was from this device's when it last spoke.
pub fn offset(here: &Here) -> TimeDelta {
    TimeDelta::milliseconds(load(here).map_or(0, |shelf| shelf.offset))
}

/// Forgets everything.
pub fn forget(here: &Here) {
    here.forget(NAME);
}
