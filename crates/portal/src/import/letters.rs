//! Provisional passwords for families that have none, and the list from which the sealed letters are printed.
//!
//! The portal keeps hashes only; the file is the one place where the passwords stand, readable by its owner
//! alone. The office prints the letters and destroys it.

use super::{check, files::Files, known::Known};
use crate::clock::Chance;
use domain::Instant;
use identity::{hash::Hasher, provisional};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    thread,
};
use storage::people::Credential;

/// By the adult's fiscal code.
pub type Credentials = BTreeMap<String, Credential>;

/// One letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The adult's fiscal code.
    pub fiscal_code: String,
    /// Cognome.
    pub surname: String,
    /// Nome.
    pub first_name: String,
    /// The badges of the family's children.
    pub badges: Vec<String>,
    /// As it is printed.
    pub password: String,
}

/// The payers who have no password yet, each with a new one; nothing is hashed or kept by this.
pub fn write_letters(files: &Files, known: &Known, chance: &dyn Chance) -> Vec<Letter> {
    let payers = check::payers(files, known);
    let badges: BTreeMap<&str, &str> = files
        .children
        .rows
        .iter()
        .map(|at| (at.row.fiscal_code.as_str(), at.row.badge.as_str()))
        .collect();
    let mut families: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (child, payer) in &payers {
        families.entry(payer).or_default().extend(badges.get(child));
    }
    let mut letters: Vec<Letter> = Vec::new();
    let mut seen = BTreeSet::new();
    for at in &files.adults.rows {
        let code = at.row.fiscal_code.as_str();
        let has_one = known
            .people
            .get(code)
            .is_some_and(|person| known.credentials.contains(&person.id));
        let Some(badges) = families.get(code).filter(|_| !has_one && seen.insert(code)) else {
            continue;
        };
        let mut random = [0; provisional::RANDOM];
        chance.bytes(&mut random);
        letters.push(Letter {
            fiscal_code: code.to_owned(),
            surname: at.row.surname.clone(),
            first_name: at.row.first_name.clone(),
            badges: badges.iter().map(|badge| (*badge).to_owned()).collect(),
            password: provisional::generate(random),
        });
    }
    letters
}

/// Hashes the passwords, on as many threads as the machine has cores.
pub fn hash(
    letters: &[Letter],
    hasher: &Hasher,
    chance: &dyn Chance,
    expires_at: Instant,
) -> Result<Credentials, identity::hash::HashError> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let part = letters.len().div_ceil(cores).max(1);
    let parts: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = letters
            .chunks(part)
            .map(|letters| {
                scope.spawn(move || {
                    letters
                        .iter()
                        .map(|letter| one(letter, hasher, chance, expires_at))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .collect()
    });
    parts.into_iter().collect()
}

fn one(
    letter: &Letter,
    hasher: &Hasher,
    chance: &dyn Chance,
    expires_at: Instant,
) -> Result<(String, Credential), identity::hash::HashError> {
    let mut salt = [0; 16];
    chance.bytes(&mut salt);
    let password_hash = hasher.hash(&letter.password, salt)?;
    Ok((
        letter.fiscal_code.clone(),
        Credential {
            password_hash,
            provisional: true,
            expires_at: Some(expires_at),
        },
    ))
}

/// Writes the list as a CSV that Italian spreadsheets open. Refuses to overwrite a file.
pub fn save(path: &Path, letters: &[Letter]) -> io::Result<()> {
    let mut file = private(path)?;
    file.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(file);
    writer.write_record(["badge", "cognome", "nome", "password_provvisoria"])?;
    for letter in letters {
        writer.write_record([
            &letter.badges.join(" "),
            &letter.surname,
            &letter.first_name,
            &letter.password,
        ])?;
    }
    let file = writer
        .into_inner()
        .map_err(|error| io::Error::other(error.to_string()))?;
    file.sync_all()
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
