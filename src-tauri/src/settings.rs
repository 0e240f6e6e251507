//! What the app remembers in a plain file: the address of the portal, and what each portal gave to know this device
//! again, which opens nothing. Nothing secret.

use api::sessions::Secret;
use client::PortalAddress;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The file `settings.json` in the app's configuration folder.
#[derive(Debug, Clone)]
pub struct Settings {
    file: PathBuf,
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
}

impl Settings {
    /// Settings in this folder, which need not exist yet.
    pub fn at(folder: &Path) -> Self {
        Self {
            file: folder.join("settings.json"),
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
        let mut content = self.read();
        content.devices.insert(portal.to_owned(), token.clone());
        self.write(&content)
    }

    /// Whether the app locks itself. A file that cannot be read holds no portal either, and then nobody is signed in.
    pub fn locks(&self) -> bool {
        self.read().lock
    }

    /// Remembers whether the app locks itself.
    pub fn remember_lock(&self, lock: bool) -> io::Result<()> {
        let mut content = self.read();
        content.lock = lock;
        self.write(&content)
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
        let mut content = self.read();
        content.portal = Some(portal.to_string());
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
