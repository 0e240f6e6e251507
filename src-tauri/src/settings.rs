//! What the app remembers in a plain file: the address of the portal. Nothing secret.

use client::PortalAddress;
use serde::{Deserialize, Serialize};
use std::{
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
        let text = fs::read_to_string(&self.file).ok()?;
        let content: Content = serde_json::from_str(&text)
            .inspect_err(|error| tracing::warn!(%error, "the settings cannot be read"))
            .ok()?;
        PortalAddress::parse(&content.portal?).ok()
    }

    /// Remembers a portal: the whole file or nothing.
    pub fn remember(&self, portal: &PortalAddress) -> io::Result<()> {
        let content = Content {
            portal: Some(portal.to_string()),
        };
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        let fresh = self.file.with_extension("json.new");
        fs::write(&fresh, serde_json::to_vec_pretty(&content)?)?;
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
        assert_eq!(settings.portal(), Some(portal));
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
