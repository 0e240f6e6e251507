//! No child is named in what banks and printed notices carry.

use crate::import::columns::fold;

/// Months stand in most subjects: a family of that name is not told by them.
const MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(fold)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a text names the child: its surname, its first name, or one of several first names. Accents, case and
/// punctuation do not matter.
pub fn names(text: &str, first_name: &str, surname: &str) -> bool {
    let text = words(text);
    let holds = |name: &[String]| {
        let is_month = matches!(name, [only] if MONTHS.contains(&only.as_str()));
        !name.is_empty() && !is_month && text.windows(name.len()).any(|window| window == name)
    };
    let first = words(first_name);
    // Particles of two letters, as in "De", say nothing.
    let tells = |name: &&[String]| name.concat().chars().count() > 2;
    holds(&words(surname)) || holds(&first) || first.chunks(1).filter(tells).any(holds)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_child_is_found_however_it_is_written() {
        for text in [
            "Mensa di Nicolò",
            "mensa NICOLO",
            "Mensa (Nicolo')",
            "Mensa Rossi, ottobre",
            "Retta Maria",
            "Retta d'angelo",
        ] {
            let found = names(text, "Nicolò", "Rossi")
                || names(text, "Anna Maria", "Bianchi")
                || names(text, "Ugo", "D'Angelo");
            assert!(found, "{text}");
        }
    }

    #[test]
    fn words_that_only_hold_a_name_and_months_are_no_names() {
        for (text, first_name, surname) in [
            ("Mensa scolastica, maggio 2027", "Maggio", "Di Maggio"),
            ("Mensa scolastica, maggio 2027", "Ada", "Maggio"),
            ("Quota di iscrizione", "Lia", "De Iscrizi"),
            ("Rossini, gita al teatro", "Ada", "Rossi"),
            ("Quota de la mensa", "De", "Luca"),
        ] {
            let expected = text.contains(" de ") && first_name == "De";
            assert_eq!(names(text, first_name, surname), expected, "{text}");
        }
    }
}
