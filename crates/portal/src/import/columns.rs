//! The columns of each file: the one place that names them. Headers are compared without case, accents, blanks
//! and punctuation. docs/import.md tells the same to the office; a test compares the two.

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the documentation.
    pub name: &'static str,
    /// Other names that are understood, folded.
    pub aliases: &'static [&'static str],
    /// Whether the file is refused without it.
    pub required: bool,
}

/// One CSV file.
#[derive(Debug, Clone, Copy)]
pub struct FileColumns {
    /// File name.
    pub file: &'static str,
    /// Its columns.
    pub columns: &'static [Column],
}

const fn required(name: &'static str, aliases: &'static [&'static str]) -> Column {
    Column {
        name,
        aliases,
        required: true,
    }
}

const fn optional(name: &'static str, aliases: &'static [&'static str]) -> Column {
    Column {
        name,
        aliases,
        required: false,
    }
}

const FISCAL_CODE: &[&str] = &["cf", "codfiscale", "codicefisc"];
const CHILD: &[&str] = &["alunnocf", "cfalunno", "codicefiscalealunno"];
const SCHOOL: &[&str] = &["plesso", "codicescuola", "codiceplesso"];
const CLASS: &[&str] = &["sezione", "codiceclasse"];
const FROM: &[&str] = &["datainizio", "inizio", "validadal"];
const TO: &[&str] = &["datafine", "fine", "validaal"];
const YEAR: &[&str] = &["annoscolastico", "as"];

/// scuole.csv
pub const SCHOOLS: FileColumns = FileColumns {
    file: "scuole.csv",
    columns: &[
        required("codice", SCHOOL),
        required("nome", &["denominazione", "descrizione"]),
    ],
};
/// classi.csv
pub const CLASSES: FileColumns = FileColumns {
    file: "classi.csv",
    columns: &[
        required("scuola", SCHOOL),
        required("codice", &["classe", "sezione", "codiceclasse"]),
        optional("nome", &["denominazione", "descrizione"]),
    ],
};
/// alunni.csv
pub const CHILDREN: FileColumns = FileColumns {
    file: "alunni.csv",
    columns: &[
        required("codice_fiscale", FISCAL_CODE),
        required("cognome", &[]),
        required("nome", &[]),
        required("data_nascita", &["datadinascita", "natoil", "nascita"]),
        required("badge", &["codicebadge", "numerobadge", "tessera"]),
    ],
};
/// genitori.csv
pub const ADULTS: FileColumns = FileColumns {
    file: "genitori.csv",
    columns: &[
        required("codice_fiscale", FISCAL_CODE),
        required("cognome", &[]),
        required("nome", &[]),
        optional("email", &["mail", "postaelettronica", "indirizzoemail"]),
        optional("telefono", &["cellulare", "tel", "recapito"]),
        required("alunno", CHILD),
        required("tipo", &["ruolo", "legame"]),
        optional("vede", &["puovedere"]),
        optional("disdice", &["puodisdire"]),
        optional("paga", &["puopagare"]),
        optional("documenti", &["vededocumenti", "avvisi"]),
        optional("dal", &["validodal", "datainizio"]),
        optional("al", &["validoal", "datafine", "scadenza"]),
    ],
};
/// iscrizioni.csv
pub const ENROLMENTS: FileColumns = FileColumns {
    file: "iscrizioni.csv",
    columns: &[
        required(
            "alunno",
            &[
                "alunnocf",
                "cfalunno",
                "codicefiscalealunno",
                "codicefiscale",
                "cf",
            ],
        ),
        required("anno", YEAR),
        required("scuola", SCHOOL),
        required("classe", CLASS),
        optional("dal", FROM),
        optional("al", TO),
        optional("giorni", &["giornifruizione", "giornidifruizione", "rientri"]),
        optional("lun", &["lunedi"]),
        optional("mar", &["martedi"]),
        optional("mer", &["mercoledi"]),
        optional("gio", &["giovedi"]),
        optional("ven", &["venerdi"]),
        optional("sab", &["sabato"]),
        required("tariffa", &["codicetariffa"]),
    ],
};
/// tariffe.csv
pub const TARIFFS: FileColumns = FileColumns {
    file: "tariffe.csv",
    columns: &[
        required("codice", &["tariffa", "codicetariffa"]),
        required("dal", FROM),
        optional("al", TO),
        required("netto", &["prezzo", "prezzonetto", "imponibile", "importo"]),
        required("iva", &["aliquota", "aliquotaiva", "percentualeiva"]),
    ],
};
/// chiusure.csv
pub const CLOSURES: FileColumns = FileColumns {
    file: "chiusure.csv",
    columns: &[
        required("dal", FROM),
        optional("al", TO),
        required("motivo", &["descrizione", "causale"]),
        optional("scuola", SCHOOL),
        optional("classe", CLASS),
        optional("anno", YEAR),
    ],
};
/// saldi.csv
pub const OPENINGS: FileColumns = FileColumns {
    file: "saldi.csv",
    columns: &[
        required(
            "alunno",
            &[
                "alunnocf",
                "cfalunno",
                "codicefiscalealunno",
                "codicefiscale",
                "cf",
            ],
        ),
        required("importo", &["saldo", "credito"]),
        required("data", &["datasaldo", "al"]),
        optional("anno", YEAR),
    ],
};
/// avvisi.csv
pub const NOTICES: FileColumns = FileColumns {
    file: "avvisi.csv",
    columns: &[
        required("numero", &["numerodocumento", "documento", "riferimento"]),
        required("codice_fiscale", FISCAL_CODE),
        optional("badge", &["codicebadge", "numerobadge", "tessera"]),
        required("tipo", &["tipologia"]),
        required("oggetto", &["descrizione", "causale"]),
        required("importo", &["totale", "euro"]),
        required("scadenza", &["datascadenza", "scadeil", "entroil"]),
    ],
};

/// Every CSV file, in the order in which it is read.
pub const ALL: [FileColumns; 9] = [
    SCHOOLS, CLASSES, TARIFFS, CHILDREN, ADULTS, ENROLMENTS, CLOSURES, OPENINGS, NOTICES,
];

/// A header as it is compared: lower case letters and digits, accents taken off.
pub fn fold(header: &str) -> String {
    header
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(plain)
        .collect()
}

/// The letter without its accent; nothing for blanks and punctuation.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        other if other.is_alphanumeric() => other,
        _ => return None,
    })
}

impl FileColumns {
    /// Which column a header means.
    pub fn position(&self, header: &str) -> Option<usize> {
        let folded = fold(header);
        self.columns
            .iter()
            .position(|column| fold(column.name) == folded || column.aliases.contains(&folded.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn headers_are_understood_in_any_dress() {
        for header in [
            "Codice Fiscale",
            "CODICE_FISCALE",
            "codice-fiscale",
            "Cod. Fiscale",
            " CF ",
        ] {
            assert_eq!(CHILDREN.position(header), Some(0), "{header}");
        }
        assert_eq!(ENROLMENTS.position("Lunedì"), ENROLMENTS.position("lun"));
        assert_eq!(CHILDREN.position("note"), None);
    }

    #[test]
    fn no_header_means_two_columns() {
        for file in ALL {
            let names = file.columns.iter().flat_map(|column| {
                column
                    .aliases
                    .iter()
                    .map(|alias| (*alias).to_owned())
                    .chain([fold(column.name)])
            });
            let mut seen = HashSet::new();
            for name in names {
                assert_eq!(fold(&name), name, "aliases are written folded");
                assert!(seen.insert(name.clone()), "{}: {name}", file.file);
            }
        }
    }

    #[test]
    fn the_documentation_names_every_file_and_column() {
        let page = include_str!("../../../../docs/import.md");
        for file in ALL {
            let (_, section) = page.split_once(&format!("## {}", file.file)).unwrap();
            let section = section
                .split_once("\n## ")
                .map_or(section, |(section, _)| section);
            for column in file.columns {
                assert!(
                    section.contains(&format!("`{}`", column.name)),
                    "{}: {}",
                    file.file,
                    column.name
                );
                for alias in column.aliases {
                    assert!(section.contains(&format!("`{alias}`")), "{}: {alias}", file.file);
                }
            }
        }
    }
}
