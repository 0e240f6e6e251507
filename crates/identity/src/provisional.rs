//! The first password, which the office prints: easy to read aloud and to type, good for one choice.

/// Consonants and vowels that are not mistaken for one another, for a digit or in handwriting.
const CONSONANTS: &[u8; 16] = b"bcdfghklmnprstvz";
const VOWELS: &[u8; 4] = b"aeiu";
/// Syllables of 6 bits each.
const SYLLABLES: usize = 10;

/// How many random bytes [`generate`] takes.
pub const RANDOM: usize = SYLLABLES;

/// Makes a password of five words of two syllables, 60 bits: `rabi-teku-sina-vube-gila`.
pub fn generate(random: [u8; RANDOM]) -> String {
    let mut text = String::with_capacity(SYLLABLES * 2 + SYLLABLES / 2);
    for (i, byte) in random.iter().enumerate() {
        if i > 0 && i % 2 == 0 {
            text.push('-');
        }
        text.push(char::from(CONSONANTS[usize::from(byte & 15)]));
        text.push(char::from(VOWELS[usize::from(byte >> 4 & 3)]));
    }
    text
}

/// What a person typed, as it was printed: spaces and capitals make no difference in a provisional password.
pub fn as_printed(typed: &str) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    letters
        .chunks(4)
        .map(|word| word.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn each_syllable_carries_six_bits() {
        let first: HashSet<String> = (0..=u8::MAX)
            .map(|b| generate([b; RANDOM])[..2].to_owned())
            .collect();
        assert_eq!(first.len(), 64);
    }

    proptest! {
        #[test]
        fn it_is_read_back_however_it_is_typed(random: [u8; RANDOM]) {
            let printed = generate(random);
            prop_assert_eq!(printed.len(), 24);
            prop_assert_eq!(as_printed(&printed.to_uppercase().replace('-', " ")), printed);
        }
    }
}
