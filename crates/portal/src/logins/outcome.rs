//! What somebody is told of a login that did not work, and what the audit keeps of it.

use crate::audit::Detail;
use api::logins::LoginOutcome;
use identity::{LoginError, oidc::Kind};

/// How many refusals of one login the audit keeps: its address may be opened again and again.
pub(super) const MOST_NOTED: u32 = 3;

/// Of an error of the provider or on the way there.
pub(super) const fn of(error: &LoginError) -> LoginOutcome {
    match error {
        LoginError::Denied | LoginError::Cancelled => LoginOutcome::Cancelled,
        LoginError::TooManyAttempts
        | LoginError::Suspended
        | LoginError::WrongKind
        | LoginError::NoFiscalCode
        | LoginError::MalformedFiscalCode(_) => LoginOutcome::IdentityRefused,
        LoginError::LevelTooLow => LoginOutcome::LevelTooLow,
        LoginError::Expired => LoginOutcome::Expired,
        LoginError::Replayed => LoginOutcome::AlreadyUsed,
        LoginError::ProviderUnavailable(_) => LoginOutcome::ProviderUnavailable,
        LoginError::WrongState
        | LoginError::WrongProvider
        | LoginError::WrongBody
        | LoginError::ProviderMisbehaves(_) => LoginOutcome::ProviderFault,
    }
}

/// The audit's word.
pub(super) const fn detail(outcome: LoginOutcome) -> Detail {
    match outcome {
        LoginOutcome::Cancelled => Detail::Cancelled,
        LoginOutcome::NoMatch => Detail::NoMatch,
        LoginOutcome::LevelTooLow => Detail::LevelTooLow,
        LoginOutcome::Expired => Detail::LoginExpired,
        LoginOutcome::ProviderUnavailable => Detail::ProviderUnavailable,
        LoginOutcome::ProviderFault => Detail::ProviderFault,
        LoginOutcome::IdentityRefused => Detail::IdentityRefused,
        LoginOutcome::OtherBrowser => Detail::OtherBrowser,
        LoginOutcome::AlreadyUsed => Detail::AlreadyUsed,
        LoginOutcome::OtherPerson => Detail::OtherPerson,
        LoginOutcome::InvitationRefused => Detail::InvitationRefused,
    }
}

/// The audit's word for the way somebody came in.
pub(super) const fn way(kind: Kind) -> Detail {
    match kind {
        Kind::Spid => Detail::Spid,
        Kind::Cie => Detail::Cie,
        Kind::Hub => Detail::Hub,
    }
}

/// Says in the log what went wrong; what a provider did that it must not do is for whoever runs the portal.
pub(super) fn log(provider: &str, error: &LoginError) {
    match error {
        LoginError::ProviderMisbehaves(_) | LoginError::ProviderUnavailable(_) => {
            tracing::warn!(provider, %error, "a login did not work");
        }
        _ => tracing::info!(provider, %error, "a login did not work"),
    }
}
