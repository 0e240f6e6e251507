//! A code of eight digits, or nine, from a message or told by voice.

use crate::{components::Field, t};
use dioxus::prelude::*;

/// How many digits a code has.
pub const CODE_DIGITS: usize = 8;

/// The digits of what was typed or pasted: blanks, dashes and the words around a code are left out.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// What is wrong with a typed code before anybody is asked.
pub fn code_wrong(typed: &str) -> Option<String> {
    code_wrong_of(typed, CODE_DIGITS)
}

/// The same for a code of that many digits.
pub fn code_wrong_of(typed: &str, count: usize) -> Option<String> {
    (digits(typed).len() != count).then(|| t!("common-code-digits", count = count))
}

/// The field of a code. Phones offer the code of a message above the keyboard; a code may be pasted as it came.
#[component]
pub fn CodeField(
    id: &'static str,
    label: String,
    value: Signal<String>,
    #[props(default)] hint: Option<String>,
    #[props(default)] error: Option<String>,
    #[props(default)] testid: Option<&'static str>,
) -> Element {
    rsx! {
        div { class: "code-field",
            Field {
                id,
                label,
                value,
                hint,
                error,
                autocomplete: "one-time-code",
                inputmode: "numeric",
                code: true,
                testid,
            }
        }
    }
}

/// A code to be read out: two groups of four, each digit apart for a screen reader.
#[component]
pub fn SpokenCode(code: String, #[props(default)] testid: Option<&'static str>) -> Element {
    let (first, second) = code.split_at_checked(code.len() / 2).unwrap_or((&code, ""));
    let apart: Vec<_> = code.chars().map(String::from).collect();
    rsx! {
        p { class: "spoken-code figures", "data-testid": testid,
            span { "aria-hidden": "true", "{first} {second}" }
            span { class: "visually-hidden", {apart.join(" ")} }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_pasted() {
        assert_eq!(digits(" 1234 5678\u{a0}"), "12345678");
        assert_eq!(digits("Codice: 1234-5678."), "12345678");
        assert_eq!(code_wrong("1234 5678"), None);
        assert_eq!(
            code_wrong("1234 567").as_deref(),
            Some("Il codice ha 8 cifre. Controlla di averle scritte tutte.")
        );
    }
}
