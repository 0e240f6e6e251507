//! One cell to one value, or the sentence that tells the office what to write there.

use super::{columns::fold, report::Findings, rows::Cell};
use chrono::{Datelike, Weekday};
use domain::{
    BadgeCode, Cents, FiscalCode, ServiceDay,
    calendar::{Weekdays, around_easter},
    fiscal_code::FiscalCodeError,
};
use rust_decimal::Decimal;

/// What a day may be given as: fixed, or so many days from Easter of a year that is found later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// On the calendar.
    Fixed(ServiceDay),
    /// Days after Easter, before it where negative.
    Easter(i16),
}

impl Day {
    /// The day within a school year; none where its Easter lies in neither calendar year.
    pub fn within(self, first: ServiceDay, last: ServiceDay) -> Option<ServiceDay> {
        match self {
            Self::Fixed(day) => Some(day),
            Self::Easter(offset) => (first.year()..=last.year())
                .filter_map(|year| Some((around_easter(year, 0)?, around_easter(year, offset)?)))
                .find(|(easter, _)| first <= *easter && *easter <= last)
                .map(|(_, day)| day),
        }
    }
}

impl Cell<'_> {
    /// Whether nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A text that must be there, of at most 120 characters.
    pub fn text(&self, findings: &mut Findings) -> Option<String> {
        let problem = match self.text.chars().count() {
            0 => "la cella è vuota. Scrivi un valore.",
            1..=120 => return Some(self.text.to_owned()),
            _ => "il testo è troppo lungo: al massimo 120 caratteri.",
        };
        findings.error(self.problem(problem));
        None
    }

    /// A code that other files refer to: upper and lower case are the same, so it is kept upper case.
    pub fn code(&self, findings: &mut Findings) -> Option<String> {
        let code = self.text(findings)?.to_uppercase();
        if code.chars().count() <= 32 {
            return Some(code);
        }
        findings.error(self.problem("il codice è troppo lungo: al massimo 32 caratteri."));
        None
    }

    /// A day, `15/09/2026` or `2026-09-15`.
    pub fn day(&self, findings: &mut Findings) -> Option<ServiceDay> {
        if self.is_empty() {
            findings.error(self.problem("manca la data. Scrivila come 15/09/2026."));
            return None;
        }
        match read_day(self.text) {
            Ok(day) => Some(day),
            Err(message) => {
                findings.error(self.problem(message));
                None
            }
        }
    }

    /// A day, or nothing where the cell is empty. The outer `None` is an error.
    pub fn optional_day(&self, findings: &mut Findings) -> Option<Option<ServiceDay>> {
        if self.is_empty() {
            Some(None)
        } else {
            self.day(findings).map(Some)
        }
    }

    /// A day, or `Pasqua-3`, `Pasqua`, `Pasqua+2`.
    pub fn closure_day(&self, findings: &mut Findings) -> Option<Day> {
        let lower = self.text.to_lowercase().replace(' ', "").replace(['−', '–'], "-");
        let Some(offset) = lower.strip_prefix("pasqua") else {
            return self.day(findings).map(Day::Fixed);
        };
        let offset = if offset.is_empty() {
            Some(0)
        } else {
            offset.parse::<i16>().ok()
        };
        let offset = offset.filter(|offset| (-60..=60).contains(offset));
        if offset.is_none() {
            findings.error(self.problem(format!(
                "«{}» non si capisce. Scrivi una data, oppure Pasqua-3, Pasqua, Pasqua+2 (giorni prima o dopo, al massimo 60).",
                self.text
            )));
        }
        offset.map(Day::Easter)
    }

    /// A personal fiscal code with the right control character.
    pub fn fiscal_code(&self, findings: &mut Findings) -> Option<FiscalCode> {
        let message = match FiscalCode::parse(self.text) {
            Ok(code) => return Some(code),
            Err(_) if self.is_empty() => "manca il codice fiscale.".to_owned(),
            Err(FiscalCodeError::Length) => format!(
                "il codice fiscale deve avere 16 lettere e cifre: «{}» ne ha {}.",
                self.text,
                self.text.chars().count()
            ),
            Err(FiscalCodeError::Shape { position }) => format!(
                "il carattere {position} di «{}» non può stare lì in un codice fiscale. Confrontalo con la tessera sanitaria.",
                self.text
            ),
            Err(FiscalCodeError::Control { expected }) => format!(
                "il codice fiscale «{}» non è giusto: con questi caratteri finirebbe con {expected}. Confrontalo con la tessera sanitaria.",
                self.text
            ),
        };
        findings.error(self.problem(message));
        None
    }

    /// A badge code.
    pub fn badge(&self, findings: &mut Findings) -> Option<BadgeCode> {
        let badge = BadgeCode::parse(self.text).ok();
        if badge.is_none() {
            findings.error(self.problem(format!(
                "«{}» non è un codice badge: servono da 4 a 16 lettere e cifre.",
                self.text
            )));
        }
        badge
    }

    /// An amount such as `−12,36` or `1.234,50`.
    pub fn money(&self, findings: &mut Findings) -> Option<Cents> {
        let amount = Cents::parse_italian(self.text).ok();
        if amount.is_none() {
            findings.error(self.problem(format!(
                "«{}» non è un importo. Scrivilo come 123,60 oppure -12,36.",
                self.text
            )));
        }
        amount
    }

    /// A decimal from zero to `most`, with at most six decimals; a percent or euro sign is dropped.
    pub fn decimal(&self, most: u32, findings: &mut Findings) -> Option<Decimal> {
        let bare = self.text.trim_end_matches(['%', '€']).trim_end();
        let plain = if bare.contains(',') {
            bare.replace('.', "").replace(',', ".")
        } else {
            bare.to_owned()
        };
        let digits = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let value = plain
            .parse::<Decimal>()
            .ok()
            .filter(|value| digits && value.scale() <= 6);
        let message = match value {
            Some(value) if value <= Decimal::from(most) => return Some(value.normalize()),
            Some(_) => format!("«{}» è troppo: al massimo {most}.", self.text),
            None => format!(
                "«{}» non è un numero. Scrivilo come 5,95 (al massimo sei decimali).",
                self.text
            ),
        };
        findings.error(self.problem(message));
        None
    }

    /// Sì or no; `empty` is what an empty cell means.
    pub fn yes(&self, empty: bool, findings: &mut Findings) -> Option<bool> {
        match fold(self.text).as_str() {
            "" => Some(empty),
            "si" | "s" | "x" | "1" | "vero" | "true" => Some(true),
            "no" | "n" | "0" | "falso" | "false" => Some(false),
            _ => {
                findings.error(self.problem(format!("«{}» non si capisce. Scrivi sì oppure no.", self.text)));
                None
            }
        }
    }

    /// Weekdays such as `lun mar gio` or `LMMGV`.
    pub fn weekdays(&self, findings: &mut Findings) -> Option<Weekdays> {
        match read_weekdays(self.text) {
            Ok(days) => Some(days),
            Err(message) => {
                findings.error(self.problem(message));
                None
            }
        }
    }

    /// A mail address, or nothing.
    pub fn email(&self, findings: &mut Findings) -> Option<Option<String>> {
        if self.is_empty() {
            return Some(None);
        }
        let fits = self.text.len() <= 254
            && !self.text.contains([' ', ',', ';', '<', '>'])
            && self.text.split_once('@').is_some_and(|(name, place)| {
                !name.is_empty()
                    && !place.contains('@')
                    && place.split('.').count() > 1
                    && place.split('.').all(|part| !part.is_empty())
            });
        if fits {
            return Some(Some(self.text.to_owned()));
        }
        findings.error(self.problem(format!(
            "«{}» non è un indirizzo e-mail. Correggilo o lascia vuota la cella.",
            self.text
        )));
        None
    }

    /// A telephone number as it is dialled, or nothing.
    pub fn phone(&self, findings: &mut Findings) -> Option<Option<String>> {
        if self.is_empty() {
            return Some(None);
        }
        let number: String = self
            .text
            .chars()
            .filter(|c| !matches!(c, ' ' | '/' | '-' | '.' | '(' | ')'))
            .collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        if (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Some(number));
        }
        findings.error(self.problem(format!(
            "«{}» non è un numero di telefono. Correggilo o lascia vuota la cella.",
            self.text
        )));
        None
    }
}

/// Reads `15/09/2026`, `15-9-2026`, `15.09.2026` or `2026-09-15`, with a midnight after it where a database
/// wrote one.
pub(super) fn read_day(text: &str) -> Result<ServiceDay, String> {
    let unclear = || format!("«{text}» non è una data. Scrivila come 15/09/2026.");
    let day = text
        .strip_suffix(" 00:00:00")
        .or_else(|| text.strip_suffix(" 00:00"))
        .unwrap_or(text);
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    if !day
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.'))
    {
        return Err(unclear());
    }
    let (d, m, y) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 => (d, m, y),
        [d, m, y] if y.len() == 4 => (d, m, y),
        [_, _, y] if y.len() == 2 => {
            return Err(format!(
                "«{text}»: scrivi l'anno con quattro cifre, come 15/09/2026."
            ));
        }
        _ => return Err(unclear()),
    };
    let numbers = (d.parse::<u32>(), m.parse::<u32>(), y.parse::<i32>());
    let (Ok(d), Ok(m), Ok(y)) = numbers else {
        return Err(unclear());
    };
    if !(1900..=2200).contains(&y) {
        return Err(format!("«{text}»: controlla l'anno."));
    }
    ServiceDay::from_ymd_opt(y, m, d)
        .ok_or_else(|| format!("«{text}»: questo giorno non esiste nel calendario."))
}

/// Reads `lun mar gio`, `lunedì, venerdì` or `LMMGV`. Never empty.
pub(super) fn read_weekdays(text: &str) -> Result<Weekdays, String> {
    let unclear =
        || format!("«{text}» non si capisce. Scrivi i giorni separati da uno spazio, come: lun mar gio.");
    if text.contains(['-', '–']) {
        return Err(unclear());
    }
    let words: Vec<String> = text
        .split([' ', ',', ';', '/', '+'])
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect();
    let mut days = Weekdays::NONE;
    for word in &words {
        match weekday(word) {
            Some(day) => days = days.with(day),
            None if words.len() == 1 => return initials(word).ok_or_else(unclear),
            None => return Err(unclear()),
        }
    }
    if days.is_empty() {
        return Err(
            "non c'è nessun giorno. Scrivi i giorni separati da uno spazio, come: lun mar gio.".to_owned(),
        );
    }
    Ok(days)
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "lun" | "lunedi" => Weekday::Mon,
        "mar" | "martedi" => Weekday::Tue,
        "mer" | "mercoledi" => Weekday::Wed,
        "gio" | "giovedi" => Weekday::Thu,
        "ven" | "venerdi" => Weekday::Fri,
        "sab" | "sabato" => Weekday::Sat,
        _ => return None,
    })
}

/// `LMMGV`, `LMMGVS`, `LGV`: initials in order of the week. A single M could be two days and is not taken.
fn initials(word: &str) -> Option<Weekdays> {
    let mut rest = word;
    let mut days = Weekdays::NONE;
    for (initial, on) in [
        ("l", &[Weekday::Mon][..]),
        ("mm", &[Weekday::Tue, Weekday::Wed]),
        ("g", &[Weekday::Thu]),
        ("v", &[Weekday::Fri]),
        ("s", &[Weekday::Sat]),
    ] {
        if let Some(after) = rest.strip_prefix(initial) {
            rest = after;
            days = on.iter().fold(days, |days, day| days.with(*day));
        }
    }
    (rest.is_empty() && !days.is_empty()).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn cell(text: &str) -> Cell<'_> {
        Cell {
            file: "f.csv",
            line: 2,
            column: "c",
            text,
        }
    }

    fn ok<T>(read: impl Fn(&mut Findings) -> Option<T>) -> Option<T> {
        let mut findings = Findings::default();
        let value = read(&mut findings);
        assert_eq!(
            value.is_some(),
            findings.errors.is_empty(),
            "a missing value has its error, and only it"
        );
        value
    }

    fn day(text: &str) -> ServiceDay {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_as_italians_write_them() {
        for text in [
            "15/09/2026",
            "15/9/2026",
            "15-09-2026",
            "15.09.2026",
            "2026-09-15",
            "15/09/2026 00:00:00",
        ] {
            assert_eq!(read_day(text), Ok(day("2026-09-15")), "{text}");
        }
        for text in [
            "15/09/26",
            "31/02/2026",
            "2026",
            "15/09/2o26",
            "09/2026",
            "15/09/0026",
            "+15/09/2026",
        ] {
            assert!(read_day(text).is_err(), "{text}");
        }
        assert!(read_day("15/09/26").unwrap_err().contains("quattro cifre"));
        assert!(read_day("31/02/2026").unwrap_err().contains("non esiste"));
    }

    #[test]
    fn closures_may_hang_on_easter() {
        let within = |text: &'static str| {
            ok(|f| cell(text).closure_day(f)).and_then(|d| d.within(day("2026-09-14"), day("2027-06-08")))
        };
        assert_eq!(within("Pasqua-3"), Some(day("2027-03-25")));
        assert_eq!(within("pasqua + 2"), Some(day("2027-03-30")));
        assert_eq!(within("Pasqua − 3"), Some(day("2027-03-25")));
        assert_eq!(within("PASQUA"), Some(day("2027-03-28")));
        assert_eq!(within("07/12/2026"), Some(day("2026-12-07")));
        for text in [
            "Pasquetta",
            "Pasqua-100",
            "Pasqua+x",
            "Pasqua-30000000",
            "Pasqua-32768",
        ] {
            assert_eq!(within(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_use_are_read_as_words_or_initials() {
        let mask = |text: &str| read_weekdays(text).map(Weekdays::bits);
        assert_eq!(mask("lun mar gio"), Ok(0b0_1011));
        assert_eq!(mask("Lunedì, venerdì"), Ok(0b1_0001));
        assert_eq!(mask("LMMGV"), Ok(0b1_1111));
        assert_eq!(mask("LMMGVS"), Ok(0b11_1111));
        assert_eq!(mask("LGV"), Ok(0b1_1001));
        for text in ["", "LMGV", "lun-ven", "VL", "lun dom", "xyz", "M"] {
            assert!(mask(text).is_err(), "{text}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_every_spelling() {
        for text in ["sì", "Si", "S", "x", "X", "1"] {
            assert_eq!(ok(|f| cell(text).yes(false, f)), Some(true), "{text}");
        }
        for text in ["no", "N", "0", ""] {
            assert_eq!(ok(|f| cell(text).yes(false, f)), Some(false), "{text}");
        }
        assert_eq!(ok(|f| cell("forse").yes(false, f)), None);
    }

    #[test]
    fn numbers_have_a_comma() {
        let read = |text: &'static str| ok(|f| cell(text).decimal(1_000, f)).map(|d| d.to_string());
        assert_eq!(read("5,95").as_deref(), Some("5.95"));
        assert_eq!(read("5.95 €").as_deref(), Some("5.95"));
        assert_eq!(read("4%").as_deref(), Some("4"));
        for text in [
            "",
            "-1",
            "cinque",
            "1001",
            "1,2345678",
            "1,2,3",
            "1e3",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(ok(|f| cell("-12,36").money(f)), Some(Cents::new(-1_236)));
        assert_eq!(ok(|f| cell("dodici").money(f)), None);
    }

    #[test]
    fn a_wrong_fiscal_code_names_the_control_character_it_would_have() {
        let mut findings = Findings::default();
        assert!(cell("RSSMRA80A01H501X").fiscal_code(&mut findings).is_none());
        assert_eq!(
            findings.errors[0].to_string(),
            "f.csv, riga 2, colonna c: il codice fiscale «RSSMRA80A01H501X» non è giusto: con questi caratteri finirebbe con U. Confrontalo con la tessera sanitaria."
        );
        for text in ["", "RSS", "1SSMRA80A01H501U"] {
            assert!(ok(|f| cell(text).fiscal_code(f)).is_none());
        }
    }

    #[test]
    fn contacts_are_looked_at() {
        assert_eq!(
            ok(|f| cell("ada@example.org").email(f)),
            Some(Some("ada@example.org".to_owned()))
        );
        assert_eq!(
            ok(|f| cell("347 / 123.45-67").phone(f)),
            Some(Some("3471234567".to_owned()))
        );
        for text in ["ada", "ada@", "@x.it", "a b@x.it", "ada@x"] {
            assert_eq!(ok(|f| cell(text).email(f)), None, "{text}");
        }
        for text in ["casa", "123", "+", "34712345678901234"] {
            assert_eq!(ok(|f| cell(text).phone(f)), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_cell_panic(text in "\\PC{0,40}") {
            let c = cell(&text);
            ok(|f| c.text(f)); ok(|f| c.code(f)); ok(|f| c.day(f)); ok(|f| c.closure_day(f));
            ok(|f| c.fiscal_code(f)); ok(|f| c.badge(f)); ok(|f| c.money(f)); ok(|f| c.decimal(100, f));
            ok(|f| c.yes(true, f)); ok(|f| c.weekdays(f)); ok(|f| c.email(f)); ok(|f| c.phone(f));
        }
    }
}
