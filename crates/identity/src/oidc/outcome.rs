//! What an `error` in the callback means for the person who comes back with it.

use crate::federated::{LoginError, Misbehaviour};

/// `error` and `error_description` of a callback. SPID's own anomalies (`ErrorCode nr25`) stand in the description where
/// a proxy passes them on; they say more than the protocol's `access_denied`.
pub(super) fn of_callback(error: &str, description: &str) -> LoginError {
    if let Some(number) = anomaly(description)
        && let Some(error) = of_anomaly(number)
    {
        return error;
    }
    match error {
        "access_denied" | "consent_required" => LoginError::Denied,
        "login_required" | "interaction_required" | "account_selection_required" => LoginError::Cancelled,
        "unmet_authentication_requirements" => LoginError::LevelTooLow,
        "temporarily_unavailable" | "server_error" => {
            LoginError::ProviderUnavailable(format!("the callback says {error}"))
        }
        // Only words that are known reach the log.
        "invalid_request" => Misbehaviour::Callback("invalid_request").into(),
        "unauthorized_client" => Misbehaviour::Callback("unauthorized_client").into(),
        "unsupported_response_type" => Misbehaviour::Callback("unsupported_response_type").into(),
        "invalid_scope" => Misbehaviour::Callback("invalid_scope").into(),
        _ => Misbehaviour::Callback("an error that nobody knows").into(),
    }
}

/// Anomalies that a person causes (regole tecniche SPID, table of error messages).
fn of_anomaly(number: u8) -> Option<LoginError> {
    match number {
        19 => Some(LoginError::TooManyAttempts),
        20 => Some(LoginError::LevelTooLow),
        21 => Some(LoginError::Expired),
        22 => Some(LoginError::Denied),
        23 => Some(LoginError::Suspended),
        25 => Some(LoginError::Cancelled),
        30 => Some(LoginError::WrongKind),
        _ => None,
    }
}

fn anomaly(description: &str) -> Option<u8> {
    let (_, after) = description.split_once("ErrorCode nr")?;
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spids_anomalies_say_more_than_access_denied() {
        for (description, told) in [
            ("ErrorCode nr19", LoginError::TooManyAttempts),
            ("ErrorCode nr20", LoginError::LevelTooLow),
            ("ErrorCode nr21", LoginError::Expired),
            ("ErrorCode nr22", LoginError::Denied),
            ("urn:oasis ErrorCode nr23 (x)", LoginError::Suspended),
            ("ErrorCode nr25", LoginError::Cancelled),
            ("ErrorCode nr30", LoginError::WrongKind),
            ("ErrorCode nr24", LoginError::Denied),
            ("ErrorCode nr999999", LoginError::Denied),
            ("", LoginError::Denied),
        ] {
            assert_eq!(of_callback("access_denied", description), told, "{description}");
        }
    }

    #[test]
    fn the_protocols_errors_are_the_persons_the_hours_or_the_configurations() {
        assert_eq!(of_callback("login_required", ""), LoginError::Cancelled);
        assert!(matches!(
            of_callback("temporarily_unavailable", ""),
            LoginError::ProviderUnavailable(_)
        ));
        assert!(matches!(
            of_callback("invalid_scope", ""),
            LoginError::ProviderMisbehaves(_)
        ));
    }

    proptest! {
        #[test]
        fn what_a_stranger_writes_into_the_callback_reaches_no_log(error in "\\PC{12,40}") {
            let told = of_callback(&error, &error).to_string();
            prop_assert!(!told.contains(&error));
        }
    }
}
