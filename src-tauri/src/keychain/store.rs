//! Which store of the system holds the item, one a platform, and what an item is asked to be there.
//!
//! Nothing here may leave the device: the iPhone's item is for this device and while it is unlocked, Android's key
//! never leaves the Keystore, and what Android would copy elsewhere is ruled out by the project's backup rules.

use keyring_core::{CredentialStore, Error};
use std::{collections::HashMap, sync::Arc};

/// Opens the system's store. May block.
#[cfg(target_os = "linux")]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Opens the system's store. May block.
#[cfg(target_os = "macos")]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Opens the system's store. May block.
#[cfg(target_os = "windows")]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Opens the system's store: the "protected data" one, the only one that phones have.
#[cfg(target_os = "ios")]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::protected::Store::new()?)
}

/// Opens the system's store: a file of ciphertexts, its key in the Keystore. Needs the activity to have started.
#[cfg(target_os = "android")]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Ok(android_native_keyring_store::Store::new()?)
}

/// A system without a store that we know.
#[cfg(not(any(
    target_os = "linux",
    target_os = "macos",
    target_os = "windows",
    target_os = "ios",
    target_os = "android"
)))]
pub(super) fn of_the_system() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

/// What this system's store is told about an item. On iPhones: readable while unlocked, never on another device, not
/// even by a backup.
pub(super) fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    cfg!(target_os = "ios").then(|| HashMap::from([("access-policy", "when-unlocked-this-device-only")]))
}
