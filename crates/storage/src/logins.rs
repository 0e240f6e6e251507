//! Logins by SPID and CIE on their way, and what is kept of those that were believed.
//!
//! Each step is one statement that only does something where the step before was the last: whoever comes second gets
//! `false`. Codes, cookies and states are here only as their SHA-256; nothing of the provider's is here.

use crate::{Row, StorageError, Tx, params};
use domain::{BodyId, FiscalCode, Instant, LoginId, PersonId, ServiceDay, SessionId};

const ADD: &str = "insert into login (id, body_id, provider, client, hint, challenge, back, invitation, confirms, \
    number, created_at, expires_at, state) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'begun')";
const BY_ID: &str = "select id, body_id, provider, client, hint, challenge, back, invitation, confirms, number, \
    expires_at, state, browser_hash, pending, person_id, outcome, code_hash, code_expires_at, tries, numbered \
    from login where id = $1";
const BY_STATE: &str = "select id, body_id, provider, client, hint, challenge, back, invitation, confirms, number, \
    expires_at, state, browser_hash, pending, person_id, outcome, code_hash, code_expires_at, tries, numbered \
    from login where state_hash = $1";
const LEAVE: &str = "update login set state = 'away', browser_hash = $1, state_hash = $2, pending = $3 \
    where id = $4 and state = 'begun'";
const TAKE: &str = "update login set state = 'answering', pending = null where id = $1 and state = 'away'";
const PROVE: &str = "update login set state = 'proved', person_id = $1, invitation = null, expires_at = $2 \
    where id = $3 and state = 'answering'";
const OFFER: &str =
    "update login set code_hash = $1, code_expires_at = $2 where id = $3 and state = 'proved'";
const NUMBER: &str = "update login set numbered = 1 where id = $1 and state = 'proved'";
const MISS: &str = "update login set tries = tries + 1 where id = $1 and state = 'proved'";
const FINISH: &str = "update login set state = 'done', person_id = $1, invitation = null, code_hash = null, \
    number = null where id = $2 and state in ('answering', 'proved')";
const FAIL: &str = "update login set state = 'failed', outcome = $1, invitation = null, pending = null, \
    code_hash = null, number = null where id = $2 and state not in ('done', 'failed')";
const NOTE_REFUSAL: &str = "update login set refused = refused + 1 where id = $1 and refused < $2";
const PRUNE: &str = "delete from login where expires_at < $1";
const KEEP_PROOF: &str = "insert into login_proof (login_id, body_id, person_id, at, provider, issuer, request, \
    token_hash, token_id, issued_at, level, acr) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const PRUNE_PROOFS: &str = "delete from login_proof where at < $1";
const PERSON: &str = "select p.id from person p where p.body_id = $1 and p.fiscal_code = $2 and exists \
    (select 1 from bond b where b.person_id = p.id and b.body_id = $1 and b.ended_at is null \
    and (b.first_day is null or b.first_day <= $3) and (b.last_day is null or b.last_day >= $3))";

/// Every statement of this noun.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("logins::add", ADD),
        ("logins::by_id", BY_ID),
        ("logins::by_state", BY_STATE),
        ("logins::leave", LEAVE),
        ("logins::take", TAKE),
        ("logins::prove", PROVE),
        ("logins::offer", OFFER),
        ("logins::number", NUMBER),
        ("logins::miss", MISS),
        ("logins::finish", FINISH),
        ("logins::fail", FAIL),
        ("logins::note_refusal", NOTE_REFUSAL),
        ("logins::prune", PRUNE),
        ("logins::keep_proof", KEEP_PROOF),
        ("logins::prune_proofs", PRUNE_PROOFS),
        ("logins::person", PERSON),
    ]
}

/// How far a login has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody opened its page yet.
    Begun,
    /// At the provider.
    Away,
    /// Back; the provider is asked.
    Answering,
    /// Somebody known came back; the app has not taken its session yet.
    Proved,
    /// Over, well.
    Done,
    /// Over; the outcome says why.
    Failed,
}

impl State {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "begun" => Self::Begun,
            "away" => Self::Away,
            "answering" => Self::Answering,
            "proved" => Self::Proved,
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => return None,
        })
    }
}

/// What a login begins with.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// Identity.
    pub id: LoginId,
    /// The tenant.
    pub body: BodyId,
    /// Id of the provider.
    pub provider: String,
    /// Whether an app began it, or a browser.
    pub app: bool,
    /// Which of the provider's hints.
    pub hint: Option<String>,
    /// The app's challenge.
    pub challenge: Option<String>,
    /// Where the browser goes at the end: JSON of the portal's.
    pub back: String,
    /// An invitation to accept, by what its keys hash to: JSON of the portal's.
    pub invitation: Option<String>,
    /// The session that is only to be confirmed.
    pub confirms: Option<SessionId>,
    /// Four digits for the last page.
    pub number: Option<String>,
    /// When.
    pub created_at: Instant,
    /// Until when it waits.
    pub expires_at: Instant,
}

/// A login on its way. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct Login {
    /// Identity.
    pub id: LoginId,
    /// The tenant.
    pub body: BodyId,
    /// Id of the provider.
    pub provider: String,
    /// Whether an app began it, or a browser.
    pub app: bool,
    /// Which of the provider's hints.
    pub hint: Option<String>,
    /// The app's challenge.
    pub challenge: Option<String>,
    /// Where the browser goes at the end.
    pub back: String,
    /// An invitation to accept, by what its keys hash to.
    pub invitation: Option<String>,
    /// The session that is only to be confirmed.
    pub confirms: Option<SessionId>,
    /// Four digits for the last page.
    pub number: Option<String>,
    /// Until when it waits.
    pub expires_at: Instant,
    /// How far it has come.
    pub state: State,
    /// SHA-256 of the cookie of the browser that opened it.
    pub browser_hash: Option<String>,
    /// Our half of the exchange, until it is taken.
    pub pending: Option<String>,
    /// Who came back.
    pub person: Option<PersonId>,
    /// Why it failed.
    pub outcome: Option<String>,
    /// SHA-256 of what the browser brings to the app.
    pub code_hash: Option<String>,
    /// Until when that is good.
    pub code_expires_at: Option<Instant>,
    /// Wrong numbers so far.
    pub tries: u8,
    /// Whether the right number was typed.
    pub numbered: bool,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("id", &self.id)
            .field("provider", &self.provider)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

fn login(row: &Row) -> Result<Login, StorageError> {
    let own = |name: &str| row.opt_text(name).map(|text| text.map(str::to_owned));
    let state = State::from_name(row.text("state")?).ok_or_else(|| StorageError::Column {
        name: "state".to_owned(),
        problem: "is no known word".to_owned(),
    })?;
    Ok(Login {
        id: row.parsed("id")?,
        body: row.parsed("body_id")?,
        provider: row.text("provider")?.to_owned(),
        app: row.text("client")? == "app",
        hint: own("hint")?,
        challenge: own("challenge")?,
        back: row.text("back")?.to_owned(),
        invitation: own("invitation")?,
        confirms: row.opt_parsed("confirms")?,
        number: own("number")?,
        expires_at: row.instant("expires_at")?,
        state,
        browser_hash: own("browser_hash")?,
        pending: own("pending")?,
        person: row.opt_parsed("person_id")?,
        outcome: own("outcome")?,
        code_hash: own("code_hash")?,
        code_expires_at: row.opt_instant("code_expires_at")?,
        tries: row.small("tries")?,
        numbered: row.bool("numbered")?,
    })
}

/// A login begins.
pub fn add(tx: &mut dyn Tx, new: &NewLogin) -> Result<(), StorageError> {
    let client = if new.app { "app" } else { "browser" };
    tx.execute(
        ADD,
        &params![
            new.id,
            new.body,
            new.provider.as_str(),
            client,
            new.hint.clone(),
            new.challenge.clone(),
            new.back.as_str(),
            new.invitation.clone(),
            new.confirms,
            new.number.clone(),
            new.created_at,
            new.expires_at
        ],
    )?;
    Ok(())
}

/// A login by its name.
pub fn by_id(tx: &mut dyn Tx, id: LoginId) -> Result<Option<Login>, StorageError> {
    tx.query_opt(BY_ID, &params![id])?.as_ref().map(login).transpose()
}

/// The login whose state a browser brought back.
pub fn by_state(tx: &mut dyn Tx, state_hash: &str) -> Result<Option<Login>, StorageError> {
    tx.query_opt(BY_STATE, &params![state_hash])?
        .as_ref()
        .map(login)
        .transpose()
}

/// A browser leaves for the provider; false where one has left before.
pub fn leave(
    tx: &mut dyn Tx,
    id: LoginId,
    browser_hash: &str,
    (state_hash, pending): (&str, &str),
) -> Result<bool, StorageError> {
    Ok(tx.execute(LEAVE, &params![browser_hash, state_hash, pending, id])? == 1)
}

/// Takes what is pending out, so that nobody finishes this login a second time; false where it is gone.
pub fn take(tx: &mut dyn Tx, id: LoginId) -> Result<bool, StorageError> {
    Ok(tx.execute(TAKE, &params![id])? == 1)
}

/// Somebody known came back: the app may take what that opens until `until`.
pub fn prove(tx: &mut dyn Tx, id: LoginId, person: PersonId, until: Instant) -> Result<bool, StorageError> {
    Ok(tx.execute(PROVE, &params![person, until, id])? == 1)
}

/// Gives the app a code; the one before opens nothing any more.
pub fn offer(tx: &mut dyn Tx, id: LoginId, code_hash: &str, until: Instant) -> Result<(), StorageError> {
    tx.execute(OFFER, &params![code_hash, until, id])?;
    Ok(())
}

/// Notes that the number of the app was typed, or another one.
pub fn number(tx: &mut dyn Tx, id: LoginId, right: bool) -> Result<(), StorageError> {
    tx.execute(if right { NUMBER } else { MISS }, &params![id])?;
    Ok(())
}

/// The login ends well; false where it had ended.
pub fn finish(tx: &mut dyn Tx, id: LoginId, person: PersonId) -> Result<bool, StorageError> {
    Ok(tx.execute(FINISH, &params![person, id])? == 1)
}

/// The login ends, and why; nothing happens where it had ended.
pub fn fail(tx: &mut dyn Tx, id: LoginId, outcome: &str) -> Result<(), StorageError> {
    tx.execute(FAIL, &params![outcome, id])?;
    Ok(())
}

/// Counts a refusal of this login; false where `most` were counted before, so that nobody fills the audit by reloading.
pub fn note_refusal(tx: &mut dyn Tx, id: LoginId, most: u32) -> Result<bool, StorageError> {
    Ok(tx.execute(NOTE_REFUSAL, &params![id, most])? == 1)
}

/// Deletes the logins that ended waiting before that; answers how many. The job alone calls it.
pub fn prune(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE, &params![before])
}

/// What is kept of an assertion that was believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Of which login.
    pub login: LoginId,
    /// The tenant.
    pub body: BodyId,
    /// Who it was, where the office knows them.
    pub person: Option<PersonId>,
    /// When it was believed.
    pub at: Instant,
    /// Id of the provider.
    pub provider: String,
    /// Who asserted it.
    pub issuer: String,
    /// Our request: SHA-256 of its state.
    pub request: String,
    /// SHA-256 of the assertion.
    pub token_hash: String,
    /// The assertion's own number.
    pub token_id: Option<String>,
    /// When it was made.
    pub issued_at: Instant,
    /// 1, 2 or 3.
    pub level: u8,
    /// What the provider said of the level; empty where the configuration vouches for it.
    pub acr: String,
}

/// Keeps what is kept of an assertion, in the transaction of what it opened.
pub fn keep_proof(tx: &mut dyn Tx, proof: &Proof) -> Result<(), StorageError> {
    tx.execute(
        KEEP_PROOF,
        &params![
            proof.login,
            proof.body,
            proof.person,
            proof.at,
            proof.provider.as_str(),
            proof.issuer.as_str(),
            proof.request.as_str(),
            proof.token_hash.as_str(),
            proof.token_id.clone(),
            proof.issued_at,
            proof.level,
            proof.acr.as_str()
        ],
    )?;
    Ok(())
}

/// Deletes what is older than that; answers how many. The job alone calls it.
pub fn prune_proofs(tx: &mut dyn Tx, before: Instant) -> Result<u64, StorageError> {
    tx.execute(PRUNE_PROOFS, &params![before])
}

/// The adult of a body with that fiscal code who is bound to a child on that day.
pub fn person(
    tx: &mut dyn Tx,
    body: BodyId,
    code: &FiscalCode,
    today: ServiceDay,
) -> Result<Option<PersonId>, StorageError> {
    let row = tx.query_opt(PERSON, &params![body, code.as_str(), today])?;
    row.map(|row| row.parsed("id")).transpose()
}
