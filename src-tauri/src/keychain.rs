//! The system's keychain: one small item, so that a family signs in once and not every morning.
//!
//! All work is done by one thread of its own, in order: a keychain may wait for a person, and a late write must
//! not land on a newer one. Nobody waits longer than [`LIMIT`]. Where there is no keychain, nothing is kept:
//! never a file.

use api::sessions::{Secret, SessionView};
use bridge::KeychainView;
use keyring_core::{CredentialStore, Error};
use serde::{Deserialize, Serialize};
use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// How long anybody waits for the keychain.
pub const LIMIT: Duration = Duration::from_secs(3);
/// The names under which the item is kept.
const SERVICE: &str = "it.refettorio.famiglia";
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

/// The keychain and how it was found.
#[derive(Debug)]
pub struct Keychain {
    wishes: mpsc::Sender<Wish>,
    view: Arc<Mutex<KeychainView>>,
    limit: Duration,
}

impl Keychain {
    /// The keychain of this system.
    pub fn of_the_system() -> Self {
        Self::new(Box::new(system_store), LIMIT)
    }

    /// A keychain over this store.
    pub fn new(open: Open, limit: Duration) -> Self {
        let (wishes, inbox) = mpsc::channel();
        let view = Arc::new(Mutex::new(KeychainView::System));
        let found = Arc::clone(&view);
        thread::spawn(move || serve(open, &inbox, &found));
        Self { wishes, view, limit }
    }

    /// How tokens are kept, as far as it is known by now.
    pub fn view(&self) -> KeychainView {
        *self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept, where anything is and it can be read in time.
    pub async fn read(&self) -> Option<Item> {
        self.wish(Wish::Read).await.flatten()
    }

    /// Keeps an item instead of the one before. True where it is kept.
    pub async fn write(&self, item: Item) -> bool {
        self.wish(|done| Wish::Write(item, done)).await.unwrap_or(false)
    }

    /// Forgets the item. True where there is none any more.
    pub async fn delete(&self) -> bool {
        self.wish(Wish::Delete).await.unwrap_or(false)
    }

    async fn wish<T>(&self, wish: impl FnOnce(oneshot::Sender<T>) -> Wish) -> Option<T> {
        let (done, answer) = oneshot::channel();
        self.wishes.send(wish(done)).ok()?;
        if let Ok(answer) = tokio::time::timeout(self.limit, answer).await {
            return answer.ok();
        }
        tracing::warn!("the keychain does not answer in time");
        note(&self.view, KeychainView::Refused);
        None
    }
}

fn note(view: &Mutex<KeychainView>, found: KeychainView) {
    *view.lock().unwrap_or_else(PoisonError::into_inner) = found;
}

/// Does one wish after the other until the app ends.
fn serve(open: Open, inbox: &mpsc::Receiver<Wish>, view: &Mutex<KeychainView>) {
    let store = open()
        .inspect_err(|error| {
            tracing::warn!(error = cause(error), "no keychain");
            note(view, found(error, KeychainView::MemoryOnly));
        })
        .ok();
    for wish in inbox {
        // Nobody waits for an answer after the limit; the work is done all the same.
        match wish {
            Wish::Read(done) => drop(done.send(read(store.as_ref(), view))),
            Wish::Write(item, done) => drop(done.send(write(store.as_ref(), view, &item))),
            Wish::Delete(done) => drop(done.send(delete(store.as_ref(), view))),
        }
    }
}

fn read(store: Option<&Arc<CredentialStore>>, view: &Mutex<KeychainView>) -> Option<Item> {
    let store = store?;
    let secret = match store
        .build(SERVICE, USER, None)
        .and_then(|entry| entry.get_secret())
    {
        Ok(secret) => secret,
        Err(Error::NoEntry) => return None,
        Err(error) => {
            refuse(view, &error);
            return None;
        }
    };
    let item = serde_json::from_slice(&secret).ok();
    if item.is_none() {
        tracing::warn!("what the keychain holds cannot be read and is removed");
        delete(Some(store), view);
    }
    item
}

fn write(store: Option<&Arc<CredentialStore>>, view: &Mutex<KeychainView>, item: &Item) -> bool {
    let (Some(store), Ok(bytes)) = (store, serde_json::to_vec(item)) else {
        return false;
    };
    match store
        .build(SERVICE, USER, None)
        .and_then(|entry| entry.set_secret(&bytes))
    {
        Ok(()) => {
            note(view, KeychainView::System);
            true
        }
        Err(error) => {
            refuse(view, &error);
            false
        }
    }
}

fn delete(store: Option<&Arc<CredentialStore>>, view: &Mutex<KeychainView>) -> bool {
    let Some(store) = store else {
        return true;
    };
    match store
        .build(SERVICE, USER, None)
        .and_then(|entry| entry.delete_credential())
    {
        Ok(()) | Err(Error::NoEntry) => true,
        Err(error) => {
            refuse(view, &error);
            false
        }
    }
}

fn refuse(view: &Mutex<KeychainView>, error: &Error) {
    tracing::warn!(error = cause(error), "the keychain refused");
    note(view, found(error, KeychainView::Refused));
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

#[cfg(target_os = "linux")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Phones get their keychain with the phone app; until then nothing is kept.
#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

#[cfg(test)]
#[path = "keychain/tests.rs"]
mod tests;
