//! Two invented bodies with invented families. Place codes in the fiscal codes are real, so that every code has
//! the shape and the control character of a true one; nobody in it exists.

use domain::fiscal_code::control_character;
use std::{collections::HashSet, fmt::Write};

/// Every file by its path within the samples' folder.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for body in [&VALDARCA, &PRATOLIETO] {
        let sheets = Maker::new(body).make();
        let text = |name: &str, separator: char, rows: &[Vec<String>]| {
            let mut text = String::new();
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| quoted(cell, separator)).collect();
                let _ = write!(text, "{}\r\n", cells.join(&separator.to_string()));
            }
            (format!("{}/{name}", body.slug), text)
        };
        files.push((
            format!("{}/ente.toml", body.slug),
            body.settings.as_bytes().to_vec(),
        ));
        for (name, rows) in sheets {
            let separator = if !body.utf_8 && name == "chiusure.csv" {
                ','
            } else {
                ';'
            };
            let (path, text) = text(name, separator, &rows);
            files.push((path, encoded(&text, body.utf_8)));
        }
    }
    files
}

fn quoted(cell: &str, separator: char) -> String {
    if cell.contains([separator, '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// UTF-8 with its mark, or Windows-1252, of which only Latin-1 occurs here.
fn encoded(text: &str, utf_8: bool) -> Vec<u8> {
    if utf_8 {
        return format!("\u{feff}{text}").into_bytes();
    }
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

struct Body {
    slug: &'static str,
    badge_prefix: &'static str,
    children: usize,
    utf_8: bool,
    seed: u64,
    year: &'static str,
    settings: &'static str,
    /// Code, name, kind of school, sections.
    schools: &'static [(&'static str, &'static str, Kind, &'static str)],
    tariffs: &'static [(&'static str, &'static str, &'static str)],
    /// From, to, reason, school, class.
    closures: &'static [[&'static str; 5]],
    families: &'static [Documented],
    /// Number, badge of a child whose payer is asked, whether the badge is written, kind, subject, amount, due day.
    notices: &'static [Asked],
    /// A meal in cents, for plausible balances.
    meal: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Infant,
    Primary,
    Secondary,
}

type Asked = (
    &'static str,
    &'static str,
    bool,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// A family that the documentation names.
struct Documented {
    /// First name, surname, female, birth year.
    payer: (&'static str, &'static str, bool, u32),
    other: Option<(&'static str, &'static str, bool, u32)>,
    surname: &'static str,
    /// First name, female, birth year, school, class, balance in cents.
    children: &'static [(&'static str, bool, u32, &'static str, &'static str, i64)],
}

const VALDARCA: Body = Body {
    slug: "valdarca",
    badge_prefix: "VD",
    children: 600,
    utf_8: true,
    seed: 0x5eed_0001,
    year: "2026/2027",
    settings: include_str!("valdarca.toml"),
    schools: &[
        ("INF1", "Infanzia Il Girasole", Kind::Infant, "ABCD"),
        ("PRI1", "Primaria Lucia Ferraris", Kind::Primary, "AB"),
        ("PRI2", "Primaria di Borgo San Vito", Kind::Primary, "A"),
        ("SEC1", "Secondaria Tito Moretti", Kind::Secondary, "AB"),
    ],
    tariffs: &[
        ("ORDINARIA", "5,95", "4"),
        ("RIDOTTA", "3,20", "4"),
        ("ESENTE", "0,00", "4"),
    ],
    closures: &[
        ["02/11/2026", "", "Ponte di Ognissanti", "", ""],
        ["26/11/2026", "", "Uscita didattica al museo", "SEC1", "2A"],
        ["07/12/2026", "", "Ponte dell'Immacolata", "", ""],
        ["23/12/2026", "06/01/2027", "Vacanze di Natale", "", ""],
        ["08/02/2027", "09/02/2027", "Carnevale", "", ""],
        ["Pasqua-3", "Pasqua+2", "Vacanze di Pasqua", "", ""],
        ["14/05/2027", "", "Gita scolastica", "PRI1", "5A"],
        [
            "24/05/2027",
            "25/05/2027",
            "Scuola sede di seggio elettorale",
            "PRI2",
            "",
        ],
    ],
    families: &[
        Documented {
            payer: ("Marta", "Locatelli", true, 1986),
            other: Some(("Andrea", "Ferrari", false, 1984)),
            surname: "Ferrari",
            children: &[
                ("Sofia", true, 2018, "PRI1", "3A", 11_310),
                ("Luca", false, 2021, "INF1", "A", 4_326),
            ],
        },
        Documented {
            payer: ("Samira", "Haddad", true, 1988),
            other: Some(("Karim", "Benali", false, 1985)),
            surname: "Benali",
            children: &[
                ("Yasmine", true, 2015, "SEC1", "1B", 2_472),
                ("Omar", false, 2017, "PRI1", "4B", -1_236),
                ("Adam", false, 2020, "PRI1", "1A", 618),
            ],
        },
    ],
    notices: &[
        (
            "R-2026-087",
            "VD1001",
            false,
            "retta",
            "Mensa scolastica, settembre 2026",
            "43,26",
            "31/10/2026",
        ),
        (
            "R-2026-101",
            "VD1001",
            false,
            "retta",
            "Mensa scolastica, ottobre 2026",
            "61,80",
            "15/12/2026",
        ),
        (
            "Q-2026-014",
            "VD1002",
            true,
            "quota",
            "Quota di iscrizione al servizio mensa",
            "10,00",
            "30/11/2026",
        ),
        (
            "R-2026-102",
            "VD1004",
            true,
            "retta",
            "Mensa scolastica, saldo del conto",
            "12,36",
            "05/12/2026",
        ),
    ],
    meal: 618,
};

const PRATOLIETO: Body = Body {
    slug: "pratolieto",
    badge_prefix: "PL",
    children: 120,
    utf_8: false,
    seed: 0x5eed_0002,
    year: "2026/2027",
    settings: include_str!("pratolieto.toml"),
    schools: &[
        ("INF", "Infanzia Arcobaleno", Kind::Infant, "AB"),
        ("PRI", "Primaria Giovanna Bassi", Kind::Primary, "A"),
    ],
    tariffs: &[("ORDINARIA", "5,80", "0"), ("RIDOTTA", "3,50", "0")],
    closures: &[
        ["07/12/2026", "08/12/2026", "Ponte dell'Immacolata", "", ""],
        [
            "23/12/2026",
            "06/01/2027",
            "Vacanze di Natale, con l'Epifania",
            "",
            "",
        ],
        ["Pasqua-3", "Pasqua+2", "Vacanze di Pasqua", "", ""],
        [
            "30/04/2027",
            "",
            "Attività all'aperto, pranzo al sacco",
            "PRI",
            "",
        ],
        ["21/05/2027", "", "Gita alla Città dei ragazzi", "PRI", "5A"],
    ],
    families: &[
        Documented {
            payer: ("Paolo", "Rinaldi", false, 1983),
            other: Some(("Chiara", "Sanna", true, 1985)),
            surname: "Rinaldi",
            children: &[
                ("Giulia", true, 2018, "PRI", "3A", 5_800),
                ("Pietro", false, 2022, "INF", "B", 2_900),
            ],
        },
        Documented {
            payer: ("Elena", "Popescu", true, 1987),
            other: None,
            surname: "Marin",
            children: &[
                ("Maria", true, 2016, "PRI", "5A", 0),
                ("Andrei", false, 2019, "PRI", "2A", -1_740),
                ("Nicolò", false, 2021, "INF", "A", 0),
            ],
        },
    ],
    notices: &[
        (
            "31/2026",
            "PL1001",
            false,
            "retta",
            "Mensa scolastica, ottobre 2026",
            "58,00",
            "10/12/2026",
        ),
        (
            "31/2026",
            "PL1001",
            false,
            "retta",
            "Merenda del pomeriggio, ottobre 2026",
            "12,00",
            "10/12/2026",
        ),
        (
            "32/2026",
            "PL1002",
            true,
            "quota",
            "Quota di iscrizione al servizio mensa",
            "15,00",
            "15/12/2026",
        ),
        (
            "33/2026",
            "PL1004",
            true,
            "retta",
            "Mensa scolastica, saldo del conto",
            "17,40",
            "13/11/2026",
        ),
    ],
    meal: 580,
};

const GIRLS: &[&str] = &[
    "Aurora", "Alice", "Emma", "Ginevra", "Beatrice", "Vittoria", "Matilde", "Camilla", "Noemi", "Anita",
    "Greta", "Bianca", "Elisa", "Martina", "Arianna", "Viola", "Chloé", "Amira", "Ioana", "Zoë",
];
const BOYS: &[&str] = &[
    "Leonardo",
    "Tommaso",
    "Edoardo",
    "Gabriele",
    "Mattia",
    "Riccardo",
    "Davide",
    "Filippo",
    "Diego",
    "Samuele",
    "Giacomo",
    "Niccolò",
    "Elia",
    "Enea",
    "Francesco",
    "Lorenzo",
    "Bilal",
    "Radu",
    "Kevin",
    "José",
];
const MOTHERS: &[&str] = &[
    "Laura",
    "Francesca",
    "Valentina",
    "Silvia",
    "Federica",
    "Elisabetta",
    "Monica",
    "Cristina",
    "Ilaria",
    "Simona",
    "Daniela",
    "Roberta",
    "Nadia",
    "Mirela",
    "Khadija",
    "Olena",
];
const FATHERS: &[&str] = &[
    "Marco",
    "Stefano",
    "Matteo",
    "Fabio",
    "Roberto",
    "Alessandro",
    "Simone",
    "Davide",
    "Massimo",
    "Giorgio",
    "Michele",
    "Claudio",
    "Youssef",
    "Ion",
    "Arben",
    "Rajesh",
];
const SURNAMES: &[&str] = &[
    "Rossi",
    "Bonetti",
    "Savoldelli",
    "Trussardi",
    "Colombo",
    "Moretti",
    "Balduzzi",
    "Giudici",
    "Pezzoli",
    "Zanoletti",
    "Castelli",
    "Imberti",
    "Barzasi",
    "Scandella",
    "Petrogalli",
    "Visini",
    "Percassi",
    "Legrenzi",
    "D'Angelo",
    "De Luca",
    "Lazzaroni",
    "Oprandi",
    "Poloni",
    "Marinoni",
    "Seghezzi",
    "Canova",
    "Dalò",
    "Fornoni",
    "Rota",
    "Bigoni",
    "El Idrissi",
    "Hoxha",
    "Popa",
    "Kovalenko",
    "Singh",
    "Diop",
    "Chen",
    "Fernández",
    "Mazzola",
    "Andreoletti",
    "Gritti",
    "Ruggeri",
];
/// Bergamo, Brescia, Como, Lecco, Milano, Roma, Clusone, Treviglio, Seriate.
const PLACES: &[&str] = &[
    "A794", "B157", "C933", "E507", "F205", "H501", "C800", "L400", "I628",
];
/// Albania, Romania, Ukraine, China, India, Pakistan, Morocco, Senegal, Peru.
const ABROAD: &[&str] = &[
    "Z100", "Z129", "Z138", "Z210", "Z222", "Z236", "Z330", "Z343", "Z611",
];

/// A small generator of numbers (SplitMix64): the same on every machine and with every library's version.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    fn number(&mut self, from: u32, to: u32) -> u32 {
        from + u32::try_from(self.next() % u64::from(to - from + 1)).unwrap_or(0)
    }
}

struct Person {
    code: String,
    first_name: String,
    surname: String,
    born: String,
}

type Rows = Vec<Vec<String>>;

struct Maker {
    body: &'static Body,
    dice: Dice,
    taken: HashSet<String>,
    badge: u32,
    phone: u32,
    children: Rows,
    adults: Rows,
    enrolments: Rows,
    balances: Rows,
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

impl Maker {
    fn new(body: &'static Body) -> Self {
        let days: &[&str] = if body.utf_8 {
            &["lun", "mar", "mer", "gio", "ven"]
        } else {
            &["Giorni"]
        };
        let enrolments = [
            &["alunno", "anno", "scuola", "classe", "dal", "al"][..],
            days,
            &["tariffa"],
        ]
        .concat();
        let titles: [&[&str]; 2] = if body.utf_8 {
            [
                &["codice_fiscale", "cognome", "nome", "data_nascita", "badge"],
                &[
                    "codice_fiscale",
                    "cognome",
                    "nome",
                    "email",
                    "telefono",
                    "alunno",
                    "tipo",
                ],
            ]
        } else {
            [
                &[
                    "Codice Fiscale",
                    "Cognome",
                    "Nome",
                    "Data di nascita",
                    "Codice badge",
                ],
                &[
                    "Codice Fiscale",
                    "Cognome",
                    "Nome",
                    "E-mail",
                    "Cellulare",
                    "Alunno",
                    "Tipo",
                ],
            ]
        };
        Self {
            body,
            dice: Dice(body.seed),
            taken: HashSet::new(),
            badge: 1000,
            phone: 0,
            children: vec![row(titles[0])],
            adults: vec![row(titles[1])],
            enrolments: vec![row(&enrolments)],
            balances: vec![row(&["alunno", "importo", "data"])],
        }
    }

    fn make(mut self) -> Vec<(&'static str, Rows)> {
        let body = self.body;
        for family in body.families {
            self.documented(family);
        }
        while self.children.len() <= body.children {
            let left = body.children + 1 - self.children.len();
            let size = match self.dice.below(100) {
                0..=2 => 3,
                3..=17 => 2,
                _ => 1,
            };
            self.family(size.min(left));
        }
        let mut schools = vec![row(&["codice", "nome"])];
        let mut classes = vec![row(&["scuola", "codice", "nome"])];
        for (code, name, kind, sections) in body.schools {
            schools.push(row(&[code, name]));
            for (class, title) in class_names(*kind, sections) {
                classes.push(row(&[code, &class, &title]));
            }
        }
        let mut tariffs = vec![row(&["codice", "dal", "al", "netto", "iva"])];
        tariffs.extend(
            body.tariffs
                .iter()
                .map(|(code, net, vat)| row(&[code, "01/09/2026", "", net, vat])),
        );
        let mut closures = vec![row(&["dal", "al", "motivo", "scuola", "classe"])];
        closures.extend(body.closures.iter().map(|closure| row(closure)));
        let notices = self.notices();
        vec![
            ("scuole.csv", schools),
            ("classi.csv", classes),
            ("tariffe.csv", tariffs),
            ("alunni.csv", self.children),
            ("genitori.csv", self.adults),
            ("iscrizioni.csv", self.enrolments),
            ("chiusure.csv", closures),
            ("saldi.csv", self.balances),
            ("avvisi.csv", notices),
        ]
    }

    fn notices(&self) -> Rows {
        let titles = if self.body.utf_8 {
            [
                "numero",
                "codice_fiscale",
                "badge",
                "tipo",
                "oggetto",
                "importo",
                "scadenza",
            ]
        } else {
            [
                "Numero documento",
                "Codice Fiscale",
                "Codice badge",
                "Tipologia",
                "Oggetto",
                "Totale",
                "Data scadenza",
            ]
        };
        let mut rows = vec![row(&titles)];
        for (number, child, written, kind, subject, amount, due) in self.body.notices {
            let code = self
                .children
                .iter()
                .find(|row| row[4] == *child)
                .map(|row| &row[0]);
            let payer = self
                .adults
                .iter()
                .find(|row| Some(&row[5]) == code && row[6] == "intestatario")
                .map_or("", |row| row[0].as_str());
            let badge = if *written { child } else { "" };
            rows.push(row(&[number, payer, badge, kind, subject, amount, due]));
        }
        rows
    }

    fn documented(&mut self, family: &Documented) {
        let adult = |maker: &mut Self, (name, surname, female, year)| {
            maker.person(name, surname, female, year, false)
        };
        let payer = adult(self, family.payer);
        let other = family.other.map(|other| adult(self, other));
        for (name, female, year, school, class, balance) in family.children {
            let child = self.person(name, family.surname, *female, *year, false);
            self.child(&child, school, class, "ORDINARIA", [true; 5], *balance);
            self.adult(&payer, &child.code, "intestatario");
            if let Some(other) = &other {
                self.adult(other, &child.code, "genitore");
            }
        }
    }

    fn family(&mut self, size: usize) {
        let (surname, mothers) = (self.dice.of(SURNAMES), self.dice.of(SURNAMES));
        let abroad = self.dice.percent(14);
        let (mother_name, father_name) = (self.dice.of(MOTHERS), self.dice.of(FATHERS));
        let (mother_year, father_year) = (self.dice.number(1979, 1994), self.dice.number(1975, 1992));
        let mother = self.person(mother_name, mothers, true, mother_year, abroad);
        let father = self.person(father_name, surname, false, father_year, abroad);
        let mother_pays = self.dice.percent(65);
        let (payer, other) = if mother_pays {
            (mother, father)
        } else {
            (father, mother)
        };
        let both = self.dice.percent(72);
        let grandmother = self.dice.percent(8).then(|| {
            let (name, year) = (self.dice.of(MOTHERS), self.dice.number(1950, 1962));
            self.person(name, mothers, true, year, false)
        });
        let tariff = if self.dice.percent(12) {
            "RIDOTTA"
        } else {
            "ORDINARIA"
        };
        for _ in 0..size {
            let female = self.dice.percent(50);
            let name = self.dice.of(if female { GIRLS } else { BOYS });
            let (code, _, kind, sections) = self.dice.of(self.body.schools);
            let (class, year) = self.place(kind, sections);
            let child = self.person(
                name,
                surname,
                female,
                year,
                abroad && self.dice.0.is_multiple_of(3),
            );
            let days = self.days();
            let balance = self.balance();
            self.child(&child, code, &class, tariff, days, balance);
            self.adult(&payer, &child.code, "intestatario");
            if both {
                self.adult(&other, &child.code, "genitore");
            }
            if let Some(grandmother) = &grandmother {
                self.adult(grandmother, &child.code, "delegato");
            }
        }
    }

    fn place(&mut self, kind: Kind, sections: &str) -> (String, u32) {
        let section = char::from(self.dice.of(sections.as_bytes()));
        match kind {
            Kind::Infant => (section.to_string(), self.dice.number(2021, 2023)),
            Kind::Primary => {
                let grade = self.dice.number(1, 5);
                (format!("{grade}{section}"), 2021 - grade)
            }
            Kind::Secondary => {
                let grade = self.dice.number(1, 3);
                (format!("{grade}{section}"), 2016 - grade)
            }
        }
    }

    fn days(&mut self) -> [bool; 5] {
        if self.dice.percent(72) {
            return [true; 5];
        }
        let mut days = [(); 5].map(|()| self.dice.percent(60));
        days[self.dice.below(5)] = true;
        days
    }

    fn balance(&mut self) -> i64 {
        let meals = i64::from(self.dice.number(0, 40)) - 5;
        let odd = i64::from(self.dice.number(0, 3)) * 50;
        if self.dice.percent(8) {
            0
        } else {
            meals * self.body.meal + odd
        }
    }

    fn child(
        &mut self,
        child: &Person,
        school: &str,
        class: &str,
        tariff: &str,
        days: [bool; 5],
        cents: i64,
    ) {
        self.badge += 1;
        let badge = format!("{}{}", self.body.badge_prefix, self.badge);
        self.children.push(row(&[
            &child.code,
            &child.surname,
            &child.first_name,
            &child.born,
            &badge,
        ]));
        let days: Vec<String> = if self.body.utf_8 {
            days.iter()
                .map(|day| if *day { "x" } else { "" }.to_owned())
                .collect()
        } else if days == [true; 5] {
            vec!["LMMGV".to_owned()]
        } else {
            let names = ["lun", "mar", "mer", "gio", "ven"];
            let ticked: Vec<&str> = names
                .into_iter()
                .zip(days)
                .filter(|(_, day)| *day)
                .map(|(name, _)| name)
                .collect();
            vec![ticked.join(" ")]
        };
        let mut enrolment = row(&[&child.code, self.body.year, school, class, "", ""]);
        enrolment.extend(days);
        enrolment.push(tariff.to_owned());
        self.enrolments.push(enrolment);
        if cents != 0 {
            let sign = if cents < 0 { "-" } else { "" };
            let amount = format!("{sign}{},{:02}", cents.abs() / 100, cents.abs() % 100);
            self.balances.push(row(&[&child.code, &amount, "20/11/2026"]));
        }
    }

    fn adult(&mut self, adult: &Person, child: &str, kind: &str) {
        let (mut email, mut phone) = (String::new(), String::new());
        let own = self
            .adults
            .iter()
            .find(|row| row[0] == adult.code)
            .map(|row| (row[3].clone(), row[4].clone()));
        if let Some(own) = own {
            (email, phone) = own;
        } else if kind != "delegato" {
            self.phone += 1;
            phone = format!("333000{:04}", self.phone);
            let plain: String = format!("{}.{}", adult.first_name, adult.surname)
                .to_lowercase()
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '.')
                .collect();
            email = format!("{plain}.{}@example.org", self.phone);
        }
        self.adults.push(row(&[
            &adult.code,
            &adult.surname,
            &adult.first_name,
            &email,
            &phone,
            child,
            kind,
        ]));
    }

    /// A person whose fiscal code nobody else has.
    fn person(&mut self, first_name: &str, surname: &str, female: bool, year: u32, abroad: bool) -> Person {
        let place = self.dice.of(if abroad { ABROAD } else { PLACES });
        loop {
            let (month, day) = (self.dice.number(1, 12), self.dice.number(1, 28));
            let code = fiscal_code(surname, first_name, female, (year, month, day), place);
            if self.taken.insert(code.clone()) {
                let born = format!("{day:02}/{month:02}/{year}");
                return Person {
                    code,
                    first_name: first_name.to_owned(),
                    surname: surname.to_owned(),
                    born,
                };
            }
        }
    }
}

fn class_names(kind: Kind, sections: &str) -> Vec<(String, String)> {
    let grades: &[u32] = match kind {
        Kind::Infant => {
            return sections
                .chars()
                .map(|s| (s.to_string(), format!("Sezione {s}")))
                .collect();
        }
        Kind::Primary => &[1, 2, 3, 4, 5],
        Kind::Secondary => &[1, 2, 3],
    };
    let class = |grade: &u32| {
        let grade = *grade;
        sections
            .chars()
            .map(move |s| (format!("{grade}{s}"), format!("{grade}ª {s}")))
            .collect::<Vec<_>>()
    };
    grades.iter().flat_map(class).collect()
}

/// The code of a person (DM 12 March 1974): surname, name, birth, place, control character.
fn fiscal_code(
    surname: &str,
    name: &str,
    female: bool,
    (year, month, day): (u32, u32, u32),
    place: &str,
) -> String {
    let (consonants, vowels) = letters(name);
    let name = match consonants.as_slice() {
        [a, _, c, d, ..] => [*a, *c, *d].iter().collect(),
        _ => three(&consonants, &vowels),
    };
    let (consonants, vowels) = letters(surname);
    let month = char::from(b"ABCDEHLMPRST"[month as usize - 1]);
    let day = if female { day + 40 } else { day };
    let stem = format!(
        "{}{name}{:02}{month}{day:02}{place}",
        three(&consonants, &vowels),
        year % 100
    );
    format!("{stem}{}", control_character(&stem))
}

fn three(consonants: &[char], vowels: &[char]) -> String {
    consonants
        .iter()
        .chain(vowels)
        .chain(&['X', 'X', 'X'])
        .take(3)
        .collect()
}

fn letters(text: &str) -> (Vec<char>, Vec<char>) {
    let upper = text.to_uppercase();
    let plain = upper.chars().filter_map(|c| {
        Some(match c {
            'À' | 'Á' => 'A',
            'È' | 'É' | 'Ë' => 'E',
            'Ì' | 'Í' => 'I',
            'Ò' | 'Ó' => 'O',
            'Ù' | 'Ú' => 'U',
            c if c.is_ascii_uppercase() => c,
            _ => return None,
        })
    });
    plain.partition(|c| !"AEIOU".contains(*c))
}
