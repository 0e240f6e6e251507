//! `ente.toml`: how a body works. Read value by value, so that all its errors are told at once, each with its
//! line. Secrets (pagoPA's key) and addresses of services are the portal's configuration, never here.

use super::{
    cells::{read_day, read_weekdays},
    encoding::{self, line_of},
    report::{Findings, Problem},
};
use chrono::NaiveTime;
use domain::{
    Cents, ServiceDay,
    body::{BodyKind, BodySettings, Contacts, Families, Renewal, SignInWay},
    calendar::{SchoolYear, Weekdays},
    cutoff::{Action, CutOff},
    meals::Model,
    price::{Rounding, RoundingLevel, RoundingMode},
    telling::Thresholds,
    topup::TopUpRules,
    wallet::WalletScope,
};
use serde_json::json;
use std::{collections::BTreeSet, ops::Range, str::FromStr};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Name of the file.
pub const FILE: &str = "ente.toml";

/// A body as its file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyFile {
    /// Short name in addresses; natural key.
    pub slug: String,
    /// Full name.
    pub name: String,
    /// Settings.
    pub settings: BodySettings,
    /// School years, oldest first.
    pub years: Vec<SchoolYear>,
    /// Cut-offs.
    pub cut_offs: Vec<SchoolCutOff>,
    /// The section of pagoPA without secrets and addresses, with the keys of `pagopa::PagopaSettings`.
    pub pagopa: Option<serde_json::Value>,
}

/// A cut-off of the body or of one school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolCutOff {
    /// School's code; the whole body where absent.
    pub school: Option<String>,
    /// Line in the file, for an unknown school.
    pub line: usize,
    /// Which action.
    pub action: Action,
    /// The rule.
    pub rule: CutOff,
}

/// Reads the file; none where it has errors, which are among the findings then.
pub fn read(bytes: &[u8], findings: &mut Findings) -> Option<BodyFile> {
    let text = match encoding::decode(bytes) {
        Ok(text) => text,
        Err(problem) => {
            findings.error(Problem::file(FILE, problem.message()));
            return None;
        }
    };
    let table = match DeTable::parse(&text) {
        Ok(table) => table,
        Err(error) => {
            let line = line_of(&text, error.span().map_or(0, |span| span.start));
            findings.error(Problem::at(FILE, line, None, format!(
                "il file non è scritto come TOML. Controlla virgolette e parentesi quadre su questa riga e su quella prima ({}).",
                error.message()
            )));
            return None;
        }
    };
    let before = findings.errors.len();
    let mut root = Section {
        text: &text,
        table: table.get_ref(),
        path: String::new(),
        at: 0..0,
        used: BTreeSet::new(),
        findings,
    };
    let body = body(&mut root);
    root.end();
    body.filter(|_| findings.errors.len() == before)
}

#[expect(clippy::too_many_lines, reason = "one entry after the other, as in the file")]
fn body(root: &mut Section<'_>) -> Option<BodyFile> {
    let name = root.text("nome");
    let slug = root.parsed(
        "codice",
        "il nome breve ha da 2 a 40 lettere minuscole, cifre e trattini",
        |text| {
            let fits = (2..=40).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                && !text.starts_with('-');
            fits.then(|| text.to_owned())
        },
    );
    let kind = root.choice(
        "tipo",
        &[("pubblico", BodyKind::Public), ("gestore", BodyKind::Caterer)],
    );
    let ways = [
        ("badge", SignInWay::Badge),
        ("spid", SignInWay::Spid),
        ("cie", SignInWay::Cie),
    ];
    let sign_in_ways = if kind == Some(BodyKind::Public) && !root.has("accesso") {
        Some(vec![SignInWay::Spid, SignInWay::Cie])
    } else {
        root.choices("accesso", &ways)
    };
    let badge_reason = badge_reason(root, kind, sign_in_ways.as_deref());
    let model = root.choice(
        "modello",
        &[
            ("disdetta", Model::ExpectedByDefault),
            ("prenotazione", Model::Booked),
        ],
    );
    let wallet_scope = root.choice(
        "portafoglio",
        &[("alunno", WalletScope::Child), ("famiglia", WalletScope::Family)],
    );
    let receipt_prefix = root.parsed(
        "prefisso_ricevute",
        "servono da 2 a 4 lettere maiuscole, come VD",
        |text| {
            ((2..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase()))
                .then(|| text.to_owned())
        },
    );
    let contacts = root.section("contatti", |s| {
        let (office, phone, email, hours) = (
            s.text("ufficio"),
            s.text("telefono"),
            s.text("email"),
            s.text("orari"),
        );
        Some(Contacts {
            office: office?,
            phone: phone?,
            email: email?,
            hours: hours?,
        })
    });
    let rounding = root.section("arrotondamento", |s| {
        let names = [
            ("tronca", RoundingMode::Trunc),
            ("mezzo_su", RoundingMode::HalfUp),
            ("mezzo_pari", RoundingMode::HalfEven),
        ];
        let mode = s.choice("modo", &names);
        let level = s.choice(
            "livello",
            &[
                ("pasto", RoundingLevel::Unit),
                ("documento", RoundingLevel::Document),
            ],
        );
        Some(Rounding {
            mode: mode?,
            level: level?,
        })
    });
    let top_up = root.section("ricariche", top_up);
    let telling = if root.has("avvisi") {
        root.section("avvisi", telling)
    } else {
        Some(Thresholds::default())
    };
    let families = if root.has("famiglie") {
        root.section("famiglie", families)
    } else {
        Some(Families::default())
    };
    let renewal = if root.has("rinnovo") {
        root.section("rinnovo", renewal).map(Some)
    } else {
        Some(None)
    };
    let cut_offs = root.section("limiti", cut_offs);
    let years = years(root);
    let pagopa = if root.has("pagopa") {
        root.section("pagopa", pagopa).map(Some)
    } else {
        Some(None)
    };
    Some(BodyFile {
        slug: slug?,
        name: name?,
        settings: BodySettings {
            kind: kind?,
            sign_in_ways: sign_in_ways?,
            badge_reason: badge_reason?,
            contacts: contacts?,
            model: model?,
            wallet_scope: wallet_scope?,
            rounding: rounding?,
            top_up: top_up?,
            receipt_prefix: receipt_prefix?,
            families: families?,
            telling: telling?,
            renewal: renewal?,
        },
        years: years?,
        cut_offs: cut_offs?,
        pagopa: pagopa?,
    })
}

/// Below how many meals, and from which debt on, a family is told.
fn telling(s: &mut Section<'_>) -> Option<Thresholds> {
    let otherwise = Thresholds::default();
    let meals = if s.has("pasti") {
        let read: Vec<Option<u32>> = s.strings("pasti")?.iter().map(|text| text.parse().ok()).collect();
        let meals: Option<Vec<u32>> = read.into_iter().collect();
        let falling =
            meals.filter(|meals| meals.is_sorted_by(|a, b| a > b) && meals.iter().all(|at| *at <= 100));
        if falling.is_none() {
            s.error(
                "pasti",
                "scrivi i pasti rimasti, dal più grande, come [\"5\", \"2\", \"0\"].",
            );
        }
        falling?
    } else {
        otherwise.meals
    };
    let debt_limit = if s.has("limite_debito") {
        Some(s.amount("limite_debito")?)
    } else {
        None
    };
    Some(Thresholds { meals, debt_limit })
}

/// When the enrolment for another year can be renewed.
fn renewal(s: &mut Section<'_>) -> Option<Renewal> {
    let year = s.text("anno");
    let (opens, last_day) = (s.day("apre"), s.day("ultimo_giorno"));
    let renewal = Renewal {
        year: year?,
        opens: opens?,
        last_day: last_day?,
    };
    if renewal.last_day < renewal.opens {
        s.error("ultimo_giorno", "viene prima del giorno in cui si apre.");
        return None;
    }
    Some(renewal)
}

/// Why there is a badge. A public body must say it: its families sign in with SPID or CIE (CAD art. 64).
#[expect(
    clippy::option_option,
    reason = "none where it is wrong, none within where it is not said"
)]
fn badge_reason(
    root: &mut Section<'_>,
    kind: Option<BodyKind>,
    ways: Option<&[SignInWay]>,
) -> Option<Option<String>> {
    let badge = ways.is_some_and(|ways| ways.contains(&SignInWay::Badge));
    if root.has("motivo_badge") {
        return root.text("motivo_badge").map(Some);
    }
    if badge && kind == Some(BodyKind::Public) {
        root.error(
            "motivo_badge",
            "un ente pubblico fa entrare con SPID e CIE (CAD art. 64). Se serve anche il badge scrivi qui perché, \
             oppure togli «badge» da «accesso».",
        );
        return None;
    }
    Some(None)
}

fn top_up(s: &mut Section<'_>) -> Option<TopUpRules> {
    let fixed = s.amounts("importi");
    let (min, max) = (s.amount("minimo"), s.amount("massimo"));
    let rules = TopUpRules {
        fixed: fixed?,
        min: min?,
        max: max?,
    };
    let mut fits = true;
    if rules.min <= Cents::ZERO {
        s.error("minimo", "dev'essere più di zero.");
        fits = false;
    }
    if rules.max < rules.min {
        s.error("massimo", "non può essere meno di «minimo».");
        fits = false;
    }
    if rules
        .fixed
        .iter()
        .any(|amount| *amount <= Cents::ZERO || *amount > rules.max)
    {
        s.error(
            "importi",
            "ogni importo dev'essere più di zero e al massimo quanto «massimo».",
        );
        fits = false;
    }
    fits.then_some(rules)
}

fn families(s: &mut Section<'_>) -> Option<Families> {
    let yes_or_no = [("sì", true), ("si", true), ("no", false)];
    let mut one = |key| {
        if s.has(key) {
            s.choice(key, &yes_or_no)
        } else {
            Some(true)
        }
    };
    let (guardians_invite, delegates) = (one("genitori"), one("delegati"));
    Some(Families {
        guardians_invite: guardians_invite?,
        delegates: delegates?,
    })
}

fn cut_offs(s: &mut Section<'_>) -> Option<Vec<SchoolCutOff>> {
    let cancel = s.section("disdetta", cut_off);
    // Where nothing else is said one may book, and take a cancellation back, as long as one may cancel.
    let book = if s.has("prenotazione") {
        s.section("prenotazione", cut_off)
    } else {
        cancel
    };
    let mut all = vec![
        SchoolCutOff {
            school: None,
            line: 0,
            action: Action::Cancel,
            rule: cancel?.1,
        },
        SchoolCutOff {
            school: None,
            line: 0,
            action: Action::Book,
            rule: book?.1,
        },
    ];
    if s.has("scuole") {
        let of_schools = s.section("scuole", |schools| {
            let mut all = Vec::new();
            let codes: Vec<String> = schools
                .table
                .keys()
                .map(|key| key.get_ref().to_string())
                .collect();
            for code in codes {
                let rules = schools.section(&code, |school| {
                    let mut both = Vec::new();
                    for (key, action) in [("disdetta", Action::Cancel), ("prenotazione", Action::Book)] {
                        if school.has(key) {
                            both.push((action, school.section(key, cut_off)?));
                        }
                    }
                    Some(both)
                });
                let school = Some(code.to_uppercase());
                all.extend(rules?.into_iter().map(|(action, (line, rule))| SchoolCutOff {
                    school: school.clone(),
                    line,
                    action,
                    rule,
                }));
            }
            Some(all)
        });
        all.extend(of_schools?);
    }
    Some(all)
}

fn cut_off(s: &mut Section<'_>) -> Option<(usize, CutOff)> {
    let days_before = s.number("giorni_prima", 0..=60);
    let at = s.parsed("ora", "scrivi l'ora come \"09:30\"", |text| {
        ["%H:%M", "%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveTime::parse_from_str(text, format).ok())
    });
    let max_ahead_days = s.number("anticipo_massimo", 0..=400);
    let rule = CutOff {
        days_before: days_before?,
        at: at?,
        max_ahead_days: max_ahead_days?,
    };
    Some((s.line(), rule))
}

fn years(root: &mut Section<'_>) -> Option<Vec<SchoolYear>> {
    let mut years = root.sections("anno", |s| {
        let name = s.text("nome");
        let (first, last) = (s.day("primo_giorno"), s.day("ultimo_giorno"));
        let weekdays = s.weekdays("giorni");
        let year = SchoolYear {
            name: name?,
            first: first?,
            last: last?,
            weekdays: weekdays?,
        };
        if year.last < year.first {
            s.error("ultimo_giorno", "viene prima del primo giorno.");
            return None;
        }
        Some(year)
    })?;
    years.sort_by_key(|year| year.first);
    let overlap = years
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if b.first <= a.last || a.name == b.name));
    if overlap {
        root.error(
            "anno",
            "due anni scolastici si sovrappongono o hanno lo stesso nome.",
        );
        return None;
    }
    Some(years)
}

fn pagopa(s: &mut Section<'_>) -> Option<serde_json::Value> {
    let fiscal_code = s.parsed(
        "codice_fiscale",
        "non è il codice fiscale di un ente: undici cifre, con l'ultima di controllo",
        checked::<pagopa::BodyFiscalCode>,
    );
    let company_name = s.parsed(
        "denominazione",
        "scrivi da 1 a 140 caratteri",
        checked::<pagopa::config::CompanyName>,
    );
    let segregation_code = s.parsed(
        "codice_segregazione",
        "servono due cifre, come \"01\"",
        checked::<pagopa::SegregationCode>,
    );
    let iban = s.parsed(
        "iban",
        "non è un IBAN con le cifre di controllo giuste",
        checked::<pagopa::config::Iban>,
    );
    let station_id = s.text("stazione");
    let broker_id = s.text("intermediario");
    let mut section = json!({
        "fiscal_code": fiscal_code?, "company_name": company_name?, "segregation_code": segregation_code?,
        "iban": iban?, "station_id": station_id?, "broker_id": broker_id?,
    });
    if s.has("tassonomia") {
        let taxonomy = s.parsed(
            "tassonomia",
            "non è un codice della tassonomia pagoPA",
            checked::<pagopa::TaxonomyCode>,
        )?;
        section
            .as_object_mut()?
            .insert("taxonomy".to_owned(), taxonomy.into());
    }
    Some(section)
}

/// The text, where it parses.
fn checked<T: FromStr>(text: &str) -> Option<String> {
    text.parse::<T>().is_ok().then(|| text.to_owned())
}

/// A table of the file on the way: what was asked of it, and where it stands.
struct Section<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
    path: String,
    at: Range<usize>,
    used: BTreeSet<String>,
    findings: &'a mut Findings,
}

impl<'a> Section<'a> {
    fn line(&self) -> usize {
        line_of(self.text, self.at.start)
    }

    fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// An error at a key, or at the section where the key is missing.
    fn error(&mut self, key: &str, message: impl Into<String>) {
        let at = self
            .table
            .get(key)
            .map_or(self.at.start, |value| value.span().start);
        let problem = Problem::at(FILE, line_of(self.text, at), Some(&self.name(key)), message);
        self.findings.error(problem);
    }

    fn value(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.used.insert(key.to_owned());
        let value = self.table.get(key);
        if value.is_none() {
            self.error(
                key,
                "manca questa voce. Aggiungila (gli esempi sono nella documentazione).",
            );
        }
        value
    }

    /// A value as text: strings, and dates, times and numbers as they are written.
    fn string(&mut self, key: &str) -> Option<String> {
        let shown = shown(self.value(key)?.get_ref());
        if shown.is_none() {
            self.error(key, "scrivi un testo tra virgolette.");
        }
        shown
    }

    fn text(&mut self, key: &str) -> Option<String> {
        self.parsed(key, "scrivi un testo, al massimo 140 caratteri", |text| {
            (1..=140).contains(&text.chars().count()).then(|| text.to_owned())
        })
    }

    fn parsed<T>(&mut self, key: &str, otherwise: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.string(key)?;
        let parsed = parse(text.trim());
        if parsed.is_none() {
            self.error(key, format!("«{text}»: {otherwise}."));
        }
        parsed
    }

    fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        self.parsed(key, &expected(choices), |text| {
            choices
                .iter()
                .find(|(name, _)| *name == text)
                .map(|(_, value)| *value)
        })
    }

    fn choices<T: Copy + PartialEq>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<Vec<T>> {
        let mut all = Vec::new();
        for text in self.strings(key)? {
            match choices.iter().find(|(name, _)| *name == text) {
                Some((_, value)) if !all.contains(value) => all.push(*value),
                Some(_) => {}
                None => {
                    self.error(key, format!("«{text}»: {}.", expected(choices)));
                    return None;
                }
            }
        }
        if all.is_empty() {
            self.error(key, format!("l'elenco è vuoto: {}.", expected(choices)));
            return None;
        }
        Some(all)
    }

    fn strings(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.value(key)?.get_ref();
        let all = value.as_array().and_then(|array| {
            array
                .iter()
                .map(|item| shown(item.get_ref()))
                .collect::<Option<Vec<_>>>()
        });
        if all.is_none() {
            self.error(key, "scrivi un elenco tra parentesi quadre, come [\"a\", \"b\"].");
        }
        all
    }

    fn amount(&mut self, key: &str) -> Option<Cents> {
        self.parsed(
            key,
            "non è un importo. Scrivilo tra virgolette, come \"25,00\"",
            |text| Cents::parse_italian(text).ok(),
        )
    }

    fn amounts(&mut self, key: &str) -> Option<Vec<Cents>> {
        let mut all = Vec::new();
        for text in self.strings(key)? {
            let Ok(amount) = Cents::parse_italian(&text) else {
                self.error(
                    key,
                    format!("«{text}» non è un importo. Scrivilo tra virgolette, come \"25,00\"."),
                );
                return None;
            };
            all.push(amount);
        }
        Some(all)
    }

    fn number(&mut self, key: &str, range: std::ops::RangeInclusive<u16>) -> Option<u16> {
        let otherwise = format!("scrivi un numero da {} a {}", range.start(), range.end());
        self.parsed(key, &otherwise, |text| {
            text.parse().ok().filter(|number| range.contains(number))
        })
    }

    fn day(&mut self, key: &str) -> Option<ServiceDay> {
        self.parsed(key, "scrivi la data come \"14/09/2026\"", |text| {
            read_day(text).ok()
        })
    }

    fn weekdays(&mut self, key: &str) -> Option<Weekdays> {
        self.parsed(key, "scrivi i giorni come \"lun mar mer gio ven\"", |text| {
            read_weekdays(text).ok()
        })
    }

    fn section<T>(&mut self, key: &str, read: impl FnOnce(&mut Section<'_>) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        self.below(key, value, read)
    }

    /// Every table of `[[key]]`; none where one has errors or there is none.
    fn sections<T>(&mut self, key: &str, read: impl Fn(&mut Section<'_>) -> Option<T>) -> Option<Vec<T>> {
        let Some(array) = self
            .value(key)?
            .get_ref()
            .as_array()
            .filter(|array| !array.is_empty())
        else {
            self.error(key, format!("scrivi una o più sezioni [[{key}]]."));
            return None;
        };
        let all: Vec<Option<T>> = array.iter().map(|value| self.below(key, value, &read)).collect();
        all.into_iter().collect()
    }

    fn below<T>(
        &mut self,
        key: &str,
        value: &'a Spanned<DeValue<'a>>,
        read: impl FnOnce(&mut Section<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some(table) = value.get_ref().as_table() else {
            self.error(key, format!("dev'essere una sezione [{}].", self.name(key)));
            return None;
        };
        let mut below = Section {
            text: self.text,
            table,
            path: self.name(key),
            at: value.span(),
            used: BTreeSet::new(),
            findings: &mut *self.findings,
        };
        let answer = read(&mut below);
        below.end();
        answer
    }

    /// Tells what nobody asked for.
    fn end(&mut self) {
        let unknown: Vec<(usize, String)> = self
            .table
            .keys()
            .filter(|key| !self.used.contains(key.get_ref().as_ref()))
            .map(|key| (line_of(self.text, key.span().start), self.name(key.get_ref())))
            .collect();
        for (line, name) in unknown {
            self.findings.warn(Problem::at(
                FILE,
                line,
                Some(&name),
                "voce sconosciuta: non viene letta.",
            ));
        }
    }
}

fn expected<T>(choices: &[(&str, T)]) -> String {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    format!("scrivi {}", names.join(" oppure "))
}

/// A simple value as it is written.
fn shown(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
