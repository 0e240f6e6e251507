//! Another adult changed days: told to the guardians of those children who did not do it themselves.

use super::{Teller, Word};
use crate::meals::days::Days;
use domain::{ActId, ChildId, PersonId, ServiceDay, meals::Choice, message::Text, telling::Topic};
use std::collections::{BTreeMap, BTreeSet};
use storage::{StorageError, Tx, people, telling};

/// Tells of an act that was registered in this transaction.
pub(crate) fn changed(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    days: &Days,
    (act, choice, number): (ActId, Choice, &str),
    lines: &[(ChildId, ServiceDay)],
) -> Result<(), StorageError> {
    let mut others: BTreeMap<PersonId, (Vec<ChildId>, BTreeSet<ServiceDay>)> = BTreeMap::new();
    let children: BTreeSet<ChildId> = lines.iter().map(|(child, _)| *child).collect();
    for child in children {
        for person in telling::watchers(tx, teller.body, child, days.today)? {
            if person == days.actor.person {
                continue;
            }
            let (theirs, when) = others.entry(person).or_default();
            theirs.push(child);
            when.extend(lines.iter().filter(|(of, _)| *of == child).map(|(_, day)| *day));
        }
    }
    if others.is_empty() {
        return Ok(());
    }
    let (by, _) = people::name(tx, days.actor)?;
    for (person, (theirs, when)) in others {
        let (children, who) = theirs
            .iter()
            .filter_map(|child| days.child(*child))
            .map(|child| (child.first_name.clone(), child.id))
            .unzip();
        let word = Word {
            person,
            topic: Topic::DaysChanged,
            cause: format!("act/{act}"),
            due: teller.now,
            expires: None,
            text: Text::DaysChanged {
                by: by.clone(),
                children,
                who,
                days: when.into_iter().collect(),
                choice,
                number: number.to_owned(),
            },
        };
        teller.say(tx, &word)?;
    }
    Ok(())
}
