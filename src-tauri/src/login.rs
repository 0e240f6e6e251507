//! Accesso con SPID e CIE: the hand-off between this app and the system's browser (RFC 8252).
//!
//! The app begins a login at the portal, opens the browser there, and waits: for the browser at its own [`door`], for
//! a [`link`] with its scheme, and, as the net under both, for the portal to say that the person typed the four digits.
//! Never shows a page of a provider, never sees what a provider says, and gives the page no token.

pub mod door;
pub mod link;
pub mod proof;

use api::{
    ErrorBody, ErrorCode,
    logins::{BackTo, LoginOutcome, LoginState, RedeemLoginRequest, RedeemedLoginView, StartLoginRequest},
    sessions::ClientKind,
};
use bridge::{PendingLoginView, StartLoginArgs};
use client::{Session, address::may_be_opened, words};
use domain::LoginId;
use door::Door;
use link::{Brought, Return};
use proof::Proof;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};
use url::Url;

/// How patiently an app asks.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a login waits; the portal does not wait longer either.
    pub limit: Duration,
    /// Between questions, at first.
    pub soon: Duration,
    /// For so long.
    pub soon_for: Duration,
    /// Between questions, later.
    pub later: Duration,
    /// When the portal does not answer, or has too much to do.
    pub trouble: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            limit: Duration::from_mins(10),
            soon: Duration::from_secs(2),
            soon_for: Duration::from_mins(1),
            later: Duration::from_secs(5),
            trouble: Duration::from_secs(15),
        }
    }
}

/// So many browsers may come before the first is asked about.
const VISITS: usize = 4;

/// The login that is under way, where there is one.
#[derive(Debug, Default)]
pub struct Logins {
    pace: Pace,
    pending: Mutex<Option<Pending>>,
}

/// A login that waits for its end.
#[derive(Debug)]
struct Pending {
    view: PendingLoginView,
    visits: mpsc::Sender<Brought>,
    given_up: watch::Sender<bool>,
    end: watch::Receiver<Option<Ended>>,
}

/// How a login ended.
type Ended = Result<RedeemedLoginView, ErrorBody>;

impl Logins {
    /// No login yet.
    pub fn at(pace: Pace) -> Self {
        Self {
            pace,
            pending: Mutex::default(),
        }
    }

    /// Begins a login; the one before ends. `open` opens the browser and tells whether it could.
    pub async fn start(
        &self,
        session: Arc<Session>,
        args: StartLoginArgs,
        open: impl FnOnce(&Url) -> bool,
    ) -> Result<PendingLoginView, ErrorBody> {
        self.cancel(None);
        let proof = Proof::fresh().map_err(|error| {
            tracing::error!(%error, "no randomness");
            words::offline()
        })?;
        let door = if cfg!(desktop) {
            Door::open()
                .await
                .inspect_err(
                    |error| tracing::warn!(%error, "no door on this machine; the link and the digits remain"),
                )
                .ok()
        } else {
            None
        };
        let back = door
            .as_ref()
            .map_or(BackTo::Scheme, |door| BackTo::Loopback { port: door.port() });
        let request = StartLoginRequest {
            body: args.body,
            provider: args.provider,
            hint: args.hint,
            client: ClientKind::App,
            challenge: Some(proof.challenge()),
            back,
            invitation: args.invitation,
            confirm: args.confirm,
        };
        let login = session.start_login(&request).await?;
        let url = may_be_opened(&login.url).ok_or_else(words::unreadable)?;
        let view = PendingLoginView {
            id: login.id,
            opened: open(&url),
            url: login.url,
            number: login.number,
            expires_at: login.expires_at,
        };
        let (visits, brought) = mpsc::channel(VISITS);
        let (given_up, up) = watch::channel(false);
        let (tell, end) = watch::channel(None);
        let at_the_door = visits.clone();
        let waiting = Waiting {
            session,
            login: view.id,
            proof,
            pace: self.pace,
        };
        tokio::spawn(async move {
            // Dropped with the end of this login, and closed with it.
            let door = door.map(|door| tokio::spawn(door.wait(waiting.login, at_the_door)));
            let ended = waiting.run(brought, up).await;
            if let Some(door) = door {
                door.abort();
            }
            tell.send_replace(Some(ended));
        });
        *self.lock() = Some(Pending {
            view: view.clone(),
            visits,
            given_up,
            end,
        });
        Ok(view)
    }

    /// The login that still waits.
    pub fn pending(&self) -> Option<PendingLoginView> {
        let pending = self.lock();
        let pending = pending.as_ref()?;
        pending.end.borrow().is_none().then(|| pending.view.clone())
    }

    /// Opens the browser again for a login that still waits.
    pub fn open(&self, login: LoginId, open: impl FnOnce(&Url) -> bool) -> Result<(), ErrorBody> {
        let url = self
            .pending()
            .filter(|pending| pending.id == login)
            .and_then(|pending| may_be_opened(&pending.url));
        match url {
            Some(url) if open(&url) => Ok(()),
            Some(_) => Err(ErrorBody::new(
                ErrorCode::Internal,
                "Non sono riuscito ad aprire il browser. Copia l'indirizzo e aprilo tu.",
            )),
            None => Err(over()),
        }
    }

    /// Waits for the end of a login.
    pub async fn ended(&self, login: LoginId) -> Result<RedeemedLoginView, ErrorBody> {
        let mut end = self
            .lock()
            .as_ref()
            .filter(|pending| pending.view.id == login)
            .map(|pending| pending.end.clone())
            .ok_or_else(over)?;
        let ended = end.wait_for(Option::is_some).await.map_err(|_| over())?;
        ended.clone().ok_or_else(over)?
    }

    /// Gives a login up: this one, or whichever is under way.
    pub fn cancel(&self, login: Option<LoginId>) {
        if let Some(pending) = self.lock().as_ref()
            && login.is_none_or(|login| login == pending.view.id)
        {
            pending.given_up.send_replace(true);
        }
    }

    /// A link brought something. True where it was for the login that waits.
    pub fn returned(&self, back: Return) -> bool {
        let pending = self.lock();
        let Some(pending) = pending.as_ref().filter(|pending| pending.view.id == back.login) else {
            tracing::info!("a link of another login came back");
            return false;
        };
        pending.visits.try_send(back.brought).is_ok()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A login that waits, and what it needs to be redeemed.
struct Waiting {
    session: Arc<Session>,
    login: LoginId,
    proof: Proof,
    pace: Pace,
}

impl Waiting {
    /// Asks, when a browser comes and now and then without, until it is known how the login ended.
    async fn run(self, mut brought: mpsc::Receiver<Brought>, mut given_up: watch::Receiver<bool>) -> Ended {
        let start = Instant::now();
        let mut next = start + self.pace.soon;
        loop {
            // Only waiting is given up. A question that is on its way is heard out: its answer may be a session.
            let code = tokio::select! {
                biased;
                _ = given_up.wait_for(|up| *up) => return Ok(failed(LoginOutcome::Cancelled)),
                Some(one) = brought.recv() => match one {
                    Brought::Code(code) => Some(code),
                    Brought::Outcome(_) => None,
                },
                () = sleep_until(start + self.pace.limit) => return Ok(failed(LoginOutcome::Expired)),
                () = sleep_until(next) => None,
            };
            let with_code = code.is_some();
            let request = RedeemLoginRequest {
                verifier: self.proof.verifier(),
                code,
            };
            let pause = match self.session.redeem_login(self.login, &request).await {
                Ok(view) if view.state == LoginState::Waiting => {
                    if start.elapsed() < self.pace.soon_for {
                        self.pace.soon
                    } else {
                        self.pace.later
                    }
                }
                Ok(view) => return Ok(view),
                // A code that was none: somebody else came to the door, and the login still waits.
                Err(error) if with_code && error.code == ErrorCode::NotFound => self.pace.soon,
                Err(error) if error.code == ErrorCode::NotFound => return Ok(failed(LoginOutcome::Expired)),
                Err(error) => match error.code {
                    ErrorCode::Offline | ErrorCode::Busy | ErrorCode::TooManyAttempts => self.pace.trouble,
                    _ => return Err(error),
                },
            };
            next = Instant::now() + pause;
        }
    }
}

fn failed(outcome: LoginOutcome) -> RedeemedLoginView {
    RedeemedLoginView {
        state: LoginState::Failed,
        outcome: Some(outcome),
        session: None,
    }
}

/// This login is not the one that waits.
fn over() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NotFound,
        "Questo accesso non è più in corso. Ricomincia dal pulsante con cui sei entrato.",
    )
}

#[cfg(test)]
mod tests;
