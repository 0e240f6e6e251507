//! Inviti: kept by what their link's token and their code hash to, never by token or code.

use crate::{
    Row, StorageError, Tx,
    families::{kind, rights},
    params,
};
use domain::{
    BodyId, ChildId, Instant, InvitationId, PersonId,
    people::{Actor, Grant, Rights},
};

/// So many wrong codes, and an invitation is worth nothing.
pub const TRIES: i64 = 5;

macro_rules! invitation_sql {
    ($where:literal) => {
        concat!(
            "select i.id, i.body_id, i.person_id, i.kind, i.first_name, i.surname, i.mail, i.may_see, i.may_cancel, \
             i.may_pay, i.may_documents, i.last_day, i.code_hash, i.tries, i.sent, i.created_at, i.expires_at, i.state \
             from invitation i where ",
            $where
        )
    };
}
const ADD: &str = "insert into invitation (id, body_id, person_id, kind, first_name, surname, mail, may_see, may_cancel, \
    may_pay, may_documents, last_day, token_hash, code_hash, tries, sent, created_at, expires_at, state) \
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 1, $15, $16, 'open')";
const ADD_CHILD: &str = "insert into invitation_child (invitation_id, child_id) values ($1, $2)";
const CHILDREN: &str = "select x.child_id from invitation_child x join child c on c.id = x.child_id \
    where x.invitation_id = $1 order by c.born_on, c.first_name, c.id";
const OF_PERSON: &str = invitation_sql!(
    "i.body_id = $1 and i.person_id = $2 and i.created_at >= $3 order by i.created_at desc, i.id desc limit 50"
);
const OWN: &str = invitation_sql!("i.body_id = $1 and i.person_id = $2 and i.id = $3");
const BY_TOKEN: &str = invitation_sql!("i.token_hash = $1");
const MADE_SINCE: &str =
    "select count(*) as made from invitation where body_id = $1 and person_id = $2 and created_at > $3";
const TRIED: &str = "update invitation set tries = tries + 1 where id = $1";
const RENEW: &str = "update invitation set token_hash = $2, code_hash = $3, sent = sent + 1 where id = $1";
const CLOSE: &str =
    "update invitation set state = $2, accepted_by = $3, closed_at = $4 where id = $1 and state = 'open'";
const PRUNE_CHILDREN: &str = "delete from invitation_child where invitation_id in \
    (select id from invitation where expires_at < $1)";
const PRUNE: &str = "delete from invitation where expires_at < $1";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("invitations::add", ADD),
        ("invitations::add_child", ADD_CHILD),
        ("invitations::children", CHILDREN),
        ("invitations::of_person", OF_PERSON),
        ("invitations::own", OWN),
        ("invitations::by_token", BY_TOKEN),
        ("invitations::made_since", MADE_SINCE),
        ("invitations::tried", TRIED),
        ("invitations::renew", RENEW),
        ("invitations::close", CLOSE),
        ("invitations::prune_children", PRUNE_CHILDREN),
        ("invitations::prune", PRUNE),
    ]
}

/// How an invitation was closed, or that it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It was not.
    Open,
    /// Somebody accepted it.
    Accepted,
    /// Whoever made it took it back.
    Withdrawn,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Open, Self::Accepted, Self::Withdrawn]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// Invito.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Identity.
    pub id: InvitationId,
    /// Who invites, and where.
    pub by: Actor,
    /// For which children, eldest first.
    pub children: Vec<ChildId>,
    /// What is granted.
    pub grant: Grant,
    /// First name of the invited.
    pub first_name: String,
    /// Surname of the invited.
    pub surname: String,
    /// Where the link went.
    pub mail: String,
    /// SHA-256 over token and code, hex.
    pub code_hash: String,
    /// Wrong codes so far.
    pub tries: i64,
    /// How often link and code were made.
    pub sent: i64,
    /// When it was made.
    pub created_at: Instant,
    /// Until when it can be accepted.
    pub expires_at: Instant,
    /// How it was closed.
    pub state: State,
}

impl Invitation {
    /// Whether it can be accepted with the right code.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == State::Open && self.tries < TRIES && now < self.expires_at
    }
}

/// Adds an invitation; `token_hash` is what its link's token hashes to.
pub fn add(tx: &mut dyn Tx, new: &Invitation, token_hash: &str) -> Result<(), StorageError> {
    let Rights {
        see,
        cancel,
        pay,
        documents,
    } = new.grant.rights;
    let row = params![
        new.id,
        new.by.body,
        new.by.person,
        new.grant.kind.as_str(),
        &new.first_name,
        &new.surname,
        &new.mail,
        see,
        cancel,
        pay,
        documents,
        new.grant.last_day,
        token_hash,
        &new.code_hash,
        new.created_at,
        new.expires_at
    ];
    tx.execute(ADD, &row)?;
    for child in &new.children {
        tx.execute(ADD_CHILD, &params![new.id, *child])?;
    }
    Ok(())
}

fn read(tx: &mut dyn Tx, row: &Row) -> Result<Invitation, StorageError> {
    let id: InvitationId = row.parsed("id")?;
    let children = tx.query(CHILDREN, &params![id])?;
    Ok(Invitation {
        id,
        by: Actor {
            body: row.parsed("body_id")?,
            person: row.parsed("person_id")?,
        },
        children: children
            .iter()
            .map(|row| row.parsed("child_id"))
            .collect::<Result<_, _>>()?,
        grant: Grant {
            kind: kind(row)?,
            rights: rights(row)?,
            last_day: row.opt_parsed("last_day")?,
        },
        first_name: row.text("first_name")?.to_owned(),
        surname: row.text("surname")?.to_owned(),
        mail: row.text("mail")?.to_owned(),
        code_hash: row.text("code_hash")?.to_owned(),
        tries: row.int("tries")?,
        sent: row.int("sent")?,
        created_at: row.instant("created_at")?,
        expires_at: row.instant("expires_at")?,
        state: State::from_name(row.text("state")?).ok_or_else(|| StorageError::Column {
            name: "state".to_owned(),
            problem: "is no known word".to_owned(),
        })?,
    })
}

/// The invitations that somebody made since then, newest first.
pub fn of_person(tx: &mut dyn Tx, actor: Actor, since: Instant) -> Result<Vec<Invitation>, StorageError> {
    let rows = tx.query(OF_PERSON, &params![actor.body, actor.person, since])?;
    rows.iter().map(|row| read(tx, row)).collect()
}

/// One of them; none where somebody else made it.
pub fn own(tx: &mut dyn Tx, actor: Actor, id: InvitationId) -> Result<Option<Invitation>, StorageError> {
    let row = tx.query_opt(OWN, &params![actor.body, actor.person, id])?;
    row.map(|row| read(tx, &row)).transpose()
}

/// The invitation whose link holds that token.
pub fn by_token(tx: &mut dyn Tx, token_hash: &str) -> Result<Option<Invitation>, StorageError> {
    let row = tx.query_opt(BY_TOKEN, &params![token_hash])?;
    row.map(|row| read(tx, &row)).transpose()
}

/// How many somebody has made since then.
pub fn made_since(
    tx: &mut dyn Tx,
    (body, person): (BodyId, PersonId),
    since: Instant,
) -> Result<i64, StorageError> {
    tx.query_one(MADE_SINCE, &params![body, person, since])?
        .int("made")
}

/// Counts a wrong code.
pub fn tried(tx: &mut dyn Tx, id: InvitationId) -> Result<(), StorageError> {
    tx.execute(TRIED, &params![id]).map(drop)
}

/// Gives an invitation another link and code; those before open nothing.
pub fn renew(
    tx: &mut dyn Tx,
    id: InvitationId,
    token_hash: &str,
    code_hash: &str,
) -> Result<(), StorageError> {
    tx.execute(RENEW, &params![id, token_hash, code_hash]).map(drop)
}

/// Closes an open invitation; false where it was closed before.
pub fn close(
    tx: &mut dyn Tx,
    id: InvitationId,
    how: State,
    accepted_by: Option<PersonId>,
    now: Instant,
) -> Result<bool, StorageError> {
    Ok(tx.execute(CLOSE, &params![id, how.as_str(), accepted_by, now])? == 1)
}

/// Deletes invitations that expired before then; answers how many.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE_CHILDREN, &params![before])?;
    tx.execute(PRUNE, &params![before])
}
