//! The rows of avvisi.csv: what banks carry and notices print is checked cell by cell. What rows say of each other and
//! of the families is checked in [`crate::issuing`].

use super::{
    columns,
    files::{Notice, Parsed},
    report::Findings,
    rows::{Line, Sheet},
};
use domain::{
    Cents,
    notice::{MOST_SUBJECT, NoticeKind},
};
use pagopa::{
    Causale,
    causale::{CausaleError, special_word},
};

/// The largest amount that the QR code of a printed notice can carry.
pub const MOST_OF_A_NOTICE: Cents = Cents::new(9_999_999_999);

/// One row, as far as it can be told without the others.
pub(super) fn notice(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Parsed<Notice> {
    let reference = sheet.cell(line, "numero").code(findings);
    let fiscal_code = sheet.cell(line, "codice_fiscale").fiscal_code(findings);
    let badge = sheet.cell(line, "badge");
    let badge = if badge.is_empty() {
        Some(None)
    } else {
        badge.badge(findings).map(Some)
    };
    let tipo = sheet.cell(line, "tipo");
    let kind = match columns::fold(tipo.text).as_str() {
        "retta" | "rette" => Some(NoticeKind::Invoice),
        "quota" | "quote" => Some(NoticeKind::Fee),
        _ => {
            let message = format!("«{}» non si capisce. Scrivi retta oppure quota.", tipo.text);
            findings.error(tipo.problem(message));
            None
        }
    };
    let subject = subject(sheet, line, findings);
    let importo = sheet.cell(line, "importo");
    let amount = importo.money(findings).filter(|amount| {
        let problem = if *amount <= Cents::ZERO {
            "un avviso chiede più di zero euro. Per restituire del denaro usa una rettifica."
        } else if *amount > MOST_OF_A_NOTICE {
            "l'importo è troppo grande per un avviso pagoPA."
        } else {
            return true;
        };
        findings.error(importo.problem(problem));
        false
    });
    let due = sheet.cell(line, "scadenza").day(findings);
    let key = reference.clone();
    let row = || {
        Some(Notice {
            reference: reference?,
            fiscal_code: fiscal_code?,
            badge: badge?,
            kind: kind?,
            subject: subject?,
            amount: amount?,
            due: due?,
        })
    };
    (key, row())
}

/// A subject that can be printed and that banks carry.
fn subject(sheet: &Sheet, line: &Line, findings: &mut Findings) -> Option<String> {
    let cell = sheet.cell(line, "oggetto");
    let length = cell.text.chars().count();
    let problem = if cell.is_empty() {
        "manca l'oggetto. Scrivi per che cosa si paga, come: Mensa scolastica, ottobre 2026.".to_owned()
    } else if length > MOST_SUBJECT {
        format!("l'oggetto ha {length} caratteri: su un avviso ce ne stanno {MOST_SUBJECT}. Accorcialo.")
    } else if let Some(word) = special_word(cell.text) {
        format!(
            "dice «{word}». L'oggetto passa per le banche e si stampa: non deve parlare di diete, di salute o di ISEE."
        )
    } else {
        match Causale::new(cell.text) {
            Ok(_) if holds_iban(cell.text) => {
                "contiene un IBAN, che su un avviso pagoPA non può stare. Toglilo.".to_owned()
            }
            Ok(_) => return Some(cell.text.to_owned()),
            Err(CausaleError::PersonalData) => {
                "contiene un codice fiscale. L'oggetto passa per le banche: non deve nominare nessuno."
                    .to_owned()
            }
            Err(CausaleError::Character(odd)) => {
                format!("contiene il carattere «{odd}», che le banche non trasmettono. Toglilo.")
            }
            Err(CausaleError::Empty | CausaleError::TooLong(_)) => "è troppo lungo. Accorcialo.".to_owned(),
        }
    };
    findings.error(cell.problem(problem));
    None
}

/// Whether an Italian account stands in a text, however it is spaced.
fn holds_iban(text: &str) -> bool {
    let packed: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    packed.windows(27).any(|iban| {
        iban[..2].eq_ignore_ascii_case(b"IT")
            && iban[2..4].iter().all(u8::is_ascii_digit)
            && iban[4].is_ascii_alphabetic()
            && iban[5..15].iter().all(u8::is_ascii_digit)
    })
}
