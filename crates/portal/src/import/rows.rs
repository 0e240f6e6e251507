//! A CSV file to rows of named cells: separator found in the header, each row with its line in the file.

use super::{
    columns::FileColumns,
    encoding::{self, NotText, breaks},
    report::{Findings, Problem},
};

/// The rows of one file.
#[derive(Debug)]
pub struct Sheet {
    /// Which file.
    pub columns: FileColumns,
    /// For each column of [`FileColumns`], where it stands in the file and how its header is written there.
    headers: Vec<Option<(usize, String)>>,
    /// The rows that hold anything.
    pub rows: Vec<Line>,
}

/// One row.
#[derive(Debug)]
pub struct Line {
    /// In the file, from 1.
    pub number: usize,
    fields: Vec<String>,
}

/// One cell: its text without blanks around, and its place for an error.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'a> {
    /// File name.
    pub file: &'a str,
    /// Line.
    pub line: usize,
    /// Header as the file writes it.
    pub column: &'a str,
    /// Text.
    pub text: &'a str,
}

impl Cell<'_> {
    /// A problem here.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::at(self.file, self.line, Some(self.column), message)
    }
}

impl Sheet {
    /// Reads a file; none where its header does not allow to read any row. Rows with too few or too many
    /// cells are errors and left out.
    pub fn read(columns: FileColumns, bytes: &[u8], findings: &mut Findings) -> Option<Self> {
        let text = match encoding::decode(bytes) {
            Ok(text) => text,
            Err(problem) => {
                let line = match problem {
                    NotText::Control { line } => Some(line),
                    NotText::Archive => None,
                };
                findings.error(Problem {
                    line,
                    ..Problem::file(columns.file, problem.message())
                });
                return None;
            }
        };
        let mut records = records(&text).into_iter();
        let Some((header_line, header)) = records.next() else {
            findings.error(Problem::file(
                columns.file,
                "il file è vuoto. La prima riga deve contenere i nomi delle colonne.",
            ));
            return None;
        };
        let headers = headers(columns, header_line, &header, findings)?;
        let mut rows = Vec::new();
        for (number, fields) in records {
            // Spreadsheets add empty cells at the end of a row.
            let used = fields
                .iter()
                .rposition(|field| !field.is_empty())
                .map_or(0, |last| last + 1);
            if used > header.len() {
                findings.error(Problem::at(columns.file, number, None, format!(
                    "ci sono {used} valori ma le colonne sono {}. Se un testo contiene il separatore, mettilo tra virgolette.",
                    header.len()
                )));
            } else if fields.len() < header.len()
                && headers
                    .iter()
                    .flatten()
                    .any(|(at, _)| *at >= fields.len() && required_at(columns, &headers, *at))
            {
                findings.error(Problem::at(
                    columns.file,
                    number,
                    None,
                    format!(
                        "ci sono {} valori ma le colonne sono {}. Controlla che la riga sia completa.",
                        fields.len(),
                        header.len()
                    ),
                ));
            } else {
                rows.push(Line { number, fields });
            }
        }
        Some(Self {
            columns,
            headers,
            rows,
        })
    }

    /// Whether the file has a column.
    pub fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }

    fn header(&self, name: &str) -> Option<&(usize, String)> {
        let at = self
            .columns
            .columns
            .iter()
            .position(|column| column.name == name)?;
        self.headers.get(at)?.as_ref()
    }

    /// The cell of a row under a column; empty where the file does not have the column.
    pub fn cell<'a>(&'a self, row: &'a Line, name: &'a str) -> Cell<'a> {
        let (column, text) = match self.header(name) {
            Some((at, written)) => (written.as_str(), row.fields.get(*at).map_or("", String::as_str)),
            None => (name, ""),
        };
        Cell {
            file: self.columns.file,
            line: row.number,
            column,
            text,
        }
    }
}

fn required_at(columns: FileColumns, headers: &[Option<(usize, String)>], at: usize) -> bool {
    headers
        .iter()
        .zip(columns.columns)
        .any(|(header, column)| column.required && header.as_ref().is_some_and(|(place, _)| *place == at))
}

/// Maps the file's headers to its columns, and tells what is missing, double or unknown.
fn headers(
    columns: FileColumns,
    line: usize,
    header: &[String],
    findings: &mut Findings,
) -> Option<Vec<Option<(usize, String)>>> {
    let mut found: Vec<Option<(usize, String)>> = vec![None; columns.columns.len()];
    let before = findings.errors.len();
    for (at, written) in header.iter().enumerate() {
        let place = columns.position(written).and_then(|column| found.get_mut(column));
        match place {
            Some(Some((_, first))) => {
                let message = format!("è già presente come «{first}». Lascia una sola delle due colonne.");
                findings.error(Problem::at(columns.file, line, Some(written), message));
            }
            Some(free) => *free = Some((at, written.clone())),
            None if written.is_empty() => {}
            None => findings.warn(Problem::at(
                columns.file,
                line,
                Some(written),
                "colonna sconosciuta: non viene letta.",
            )),
        }
    }
    for (column, found) in columns.columns.iter().zip(&found) {
        if column.required && found.is_none() {
            findings.error(Problem::at(
                columns.file,
                line,
                Some(column.name),
                "manca questa colonna. Aggiungila alla prima riga.",
            ));
        }
    }
    (findings.errors.len() == before).then_some(found)
}

/// The separator that the first line with anything on it uses.
fn separator(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |separator: u8| {
        let outside = header.bytes().scan(false, |quoted, byte| {
            *quoted ^= byte == b'"';
            Some(!*quoted && byte == separator)
        });
        outside.filter(|hit| *hit).count()
    };
    [b';', b',', b'\t']
        .into_iter()
        .max_by_key(|separator| (count(*separator), *separator == b';'))
        .unwrap_or(b';')
}

/// All rows with anything in them, each with its line.
fn records(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let bytes = text.as_bytes();
    let (mut at, mut line) = (0, 1);
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    // The text is valid UTF-8 in memory, so no row can fail.
    while matches!(reader.read_record(&mut record), Ok(true)) {
        let mut start = record
            .position()
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(at);
        // Where blank lines, or the second half of CRLF, come before the row the position is theirs.
        while matches!(bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        line += breaks(bytes.get(at..start).unwrap_or_default());
        at = start.max(at);
        let fields: Vec<String> = record.iter().map(clean).collect();
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push((line, fields));
        }
    }
    rows
}

/// Without blanks around, and single blanks (also no-break ones) within.
fn clean(field: &str) -> String {
    field.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{super::columns, *};
    use proptest::prelude::*;

    fn read(text: &str) -> (Option<Sheet>, Findings) {
        let mut findings = Findings::default();
        (
            Sheet::read(columns::SCHOOLS, text.as_bytes(), &mut findings),
            findings,
        )
    }

    fn names(text: &str) -> Vec<(usize, String)> {
        let (sheet, findings) = read(text);
        assert_eq!(findings, Findings::default(), "{text}");
        let sheet = sheet.unwrap();
        sheet
            .rows
            .iter()
            .map(|row| (row.number, sheet.cell(row, "nome").text.to_owned()))
            .collect()
    }

    #[test]
    fn separator_line_ends_quotes_and_blank_lines_do_not_matter() {
        let rows = vec![(2, "Scuola «A», sede".to_owned()), (4, "B \"bis\"".to_owned())];
        for text in [
            "codice;nome\nA;Scuola «A», sede\n\nB;\"B \"\"bis\"\"\"\n",
            "codice;nome\r\nA;Scuola «A», sede\r\n\r\nB;\"B \"\"bis\"\"\"",
            "codice,nome\rA,\"Scuola «A», sede\"\r  \rB,\"B \"\"bis\"\"\"\r",
            "Nome\tCODICE\n Scuola  «A»,\u{a0}sede\tA\t\t\n\t\n\"B \"\"bis\"\"\"\tB\n",
        ] {
            assert_eq!(names(text), rows, "{text}");
        }
    }

    #[test]
    fn a_quoted_line_break_moves_the_lines_after_it() {
        let rows = names("codice;nome\r\nA;\"Scuola\r\nlunga\"\r\nB;Breve\r\n");
        assert_eq!(rows, [(2, "Scuola lunga".to_owned()), (4, "Breve".to_owned())]);
    }

    #[test]
    fn columns_that_are_missing_double_or_unknown_are_told() {
        let (sheet, findings) = read("Codice;Plesso;Note\nA;B;C\n");
        assert!(sheet.is_none());
        let errors: Vec<String> = findings.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "scuole.csv, riga 1, colonna Plesso: è già presente come «Codice». Lascia una sola delle due colonne.",
                "scuole.csv, riga 1, colonna nome: manca questa colonna. Aggiungila alla prima riga.",
            ]
        );
        assert_eq!(
            findings.warnings[0].to_string(),
            "scuole.csv, riga 1, colonna Note: colonna sconosciuta: non viene letta."
        );
        let (sheet, findings) = read(" \n");
        assert!(sheet.is_none());
        assert_eq!(
            findings.errors[0].to_string(),
            "scuole.csv: il file è vuoto. La prima riga deve contenere i nomi delle colonne."
        );
    }

    #[test]
    fn rows_with_too_few_or_too_many_values_are_told() {
        let (sheet, findings) = read("codice;nome\nA\nB;b;c\nC;c;;\n");
        assert_eq!(sheet.unwrap().rows.len(), 1);
        let errors: Vec<String> = findings.errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "scuole.csv, riga 2: ci sono 1 valori ma le colonne sono 2. Controlla che la riga sia completa.",
                "scuole.csv, riga 3: ci sono 3 valori ma le colonne sono 2. Se un testo contiene il separatore, mettilo tra virgolette.",
            ]
        );
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut findings = Findings::default();
            let _ = Sheet::read(columns::SCHOOLS, &bytes, &mut findings);
        }

        #[test]
        fn random_rows_never_panic(text in "codice[;,]nome[\r\n]{1,2}([\"A;,\r\n€à]{0,40})") {
            let mut findings = Findings::default();
            let _ = Sheet::read(columns::SCHOOLS, text.as_bytes(), &mut findings);
        }
    }
}
