//! Brings an office's own data in: a folder with `ente.toml` and up to nine CSV files, as they come out of
//! the programs that Italian offices use.
//!
//! Everything is read and checked first and all errors are told at once, each with file, line and column; then
//! everything is written in one transaction, or nothing is. The same folder twice changes nothing the second
//! time. Never deletes, never rewrites what was charged or posted. The format is in docs/import.md.
//!
//! To add a column: [`columns`], the row in [`files`], what it must agree with in [`check`], where it goes in
//! [`plan`] (notices: [`crate::issuing`]), and docs/import.md (a test compares it).

mod cells;
pub mod check;
pub mod columns;
pub mod encoding;
pub mod files;
pub mod known;
pub mod letters;
pub mod notices;
pub mod plan;
pub mod report;
pub mod rows;
pub mod settings;

use crate::{clock::Chance, config::PagopaSection, issuing::Issue};
use domain::Instant;
use files::Files;
use identity::hash::Hasher;
use known::{Known, Years};
use letters::Credentials;
use report::{Findings, Problem, Report};
use settings::BodyFile;
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use storage::{StorageError, Store, Tx, bodies};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder or one of its files cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// The data has errors.
    #[error("{}", shown(.0))]
    Wrong(Findings),
    /// The letters could not be written.
    #[error("{}: {source}", path.display())]
    Letters {
        /// Which file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] identity::hash::HashError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A trial ended well; its report. Never leaves this module.
    #[error("a trial")]
    Trial(Box<Report>),
}

fn shown(findings: &Findings) -> String {
    let mut text = format!(
        "L'importazione non è stata fatta: ci sono {} errori. Correggili e riprova; finora non è stato salvato niente.",
        findings.errors.len()
    );
    for problem in &findings.errors {
        let _ = write!(text, "\n  {problem}");
    }
    if !findings.warnings.is_empty() {
        let _ = write!(text, "\nAvvisi ({}):", findings.warnings.len());
        for problem in &findings.warnings {
            let _ = write!(text, "\n  {problem}");
        }
    }
    text
}

/// How to import.
#[derive(Clone)]
pub struct Options {
    /// Check and count everything, keep nothing.
    pub dry_run: bool,
    /// Give provisional passwords to the payers who have none, and write them into this file.
    pub letters: Option<PathBuf>,
    /// Makes their hashes.
    pub hasher: Hasher,
    /// Until when a provisional password is good, in days.
    pub provisional_days: u16,
    /// What the configuration says of pagoPA, for the numbers of notices.
    pub pagopa: PagopaSection,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dry_run: false,
            letters: None,
            hasher: Hasher::default(),
            provisional_days: 60,
            pagopa: PagopaSection::default(),
        }
    }
}

/// A folder that was read: its files by name.
#[derive(Debug, Clone, Default)]
pub struct Folder(pub BTreeMap<String, Vec<u8>>);

impl Folder {
    /// Reads the files that an import knows; others are left alone.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let unreadable = |path: &Path, source| ImportError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mut contents = BTreeMap::new();
        fs::read_dir(path).map_err(|error| unreadable(path, error))?;
        for name in columns::ALL.iter().map(|file| file.file).chain([settings::FILE]) {
            let file = path.join(name);
            match fs::read(&file) {
                Ok(bytes) => {
                    contents.insert(name.to_owned(), bytes);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&file, error)),
            }
        }
        Ok(Self(contents))
    }
}

/// A folder's contents, each row checked by itself.
struct Read {
    body: BodyFile,
    files: Files,
    findings: Findings,
    pagopa: PagopaSection,
}

fn read(folder: &Folder, pagopa: &PagopaSection) -> Result<Read, ImportError> {
    let mut findings = Findings::default();
    let body = if let Some(bytes) = folder.0.get(settings::FILE) {
        settings::read(bytes, &mut findings)
    } else {
        findings.error(Problem::file(
            settings::FILE,
            "manca questo file. Descrive l'ente e serve sempre.",
        ));
        None
    };
    let files = files::read(&folder.0, &mut findings);
    let Some(body) = body else {
        findings.sort();
        return Err(ImportError::Wrong(findings));
    };
    Ok(Read {
        body,
        files,
        findings,
        pagopa: pagopa.clone(),
    })
}

/// Imports a folder: all of it, or nothing.
pub async fn run(
    store: &Store,
    folder: &Folder,
    options: &Options,
    now: Instant,
    chance: Arc<dyn Chance>,
) -> Result<Report, ImportError> {
    let read = Arc::new(read(folder, &options.pagopa)?);
    let mut credentials = Credentials::new();
    let mut written = None;
    if let Some(path) = options
        .letters
        .as_deref()
        .filter(|_| !options.dry_run && read.findings.errors.is_empty())
    {
        // Checked before the work of hashing, and again in the transaction.
        trial(store, &read, now, &chance).await?;
        let slug = read.body.slug.clone();
        let known = store.read(move |tx| Known::load(tx, &slug)).await?;
        let letters = letters::write_letters(&read.files, &known, &*chance);
        let expires_at = now + chrono::TimeDelta::days(i64::from(options.provisional_days));
        credentials = letters::hash(&letters, &options.hasher, &*chance, expires_at)?;
        // On disk before the passwords hold: a password that nobody can read would lock a family out.
        let failed = |source| ImportError::Letters {
            path: path.to_owned(),
            source,
        };
        letters::save(path, &letters).map_err(failed)?;
        written = Some(path);
    }
    let outcome = if options.dry_run {
        trial(store, &read, now, &chance).await
    } else {
        let chance = Arc::clone(&chance);
        store
            .write(move |tx| write(tx, &read, &credentials, now, &*chance))
            .await
    };
    if let (Err(_), Some(path)) = (&outcome, written) {
        // Its passwords open nothing.
        let _ = fs::remove_file(path);
    }
    outcome
}

/// Does everything and undoes it.
async fn trial(
    store: &Store,
    read: &Arc<Read>,
    now: Instant,
    chance: &Arc<dyn Chance>,
) -> Result<Report, ImportError> {
    let (read, chance) = (Arc::clone(read), Arc::clone(chance));
    let undone: Result<(), ImportError> = store
        .write(move |tx| {
            let mut report = write(tx, &read, &Credentials::new(), now, &*chance)?;
            report.dry_run = true;
            Err(ImportError::Trial(Box::new(report)))
        })
        .await;
    match undone {
        Err(ImportError::Trial(report)) => Ok(*report),
        Err(error) => Err(error),
        Ok(()) => Err(StorageError::Closed.into()),
    }
}

/// Checks against what the portal holds, then writes.
fn write(
    tx: &mut dyn Tx,
    read: &Read,
    credentials: &Credentials,
    now: Instant,
    chance: &dyn Chance,
) -> Result<Report, ImportError> {
    let Read {
        body,
        files,
        findings,
        pagopa,
    } = read;
    let mut findings = findings.clone();
    let known = Known::load(tx, &body.slug)?;
    let years = Years::new(&body.years, &known.years);
    check::Check {
        body,
        files,
        known: &known,
        years: &years,
        findings: &mut findings,
    }
    .run(tx)?;
    findings.sort();
    if !findings.errors.is_empty() {
        return Err(ImportError::Wrong(findings));
    }
    let mut report = Report {
        body: body.name.clone(),
        dry_run: false,
        counts: BTreeMap::new(),
        warnings: Vec::new(),
    };
    let id = plan::Plan {
        body,
        files,
        known: &known,
        years: &years,
        credentials,
        now,
        chance,
        report: &mut report,
        findings: &mut findings,
    }
    .write(tx)?;
    // They are asked of people whom the same folder may have brought.
    if let Some(body) = bodies::by_id(tx, id)?.filter(|_| !files.notices.rows.is_empty()) {
        Issue {
            body: &body,
            pagopa,
            rows: &files.notices,
            now,
            chance,
            report: &mut report,
            findings: &mut findings,
        }
        .run(tx)?;
    }
    findings.sort();
    if !findings.errors.is_empty() {
        return Err(ImportError::Wrong(findings));
    }
    report.warnings = findings.warnings;
    Ok(report)
}
