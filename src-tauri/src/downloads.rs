//! Documents that a family keeps: PDFs of the portal, written where other programs put what is downloaded.
//!
//! Takes nothing but PDFs, writes to that one folder, and never over a file that is there. What the page calls a file
//! is a wish: a name with a path, a device's name or another ending in it becomes a harmless one.

use api::{ErrorBody, ErrorCode, notices::DocumentView};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tauri::{AppHandle, Manager, Runtime};

/// How every PDF begins.
const MAGIC: &[u8] = b"%PDF-";
/// The largest document, in bytes: a notice has some tens of thousands.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The longest name, in characters, without its ending.
const MOST_NAME: usize = 80;
/// So many files of one name.
const MOST_COPIES: u32 = 999;
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The folder of the downloads, where this machine has one.
#[derive(Debug, Clone)]
pub struct Downloads(Option<PathBuf>);

impl Downloads {
    /// This folder, which is made when it is needed.
    pub fn at(folder: PathBuf) -> Self {
        Self(Some(folder))
    }

    /// The person's own.
    pub fn of_the_system<R: Runtime>(app: &AppHandle<R>) -> Self {
        let paths = app.path();
        let folder = paths
            .download_dir()
            .or_else(|_| paths.home_dir().map(|home| home.join("Downloads")));
        Self(folder.ok())
    }

    /// Keeps a document; tells where.
    pub fn keep(&self, document: &DocumentView) -> Result<PathBuf, ErrorBody> {
        let bytes = pdf(document).ok_or_else(not_whole)?;
        let kept = match &self.0 {
            Some(folder) => write(folder, &stem(&document.file_name), &bytes),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        kept.map_err(|error| {
            tracing::error!(%error, "the document cannot be kept");
            ErrorBody::new(
                ErrorCode::Internal,
                "Non riesco a salvare il documento nella cartella Scaricati. Controlla che ci sia spazio e riprova.",
            )
        })
    }
}

/// What arrived is no PDF.
pub(crate) fn not_whole() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::UnreadableAnswer,
        "Il documento non è arrivato intero. Riprova; se succede ancora, aggiorna l'app.",
    )
}

/// What the document holds, where it is a PDF.
pub(crate) fn pdf(document: &DocumentView) -> Option<Vec<u8>> {
    if document.media_type != "application/pdf" || document.content.len() > MOST_BYTES / 3 * 4 {
        return None;
    }
    let bytes = STANDARD.decode(&document.content).ok()?;
    bytes.starts_with(MAGIC).then_some(bytes)
}

/// A name without ending that is harmless on every system: letters, digits, hyphens.
pub(crate) fn stem(wish: &str) -> String {
    let wish = wish
        .strip_suffix(".pdf")
        .or(wish.strip_suffix(".PDF"))
        .unwrap_or(wish);
    let kept = wish.chars().map(|c| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    });
    let kept: String = kept.take(MOST_NAME).collect();
    let kept = kept.trim_matches('-');
    let bare = kept.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
    if kept.is_empty() || DEVICES.contains(&bare.as_str()) {
        return format!("documento-{kept}").trim_end_matches('-').to_owned();
    }
    kept.to_owned()
}

/// Writes it under the first name that is free.
fn write(folder: &Path, stem: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for copy in 1..=MOST_COPIES {
        let name = match copy {
            1 => format!("{stem}.pdf"),
            copy => format!("{stem} ({copy}).pdf"),
        };
        let path = folder.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                let written = file.write_all(bytes).and_then(|()| file.sync_all());
                if written.is_err() {
                    // Half a document helps nobody.
                    drop(file);
                    let _ = fs::remove_file(&path);
                }
                return written.map(|()| path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn document(file_name: &str, bytes: &[u8]) -> DocumentView {
        DocumentView {
            file_name: file_name.into(),
            media_type: "application/pdf".into(),
            content: STANDARD.encode(bytes),
        }
    }

    #[test]
    fn the_second_of_a_name_stands_beside_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let downloads = Downloads::at(folder.path().join("Scaricati"));
        for (bytes, name) in [
            (b"%PDF-1", "avviso.pdf"),
            (b"%PDF-2", "avviso (2).pdf"),
            (b"%PDF-3", "avviso (3).pdf"),
        ] {
            let path = downloads.keep(&document("avviso.pdf", bytes)).unwrap();
            assert_eq!(path, folder.path().join("Scaricati").join(name));
            assert_eq!(fs::read(path).unwrap(), bytes);
        }
    }

    #[test]
    fn nothing_but_a_pdf_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let downloads = Downloads::at(folder.path().to_owned());
        let script = document("avviso.pdf", b"#!/bin/sh\n");
        let page = DocumentView {
            media_type: "text/html".into(),
            ..document("avviso.pdf", b"%PDF-1.7")
        };
        let broken = DocumentView {
            content: "JVBERi0*".into(),
            ..document("avviso.pdf", b"")
        };
        let huge = DocumentView {
            content: "JVBE".repeat(MOST_BYTES / 3 + 1),
            ..document("avviso.pdf", b"")
        };
        for wrong in [script, page, broken, huge] {
            let error = downloads.keep(&wrong).unwrap_err();
            assert_eq!(error.code, ErrorCode::UnreadableAnswer, "{wrong:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_machine_without_the_folder_says_so_in_words() {
        let error = Downloads(None).keep(&document("a.pdf", b"%PDF-1.7")).unwrap_err();
        assert!(error.message.contains("Scaricati"));
    }

    #[test]
    fn names_are_made_harmless() {
        for (wish, name) in [
            ("avviso-301000000000000185.pdf", "avviso-301000000000000185"),
            ("../../.ssh/authorized_keys", "ssh-authorized_keys"),
            ("C:\\Windows\\a.exe", "C--Windows-a-exe"),
            ("", "documento"),
            ("...", "documento"),
            ("CON.pdf", "documento-CON"),
            ("com1", "documento-com1"),
        ] {
            assert_eq!(stem(wish), name, "{wish}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_page_calls_it_it_is_one_file_in_that_folder(wish in any::<String>()) {
            let folder = tempfile::tempdir().unwrap();
            let downloads = Downloads::at(folder.path().to_owned());
            let path = downloads.keep(&document(&wish, b"%PDF-1.7")).unwrap();
            prop_assert_eq!(path.parent(), Some(folder.path()));
            prop_assert_eq!(path.extension().and_then(|e| e.to_str()), Some("pdf"));
            prop_assert!(path.is_file());
        }
    }
}
