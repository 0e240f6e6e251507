//! A password that is chosen: its rules, and what it still lacks, said while it is typed. The portal has the last word.

use crate::{components::PasswordField, t};
use api::{ErrorBody, ErrorCode};
use dioxus::prelude::*;
use domain::password::{MAX_LENGTH, MIN_LENGTH};

/// Fewest characters where the portal did not say.
pub fn usual_min() -> u16 {
    u16::try_from(MIN_LENGTH).unwrap_or(u16::MAX)
}

/// What the typed password still lacks.
fn length_words(typed: &str, min: u16) -> Option<String> {
    let length = typed.chars().count();
    match usize::from(min).saturating_sub(length) {
        _ if length == 0 => None,
        0 => Some(t!("password-long-enough")),
        left => Some(t!("password-left", count = left)),
    }
}

/// What can be told without the portal.
pub fn password_wrong(new: &str, min: u16) -> Option<ErrorBody> {
    match new.chars().count() {
        length if length < usize::from(min) => {
            Some(ErrorBody::new(ErrorCode::PasswordTooShort, "").with("min", min))
        }
        length if length > MAX_LENGTH => Some(ErrorBody::new(ErrorCode::PasswordTooLong, "")),
        _ => None,
    }
}

/// Whether an error of the portal is about the new password.
pub fn is_about_password(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::PasswordTooShort
            | ErrorCode::PasswordTooLong
            | ErrorCode::PasswordGuessable
            | ErrorCode::PasswordUnchanged
    )
}

/// The field of a new password; its id is `new-password`.
#[component]
pub fn NewPassword(value: Signal<String>, min: u16, #[props(default)] error: Option<String>) -> Element {
    let length = length_words(&value.read(), min);
    rsx! {
        PasswordField {
            id: "new-password",
            label: t!("password-new"),
            hint: t!("password-rules", min = min),
            value,
            error,
            autocomplete: "new-password",
            testid: "new-password",
        }
        p { class: "soft", "aria-live": "polite", "data-testid": "password-length", {length.unwrap_or_default()} }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_counted_while_one_types() {
        assert_eq!(length_words("", 12), None);
        assert_eq!(
            length_words("undici lett", 12).as_deref(),
            Some("Manca ancora 1 carattere")
        );
        assert_eq!(
            length_words("due", 12).as_deref(),
            Some("Mancano ancora 9 caratteri")
        );
        assert_eq!(
            length_words("tre parole qui", 12).as_deref(),
            Some("La lunghezza va bene")
        );
    }
}
