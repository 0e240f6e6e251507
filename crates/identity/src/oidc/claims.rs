//! From a provider's claims to a person. Names of claims are configuration; `TINIT-` is taken off here and nowhere else.

use super::config::ClaimNames;
use crate::federated::LoginError;
use domain::FiscalCode;
use serde_json::{Map, Value};

/// No text of a person is longer, in characters; what is longer is not believed.
const LONGEST_TEXT: usize = 200;

/// What the claims say of a person.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub fiscal_code: FiscalCode,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub email: Option<String>,
}

pub(super) fn person(claims: &Map<String, Value>, names: &ClaimNames) -> Result<Person, LoginError> {
    Ok(Person {
        fiscal_code: fiscal_code(claims, &names.fiscal_code)?,
        given_name: text(claims, &names.given_name),
        family_name: text(claims, &names.family_name),
        email: text(claims, &names.email).filter(|mail| mail.contains('@')),
    })
}

/// The first claim that is there decides. A list of one text counts as that text: proxies that carry SAML attributes
/// make lists of them.
fn first<'a>(claims: &'a Map<String, Value>, names: &[String]) -> Option<&'a Value> {
    let value = names
        .iter()
        .filter_map(|name| claims.get(name))
        .find(|value| !is_empty(value))?;
    match value {
        Value::Array(list) if list.len() == 1 => list.first(),
        other => Some(other),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(is_empty),
        _ => false,
    }
}

fn fiscal_code(claims: &Map<String, Value>, names: &[String]) -> Result<FiscalCode, LoginError> {
    let value = first(claims, names).ok_or(LoginError::NoFiscalCode)?;
    // A number or an object parses like an empty text: wrong length.
    let upper = value.as_str().unwrap_or_default().trim().to_ascii_uppercase();
    let code = match upper.strip_prefix("TINIT-") {
        Some(code) => code,
        None if is_foreign(&upper) => return Err(LoginError::NoFiscalCode),
        None => &upper,
    };
    FiscalCode::parse(code).map_err(LoginError::MalformedFiscalCode)
}

/// A number of another country, as eIDAS writes it: `TINDE-…`, `PNOES-…` (ETSI EN 319 412-1, 5.1.3).
fn is_foreign(upper: &str) -> bool {
    let bytes = upper.as_bytes();
    bytes.len() > 6 && bytes[..5].iter().all(u8::is_ascii_uppercase) && bytes[5] == b'-'
}

fn text(claims: &Map<String, Value>, names: &[String]) -> Option<String> {
    let text = first(claims, names)?.as_str()?.trim();
    let fits = text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::fiscal_code::{FiscalCodeError, control_character};
    use proptest::prelude::*;
    use serde_json::json;

    const EID: &str = "https://attributes.eid.gov.it/fiscal_number";

    fn read(claims: &Value) -> Result<Person, LoginError> {
        person(claims.as_object().unwrap(), &ClaimNames::default())
    }

    fn code(claims: &Value) -> Result<String, LoginError> {
        read(claims).map(|person| person.fiscal_code.to_string())
    }

    #[test]
    fn the_code_is_read_under_each_name_with_and_without_the_prefix() {
        for claims in [
            json!({ EID: "TINIT-RSSMRA80A01H501U" }),
            json!({ "fiscal_number": "RSSMRA80A01H501U" }),
            json!({ "fiscalNumber": " tinit-rssmra80a01h501u " }),
            json!({ "fiscalNumber": ["TINIT-RSSMRA80A01H501U"] }),
            json!({ EID: "", "fiscal_number": null, "fiscalNumber": "RSSMRA80A01H501U" }),
        ] {
            assert_eq!(code(&claims).unwrap(), "RSSMRA80A01H501U", "{claims}");
        }
    }

    #[test]
    fn a_code_with_letters_for_digits_is_a_code() {
        let stem = "RSSMRA80A01H50M";
        let whole = format!("{stem}{}", control_character(stem));
        assert_eq!(code(&json!({ EID: format!("TINIT-{whole}") })).unwrap(), whole);
    }

    #[test]
    fn no_code_a_foreign_one_and_a_wrong_one_are_told_apart() {
        for claims in [
            json!({}),
            json!({ EID: "  " }),
            json!({ EID: [] }),
            json!({ "sub": "RSSMRA80A01H501U" }),
            json!({ EID: "TINDE-12345678901" }),
        ] {
            assert_eq!(code(&claims), Err(LoginError::NoFiscalCode), "{claims}");
        }
        for (claims, problem) in [
            (
                json!({ EID: "TINIT-RSSMRA80A01H501X" }),
                FiscalCodeError::Control { expected: 'U' },
            ),
            (
                json!({ EID: "TINIT-TINIT-RSSMRA80A01H501U" }),
                FiscalCodeError::Length,
            ),
            (json!({ EID: "TINIT-03334231200" }), FiscalCodeError::Length),
            (json!({ EID: 42 }), FiscalCodeError::Length),
            (
                json!({ EID: ["RSSMRA80A01H501U", "VRDLGU80A01H501U"] }),
                FiscalCodeError::Length,
            ),
        ] {
            assert_eq!(
                code(&claims),
                Err(LoginError::MalformedFiscalCode(problem)),
                "{claims}"
            );
        }
    }

    #[test]
    fn names_and_mail_are_never_a_reason_to_refuse() {
        let person = read(&json!({
            EID: "RSSMRA80A01H501U", "given_name": 7, "family_name": "a".repeat(500), "email": "not a mail",
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (person.given_name, person.family_name, person.email),
            (None, None, None)
        );
        let person = read(&json!({
            EID: "RSSMRA80A01H501U", "name": "Mario", "familyName": "Rossi", "email": "mario@example.org",
        }))
        .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(person.given_name.as_deref(), Some("Mario"));
        assert_eq!(person.email.as_deref(), Some("mario@example.org"));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,24}".prop_map(Value::from),
            "(TINIT-)?[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(name(), inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(EID.to_owned()),
            Just("fiscal_number".to_owned()),
            Just("given_name".to_owned()),
            Just("email".to_owned()),
            "\\PC{0,8}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_claims_make_it_panic_and_what_comes_out_is_a_code(
            claims in prop::collection::btree_map(name(), any_json(), 0..6)
        ) {
            let claims: Map<String, Value> = claims.into_iter().collect();
            if let Ok(person) = person(&claims, &ClaimNames::default()) {
                prop_assert!(FiscalCode::parse(person.fiscal_code.as_str()).is_ok());
                prop_assert!(!person.fiscal_code.as_str().contains('-'));
            }
        }

        #[test]
        fn every_text_is_a_code_or_an_error(text in "\\PC{0,40}") {
            let _ = code(&json!({ EID: text }));
        }
    }
}
