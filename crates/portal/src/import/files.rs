//! The rows of the nine CSV files, each cell read and checked by itself. What rows say of each other is
//! checked in [`super::check`].

use super::{
    cells::Day,
    columns::{self, FileColumns},
    notices,
    report::{Findings, Problem},
    rows::{Line, Sheet},
};
use chrono::Weekday;
use domain::{
    BadgeCode, Cents, FiscalCode, ServiceDay,
    calendar::Weekdays,
    notice::NoticeKind,
    people::{BondKind, Rights},
};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashSet};

/// A row with its line in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// From 1.
    pub line: usize,
    /// The row.
    pub row: T,
}

/// The rows of one file that could be read.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// In the order of the file.
    pub rows: Vec<At<T>>,
    /// The natural keys of the rows that could not be read: other files may refer to them without a second
    /// error.
    pub broken: HashSet<String>,
    /// Nothing could be read at all: no other file can be checked against it.
    pub unreadable: bool,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            broken: HashSet::new(),
            unreadable: false,
        }
    }
}

/// Plesso.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Natural key.
    pub code: String,
    /// Shown to families.
    pub name: String,
}

/// Classe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its school's code.
    pub school: String,
    /// Natural key within the school.
    pub code: String,
    /// Shown to families.
    pub name: String,
}

/// Tariffa.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// Natural key with `first`.
    pub code: String,
    /// First day.
    pub first: ServiceDay,
    /// Last day.
    pub last: Option<ServiceDay>,
    /// Euro.
    pub net: Decimal,
    /// Per cent.
    pub vat: Decimal,
}

/// Alunno.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Natural key.
    pub fiscal_code: FiscalCode,
    /// Cognome.
    pub surname: String,
    /// Nome.
    pub first_name: String,
    /// Birth day.
    pub born_on: ServiceDay,
    /// Badge.
    pub badge: BadgeCode,
}

/// An adult and their bond to one child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adult {
    /// Natural key, with `child`.
    pub fiscal_code: FiscalCode,
    /// Cognome.
    pub surname: String,
    /// Nome.
    pub first_name: String,
    /// Mail.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// The child's fiscal code.
    pub child: FiscalCode,
    /// What they are to the child.
    pub kind: BondKind,
    /// What they may do.
    pub rights: Rights,
    /// First and last day on which it holds, where the file has such columns at all.
    pub days: Option<Days>,
}

/// From when on a bond holds and until when; none where there is no such end.
pub type Days = (Option<ServiceDay>, Option<ServiceDay>);

/// Iscrizione.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The child's fiscal code; natural key with `year`.
    pub child: FiscalCode,
    /// School year.
    pub year: String,
    /// School's code.
    pub school: String,
    /// Class's code.
    pub class: String,
    /// First day; that of the school year where absent.
    pub first: Option<ServiceDay>,
    /// Last day; that of the school year where absent.
    pub last: Option<ServiceDay>,
    /// Giorni di fruizione.
    pub use_days: Weekdays,
    /// Tariff's code.
    pub tariff: String,
}

/// Chiusura.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Families read it.
    pub reason: String,
    /// School's code; the whole body where absent.
    pub school: Option<String>,
    /// Class's code, only with a school.
    pub class: Option<String>,
    /// School year, for days around Easter.
    pub year: Option<String>,
}

/// Saldo iniziale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The child's fiscal code.
    pub child: FiscalCode,
    /// May be negative.
    pub amount: Cents,
    /// Day of value.
    pub day: ServiceDay,
    /// School year; the day's where absent.
    pub year: Option<String>,
}

/// A line of a notice that the office issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The office's own number; rows with the same one are one notice.
    pub reference: String,
    /// The adult who is asked to pay.
    pub fiscal_code: FiscalCode,
    /// The child it is for.
    pub badge: Option<BadgeCode>,
    /// Retta or quota.
    pub kind: NoticeKind,
    /// What it is for; printed.
    pub subject: String,
    /// More than nothing.
    pub amount: Cents,
    /// Until when it should be paid.
    pub due: ServiceDay,
}

/// All CSV files of a folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// scuole.csv
    pub schools: Rows<School>,
    /// classi.csv
    pub classes: Rows<Class>,
    /// tariffe.csv
    pub tariffs: Rows<Tariff>,
    /// alunni.csv
    pub children: Rows<Child>,
    /// genitori.csv
    pub adults: Rows<Adult>,
    /// iscrizioni.csv
    pub enrolments: Rows<Enrolment>,
    /// chiusure.csv
    pub closures: Rows<Closure>,
    /// saldi.csv
    pub openings: Rows<Opening>,
    /// avvisi.csv
    pub notices: Rows<Notice>,
}

/// Reads the CSV files among `contents` (by file name). A file that is not there has no rows.
pub fn read(contents: &BTreeMap<String, Vec<u8>>, findings: &mut Findings) -> Files {
    Files {
        schools: rows(contents, columns::SCHOOLS, findings, school),
        classes: rows(contents, columns::CLASSES, findings, class),
        tariffs: rows(contents, columns::TARIFFS, findings, tariff),
        children: rows(contents, columns::CHILDREN, findings, child),
        adults: rows(contents, columns::ADULTS, findings, adult),
        enrolments: rows(contents, columns::ENROLMENTS, findings, enrolment),
        closures: rows(contents, columns::CLOSURES, findings, closure),
        openings: rows(contents, columns::OPENINGS, findings, opening),
        notices: rows(contents, columns::NOTICES, findings, notices::notice),
    }
}

/// A reader answers the natural key, as far as it could be read, and the row.
pub(super) type Parsed<T> = (Option<String>, Option<T>);

fn rows<T>(
    contents: &BTreeMap<String, Vec<u8>>,
    columns: FileColumns,
    findings: &mut Findings,
    parse: impl Fn(&Sheet, &Line, &mut Findings) -> Parsed<T>,
) -> Rows<T> {
    let mut all = Rows::default();
    let Some(bytes) = contents.get(columns.file) else {
        return all;
    };
    let before = findings.errors.len();
    let Some(sheet) = Sheet::read(columns, bytes, findings) else {
        all.unreadable = true;
        return all;
    };
    // A row that lost its shape may be the one that others refer to.
    all.unreadable = findings.errors.len() > before;
    for line in &sheet.rows {
        match parse(&sheet, line, findings) {
            (_, Some(row)) => all.rows.push(At {
                line: line.number,
                row,
            }),
            (Some(key), None) => {
                all.broken.insert(key);
            }
            (None, None) => all.unreadable = true,
        }
    }
    all
}

fn school(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<School> {
    let code = sheet.cell(line, "codice").code(findings);
    let name = sheet.cell(line, "nome").text(findings);
    (
        code.clone(),
        code.zip(name).map(|(code, name)| School { code, name }),
    )
}

/// The key of a class among all classes.
pub fn class_key(school: &str, class: &str) -> String {
    format!("{school}\u{1f}{class}")
}

fn class(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Class> {
    let school = sheet.cell(line, "scuola").code(findings);
    let code = sheet.cell(line, "codice").code(findings);
    let name = sheet.cell(line, "nome");
    let name = if name.is_empty() {
        code.clone()
    } else {
        name.text(findings)
    };
    let key = school
        .as_ref()
        .zip(code.as_ref())
        .map(|(school, code)| class_key(school, code));
    let row = || {
        Some(Class {
            school: school?,
            code: code?,
            name: name?,
        })
    };
    (key, row())
}

fn tariff(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Tariff> {
    let code = sheet.cell(line, "codice").code(findings);
    let first = sheet.cell(line, "dal").day(findings);
    let last = sheet.cell(line, "al").optional_day(findings);
    let net = sheet.cell(line, "netto").decimal(1_000, findings);
    let vat = sheet.cell(line, "iva").decimal(100, findings);
    let in_order = ordered(sheet, line, first, last.flatten(), findings);
    let row = || {
        Some(Tariff {
            code: code.clone()?,
            first: first?,
            last: last?,
            net: net?,
            vat: vat?,
        })
    };
    let row = in_order.then(row).flatten();
    (code, row)
}

/// Tells where the last day comes before the first.
fn ordered(
    sheet: &Sheet,
    line: &Line,
    first: Option<ServiceDay>,
    last: Option<ServiceDay>,
    findings: &mut Findings,
) -> bool {
    let wrong = first.zip(last).is_some_and(|(first, last)| last < first);
    if wrong {
        findings.error(
            sheet
                .cell(line, "al")
                .problem("l'ultimo giorno viene prima del primo. Controlla «dal» e «al»."),
        );
    }
    !wrong
}

fn child(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Child> {
    let fiscal_code = sheet.cell(line, "codice_fiscale").fiscal_code(findings);
    let surname = sheet.cell(line, "cognome").text(findings);
    let first_name = sheet.cell(line, "nome").text(findings);
    let born_on = sheet.cell(line, "data_nascita").day(findings);
    let badge = sheet.cell(line, "badge").badge(findings);
    if let (Some(code), Some(day)) = (&fiscal_code, born_on)
        && !born_fits(code, day)
    {
        findings.warn(sheet.cell(line, "data_nascita").problem(
            "la data di nascita non è quella del codice fiscale. Controlla che siano della stessa persona.",
        ));
    }
    let key = fiscal_code.as_ref().map(ToString::to_string);
    let row = || {
        Some(Child {
            fiscal_code: fiscal_code?,
            surname: surname?,
            first_name: first_name?,
            born_on: born_on?,
            badge: badge?,
        })
    };
    (key, row())
}

/// Whether the birth day in a fiscal code is that day.
fn born_fits(code: &FiscalCode, born: ServiceDay) -> bool {
    use chrono::Datelike;
    const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        _ => b"LMNPQRSTUV"
            .iter()
            .position(|b| *b == byte)
            .and_then(|at| u32::try_from(at).ok())
            .unwrap_or(0),
    };
    let [_, _, _, _, _, _, y1, y2, m, d1, d2, ..] = *code.as_str().as_bytes() else {
        return false;
    };
    let year = digit(y1) * 10 + digit(y2);
    let day = (digit(d1) * 10 + digit(d2)) % 40;
    let month = MONTHS
        .iter()
        .position(|b| *b == m)
        .and_then(|at| u32::try_from(at + 1).ok());
    u32::try_from(born.year()).is_ok_and(|y| y % 100 == year)
        && Some(born.month()) == month
        && born.day() == day
}

fn adult(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Adult> {
    let fiscal_code = sheet.cell(line, "codice_fiscale").fiscal_code(findings);
    let surname = sheet.cell(line, "cognome").text(findings);
    let first_name = sheet.cell(line, "nome").text(findings);
    let email = sheet.cell(line, "email").email(findings);
    let phone = sheet.cell(line, "telefono").phone(findings);
    let child = sheet.cell(line, "alunno").fiscal_code(findings);
    let tipo = sheet.cell(line, "tipo");
    let kind = match columns::fold(tipo.text).as_str() {
        "genitore" | "tutore" | "genitoreotutore" => Some(BondKind::Guardian),
        "intestatario" | "pagante" => Some(BondKind::Payer),
        "delegato" => Some(BondKind::Delegate),
        _ => {
            let message = format!(
                "«{}» non si capisce. Scrivi genitore, intestatario oppure delegato.",
                tipo.text
            );
            findings.error(tipo.problem(message));
            None
        }
    };
    let all = kind != Some(BondKind::Delegate);
    let mut right = |column, empty| sheet.cell(line, column).yes(empty, findings);
    let (see, cancel) = (right("vede", true), right("disdice", true));
    let (pay, documents) = (right("paga", all), right("documenti", all));
    let rights = || {
        Some(Rights {
            see: see?,
            cancel: cancel?,
            pay: pay?,
            documents: documents?,
        })
    };
    let first = sheet.cell(line, "dal").optional_day(findings);
    let last = sheet.cell(line, "al").optional_day(findings);
    if let (Some(Some(first)), Some(Some(last))) = (first, last)
        && last < first
    {
        let problem = "l'ultimo giorno viene prima del primo. Correggi una delle due date.";
        findings.error(sheet.cell(line, "al").problem(problem));
    }
    let limited = [see, cancel, pay, documents].contains(&Some(false))
        || [first, last].iter().any(|day| matches!(day, Some(Some(_))));
    if kind == Some(BondKind::Payer) && limited {
        findings.error(tipo.problem(
            "l'intestatario può sempre fare tutto: lascia vuote le colonne vede, disdice, paga, documenti, dal e al, che valgono per genitori e delegati.",
        ));
    }
    let dated = sheet.has("dal") || sheet.has("al");
    // The child is the key that other rules ask for: does it have its payer?
    let key = child.as_ref().map(ToString::to_string);
    let row = || {
        Some(Adult {
            fiscal_code: fiscal_code?,
            surname: surname?,
            first_name: first_name?,
            email: email?,
            phone: phone?,
            child: child?,
            kind: kind?,
            rights: rights()?,
            days: if dated { Some((first?, last?)) } else { None },
        })
    };
    (key, row())
}

const WEEKDAYS: [(&str, Weekday); 6] = [
    ("lun", Weekday::Mon),
    ("mar", Weekday::Tue),
    ("mer", Weekday::Wed),
    ("gio", Weekday::Thu),
    ("ven", Weekday::Fri),
    ("sab", Weekday::Sat),
];

fn use_days(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Option<Weekdays> {
    let giorni = sheet.cell(line, "giorni");
    if !giorni.is_empty() {
        return giorni.weekdays(findings);
    }
    let mut days = Weekdays::NONE;
    let mut readable = true;
    for (name, day) in WEEKDAYS {
        match sheet.cell(line, name).yes(false, findings) {
            Some(true) => days = days.with(day),
            Some(false) => {}
            None => readable = false,
        }
    }
    if readable && days.is_empty() {
        findings.error(Problem::at(
            sheet.columns.file,
            line.number,
            Some(if sheet.has("giorni") { giorni.column } else { "lun" }),
            "non c'è nessun giorno di fruizione. Scrivi i giorni in «giorni» (lun mar gio) oppure metti x nelle colonne lun, mar, mer, gio, ven.",
        ));
    }
    (readable && !days.is_empty()).then_some(days)
}

fn enrolment(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Enrolment> {
    let child = sheet.cell(line, "alunno").fiscal_code(findings);
    let year = sheet.cell(line, "anno").text(findings);
    let school = sheet.cell(line, "scuola").code(findings);
    let class = sheet.cell(line, "classe").code(findings);
    let first = sheet.cell(line, "dal").optional_day(findings);
    let last = sheet.cell(line, "al").optional_day(findings);
    let use_days = use_days(sheet, line, findings);
    let tariff = sheet.cell(line, "tariffa").code(findings);
    let in_order = ordered(sheet, line, first.flatten(), last.flatten(), findings);
    let key = child.as_ref().map(ToString::to_string);
    let row = || {
        Some(Enrolment {
            child: child?,
            year: year?,
            school: school?,
            class: class?,
            first: first?,
            last: last?,
            use_days: use_days?,
            tariff: tariff?,
        })
    };
    (key, in_order.then(row).flatten())
}

fn closure(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Closure> {
    let first = sheet.cell(line, "dal").closure_day(findings);
    let last = sheet.cell(line, "al");
    let last = if last.is_empty() {
        first
    } else {
        last.closure_day(findings)
    };
    let reason = sheet.cell(line, "motivo").text(findings);
    let mut optional = |name| {
        let cell = sheet.cell(line, name);
        if cell.is_empty() {
            Some(None)
        } else {
            cell.code(findings).map(Some)
        }
    };
    let (school, class, year) = (optional("scuola"), optional("classe"), optional("anno"));
    let adrift = class.as_ref().is_some_and(Option::is_some) && school == Some(None);
    if adrift {
        findings.error(
            sheet
                .cell(line, "scuola")
                .problem("per chiudere una classe scrivi anche la sua scuola."),
        );
    }
    let row = || {
        Some(Closure {
            first: first?,
            last: last?,
            reason: reason?,
            school: school?,
            class: class?,
            year: year?,
        })
    };
    (Some(String::new()), if adrift { None } else { row() })
}

fn opening(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Opening> {
    let child = sheet.cell(line, "alunno").fiscal_code(findings);
    let amount = sheet.cell(line, "importo").money(findings);
    let day = sheet.cell(line, "data").day(findings);
    let year = sheet.cell(line, "anno");
    let year = if year.is_empty() {
        Some(None)
    } else {
        year.text(findings).map(Some)
    };
    let row = || {
        Some(Opening {
            child: child?,
            amount: amount?,
            day: day?,
            year: year?,
        })
    };
    (Some(String::new()), row())
}
