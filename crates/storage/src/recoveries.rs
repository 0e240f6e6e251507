//! Lost passwords on their way to new ones. There is a row also where nobody was found, so that the work tells nothing.

use crate::{StorageError, Tx, params};
use domain::{BadgeCode, BodyId, Instant, PersonId, RecoveryId, ServiceDay, people::Actor};

const ADD: &str = "insert into recovery (id, body_id, person_id, code_hash, created_at, expires_at, tries, others) \
    values ($1, $2, $3, $4, $5, $6, $7, $8)";
const FIND: &str = "select id, body_id, person_id, code_hash, created_at, expires_at, tries, others from recovery \
    where id = $1 and ended_at is null";
const TAKE_TRY: &str = "update recovery set tries = tries - 1 \
    where id = $1 and ended_at is null and tries > 0 and expires_at > $2";
const GIVE_BACK: &str = "update recovery set tries = tries + 1 where id = $1 and ended_at is null";
const END: &str = "update recovery set ended_at = $1 where id = $2 and ended_at is null";
const END_ALL: &str = "update recovery set ended_at = $1 \
    where (person_id = $2 or others like $3) and ended_at is null";
const PRUNE: &str = "delete from recovery where expires_at < $1";
const BADGES: &str = "select g.code from badge g join bond b on b.child_id = g.child_id \
    where b.body_id = $1 and b.person_id = $2 and b.may_see = 1 and b.kind <> 'delegate' and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $3) and (b.last_day is null or b.last_day >= $3) \
    order by g.code limit 20";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("recoveries::add", ADD),
        ("recoveries::find", FIND),
        ("recoveries::take_try", TAKE_TRY),
        ("recoveries::give_back", GIVE_BACK),
        ("recoveries::end", END),
        ("recoveries::end_all", END_ALL),
        ("recoveries::prune", PRUNE),
        ("recoveries::badges", BADGES),
    ]
}

/// A recovery that has not ended. Whether its time is over is the caller's to compare.
#[derive(Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Identity; the code is bound to it.
    pub id: RecoveryId,
    /// The tenant.
    pub body: BodyId,
    /// Whose; none where nobody was found, or nothing was sent.
    pub person: Option<PersonId>,
    /// Who else shares the mailbox or number, in the order in which their codes were written.
    pub others: Vec<PersonId>,
    /// argon2id, PHC.
    pub code_hash: String,
    /// When it was asked for.
    pub created_at: Instant,
    /// Good until.
    pub expires_at: Instant,
    /// Tries that are left.
    pub tries: u32,
}

/// Keeps a recovery.
pub fn add(tx: &mut dyn Tx, new: &Recovery) -> Result<(), StorageError> {
    let others: Vec<String> = new.others.iter().map(ToString::to_string).collect();
    tx.execute(
        ADD,
        &params![
            new.id,
            new.body,
            new.person,
            new.code_hash.as_str(),
            new.created_at,
            new.expires_at,
            new.tries,
            others.join(" ")
        ],
    )?;
    Ok(())
}

fn others(text: &str) -> Result<Vec<PersonId>, StorageError> {
    let broken = |_| StorageError::Column {
        name: "others".to_owned(),
        problem: "is no list of ids".to_owned(),
    };
    text.split_whitespace()
        .map(|id| id.parse().map_err(broken))
        .collect()
}

/// A recovery, unless it has ended.
pub fn find(tx: &mut dyn Tx, id: RecoveryId) -> Result<Option<Recovery>, StorageError> {
    tx.query_opt(FIND, &params![id])?
        .map(|row| {
            Ok(Recovery {
                id: row.parsed("id")?,
                body: row.parsed("body_id")?,
                person: row.opt_parsed("person_id")?,
                code_hash: row.text("code_hash")?.to_owned(),
                created_at: row.instant("created_at")?,
                expires_at: row.instant("expires_at")?,
                tries: row.small("tries")?,
                others: others(row.text("others")?)?,
            })
        })
        .transpose()
}

/// Takes one try; false where none is left or the time is over.
pub fn take_try(tx: &mut dyn Tx, id: RecoveryId, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(TAKE_TRY, &params![id, now])? == 1)
}

/// Gives a try back: the code was right, the password was not good enough.
pub fn give_back(tx: &mut dyn Tx, id: RecoveryId) -> Result<(), StorageError> {
    tx.execute(GIVE_BACK, &params![id])?;
    Ok(())
}

/// Ends a recovery; false where it had ended.
pub fn end(tx: &mut dyn Tx, id: RecoveryId, now: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(END, &params![now, id])? == 1)
}

/// Ends all recoveries of a person who has a new password, also those that were asked for by a mailbox that they share.
pub fn end_all(tx: &mut dyn Tx, person: PersonId, now: Instant) -> Result<(), StorageError> {
    tx.execute(END_ALL, &params![now, person, format!("%{person}%")])?;
    Ok(())
}

/// Forgets what expired before an instant; answers how many.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}

/// The badge codes of a guardian's children, which somebody may have lost together with the password.
pub fn badges(tx: &mut dyn Tx, actor: Actor, today: ServiceDay) -> Result<Vec<BadgeCode>, StorageError> {
    let rows = tx.query(BADGES, &params![actor.body, actor.person, today])?;
    rows.iter()
        .map(|row| {
            BadgeCode::parse(row.text("code")?).map_err(|error| StorageError::Column {
                name: "code".to_owned(),
                problem: error.to_string(),
            })
        })
        .collect()
}
