//! Forgetting what an earlier installation left behind.
//!
//! An iPhone's keychain outlives the app: whoever deletes the app and installs it again, or hands the phone on, would
//! find the last family signed in. The app's own folder does not outlive it, so a file there says that this
//! installation has started before. Where it is missing, the item is removed first and the file is written after: an
//! end in between does it again.

use super::{SERVICE, USER, store};
use keyring_core::{CredentialStore, Error};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file's name in the app's own folder.
const MARKER: &str = "installed";

/// The sign that this installation has started before.
#[derive(Debug, Clone)]
pub(super) struct FirstRun(PathBuf);

impl FirstRun {
    /// A sign in this folder, which goes when the app goes.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(folder.join(MARKER))
    }

    /// Removes what is there, if this installation never started before. On an error nothing there may be used: it
    /// may be another family's.
    pub(super) fn wipe(&self, store: &CredentialStore) -> Result<(), Error> {
        if self.0.exists() {
            return Ok(());
        }
        match store
            .build(SERVICE, USER, store::modifiers().as_ref())?
            .delete_credential()
        {
            Ok(()) => tracing::info!("an earlier installation's session was forgotten"),
            Err(Error::NoEntry) => {}
            Err(error) => return Err(error),
        }
        self.remember()
            .map_err(|error| Error::PlatformFailure(error.into()))
    }

    fn remember(&self) -> io::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.0, [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn store_with_an_item() -> Arc<CredentialStore> {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        put(store.as_ref());
        store
    }

    fn put(store: &CredentialStore) {
        store
            .build(SERVICE, USER, None)
            .unwrap()
            .set_secret(b"old")
            .unwrap();
    }

    fn is_empty(store: &CredentialStore) -> bool {
        let secret = store.build(SERVICE, USER, None).unwrap().get_secret();
        matches!(secret, Err(Error::NoEntry))
    }

    #[test]
    fn the_first_start_forgets_what_an_earlier_installation_left_and_later_ones_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let first = FirstRun::in_folder(&folder.path().join("new"));
        let store = store_with_an_item();
        first.wipe(store.as_ref()).unwrap();
        assert!(is_empty(store.as_ref()));
        put(store.as_ref());
        first.wipe(store.as_ref()).unwrap();
        assert!(!is_empty(store.as_ref()));
    }

    #[test]
    fn where_it_cannot_be_noted_the_store_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "in the way").unwrap();
        let store = store_with_an_item();
        assert!(FirstRun::in_folder(&file).wipe(store.as_ref()).is_err());
        assert!(is_empty(store.as_ref()), "wiped all the same");
    }

    #[test]
    fn what_cannot_be_wiped_is_tried_again_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let first = FirstRun::in_folder(folder.path());
        let store = store_with_an_item();
        let entry = store.build(SERVICE, USER, None).unwrap();
        let cred: &keyring_core::mock::Cred = entry.as_any().downcast_ref().unwrap();
        cred.set_error(Error::NoStorageAccess(Box::new(io::Error::other("locked"))));
        assert!(first.wipe(store.as_ref()).is_err());
        assert!(!is_empty(store.as_ref()));
        first.wipe(store.as_ref()).unwrap();
        assert!(is_empty(store.as_ref()));
    }
}
