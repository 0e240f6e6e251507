//! Enti: a body's row, its schools by name and its cut-off rules.

use crate::{Row, StorageError, Tx, Value, params};
use chrono::{NaiveTime, Timelike as _};
use domain::{
    BodyId, Instant, SchoolId,
    body::BodySettings,
    calendar::SchoolYear,
    cutoff::{Action, CutOff},
};

const LIST: &str = "select id, slug, name, settings, pagopa from body order by name, slug";
const BY_SLUG: &str = "select id, slug, name, settings, pagopa from body where slug = $1";
const BY_ID: &str = "select id, slug, name, settings, pagopa from body where id = $1";
const SAVE: &str = "insert into body (id, slug, name, settings, pagopa, created_at) values ($1, $2, $3, $4, $5, $6) \
    on conflict (slug) do update set name = excluded.name, settings = excluded.settings, pagopa = excluded.pagopa";
const SCHOOLS: &str = "select id, name from school where body_id = $1 order by name, id";
const CUT_OFFS: &str = "select school_id, action, days_before, at_minute, max_ahead_days from cut_off \
    where body_id = $1";
const SAVE_CUT_OFF: &str = "insert into cut_off (body_id, school_id, action, days_before, at_minute, max_ahead_days) \
    values ($1, $2, $3, $4, $5, $6) on conflict (body_id, school_id, action) do update set \
    days_before = excluded.days_before, at_minute = excluded.at_minute, max_ahead_days = excluded.max_ahead_days";
const SAVE_YEAR: &str = "insert into school_year (body_id, name, first_day, last_day, weekdays) \
    values ($1, $2, $3, $4, $5) on conflict (body_id, name) do update set \
    first_day = excluded.first_day, last_day = excluded.last_day, weekdays = excluded.weekdays";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("bodies::list", LIST),
        ("bodies::by_slug", BY_SLUG),
        ("bodies::by_id", BY_ID),
        ("bodies::save", SAVE),
        ("bodies::schools", SCHOOLS),
        ("bodies::cut_offs", CUT_OFFS),
        ("bodies::save_cut_off", SAVE_CUT_OFF),
        ("bodies::save_year", SAVE_YEAR),
    ]
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Identity.
    pub id: BodyId,
    /// Short name in addresses.
    pub slug: String,
    /// Such as `Comune di Valdarca`.
    pub name: String,
    /// Everything else.
    pub settings: BodySettings,
    /// Its pagoPA settings as JSON, where it takes payments.
    pub pagopa: Option<String>,
}

/// A cut-off rule and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOffRule {
    /// Of one school; of the whole body where absent.
    pub school: Option<SchoolId>,
    /// For which act.
    pub action: Action,
    /// The rule.
    pub rule: CutOff,
}

fn wrong(name: &str, problem: &str) -> StorageError {
    StorageError::Column {
        name: name.to_owned(),
        problem: problem.to_owned(),
    }
}

fn body(row: &Row) -> Result<Body, StorageError> {
    Ok(Body {
        id: row.parsed("id")?,
        slug: row.text("slug")?.to_owned(),
        name: row.text("name")?.to_owned(),
        settings: serde_json::from_str(row.text("settings")?)
            .map_err(|error| wrong("settings", &error.to_string()))?,
        pagopa: row.opt_text("pagopa")?.map(str::to_owned),
    })
}

/// All bodies, by name.
pub fn list(tx: &mut dyn Tx) -> Result<Vec<Body>, StorageError> {
    tx.query(LIST, &[])?.iter().map(body).collect()
}

/// A body by its short name.
pub fn by_slug(tx: &mut dyn Tx, slug: &str) -> Result<Option<Body>, StorageError> {
    tx.query_opt(BY_SLUG, &params![slug])?
        .as_ref()
        .map(body)
        .transpose()
}

/// A body.
pub fn by_id(tx: &mut dyn Tx, id: BodyId) -> Result<Option<Body>, StorageError> {
    tx.query_opt(BY_ID, &params![id])?.as_ref().map(body).transpose()
}

/// Makes a body, or changes the one with that short name; answers its identity, which stays.
pub fn save(tx: &mut dyn Tx, new: &Body, now: Instant) -> Result<BodyId, StorageError> {
    let settings =
        serde_json::to_string(&new.settings).map_err(|error| wrong("settings", &error.to_string()))?;
    let row = params![new.id, &new.slug, &new.name, settings, new.pagopa.clone(), now];
    tx.execute(SAVE, &row)?;
    tx.query_one(BY_SLUG, &params![&new.slug])?.parsed("id")
}

/// A body's schools, by name.
pub fn schools(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<(SchoolId, String)>, StorageError> {
    let rows = tx.query(SCHOOLS, &params![body])?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?.to_owned())))
        .collect()
}

/// A body's cut-off rules, its own and its schools'.
pub fn cut_offs(tx: &mut dyn Tx, body: BodyId) -> Result<Vec<CutOffRule>, StorageError> {
    let rows = tx.query(CUT_OFFS, &params![body])?;
    rows.iter().map(cut_off).collect()
}

fn cut_off(row: &Row) -> Result<CutOffRule, StorageError> {
    let action = row.text("action")?;
    let minute: u32 = row.small("at_minute")?;
    Ok(CutOffRule {
        school: match row.text("school_id")? {
            "" => None,
            _ => Some(row.parsed("school_id")?),
        },
        action: Action::ALL
            .into_iter()
            .find(|known| known.as_str() == action)
            .ok_or_else(|| wrong("action", "is no known word"))?,
        rule: CutOff {
            days_before: row.small("days_before")?,
            at: NaiveTime::from_hms_opt(minute / 60, minute % 60, 0)
                .ok_or_else(|| wrong("at_minute", "is not within a day"))?,
            max_ahead_days: row.small("max_ahead_days")?,
        },
    })
}

/// Sets a rule, of the body or of one school.
pub fn save_cut_off(tx: &mut dyn Tx, body: BodyId, rule: &CutOffRule) -> Result<(), StorageError> {
    let school = rule.school.map_or_else(|| Value::from(""), Value::from);
    let minute = rule.rule.at.hour() * 60 + rule.rule.at.minute();
    let params = [
        body.into(),
        school,
        rule.action.as_str().into(),
        rule.rule.days_before.into(),
        minute.into(),
        rule.rule.max_ahead_days.into(),
    ];
    tx.execute(SAVE_CUT_OFF, &params)?;
    Ok(())
}

/// Sets a school year.
pub fn save_year(tx: &mut dyn Tx, body: BodyId, year: &SchoolYear) -> Result<(), StorageError> {
    let row = params![body, &year.name, year.first, year.last, year.weekdays.bits()];
    tx.execute(SAVE_YEAR, &row)?;
    Ok(())
}
