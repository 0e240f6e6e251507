//! What must be found nowhere once the story is told: passwords, codes and tokens. Each is noted when it is used, and
//! at the end everything that was written anywhere is searched for all of them.
//!
//! Searched are the files of the portal (database, write-ahead log, log), the sandbox's log and, of the page, what it
//! keeps in its own storage and what its browser wrote to disk. Not searched is the mailbox: a code that was sent is
//! in the mail that brought it.

use crate::pages::Window;
use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Noted so far.
#[derive(Debug, Default)]
pub struct Secrets {
    noted: Mutex<Vec<Noted>>,
}

#[derive(Debug, Clone)]
struct Noted {
    /// Such as `the chosen password`.
    what: String,
    text: String,
}

impl Secrets {
    /// Remembers one. Nothing shorter than eight characters: it would be found by chance.
    pub fn note(&self, what: &str, text: &str) -> anyhow::Result<()> {
        let text = text.trim();
        ensure!(
            text.len() >= 8,
            "{what} has {} characters: too few to search for",
            text.len()
        );
        let mut noted = self.noted.lock().ok().context("the notes")?;
        if noted.iter().all(|one| one.text != text) {
            noted.push(Noted {
                what: what.to_owned(),
                text: text.to_owned(),
            });
        }
        Ok(())
    }

    /// How many.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.noted.lock().map_or(0, |noted| noted.len())
    }

    /// Searches the files below some folders and what the page keeps.
    pub async fn are_nowhere(&self, window: &Window, folders: &[PathBuf]) -> anyhow::Result<()> {
        let noted = self.noted.lock().ok().context("the notes")?.clone();
        ensure!(!noted.is_empty(), "no secret was noted: nothing would be found");
        let kept = window
            .script("return JSON.stringify([localStorage, sessionStorage, document.cookie])")
            .await?;
        let kept = kept.as_str().context("what the page keeps")?.to_owned();
        ensure!(
            !kept.to_lowercase().contains("token"),
            "the page keeps a token: {kept}"
        );
        found_in(&noted, "the page's storage", kept.as_bytes())?;
        let mut searched = 0;
        for file in folders.iter().flat_map(|folder| files_below(folder)) {
            // A file may be gone by now, as a browser's caches are.
            if let Ok(bytes) = fs::read(&file) {
                found_in(&noted, &file.display().to_string(), &bytes)?;
                searched += 1;
            }
        }
        ensure!(searched > 0, "no file was there to be searched");
        Ok(())
    }
}

fn found_in(noted: &[Noted], place: &str, bytes: &[u8]) -> anyhow::Result<()> {
    for one in noted {
        ensure!(!holds(bytes, one.text.as_bytes()), "{} is in {place}", one.what);
    }
    Ok(())
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    // Most of what is searched holds no such byte at all.
    let Some((&first, rest)) = wanted.split_first() else {
        return false;
    };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at + 1..].starts_with(rest) {
            return true;
        }
        from += at + 1;
    }
    false
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(kind) if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str) -> [Noted; 1] {
        [Noted {
            what: "the password".into(),
            text: text.into(),
        }]
    }

    #[test]
    fn a_secret_in_a_file_is_found_and_named() {
        let noted = noted("tre gatti");
        let error = found_in(&noted, "portal.log", b"...tre tre gatti...").unwrap_err();
        assert_eq!(error.to_string(), "the password is in portal.log");
        found_in(&noted, "portal.log", b"tre gatt").unwrap();
        found_in(&noted, "portal.log", b"").unwrap();
    }

    #[test]
    fn files_are_found_however_deep_they_lie() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("a/b/c.log"), "x").unwrap();
        assert_eq!(files_below(folder.path()), [folder.path().join("a/b/c.log")]);
    }

    #[test]
    fn what_chance_would_find_is_not_noted() {
        let secrets = Secrets::default();
        assert!(secrets.note("the code", "1234").is_err());
        secrets.note("the code", "12345678").unwrap();
        secrets.note("the code, again", "12345678").unwrap();
        assert_eq!(secrets.count(), 1);
    }
}
