//! Texts on their way to paper: checked, normalised, and able to break where a line ends.

use domain::{Instant, time::wall_clock_in_rome};
use unicode_normalization::UnicodeNormalization;

use crate::{DocumentError, typeset::has_glyph};

/// A text that must be there, of at most `limit` characters.
pub(crate) fn required(field: &'static str, text: &str, limit: usize) -> Result<String, DocumentError> {
    let text = checked(field, text, limit)?;
    if text.is_empty() {
        return Err(DocumentError::Missing { field });
    }
    Ok(text)
}

/// A text that may be absent or blank, of at most `limit` characters.
pub(crate) fn optional(
    field: &'static str,
    text: Option<&str>,
    limit: usize,
) -> Result<Option<String>, DocumentError> {
    let text = checked(field, text.unwrap_or_default(), limit)?;
    Ok((!text.is_empty()).then_some(text))
}

/// `length` digits and nothing else.
pub(crate) fn digits(field: &'static str, text: &str, length: usize) -> Result<String, DocumentError> {
    if text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(DocumentError::Malformed { field })
    }
}

/// Composed characters, single spaces, nothing that turns the direction of writing, nothing that our fonts cannot show.
/// Joiners and soft hyphens, which come along when a text is pasted and print nothing, are left out.
fn checked(field: &'static str, text: &str, limit: usize) -> Result<String, DocumentError> {
    let composed: String = text
        .nfc()
        .filter(|character| !prints_nothing(*character))
        .collect();
    let text = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = text.chars().count();
    if length > limit {
        return Err(DocumentError::TooLong { field, length, limit });
    }
    if text
        .chars()
        .any(|character| character.is_control() || turns_direction(character))
    {
        return Err(DocumentError::Malformed { field });
    }
    if !text.chars().all(has_glyph) {
        return Err(DocumentError::Unprintable { field });
    }
    Ok(text)
}

const fn prints_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

const fn turns_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Words wider than this, in halves of a small letter, could be wider than a column.
const WIDEST_WORD: usize = 64;

/// A rough width, in halves of a small letter: capitals and the widest small ones count for one and a half.
fn width(character: char) -> usize {
    if character.is_uppercase() || matches!(character, 'm' | 'w') {
        3
    } else {
        2
    }
}

/// Lets overwide words break: after punctuation, else anywhere once they are too wide.
pub(crate) fn breakable(text: &str) -> String {
    const BREAK: char = '\u{200b}';
    text.split(' ')
        .map(|word| {
            if word.chars().map(width).sum::<usize>() <= WIDEST_WORD {
                return word.to_owned();
            }
            let mut broken = String::with_capacity(word.len() + 12);
            let mut run = 0;
            for character in word.chars() {
                if run + width(character) > WIDEST_WORD {
                    broken.push(BREAK);
                    run = 0;
                }
                broken.push(character);
                run += width(character);
                if run > 8 && matches!(character, '/' | '@' | '.' | '-' | '_' | '&') {
                    broken.push(BREAK);
                    run = 0;
                }
            }
            broken.trim_end_matches(BREAK).to_owned()
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Refuses a text with an Italian or San Marino IBAN in it, however it is spaced. Guidelines on payments, 5: a body
/// that is paid through pagoPA does not publish its account.
pub(crate) fn without_iban(field: &'static str, text: &str) -> Result<(), DocumentError> {
    const LENGTH: usize = 27;
    let packed: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let is_iban = |window: &[u8]| {
        let shape = |range: std::ops::Range<usize>, of: fn(&u8) -> bool| window[range].iter().all(of);
        matches!(&window[..2], b"IT" | b"SM")
            && shape(2..4, u8::is_ascii_digit)
            && shape(4..5, u8::is_ascii_uppercase)
            && shape(5..15, u8::is_ascii_digit)
    };
    if packed.windows(LENGTH).any(is_iban) {
        return Err(DocumentError::Iban { field });
    }
    Ok(())
}

/// In groups of four from the left: `3010 0000 0000 0042 85`.
pub(crate) fn groups_of_four(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// `21/11/2026, ore 10:31`, by Rome's clock.
pub(crate) fn date_and_time(at: Instant) -> String {
    wall_clock_in_rome(at).format("%d/%m/%Y, ore %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_number_is_printed_in_groups_of_four() {
        assert_eq!(groups_of_four("301000000000004285"), "3010 0000 0000 0042 85");
    }

    #[test]
    fn a_text_is_composed_and_loses_needless_blanks() {
        assert_eq!(
            required("name", " Nicolo\u{300}\n  Dall'Orto ", 20),
            Ok("Nicolò Dall'Orto".to_owned())
        );
        assert_eq!(required("name", "An\u{ad}na\u{200b}", 4), Ok("Anna".to_owned()));
        assert_eq!(optional("info", Some("  "), 10), Ok(None));
    }

    #[test]
    fn lengths_are_counted_in_characters_and_what_is_too_long_is_refused() {
        assert!(required("name", &"è".repeat(70), 70).is_ok());
        assert_eq!(
            required("name", &"è".repeat(71), 70),
            Err(DocumentError::TooLong {
                field: "name",
                length: 71,
                limit: 70
            })
        );
    }

    #[test]
    fn what_cannot_be_printed_is_refused() {
        let refused = |text| required("name", text, 70).is_err();
        for text in ["a\u{0}b", "a\u{202e}b", "王小明", "Anna 🍝", "  "] {
            assert!(refused(text), "{text:?}");
        }
        for text in [
            "Ștefan Țurcan",
            "Đặng Thị Hà",
            "Łucja Żak",
            "Çağlar Işık",
            "Gjergj Çupi",
            "Олена",
        ] {
            assert!(!refused(text), "{text:?}");
        }
    }

    #[test]
    fn an_overwide_word_may_break_and_a_usual_one_stays_whole() {
        for usual in ["Maria Rossi", "mensa.comune.example.it", "A3F5C1D2E4B60718293A"] {
            assert_eq!(breakable(usual), usual);
        }
        for letter in ["a", "W"] {
            let broken = breakable(&format!("x {}", letter.repeat(60)));
            assert_eq!(broken.replace('\u{200b}', ""), format!("x {}", letter.repeat(60)));
            let parts = broken.split([' ', '\u{200b}']);
            assert!(
                parts
                    .into_iter()
                    .all(|part| part.chars().map(width).sum::<usize>() <= WIDEST_WORD)
            );
        }
        let address = "https://www.comune.example.it/servizi/mensa_scolastica/avvisi";
        assert!(
            breakable(address).contains("/servizi/\u{200b}mensa_"),
            "{}",
            breakable(address)
        );
    }

    #[test]
    fn an_iban_is_found_however_it_is_written() {
        for text in [
            "su IT60X0542811101000000123456",
            "IBAN: it60 X054 2811 1010 0000 0123 456.",
            "SM86U0322509800000000270100",
        ] {
            assert_eq!(
                without_iban("info", text),
                Err(DocumentError::Iban { field: "info" }),
                "{text}"
            );
        }
        for text in ["Tel. 0471 123456 · mensa@comune.example.it", "RSSMRA60D20F205R"] {
            assert_eq!(without_iban("info", text), Ok(()), "{text}");
        }
    }
}
