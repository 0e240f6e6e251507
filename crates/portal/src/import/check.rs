//! What the rows say of each other and of what the portal holds: references, duplicates, exactly one payer a
//! child, and the history that no import rewrites.

use super::{
    columns,
    files::{Adult, At, Files, Rows, class_key},
    known::{Known, Years, italian},
    report::{Findings, Problem},
    settings::{BodyFile, FILE as BODY_FILE},
};
use domain::{
    ServiceDay,
    calendar::SchoolYear,
    people::BondKind,
    price::Tariff as Version,
    wallet::{Cause, WalletScope},
};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};
use storage::{StorageError, Tx, registry};

/// Everything that a check looks at.
pub struct Check<'a> {
    /// `ente.toml`.
    pub body: &'a BodyFile,
    /// The CSV files.
    pub files: &'a Files,
    /// What the portal holds.
    pub known: &'a Known,
    /// School years.
    pub years: &'a Years,
    /// Where problems go.
    pub findings: &'a mut Findings,
}

impl Check<'_> {
    /// All checks; problems are among the findings.
    pub fn run(&mut self, tx: &mut dyn Tx) -> Result<(), StorageError> {
        self.settings();
        self.places();
        self.tariffs(tx)?;
        self.children();
        self.adults();
        self.enrolments();
        self.closures();
        self.openings();
        Ok(())
    }

    fn error(&mut self, file: columns::FileColumns, line: usize, column: &str, message: impl Into<String>) {
        self.findings
            .error(Problem::at(file.file, line, Some(column), message));
    }

    fn warn(&mut self, file: columns::FileColumns, line: usize, column: &str, message: impl Into<String>) {
        self.findings
            .warn(Problem::at(file.file, line, Some(column), message));
    }

    fn has_school(&self, code: &str) -> bool {
        self.known.schools.contains_key(code) || has(&self.files.schools, code, |row| row.code == code)
    }

    fn has_child(&self, code: &str, set: &HashSet<&str>) -> bool {
        set.contains(code)
            || self.known.children.contains_key(code)
            || self.files.children.unreadable
            || self.files.children.broken.contains(code)
    }

    fn settings(&mut self) {
        if let Some(old) = &self.known.body
            && old.settings.wallet_scope != self.body.settings.wallet_scope
            && !self.known.children.is_empty()
        {
            self.findings.error(Problem {
                column: Some("portafoglio".to_owned()),
                ..Problem::file(BODY_FILE, "non si può cambiare tra alunno e famiglia quando ci sono già dei conti. Rimetti il valore di prima.")
            });
        }
        for rule in &self.body.cut_offs {
            if let Some(school) = &rule.school
                && !self.has_school(school)
            {
                let message = format!("la scuola «{school}» non c'è in scuole.csv. Controlla il codice.");
                self.findings
                    .error(Problem::at(BODY_FILE, rule.line, Some("limiti.scuole"), message));
            }
        }
    }

    fn places(&mut self) {
        let files = self.files;
        unique(&files.schools, columns::SCHOOLS, "codice", self.findings, |row| {
            row.code.clone()
        });
        unique(&files.classes, columns::CLASSES, "codice", self.findings, |row| {
            (row.school.clone(), row.code.clone())
        });
        for At { line, row } in &files.classes.rows {
            if !self.has_school(&row.school) {
                self.error(columns::CLASSES, *line, "scuola", no_school(&row.school));
            }
        }
    }

    fn tariffs(&mut self, tx: &mut dyn Tx) -> Result<(), StorageError> {
        let files = self.files;
        unique(&files.tariffs, columns::TARIFFS, "dal", self.findings, |row| {
            (row.code.clone(), row.first)
        });
        let versions = versions(self.files, self.known);
        for At { line, row } in &files.tariffs.rows {
            let later = versions
                .iter()
                .filter(|v| v.code == row.code && v.first > row.first)
                .find(|v| row.last.is_none_or(|last| v.first <= last));
            if let Some(later) = later {
                let message = format!(
                    "si sovrappone alla versione della stessa tariffa che comincia il {}: scrivi in «al» il giorno prima.",
                    italian(later.first)
                );
                self.error(columns::TARIFFS, *line, "al", message);
            }
            let old = self
                .known
                .tariffs
                .iter()
                .map(|t| &t.version)
                .find(|v| v.code == row.code && v.first == row.first);
            let (Some(old), Some(body)) = (old, self.known.id()) else {
                continue;
            };
            let repriced = old.net != row.net || old.vat != row.vat;
            let shortened = row
                .last
                .is_some_and(|last| old.last.is_none_or(|before| last < before));
            if !repriced && !shortened {
                continue;
            }
            let Some(charged) = registry::last_charged(tx, body, old)? else {
                continue;
            };
            if repriced {
                let message = format!(
                    "con questa tariffa sono già stati addebitati pasti fino al {}: il prezzo non si cambia più. Rimetti {} + IVA {}%, chiudi la riga con «al» e aggiungi una riga con il nuovo prezzo dal giorno dopo.",
                    italian(charged),
                    old.net.to_string().replace('.', ","),
                    old.vat.to_string().replace('.', ",")
                );
                self.error(columns::TARIFFS, *line, "netto", message);
            } else if row.last.is_some_and(|last| last < charged) {
                let message = format!(
                    "con questa tariffa sono già stati addebitati pasti fino al {}: non può finire prima.",
                    italian(charged)
                );
                self.error(columns::TARIFFS, *line, "al", message);
            }
        }
        Ok(())
    }

    fn children(&mut self) {
        let files = self.files;
        unique(
            &files.children,
            columns::CHILDREN,
            "codice_fiscale",
            self.findings,
            |row| row.fiscal_code.to_string(),
        );
        unique(
            &files.children,
            columns::CHILDREN,
            "badge",
            self.findings,
            |row| row.badge.to_string(),
        );
        for At { line, row } in &files.children.rows {
            let owner = self.known.badges.get(row.badge.as_str());
            let own = self
                .known
                .children
                .get(row.fiscal_code.as_str())
                .map(|child| &child.id);
            if owner.is_some() && owner != own {
                let message = format!(
                    "il badge {} è già di un altro alunno. Assegnane uno nuovo.",
                    row.badge
                );
                self.error(columns::CHILDREN, *line, "badge", message);
            }
        }
    }

    fn adults(&mut self) {
        let files = self.files;
        unique(&files.adults, columns::ADULTS, "alunno", self.findings, |row| {
            (row.fiscal_code.to_string(), row.child.to_string())
        });
        let children = children(self.files);
        let mut first: HashMap<&str, &At<Adult>> = HashMap::new();
        for at in &files.adults.rows {
            let row = &at.row;
            if !self.has_child(row.child.as_str(), &children) {
                self.error(columns::ADULTS, at.line, "alunno", no_child(row.child.as_str()));
            }
            let seen = *first.entry(row.fiscal_code.as_str()).or_insert(at);
            let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
            for (column, differs) in [
                ("cognome", seen.row.surname != row.surname),
                ("nome", seen.row.first_name != row.first_name),
                ("email", differs(&seen.row.email, &row.email)),
                ("telefono", differs(&seen.row.phone, &row.phone)),
            ] {
                if differs {
                    let message = format!(
                        "per la stessa persona la riga {} dice un'altra cosa. Scrivi lo stesso valore in tutte le sue righe.",
                        seen.line
                    );
                    self.error(columns::ADULTS, at.line, column, message);
                }
            }
        }
        self.payers();
    }

    /// Exactly one payer a child, and no wallet torn from its postings.
    fn payers(&mut self) {
        let files = self.files;
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for At { line, row } in &files.adults.rows {
            if row.kind != BondKind::Payer {
                continue;
            }
            if let Some(other) = lines.insert(row.child.as_str(), *line) {
                let message = format!(
                    "l'alunno {} ha già un intestatario alla riga {other}. Uno solo è l'intestatario: scrivi genitore nell'altra riga.",
                    row.child
                );
                self.error(columns::ADULTS, *line, "tipo", message);
            }
        }
        let before = self.known.payers();
        let rows: HashMap<(&str, &str), BondKind> = files
            .adults
            .rows
            .iter()
            .map(|at| ((at.row.fiscal_code.as_str(), at.row.child.as_str()), at.row.kind))
            .collect();
        for at in &files.adults.rows {
            let child = at.row.child.as_str();
            let Some(old) = before
                .get(child)
                .filter(|old| **old != at.row.fiscal_code.as_str())
            else {
                continue;
            };
            if at.row.kind == BondKind::Payer && !rows.contains_key(&(*old, child)) {
                let message = format!(
                    "l'alunno {child} ha già come intestatario {old}. Se è cambiato, aggiungi al file anche la riga di {old} con tipo genitore."
                );
                self.error(columns::ADULTS, at.line, "tipo", message);
            }
        }
        let after = payers(files, self.known);
        for At { line, row } in &files.children.rows {
            let code = row.fiscal_code.as_str();
            if !after.contains_key(code) && !files.adults.unreadable && !files.adults.broken.contains(code) {
                let message = format!(
                    "{} {} non ha un intestatario. Aggiungi in genitori.csv una riga con il suo codice fiscale e tipo intestatario.",
                    row.surname, row.first_name
                );
                self.error(columns::CHILDREN, *line, "codice_fiscale", message);
            }
        }
        // Demoting the only payer leaves a child that is in no other row without one.
        for at in &files.adults.rows {
            let child = at.row.child.as_str();
            let demoted =
                at.row.kind != BondKind::Payer && before.get(child) == Some(&at.row.fiscal_code.as_str());
            if demoted && !after.contains_key(child) {
                let message =
                    format!("l'alunno {child} resterebbe senza intestatario. Scrivi chi lo diventa.");
                self.error(columns::ADULTS, at.line, "tipo", message);
            }
        }
        if self.body.settings.wallet_scope == WalletScope::Family {
            let wallets = self.known.family_wallets(&after);
            for (code, payer) in &after {
                let Some(child) = self.known.children.get(*code) else {
                    continue;
                };
                if wallets.get(*payer) != Some(&child.wallet) && self.known.posted.contains(&child.id) {
                    let message = format!(
                        "i pasti di {code} sono già sul conto della famiglia di prima: l'intestatario non si può cambiare per lui solo. Lascia l'intestatario di prima e scrivi l'altro come genitore."
                    );
                    let line = lines.get(code).copied().unwrap_or(1);
                    self.error(columns::ADULTS, line, "tipo", message);
                }
            }
        }
    }

    fn enrolments(&mut self) {
        let files = self.files;
        unique(
            &files.enrolments,
            columns::ENROLMENTS,
            "alunno",
            self.findings,
            |row| (row.child.to_string(), row.year.clone()),
        );
        let children = children(self.files);
        let classes = self.class_keys();
        let versions = versions(self.files, self.known);
        let mut covered: HashMap<(&str, ServiceDay, ServiceDay), Option<ServiceDay>> = HashMap::new();
        for At { line, row } in &files.enrolments.rows {
            if !self.has_child(row.child.as_str(), &children) {
                self.error(columns::ENROLMENTS, *line, "alunno", no_child(row.child.as_str()));
            }
            if !self.has_school(&row.school) {
                self.error(columns::ENROLMENTS, *line, "scuola", no_school(&row.school));
            } else if !self.has_class(&classes, &row.school, &row.class) {
                self.error(
                    columns::ENROLMENTS,
                    *line,
                    "classe",
                    no_class(&row.school, &row.class),
                );
            }
            let known_tariff = versions.iter().any(|v| v.code == row.tariff);
            let excused = files.tariffs.unreadable || files.tariffs.broken.contains(&row.tariff);
            if !known_tariff && !excused {
                let message = format!(
                    "la tariffa «{}» non c'è in tariffe.csv. Controlla il codice.",
                    row.tariff
                );
                self.error(columns::ENROLMENTS, *line, "tariffa", message);
            }
            let Some(year) = self.years.named(&row.year) else {
                self.error(columns::ENROLMENTS, *line, "anno", self.no_year(&row.year));
                continue;
            };
            for (column, day) in [("dal", row.first), ("al", row.last)] {
                if day.is_some_and(|day| day < year.first || day > year.last) {
                    self.error(columns::ENROLMENTS, *line, column, outside(year));
                }
            }
            if row.use_days.bits() & !year.weekdays.bits() != 0 {
                self.warn(
                    columns::ENROLMENTS,
                    *line,
                    "giorni",
                    "c'è un giorno in cui la mensa non è aperta: non verrà contato.",
                );
            }
            let (first, last) = (row.first.unwrap_or(year.first), row.last.unwrap_or(year.last));
            let gap = *covered
                .entry((row.tariff.as_str(), first, last))
                .or_insert_with(|| uncovered(&versions, &row.tariff, first, last));
            if let Some(gap) = gap.filter(|_| known_tariff && !excused) {
                let message = format!(
                    "la tariffa «{}» non ha un prezzo per il {}. Completa tariffe.csv.",
                    row.tariff,
                    italian(gap)
                );
                self.error(columns::ENROLMENTS, *line, "tariffa", message);
            }
        }
    }

    fn class_keys(&self) -> HashSet<String> {
        let codes: HashMap<_, _> = self
            .known
            .schools
            .values()
            .map(|school| (school.id, &school.code))
            .collect();
        let known = self
            .known
            .classes
            .values()
            .filter_map(|class| Some(class_key(codes.get(&class.school)?, &class.code)));
        known
            .chain(
                self.files
                    .classes
                    .rows
                    .iter()
                    .map(|at| class_key(&at.row.school, &at.row.code)),
            )
            .collect()
    }

    fn has_class(&self, keys: &HashSet<String>, school: &str, class: &str) -> bool {
        let key = class_key(school, class);
        keys.contains(&key) || self.files.classes.unreadable || self.files.classes.broken.contains(&key)
    }

    fn no_year(&self, name: &str) -> String {
        format!(
            "l'anno scolastico «{name}» non c'è in ente.toml, che ha: {}.",
            self.years.names()
        )
    }

    fn closures(&mut self) {
        let files = self.files;
        let classes = self.class_keys();
        let mut seen = HashMap::new();
        for At { line, row } in &files.closures.rows {
            if let Some(school) = &row.school {
                if !self.has_school(school) {
                    self.error(columns::CLOSURES, *line, "scuola", no_school(school));
                } else if let Some(class) = &row.class
                    && !self.has_class(&classes, school, class)
                {
                    self.error(columns::CLOSURES, *line, "classe", no_class(school, class));
                }
            }
            let Some(year) = self.years.named_or_last(row.year.as_deref()) else {
                self.error(
                    columns::CLOSURES,
                    *line,
                    "anno",
                    self.no_year(row.year.as_deref().unwrap_or_default()),
                );
                continue;
            };
            let days = row
                .first
                .within(year.first, year.last)
                .zip(row.last.within(year.first, year.last));
            let Some((first, last)) = days else {
                let message = format!(
                    "nell'anno scolastico {} non c'è Pasqua. Scrivi la data.",
                    year.name
                );
                self.error(columns::CLOSURES, *line, "dal", message);
                continue;
            };
            if last < first {
                self.error(
                    columns::CLOSURES,
                    *line,
                    "al",
                    "l'ultimo giorno viene prima del primo. Controlla «dal» e «al».",
                );
            }
            let scope = (row.school.as_deref(), row.class.as_deref(), first, last);
            if let Some(other) = seen.insert(scope, *line) {
                let message = format!("è già alla riga {other}. Lascia una riga sola.");
                self.error(columns::CLOSURES, *line, "dal", message);
            }
            self.late_closure(*line, row.school.as_deref(), first, last);
        }
    }

    /// Charged days are not given back by a closure that comes afterwards.
    fn late_closure(&mut self, line: usize, school: Option<&str>, first: ServiceDay, last: ServiceDay) {
        let school = school
            .and_then(|code| self.known.schools.get(code))
            .map(|school| school.id);
        let frozen = self
            .known
            .frozen
            .iter()
            .filter(|(id, _)| school.is_none_or(|school| school == **id));
        let declared = self
            .known
            .closures
            .iter()
            .any(|old| old.first == first && old.last == last && old.school == school);
        if !declared && frozen.into_iter().any(|(_, day)| first <= *day) {
            self.warn(
                columns::CLOSURES,
                line,
                "dal",
                "riguarda giorni già addebitati: quei pasti non vengono stornati da soli.",
            );
        }
    }

    fn openings(&mut self) {
        let files = self.files;
        let children = children(self.files);
        let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
        for At { line, row } in &files.openings.rows {
            let code = row.child.as_str();
            if !self.has_child(code, &children) {
                self.error(columns::OPENINGS, *line, "alunno", no_child(code));
            }
            let Some(year) = self.years.of_balance(row.year.as_deref(), row.day) else {
                self.error(
                    columns::OPENINGS,
                    *line,
                    "anno",
                    self.no_year(row.year.as_deref().unwrap_or_default()),
                );
                continue;
            };
            if let Some(other) = seen.insert((code, &year.name), *line) {
                let message =
                    format!("il saldo di questo alunno è già alla riga {other}. Lascia una riga sola.");
                self.error(columns::OPENINGS, *line, "alunno", message);
            }
            let cause = Cause::Opening {
                key: code,
                year: &year.name,
            }
            .to_string();
            if let Some(old) = self.known.openings.get(&cause)
                && (old.amount != row.amount || old.day != row.day)
            {
                let message = format!(
                    "il saldo iniziale {} di questo alunno è già registrato: {} € al {}. Un saldo registrato non si riscrive: rimetti quei valori e correggi con una rettifica dell'ufficio.",
                    year.name,
                    old.amount,
                    italian(old.day)
                );
                self.error(columns::OPENINGS, *line, "importo", message);
            }
        }
    }
}

/// Child's fiscal code → its payer's, once the import is done.
pub fn payers<'a>(files: &'a Files, known: &'a Known) -> HashMap<&'a str, &'a str> {
    let mut payers = known.payers();
    for At { row, .. } in &files.adults.rows {
        if payers.get(row.child.as_str()) == Some(&row.fiscal_code.as_str()) {
            payers.remove(row.child.as_str());
        }
    }
    for At { row, .. } in &files.adults.rows {
        if row.kind == BondKind::Payer {
            payers.insert(row.child.as_str(), row.fiscal_code.as_str());
        }
    }
    payers
}

/// All versions of all tariffs, once the import is done.
fn versions(files: &Files, known: &Known) -> Vec<Version> {
    let mut all: BTreeMap<(String, ServiceDay), Version> = BTreeMap::new();
    for old in &known.tariffs {
        all.insert((old.version.code.clone(), old.version.first), old.version.clone());
    }
    for At { row, .. } in &files.tariffs.rows {
        let version = Version {
            code: row.code.clone(),
            first: row.first,
            last: row.last,
            net: row.net,
            vat: row.vat,
        };
        all.insert((row.code.clone(), row.first), version);
    }
    all.into_values().collect()
}

/// The first day from `first` to `last` on which no version holds.
fn uncovered(versions: &[Version], code: &str, first: ServiceDay, last: ServiceDay) -> Option<ServiceDay> {
    let mut day = first;
    // Versions are in order of their first day.
    for version in versions.iter().filter(|version| version.code == code) {
        if version.holds_on(day) {
            match version.last.and_then(|last| last.succ_opt()) {
                Some(next) => day = next,
                None => return None,
            }
        }
    }
    (day <= last).then_some(day)
}

fn children(files: &Files) -> HashSet<&str> {
    files
        .children
        .rows
        .iter()
        .map(|at| at.row.fiscal_code.as_str())
        .collect()
}

fn has<T>(rows: &Rows<T>, key: &str, is: impl Fn(&T) -> bool) -> bool {
    rows.unreadable || rows.broken.contains(key) || rows.rows.iter().any(|at| is(&at.row))
}

/// Tells rows whose key is that of an earlier row.
fn unique<T, K: Eq + Hash>(
    rows: &Rows<T>,
    file: columns::FileColumns,
    column: &str,
    findings: &mut Findings,
    key: impl Fn(&T) -> K,
) {
    let mut seen = HashMap::new();
    for At { line, row } in &rows.rows {
        if let Some(other) = seen.insert(key(row), *line) {
            let message = format!("è già alla riga {other}. Lascia una riga sola.");
            findings.error(Problem::at(file.file, *line, Some(column), message));
        }
    }
}

fn no_school(code: &str) -> String {
    format!("la scuola «{code}» non c'è in scuole.csv. Controlla il codice.")
}

fn no_class(school: &str, class: &str) -> String {
    format!("la classe «{class}» della scuola «{school}» non c'è in classi.csv. Controlla il codice.")
}

fn no_child(code: &str) -> String {
    format!("l'alunno {code} non c'è in alunni.csv. Controlla il codice fiscale o aggiungi l'alunno.")
}

fn outside(year: &SchoolYear) -> String {
    format!(
        "è fuori dall'anno scolastico {}, che va dal {} al {}.",
        year.name,
        italian(year.first),
        italian(year.last)
    )
}
