//! Handing a paper or an address to another app, which the person chooses in the phone's own sheet.
//!
//! A paper is written into a folder of the app's own, because another app can only be given a file. Nothing of it stays
//! longer than it must: the folder is emptied at the next start and when the person signs out. A computer has no such
//! sheet; there papers are kept among the downloads.

use crate::downloads;
use api::{ErrorBody, notices::DocumentView};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// What opens the sheet; waits until it is closed. The error is for the log. Who leaves without choosing wanted it so.
pub trait Sheet: Send + Sync {
    /// With a file.
    fn file(&self, path: &Path, media_type: &str) -> Result<(), String>;
    /// With a text.
    fn text(&self, text: &str) -> Result<(), String>;
}

/// The way to other apps.
pub struct Share {
    folder: PathBuf,
    /// Where the system's half leaves copies of the same name.
    copies: Vec<PathBuf>,
    sheet: Box<dyn Sheet>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Share")
    }
}

/// The longest text that is handed over, in bytes: an address has some hundreds.
const LONGEST_TEXT: usize = 2_000;

impl Share {
    /// Through this sheet, with files in this folder. Removes what an earlier run left.
    pub fn new(folder: PathBuf, copies: Vec<PathBuf>, sheet: Box<dyn Sheet>) -> Self {
        let share = Self {
            folder,
            copies,
            sheet,
        };
        share.empty();
        share
    }

    /// Removes every paper.
    pub fn empty(&self) {
        for folder in self.copies.iter().chain([&self.folder]) {
            if let Err(error) = empty(folder)
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "papers that were handed over cannot be removed");
            }
        }
    }

    /// Hands a PDF over; false where that was not possible.
    pub fn document(&self, document: &DocumentView) -> Result<bool, ErrorBody> {
        let bytes = downloads::pdf(document).ok_or_else(downloads::not_whole)?;
        let path = self
            .folder
            .join(format!("{}.pdf", downloads::stem(&document.file_name)));
        let written = fs::create_dir_all(&self.folder).and_then(|()| fs::write(&path, bytes));
        let handed = written
            .map_err(|error| error.to_string())
            .and_then(|()| self.sheet.file(&path, &document.media_type));
        Ok(is_done(handed))
    }

    /// Hands a text over; false where that was not possible.
    pub fn text(&self, text: &str) -> bool {
        text.len() <= LONGEST_TEXT && is_done(self.sheet.text(text))
    }
}

fn is_done(handed: Result<(), String>) -> bool {
    handed
        .inspect_err(|error| tracing::warn!(error, "nothing was handed to another app"))
        .is_ok()
}

/// Removes the PDFs of a folder, and nothing else: the system keeps files of its own beside them.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "pdf") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::ErrorCode;
    use base64::{Engine, engine::general_purpose::STANDARD};
    use std::sync::{Arc, Mutex};

    /// A sheet that remembers what it was given.
    struct Fake {
        given: Arc<Mutex<Vec<String>>>,
        works: bool,
    }

    impl Fake {
        fn give(&self, what: String) -> Result<(), String> {
            self.given.lock().unwrap().push(what);
            self.works.then_some(()).ok_or_else(|| "no sheet".into())
        }
    }

    impl Sheet for Fake {
        fn file(&self, path: &Path, media_type: &str) -> Result<(), String> {
            let text = fs::read_to_string(path).unwrap();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.give(format!("{name} {media_type} {text}"))
        }

        fn text(&self, text: &str) -> Result<(), String> {
            self.give(text.to_owned())
        }
    }

    fn paper(name: &str, text: &str) -> DocumentView {
        DocumentView {
            file_name: name.into(),
            media_type: "application/pdf".into(),
            content: STANDARD.encode(text),
        }
    }

    fn share(folder: &Path, works: bool) -> (Share, Arc<Mutex<Vec<String>>>) {
        let given = Arc::default();
        let sheet = Fake {
            given: Arc::clone(&given),
            works,
        };
        let copies = vec![folder.to_owned()];
        (
            Share::new(folder.join("da-condividere"), copies, Box::new(sheet)),
            given,
        )
    }

    #[test]
    fn a_paper_is_handed_over_under_a_harmless_name_and_always_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let (share, given) = share(folder.path(), true);
        assert!(share.document(&paper("../../avviso 1.pdf", "%PDF-1")).unwrap());
        assert!(share.document(&paper("../../avviso 1.pdf", "%PDF-2")).unwrap());
        assert_eq!(
            *given.lock().unwrap(),
            [
                "avviso-1.pdf application/pdf %PDF-1",
                "avviso-1.pdf application/pdf %PDF-2"
            ]
        );
    }

    #[test]
    fn nothing_of_it_outlives_the_run_or_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let (share, _) = share(folder.path(), true);
        fs::write(folder.path().join("avviso.pdf"), "a copy").unwrap();
        fs::write(folder.path().join("cache.bin"), "the system's").unwrap();
        share.document(&paper("avviso.pdf", "%PDF-1")).unwrap();
        share.empty();
        assert!(!folder.path().join("avviso.pdf").exists());
        assert!(!folder.path().join("da-condividere/avviso.pdf").exists());
        assert!(folder.path().join("cache.bin").exists());
        share.document(&paper("avviso.pdf", "%PDF-1")).unwrap();
        // The next start.
        let _next = self::share(folder.path(), true);
        assert!(!folder.path().join("da-condividere/avviso.pdf").exists());
    }

    #[test]
    fn what_is_no_paper_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let (share, given) = share(folder.path(), true);
        let error = share.document(&paper("avviso.pdf", "#!/bin/sh")).unwrap_err();
        assert_eq!(error.code, ErrorCode::UnreadableAnswer);
        assert!(given.lock().unwrap().is_empty());
        assert!(!folder.path().join("da-condividere").exists());
    }

    #[test]
    fn where_there_is_no_sheet_the_caller_hears_so() {
        let folder = tempfile::tempdir().unwrap();
        let (share, given) = share(folder.path(), false);
        assert!(!share.document(&paper("avviso.pdf", "%PDF-1")).unwrap());
        assert!(!share.text("https://mensa.example.it/feeds/x.ics"));
        assert!(!share.text(&"x".repeat(LONGEST_TEXT + 1)));
        assert_eq!(given.lock().unwrap().len(), 2, "a text that long is none");
    }
}
