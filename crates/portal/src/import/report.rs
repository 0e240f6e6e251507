//! What an import tells the office: problems with their place, and what was done.

use std::{collections::BTreeMap, fmt};

/// One thing that is wrong (or odd), where it is, and what to do about it, in Italian.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File name within the folder.
    pub file: String,
    /// Line in the file, from 1; absent where the whole file is meant.
    pub line: Option<usize>,
    /// Column as the file's own header names it, or a key of `ente.toml`.
    pub column: Option<String>,
    /// A plain sentence.
    pub message: String,
}

impl Problem {
    /// A problem of a whole file.
    pub fn file(file: &str, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            column: None,
            message: message.into(),
        }
    }

    /// A problem at a line and, where it has one, a column.
    pub fn at(file: &str, line: usize, column: Option<&str>, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            column: column.map(str::to_owned),
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", riga {line}")?;
        }
        if let Some(column) = &self.column {
            let word = if self.file == super::settings::FILE {
                "voce"
            } else {
                "colonna"
            };
            write!(f, ", {word} {column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Errors and warnings on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What stops the import.
    pub errors: Vec<Problem>,
    /// What does not.
    pub warnings: Vec<Problem>,
}

impl Findings {
    /// Notes an error.
    pub fn error(&mut self, problem: Problem) {
        self.errors.push(problem);
    }

    /// Notes a warning.
    pub fn warn(&mut self, problem: Problem) {
        self.warnings.push(problem);
    }

    /// By file, line and column, each once.
    pub(crate) fn sort(&mut self) {
        for problems in [&mut self.errors, &mut self.warnings] {
            problems.sort();
            problems.dedup();
        }
    }
}

/// What is counted. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    /// Ente, with its school years and cut-offs.
    Body,
    /// Plessi.
    School,
    /// Classi.
    ClassGroup,
    /// Tariffe.
    Tariff,
    /// Alunni.
    Child,
    /// Adulti.
    Person,
    /// Legami between an adult and a child.
    Bond,
    /// Iscrizioni.
    Enrolment,
    /// Chiusure.
    Closure,
    /// Saldi iniziali.
    Opening,
    /// Password provvisorie.
    Credential,
    /// Avvisi di pagamento.
    Notice,
}

impl Noun {
    const fn italian(self) -> &'static str {
        match self {
            Self::Body => "impostazioni dell'ente",
            Self::School => "scuole",
            Self::ClassGroup => "classi",
            Self::Tariff => "tariffe",
            Self::Child => "alunni",
            Self::Person => "adulti",
            Self::Bond => "legami adulto-alunno",
            Self::Enrolment => "iscrizioni",
            Self::Closure => "chiusure",
            Self::Opening => "saldi iniziali",
            Self::Credential => "password provvisorie",
            Self::Notice => "avvisi di pagamento",
        }
    }
}

/// What became of the rows of one noun.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// New.
    pub created: usize,
    /// Changed.
    pub updated: usize,
    /// As they were.
    pub unchanged: usize,
    /// In the portal and not in the file: left alone.
    pub absent: usize,
}

/// The outcome of an import that could be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The body's name.
    pub body: String,
    /// Nothing was kept.
    pub dry_run: bool,
    /// By noun.
    pub counts: BTreeMap<Noun, Count>,
    /// What deserves a look.
    pub warnings: Vec<Problem>,
}

impl Report {
    /// The count of a noun.
    pub fn of(&self, noun: Noun) -> Count {
        self.counts.get(&noun).copied().unwrap_or_default()
    }

    pub(crate) fn count(&mut self, noun: Noun) -> &mut Count {
        self.counts.entry(noun).or_default()
    }

    /// Whether anything was created or updated.
    pub fn changed(&self) -> bool {
        self.counts
            .values()
            .any(|count| count.created + count.updated > 0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(
                f,
                "Prova di importazione per {}: non è stato salvato niente.",
                self.body
            )?;
        } else {
            writeln!(f, "Importazione per {}: fatta.", self.body)?;
        }
        for (noun, count) in &self.counts {
            write!(
                f,
                "  {:<24} {:>6} nuovi  {:>6} aggiornati  {:>6} invariati",
                noun.italian(),
                count.created,
                count.updated,
                count.unchanged
            )?;
            if count.absent > 0 {
                write!(
                    f,
                    "  {:>6} non presenti nel file, lasciati come sono",
                    count.absent
                )?;
            }
            writeln!(f)?;
        }
        if !self.warnings.is_empty() {
            writeln!(f, "Avvisi ({}):", self.warnings.len())?;
            for warning in &self.warnings {
                writeln!(f, "  {warning}")?;
            }
        }
        Ok(())
    }
}
