//! Invented people who can sign in. The first are parents of the sample towns, so that a demonstration finds their
//! children; the last ones are those who must be told something.

/// Somebody who has SPID and CIE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Who they are to the provider.
    pub subject: &'static str,
    /// Codice fiscale.
    pub fiscal_code: &'static str,
    /// Given name.
    pub given_name: &'static str,
    /// Surname.
    pub family_name: &'static str,
    /// Mail address; CIE never tells it.
    pub email: &'static str,
    /// Who they are to the canteen, for the page.
    pub note: &'static str,
}

const fn person(
    subject: &'static str,
    fiscal_code: &'static str,
    (given_name, family_name): (&'static str, &'static str),
    email: &'static str,
    note: &'static str,
) -> Person {
    Person {
        subject,
        fiscal_code,
        given_name,
        family_name,
        email,
        note,
    }
}

/// Everyone on the page.
pub const PEOPLE: &[Person] = &[
    person(
        "marta",
        "LCTMRT86P60L400L",
        ("Marta", "Locatelli"),
        "marta.locatelli.1@example.org",
        "Valdarca: intestataria, madre di Sofia e Luca",
    ),
    person(
        "andrea",
        "FRRNDR84R07C800P",
        ("Andrea", "Ferrari"),
        "andrea.ferrari.2@example.org",
        "Valdarca: genitore, padre di Sofia e Luca",
    ),
    person(
        "samira",
        "HDDSMR88E57F205F",
        ("Samira", "Haddad"),
        "samira.haddad.3@example.org",
        "Valdarca: intestataria, madre di Yasmine, Omar e Adam",
    ),
    person(
        "karim",
        "BNLKRM85B24H501Y",
        ("Karim", "Benali"),
        "karim.benali.4@example.org",
        "Valdarca: genitore, padre di Yasmine, Omar e Adam",
    ),
    person(
        "matteo",
        "PRCMTT80S01L400S",
        ("Matteo", "Percassi"),
        "matteo.percassi.5@example.org",
        "Valdarca: intestatario, padre di Vittoria e Tommaso",
    ),
    person(
        "laura",
        "SGHLRA81T46H501X",
        ("Laura", "Seghezzi"),
        "laura.seghezzi.16@example.org",
        "Valdarca: intestataria, madre di Niccolò e Diego",
    ),
    person(
        "simona",
        "SGHSMN62M54L400Y",
        ("Simona", "Seghezzi"),
        "simona.seghezzi@example.org",
        "Valdarca: delegata, nonna di Niccolò e Diego",
    ),
    person(
        "mario",
        "RSSMRA80A01H501U",
        ("Mario", "Rossi"),
        "mario.rossi@example.org",
        "non è iscritto da nessuna parte",
    ),
];

/// The person whom a subject names.
pub(super) fn find(subject: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.subject == subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::FiscalCode;

    #[test]
    fn everyone_has_a_right_fiscal_code_and_a_subject_of_their_own() {
        for person in PEOPLE {
            assert!(
                FiscalCode::parse(person.fiscal_code).is_ok(),
                "{}",
                person.subject
            );
            assert_eq!(find(person.subject), Some(person));
        }
    }
}
