//! How each adult wants to be told. Who never chose has no row.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, Instant, PersonId, people::Actor, telling::Preferences};

pub(crate) const OF: &str = "SELECT choices FROM preference WHERE person_id = $1";
pub(crate) const SET: &str = "\
    INSERT INTO preference (person_id, body_id, choices, changed_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (person_id) DO UPDATE SET choices = excluded.choices, changed_at = excluded.changed_at";

/// What an adult chose, or the defaults.
pub fn of(tx: &mut dyn Tx, person: PersonId) -> Result<Preferences, StorageError> {
    let row = tx.query_opt(OF, &params![person])?;
    row.as_ref().map_or_else(|| Ok(Preferences::default()), choices)
}

pub(crate) const ALL: &str =
    "SELECT person_id, choices FROM preference WHERE body_id = $1 ORDER BY person_id";

/// What the adults of a body chose, where they did.
pub fn all(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(PersonId, Preferences)>, StorageError> {
    let rows = tx.query(ALL, &params![body])?;
    rows.iter()
        .map(|row| Ok((row.parsed("person_id")?, choices(row)?)))
        .collect()
}

fn choices(row: &Row) -> Result<Preferences, StorageError> {
    serde_json::from_str(row.text("choices")?).map_err(|error| StorageError::Column {
        name: "choices".to_owned(),
        problem: error.to_string(),
    })
}

/// Keeps what an adult chose.
pub fn set(tx: &mut dyn Tx, actor: Actor, new: &Preferences, now: Instant) -> Result<(), StorageError> {
    let text = serde_json::to_string(new)
        .map_err(|error| StorageError::Constraint(format!("preferences cannot be kept: {error}")))?;
    tx.execute(SET, &params![actor.person, actor.body, text, now])
        .map(drop)
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("preferences::OF", OF),
        ("preferences::ALL", ALL),
        ("preferences::SET", SET),
    ]
}
