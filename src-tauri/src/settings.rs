//! What the app remembers in a plain file: the address of the portal, and what each portal gave to know this device
//! again, which opens nothing. Nothing secret.

use api::sessions::Secret;
use client::PortalAddress;
use domain::{PersonId, SubscriptionId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// The file `settings.json` in the app's configuration folder.
#[derive(Debug, Clone)]
pub struct Settings {
    file: PathBuf,
    /// Held while the file is changed: several threads do.
    changing: Arc<Mutex<()>>,
}

/// What the app does on this computer besides showing its window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Background {
    /// Tells of news, until the person signs out.
    pub notifies: bool,
    /// Stays when its window is closed.
    pub keeps_watching: bool,
}

/// How far this computer has read what it is to show; nothing of what that was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// By which the portal knows it.
    #[serde(default)]
    pub subscription: Option<SubscriptionId>,
    /// Belongs to that subscription.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Who chose it: nobody else is told here without choosing too.
    #[serde(default)]
    pub person: Option<PersonId>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Content {
    #[serde(default)]
    portal: Option<String>,
    /// By portal: with it strangers who guess at the family's badge cannot make this device wait.
    #[serde(default)]
    devices: BTreeMap<String, Secret>,
    /// Whether the app asks who it is before it shows anything; phones only.
    #[serde(default)]
    lock: bool,
    /// Computers only.
    #[serde(default)]
    background: Background,
    /// Computers only.
    #[serde(default)]
    watched: Watched,
}

impl Settings {
    /// Settings in this folder, which need not exist yet.
    pub fn at(folder: &Path) -> Self {
        Self {
            file: folder.join("settings.json"),
            changing: Arc::default(),
        }
    }

    /// The remembered portal. A file that cannot be read is no portal: the person chooses again.
    pub fn portal(&self) -> Option<PortalAddress> {
        PortalAddress::parse(&self.read().portal?).ok()
    }

    /// What that portal gave to know this device again.
    pub fn device(&self, portal: &str) -> Option<Secret> {
        self.read().devices.remove(portal)
    }

    /// Remembers what a portal gave to know this device again.
    pub fn remember_device(&self, portal: &str, token: &Secret) -> io::Result<()> {
        self.change(|content| {
            content.devices.insert(portal.to_owned(), token.clone());
        })
    }

    /// Whether the app locks itself. A file that cannot be read holds no portal either, and then nobody is signed in.
    pub fn locks(&self) -> bool {
        self.read().lock
    }

    /// Remembers whether the app locks itself.
    pub fn remember_lock(&self, lock: bool) -> io::Result<()> {
        self.change(|content| content.lock = lock)
    }

    /// What the app does besides showing its window.
    pub fn background(&self) -> Background {
        self.read().background
    }

    /// Remembers it.
    pub fn remember_background(&self, background: Background) -> io::Result<()> {
        self.change(|content| content.background = background)
    }

    /// How far this computer has read.
    pub fn watched(&self) -> Watched {
        self.read().watched
    }

    /// Remembers it.
    pub fn remember_watched(&self, watched: &Watched) -> io::Result<()> {
        self.change(|content| content.watched = watched.clone())
    }

    /// Whoever signs in next chooses anew whether this computer tells of news.
    pub fn forget_watched(&self) -> io::Result<()> {
        let content = self.read();
        if !content.background.notifies && content.watched == Watched::default() {
            return Ok(());
        }
        self.change(|content| {
            content.background.notifies = false;
            content.watched = Watched::default();
        })
    }

    /// A file that cannot be read is an empty one.
    fn read(&self) -> Content {
        let Ok(text) = fs::read_to_string(&self.file) else {
            return Content::default();
        };
        serde_json::from_str(&text)
            .inspect_err(|error| tracing::warn!(%error, "the settings cannot be read"))
            .unwrap_or_default()
    }

    /// Remembers a portal: the whole file or nothing.
    pub fn remember(&self, portal: &PortalAddress) -> io::Result<()> {
        self.change(|content| content.portal = Some(portal.to_string()))
    }

    fn change(&self, change: impl FnOnce(&mut Content)) -> io::Result<()> {
        let _alone = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut content = self.read();
        change(&mut content);
        self.write(&content)
    }

    fn write(&self, content: &Content) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = self.file.with_extension("json.new");
        fs::write(&fresh, serde_json::to_vec_pretty(content)?)?;
        fs::rename(fresh, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_is_remembered_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::at(&folder.path().join("new"));
        assert_eq!(settings.portal(), None);
        let portal = PortalAddress::parse("mensa.example.it").unwrap();
        settings.remember(&portal).unwrap();
        assert_eq!(settings.portal(), Some(portal.clone()));
        // The device's token stays when the portal is chosen again.
        let token = Secret("opens nothing".into());
        settings.remember_device(&portal.to_string(), &token).unwrap();
        settings.remember(&portal).unwrap();
        assert_eq!(settings.device(&portal.to_string()), Some(token));
        assert_eq!(settings.device("https://other.example"), None);
        // So does the lock.
        assert!(!settings.locks());
        settings.remember_lock(true).unwrap();
        settings.remember(&portal).unwrap();
        assert!(settings.locks() && settings.portal().is_some());
        for text in [
            "",
            "{",
            "[]",
            r#"{"portal": 3}"#,
            r#"{"portal": "http://evil.example"}"#,
        ] {
            fs::write(&settings.file, text).unwrap();
            assert_eq!(settings.portal(), None, "{text}");
        }
    }
}
