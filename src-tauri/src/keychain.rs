//! The system's keychain: one small item, so that a family signs in once and not every morning.
//!
//! All work is done by one thread of its own, in order: a keychain may wait for a person, and a late write must
//! not land on a newer one. Of the writes that wait only the newest is done, and a computer's keychain that refused one is
//! asked to keep something again only once the person is there: it would ask for its password each time. Nobody waits longer than [`LIMIT`]. Where there is no keychain, nothing is kept:
//! never a file. What a keychain holds and cannot give any more (a key that a new phone does not have) is removed, and
//! the family signs in again.

mod first_run;
mod store;

use api::sessions::{Secret, SessionView};
use bridge::KeychainView;
use first_run::FirstRun;
use keyring_core::{CredentialStore, Entry, Error};
use serde::{Deserialize, Serialize};
use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// How long anybody waits for the keychain.
pub const LIMIT: Duration = Duration::from_secs(3);
/// How long while it still owes an answer: it is waiting for a person, and one wait is enough.
const STUCK_LIMIT: Duration = Duration::from_millis(100);
/// The names under which the item is kept.
const SERVICE: &str = "refettorio";
const USER: &str = "session";

/// What is kept. Its `Debug` shows no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The only portal that the token may be sent to.
    pub portal: String,
    /// Good for one renewal.
    pub refresh_token: Secret,
    /// What the session opens; without tokens.
    pub session: SessionView,
}

/// Where items are kept: opened on the keychain's own thread, because opening may block too.
type Open = Box<dyn FnOnce() -> Result<Arc<CredentialStore>, Error> + Send>;

enum Wish {
    Read(oneshot::Sender<Option<Item>>),
    Write(Item, oneshot::Sender<bool>),
    Delete(oneshot::Sender<bool>),
}

/// What the keychain's thread and its callers know of it.
#[derive(Debug)]
struct Known {
    view: Mutex<KeychainView>,
    /// Somebody waited in vain and the thread is still at it.
    stuck: AtomicBool,
    /// There may be an item. True until the keychain has said otherwise.
    kept: AtomicBool,
    /// It refused to keep something, and nobody was there since.
    held: AtomicBool,
}

impl Known {
    fn note(&self, view: KeychainView) {
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }

    fn refuse(&self, error: &Error) {
        tracing::warn!(error = cause(error), "the keychain refused");
        self.note(found(error, KeychainView::Refused));
    }
}

/// The keychain and how it was found.
#[derive(Debug)]
pub struct Keychain {
    wishes: mpsc::Sender<Wish>,
    known: Arc<Known>,
    limit: Duration,
}

impl Keychain {
    /// The keychain of this system, for an app whose own folder this is. On phones where the keychain outlives the
    /// app, a first start forgets what was there.
    pub fn of_the_system(folder: &Path) -> Self {
        let first = cfg!(target_os = "ios").then(|| FirstRun::in_folder(folder));
        Self::new(
            Box::new(move || {
                let store = store::of_the_system()?;
                if let Some(first) = first {
                    first.wipe(store.as_ref())?;
                }
                Ok(store)
            }),
            LIMIT,
        )
    }

    /// A keychain over this store.
    pub fn new(open: Open, limit: Duration) -> Self {
        let (wishes, inbox) = mpsc::channel();
        let known = Arc::new(Known {
            view: Mutex::new(KeychainView::System),
            stuck: AtomicBool::new(false),
            kept: AtomicBool::new(true),
            held: AtomicBool::new(false),
        });
        let shared = Arc::clone(&known);
        thread::spawn(move || serve(open, &inbox, &shared));
        Self { wishes, known, limit }
    }

    /// How tokens are kept, as far as it is known by now.
    pub fn view(&self) -> KeychainView {
        *self.known.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept, where anything is and it can be read in time.
    pub async fn read(&self) -> Option<Item> {
        self.wish(Wish::Read).await.flatten()
    }

    /// The person is there: they may be asked to open it.
    pub fn may_ask_again(&self) {
        self.known.held.store(false, Ordering::SeqCst);
    }

    /// Keeps an item instead of the one before. True where it is kept, false also where a newer one is instead.
    pub async fn write(&self, item: Item) -> bool {
        self.wish(|done| Wish::Write(item, done)).await.unwrap_or(false)
    }

    /// Forgets the item. True where there is none any more, or never was one: then it does not matter that the
    /// keychain refuses.
    pub async fn delete(&self) -> bool {
        let done = self.wish(Wish::Delete).await.unwrap_or(false);
        done || !self.known.kept.load(Ordering::SeqCst)
    }

    async fn wish<T>(&self, wish: impl FnOnce(oneshot::Sender<T>) -> Wish) -> Option<T> {
        let (done, answer) = oneshot::channel();
        if self.wishes.send(wish(done)).is_err() {
            // The thread is gone: a store of the system broke it.
            self.known.note(KeychainView::MemoryOnly);
            return None;
        }
        let stuck = self.known.stuck.load(Ordering::SeqCst);
        let limit = if stuck {
            STUCK_LIMIT.min(self.limit)
        } else {
            self.limit
        };
        if let Ok(answer) = tokio::time::timeout(limit, answer).await {
            return answer
                .inspect_err(|_| self.known.note(KeychainView::MemoryOnly))
                .ok();
        }
        tracing::warn!("the keychain does not answer in time");
        self.known.stuck.store(true, Ordering::SeqCst);
        self.known.note(KeychainView::Refused);
        None
    }
}

/// Does one wish after the other until the app ends.
fn serve(open: Open, inbox: &mpsc::Receiver<Wish>, known: &Known) {
    let store = open()
        .inspect_err(|error| {
            tracing::warn!(error = cause(error), "no keychain");
            known.note(found(error, KeychainView::MemoryOnly));
        })
        .ok();
    let mut waiting = VecDeque::new();
    while let Some(wish) = waiting.pop_front().or_else(|| inbox.recv().ok()) {
        waiting.extend(inbox.try_iter());
        let store = store.as_deref();
        // Nobody waits for an answer after the limit; the work is done all the same.
        let _heard = match wish {
            Wish::Read(done) => done.send(store.and_then(|store| read(store, known))).is_ok(),
            Wish::Write(_, done) if is_overtaken(&waiting) || known.held.load(Ordering::SeqCst) => {
                done.send(false).is_ok()
            }
            Wish::Write(item, done) => done
                .send(store.is_some_and(|store| write(store, known, &item)))
                .is_ok(),
            Wish::Delete(done) => done.send(store.is_none_or(|store| delete(store, known))).is_ok(),
        };
        known.stuck.store(false, Ordering::SeqCst);
    }
}

/// Whether what is to be kept is replaced or forgotten by what waits, before anybody reads it.
fn is_overtaken(waiting: &VecDeque<Wish>) -> bool {
    waiting.front().is_some_and(|wish| !matches!(wish, Wish::Read(_)))
}

fn entry(store: &CredentialStore) -> Result<Entry, Error> {
    store.build(SERVICE, USER, store::modifiers().as_ref())
}

/// Whether the item is there and can never be read again: cut short, or encrypted by a key that is gone.
fn is_spoilt(error: &Error) -> bool {
    matches!(
        error,
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_)
    )
}

fn read(store: &CredentialStore, known: &Known) -> Option<Item> {
    let secret = match entry(store).and_then(|entry| entry.get_secret()) {
        Ok(secret) => secret,
        Err(Error::NoEntry) => {
            known.kept.store(false, Ordering::SeqCst);
            return None;
        }
        Err(error) if is_spoilt(&error) => {
            tracing::warn!(
                error = cause(&error),
                "what the keychain holds is spoilt and is removed"
            );
            delete(store, known);
            return None;
        }
        Err(error) => {
            known.refuse(&error);
            return None;
        }
    };
    let item = serde_json::from_slice(&secret).ok();
    if item.is_none() {
        tracing::warn!("what the keychain holds cannot be read and is removed");
        delete(store, known);
    }
    item
}

fn write(store: &CredentialStore, known: &Known, item: &Item) -> bool {
    let Ok(bytes) = serde_json::to_vec(item) else {
        return false;
    };
    match entry(store).and_then(|entry| entry.set_secret(&bytes)) {
        Ok(()) => {
            known.kept.store(true, Ordering::SeqCst);
            known.note(KeychainView::System);
            true
        }
        Err(error) => {
            // A phone's keychain never asks; it is closed while the phone is.
            if cfg!(desktop) && matches!(error, Error::NoStorageAccess(_)) {
                known.held.store(true, Ordering::SeqCst);
            }
            known.refuse(&error);
            false
        }
    }
}

fn delete(store: &CredentialStore, known: &Known) -> bool {
    match entry(store).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => {
            known.kept.store(false, Ordering::SeqCst);
            true
        }
        Err(error) => {
            known.refuse(&error);
            false
        }
    }
}

/// What an error says about the keychain.
fn found(error: &Error, otherwise: KeychainView) -> KeychainView {
    match error {
        Error::NoStorageAccess(_) => KeychainView::Refused,
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => KeychainView::MemoryOnly,
        _ => otherwise,
    }
}

/// An error's kind and nothing that it carries: some carry what was stored.
fn cause(error: &Error) -> &'static str {
    match error {
        Error::PlatformFailure(_) => "failure of the system's keychain",
        Error::NoStorageAccess(_) => "locked or refused",
        Error::NoEntry => "no entry",
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => "malformed",
        Error::TooLong(..) => "too long",
        Error::Ambiguous(_) => "more than one entry",
        Error::NoDefaultStore => "this system has none",
        _ => "not supported",
    }
}

#[cfg(test)]
mod tests;
