//! The reminder before the cut-off, for the few who asked for it: a job, because no act calls for it.

use super::{Teller, Word};
use crate::{App, meals::days::Days};
use chrono::TimeDelta;
use domain::{
    BodyId, ChildId, Instant, PersonId, ServiceDay,
    cutoff::Action,
    meals::Choice,
    message::Text,
    people::Actor,
    telling::{Topic, Ways},
    time::day_in_rome,
};
use std::collections::{BTreeMap, BTreeSet};
use storage::{
    StorageError, Tx,
    calendar::{self, Reach},
    notifications, preferences, telling,
};

/// As the outbox names it.
const KIND: &str = "morning_reminder";
/// So long before the cut-off; earlier where it lies in the night of the eve ([`domain::telling::QuietHours::remind_at`]).
const BEFORE: TimeDelta = TimeDelta::minutes(75);

/// Puts into the outbox what is to be reminded of now; answers how many messages that are.
pub async fn due(app: &App) -> Result<usize, StorageError> {
    let now = app.now();
    let asked = app.store.read(|tx| {
        let mut asked = Vec::new();
        for body in calendar::bodies(tx)? {
            let reminded = preferences::all(tx, body)?.into_iter().filter(|(_, wants)| {
                let Ways { push, mail, io } = wants.morning_reminder;
                push || mail || io
            });
            asked.extend(reminded.map(|(person, _)| (body, person)));
        }
        Ok::<_, StorageError>(asked)
    });
    let mut said = 0;
    for (body, person) in asked.await? {
        let found = app
            .store
            .read(move |tx| reminders(tx, Actor { body, person }, now))
            .await?;
        if found.is_empty() {
            continue;
        }
        let inside = app.clone();
        said += app
            .store
            .write(move |tx| remind(tx, &inside, (body, person), now))
            .await?;
    }
    Ok(said)
}

fn remind(
    tx: &mut dyn Tx,
    app: &App,
    (body, person): (BodyId, PersonId),
    now: Instant,
) -> Result<usize, StorageError> {
    let teller = Teller {
        chance: &*app.chance,
        now,
        body,
    };
    let mut said = 0;
    for ((day, cut_off), (children, who)) in reminders(tx, Actor { body, person }, now)? {
        let word = Word {
            person,
            topic: Topic::MorningReminder,
            cause: cause(day, cut_off),
            due: now,
            expires: Some(cut_off),
            text: Text::MorningReminder {
                day,
                cut_off,
                children,
                who,
            },
        };
        said += teller.say(tx, &word)?;
    }
    Ok(said)
}

/// Ends the reminders in which nobody is left who would eat, after an act that was registered in this transaction: on
/// devices that were not reached yet, and where computers show them.
pub(crate) fn outdated(
    tx: &mut dyn Tx,
    teller: Teller<'_>,
    days: &Days,
    lines: &[(ChildId, ServiceDay)],
) -> Result<(), StorageError> {
    let children: BTreeSet<ChildId> = lines.iter().map(|(child, _)| *child).collect();
    let mut people = BTreeSet::from([days.actor.person]);
    for child in children {
        people.extend(telling::watchers(tx, teller.body, child, days.today)?);
    }
    for person in people {
        let actor = Actor {
            body: teller.body,
            person,
        };
        let open = notifications::open_causes(tx, actor, KIND)?;
        if open.is_empty() {
            continue;
        }
        let due: BTreeSet<String> = reminders(tx, actor, teller.now)?
            .into_keys()
            .map(|(day, cut_off)| format!("{}/{person}", cause(day, cut_off)))
            .collect();
        for cause in open.iter().filter(|cause| !due.contains(*cause)) {
            notifications::end_cause(tx, actor, cause, teller.now)?;
        }
    }
    Ok(())
}

fn cause(day: ServiceDay, cut_off: Instant) -> String {
    format!("reminder/{day}/{}", cut_off.timestamp())
}

/// By day and cut-off: the first names of the children, and who they are.
type Reminders = BTreeMap<(ServiceDay, Instant), (Vec<String>, Vec<ChildId>)>;

/// The days whose cut-off is near, with the children who would eat.
fn reminders(tx: &mut dyn Tx, actor: Actor, now: Instant) -> Result<Reminders, StorageError> {
    let today = day_in_rome(now);
    let quiet = preferences::of(tx, actor.person)?.quiet;
    let rules = calendar::rules(tx, actor.body)?;
    let model = rules.settings.model;
    let mut found = Reminders::new();
    // A cut-off may lie on the eve, before a weekend too.
    let last = today + chrono::Days::new(4);
    let days = Days::load(tx, rules, actor, now, Reach::Cancel, (today, last))?;
    for child in &days.children {
        for day in domain::time::days_between(today, last) {
            let known = days.day(child, day);
            if known.service.is_err() || known.frozen || known.choice(model) != Choice::Eats {
                continue;
            }
            let Ok(cut_offs) = days.cut_offs(child, day) else {
                continue;
            };
            let closes = cut_offs.of(Action::Cancel).closes(day);
            if now < closes && quiet.remind_at(closes, BEFORE) <= now {
                let (names, who) = found.entry((day, closes)).or_default();
                names.push(child.first_name.clone());
                who.push(child.id);
            }
        }
    }
    Ok(found)
}
