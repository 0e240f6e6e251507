//! The app's own lock, by choice, on phones: whoever holds the phone shows who they are before anything is shown.
//!
//! The phone asks, by face, finger or its code; this module only hears what it said. It is closed at every start and
//! after [`AWAY`] in the background, and it is the shell that keeps it: while it is closed no command answers about the
//! family, whatever the page does. It protects from a look into a phone that lies open, not from who owns the phone's
//! storage: the session's key is the keychain's business.

use crate::settings::Settings;
use api::{ErrorBody, ErrorCode};
use bridge::{LockMeans, LockView, UnlockOutcome, UnlockedView};
use chrono::TimeDelta;
use client::Clock;
use domain::Instant;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So long in the background leaves it open.
pub const AWAY: TimeDelta = TimeDelta::minutes(5);

/// What asks who holds the phone. Both functions may wait for a person, so they are called where waiting harms nobody.
pub trait Authenticator: Send + Sync {
    /// By what it can ask.
    fn means(&self) -> LockMeans;
    /// Asks.
    fn ask(&self) -> UnlockOutcome;
}

/// A place without a lock: a computer, which has its own.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Authenticator for Nobody {
    fn means(&self) -> LockMeans {
        LockMeans::None
    }

    fn ask(&self) -> UnlockOutcome {
        UnlockOutcome::Unavailable
    }
}

/// The lock.
pub struct Lock {
    settings: Option<Settings>,
    clock: Clock,
    authenticator: Arc<dyn Authenticator>,
    state: Mutex<State>,
}

/// How it stands.
#[derive(Debug)]
struct State {
    on: bool,
    open: bool,
    /// Since when the app is in the background.
    away: Option<Instant>,
    /// The phone is asking: one question at a time.
    asking: bool,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("state", &*self.state()).finish()
    }
}

impl Lock {
    /// A lock as the settings remember it: closed, where it was switched on.
    pub fn new(settings: Settings, authenticator: Arc<dyn Authenticator>, clock: Clock) -> Self {
        let on = settings.locks();
        Self {
            settings: Some(settings),
            clock,
            authenticator,
            state: Mutex::new(State {
                on,
                open: false,
                away: None,
                asking: false,
            }),
        }
    }

    /// No lock at all.
    pub fn none(clock: Clock) -> Self {
        Self {
            settings: None,
            clock,
            authenticator: Arc::new(Nobody),
            state: Mutex::new(State {
                on: false,
                open: true,
                away: None,
                asking: false,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes it where the app was away too long. A clock that was set back cannot tell, so it closes too.
    fn look(&self, state: &mut State) {
        let Some(since) = state.away else { return };
        let now = (self.clock)();
        if now < since || now - since >= AWAY {
            state.open = false;
        }
    }

    /// Whether it is closed.
    pub fn is_closed(&self) -> bool {
        let mut state = self.state();
        self.look(&mut state);
        state.on && !state.open
    }

    /// The app went into the background. What began before counts.
    pub fn left(&self) {
        let now = (self.clock)();
        self.state().away.get_or_insert(now);
    }

    /// It came back.
    pub fn came_back(&self) {
        let mut state = self.state();
        self.look(&mut state);
        state.away = None;
    }

    /// The person has just shown who they are to the portal.
    pub fn opened(&self) {
        self.state().open = true;
    }

    /// How it stands, for an app where somebody is signed in or nobody is.
    pub async fn view(&self, somebody: bool) -> LockView {
        let authenticator = Arc::clone(&self.authenticator);
        let means = tokio::task::spawn_blocking(move || authenticator.means())
            .await
            .unwrap_or(LockMeans::None);
        let closed = somebody && self.is_closed();
        let on = self.state().on;
        LockView { means, on, closed }
    }

    /// Lets the phone ask, and opens the lock where it knows the person.
    pub async fn unlock(&self) -> UnlockOutcome {
        if !self.is_closed() {
            return UnlockOutcome::Known;
        }
        self.ask().await
    }

    /// Switches it on or off, after the phone has asked.
    pub async fn set(&self, on: bool) -> Result<UnlockOutcome, ErrorBody> {
        let already = self.state().on == on;
        if already {
            return Ok(UnlockOutcome::Known);
        }
        let outcome = self.ask().await;
        if outcome == UnlockOutcome::Known {
            self.keep(on)?;
        }
        Ok(outcome)
    }

    /// Switches it off without asking: whoever it was for has signed out, and nothing is left to look at.
    pub fn forget(&self) {
        let on = self.state().on;
        if on && let Err(error) = self.keep(false) {
            tracing::warn!(%error, "the lock stays switched on");
        }
    }

    fn keep(&self, on: bool) -> Result<(), ErrorBody> {
        if let Some(settings) = &self.settings {
            settings.remember_lock(on).map_err(|error| {
                tracing::error!(%error, "the lock cannot be remembered");
                ErrorBody::new(
                    ErrorCode::Internal,
                    "Non riesco a salvare la scelta su questo telefono. Controlla che ci sia spazio e riprova.",
                )
            })?;
        }
        self.state().on = on;
        Ok(())
    }

    async fn ask(&self) -> UnlockOutcome {
        if std::mem::replace(&mut self.state().asking, true) {
            return UnlockOutcome::Cancelled;
        }
        let authenticator = Arc::clone(&self.authenticator);
        let asked = tokio::task::spawn_blocking(move || authenticator.ask()).await;
        let outcome = asked.unwrap_or(UnlockOutcome::Unavailable);
        let mut state = self.state();
        state.asking = false;
        if outcome == UnlockOutcome::Known {
            state.open = true;
            // The phone's question itself puts the app into the background on some.
            state.away = None;
        }
        outcome
    }
}

/// What a phone's code for an error says. The codes are those of the plugin that asks, the same on both systems.
pub fn outcome(code: Option<&str>) -> UnlockOutcome {
    match code {
        Some("userCancel" | "systemCancel" | "appCancel" | "userFallback") => UnlockOutcome::Cancelled,
        Some("authenticationFailed") => UnlockOutcome::NotKnown,
        Some("biometryLockout") => UnlockOutcome::TooManyTries,
        Some("passcodeNotSet" | "biometryNotEnrolled") => UnlockOutcome::NothingSetUp,
        _ => UnlockOutcome::Unavailable,
    }
}

/// What is refused while it is closed.
pub fn refusal() -> ErrorBody {
    ErrorBody::new(ErrorCode::AppLocked, "L'app è bloccata. Sbloccala e riprova.")
}

/// What became of a question, with how the lock stands after it.
pub async fn answered(lock: &Lock, outcome: UnlockOutcome, somebody: bool) -> UnlockedView {
    UnlockedView {
        outcome,
        lock: lock.view(somebody).await,
    }
}

#[cfg(test)]
mod tests;
