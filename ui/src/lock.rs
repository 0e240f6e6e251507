//! Blocco dell'app: on a phone, by choice, whoever holds it shows who they are before anything is shown.
//!
//! The shell keeps the lock and refuses every call while it is closed; here it is only asked for, and shown. In a browser
//! and on a computer there is none.

mod card;
mod screen;
#[cfg(test)]
mod tests;

pub use card::LockCard;
pub use screen::LockScreen;

use crate::{
    clock::Clock,
    platform::{Here, Place, use_here},
    session::{Session, Standing},
};
use bridge::{LockMeans, LockView, UnlockOutcome};
use dioxus::prelude::*;

/// So long until what is drawn anew is seen, in milliseconds: the cover is taken away after that.
const DRAWN: u32 = 60;

/// The lock, as a context.
#[derive(Clone, Copy, PartialEq)]
pub struct AppLock {
    /// Nothing before the shell has told.
    view: Signal<Option<LockView>>,
    /// The phone is asking.
    busy: Signal<bool>,
    /// What it said last, where it did not open.
    outcome: Signal<Option<UnlockOutcome>>,
    unlock: Callback<()>,
    set: Callback<bool>,
    look: Callback<()>,
}

impl AppLock {
    /// How it stands. Closed until the shell has told that it is open.
    pub fn stands(self) -> Option<LockView> {
        *self.view.read()
    }

    /// Whether this is a phone: computers have a lock of their own.
    pub fn is_on_a_phone(self) -> bool {
        self.stands().is_some_and(|lock| lock.means != LockMeans::None)
    }

    /// Whether the phone is asking.
    pub fn is_busy(self) -> bool {
        *self.busy.read()
    }

    /// What the phone said last, where it did not know the person.
    pub fn outcome(self) -> Option<UnlockOutcome> {
        *self.outcome.read()
    }

    /// Lets the phone ask.
    pub fn unlock(self) {
        self.unlock.call(());
    }

    /// Switches it on or off.
    pub fn set(self, on: bool) {
        self.set.call(on);
    }

    /// Asks the shell again how it stands.
    pub fn look(self) {
        self.look.call(());
    }
}

/// Puts the lock into the context. Everything that it starts lives as long as the app.
pub fn use_lock_provider(session: Session, clock: Clock) -> AppLock {
    let here = use_here();
    let mut view = use_signal(|| (here.place() == Place::Browser).then_some(LockView::NONE));
    let mut busy = use_signal(|| false);
    let mut outcome = use_signal(|| None);
    let unlock = {
        let here = here.clone();
        use_callback(move |()| {
            if busy.replace(true) {
                return;
            }
            outcome.set(None);
            let here = here.clone();
            spawn(async move {
                match here.unlock().await {
                    Ok(told) => {
                        outcome.set((told.outcome != UnlockOutcome::Known).then_some(told.outcome));
                        view.set(Some(told.lock));
                        if !told.lock.closed {
                            // What was asked while it was closed was refused.
                            session.set(Standing::Unknown);
                            session.find(&here, clock).await;
                        }
                    }
                    Err(_) => outcome.set(Some(UnlockOutcome::Unavailable)),
                }
                busy.set(false);
            });
        })
    };
    let set = {
        let here = here.clone();
        use_callback(move |on: bool| {
            if busy.replace(true) {
                return;
            }
            outcome.set(None);
            let here = here.clone();
            spawn(async move {
                match here.set_lock(on).await {
                    Ok(told) => {
                        outcome.set((told.outcome != UnlockOutcome::Known).then_some(told.outcome));
                        view.set(Some(told.lock));
                    }
                    Err(_) => outcome.set(Some(UnlockOutcome::Unavailable)),
                }
                busy.set(false);
            });
        })
    };
    let ask_again = {
        let here = here.clone();
        use_callback(move |()| {
            let here = here.clone();
            spawn(async move { look_at(&here, view).await });
        })
    };
    let lock = AppLock {
        view,
        busy,
        outcome,
        unlock,
        set,
        look: ask_again,
    };
    use_context_provider(|| lock);
    use_future(move || {
        let here = here.clone();
        async move {
            if here.place() == Place::Browser {
                return;
            }
            look_at(&here, view).await;
            if view.peek().is_none_or(|view| view.means == LockMeans::None) {
                return;
            }
            loop {
                here.wake().await;
                if here.visible() {
                    look_at(&here, view).await;
                    if view.peek().is_some_and(|view| view.on) {
                        here.sleep(DRAWN).await;
                    }
                    here.cover(false);
                } else if view.peek().is_some_and(|view| view.on) {
                    // The system takes its picture of the app now.
                    here.cover(true);
                }
            }
        }
    });
    lock
}

/// Asks how it stands. Where the shell does not answer, what was known stays: a closed lock does not open by that.
async fn look_at(here: &Here, mut view: Signal<Option<LockView>>) {
    if let Ok(told) = here.lock_status().await {
        view.set(Some(told));
    } else if view.peek().is_none() {
        // A shell of before, which knows no lock.
        view.set(Some(LockView::NONE));
    }
}

/// The lock.
pub fn use_lock() -> AppLock {
    use_context()
}
