//! What went wrong, in words with what to do next.

use crate::{format, t};
use api::{ErrorBody, ErrorCode};
use chrono::TimeDelta;
use domain::{
    Cents, Instant, ServiceDay,
    calendar::{Holiday, NoService},
    contact::ContactKind,
};

/// One sentence for an error of the portal.
pub fn error(error: &ErrorBody) -> String {
    let amount = |name| format::money(error.field::<Cents>(name).unwrap_or_default());
    match error.code {
        ErrorCode::InvalidRequest => t!("error-invalid-request"),
        ErrorCode::NotFound => t!("error-not-found"),
        ErrorCode::NotAllowed => t!("error-not-allowed"),
        ErrorCode::InvitationRefused => t!("error-invitation-refused"),
        ErrorCode::InvitationNotOffered => t!("error-invitation-not-offered"),
        ErrorCode::PersonKnown => t!("error-person-known"),
        ErrorCode::Unauthenticated => t!("error-unauthenticated"),
        ErrorCode::PasswordChoiceRequired => t!("error-password-choice"),
        ErrorCode::WrongCredentials => t!("error-wrong-credentials"),
        ErrorCode::SharedMailbox => t!("error-shared-mailbox"),
        ErrorCode::ProvisionalExpired => t!("error-provisional-expired"),
        ErrorCode::TooManyAttempts => {
            let seconds = error.field("retry_after").unwrap_or(60);
            t!(
                "error-too-many-attempts",
                wait = format::remaining(TimeDelta::seconds(seconds))
            )
        }
        ErrorCode::WayNotOffered => t!("error-way-not-offered"),
        ErrorCode::CrossSite => t!("error-cross-site"),
        ErrorCode::PasswordTooShort => {
            let min = error
                .field::<usize>("min")
                .unwrap_or(domain::password::MIN_LENGTH);
            t!("error-password-too-short", min = min)
        }
        ErrorCode::PasswordTooLong => t!("error-password-too-long"),
        ErrorCode::PasswordGuessable => t!("error-password-guessable"),
        ErrorCode::PasswordUnchanged => t!("error-password-unchanged"),
        ErrorCode::ConfirmationRequired => t!("error-confirmation-required"),
        ErrorCode::RecoveryCodeWrong | ErrorCode::ContactCodeWrong => {
            t!(
                "error-code-wrong",
                left = error.field::<u32>("left").unwrap_or_default()
            )
        }
        ErrorCode::RecoveryEnded | ErrorCode::ContactCodeEnded => t!("error-code-ended"),
        ErrorCode::ContactInvalid => match error.field("kind") {
            Some(ContactKind::Phone) => t!("error-phone-invalid"),
            _ => t!("error-mail-invalid"),
        },
        ErrorCode::TooManyContacts => t!(
            "error-too-many-contacts",
            max = error.field::<u32>("max").unwrap_or_default()
        ),
        ErrorCode::SmsNotOffered => t!("error-sms-not-offered"),
        ErrorCode::TooLate => match error.field::<Instant>("closed_at") {
            Some(at) => t!("error-too-late", time = format::time(at)),
            None => t!("error-too-late-plain"),
        },
        ErrorCode::TooFarAhead => match error.field::<ServiceDay>("last") {
            Some(last) => t!("error-too-far", day = format::long_day(last)),
            None => t!("error-too-far-plain"),
        },
        ErrorCode::NoService => match error.field::<NoService>("no_service") {
            Some(why) => no_service(&why),
            None => t!("error-no-service"),
        },
        ErrorCode::AlreadySo => t!("error-already-so"),
        ErrorCode::DaysRefused => t!("error-days-refused"),
        ErrorCode::EmptyPeriod => t!("error-empty-period"),
        ErrorCode::AmountTooSmall => t!("error-amount-too-small", amount = amount("min")),
        ErrorCode::AmountTooLarge => t!("error-amount-too-large", amount = amount("max")),
        ErrorCode::AmountNotOffered => t!("error-amount-not-offered"),
        ErrorCode::WrongLines => t!("error-wrong-lines"),
        ErrorCode::NoTariff => t!("error-no-tariff"),
        ErrorCode::PaymentInProgress => match error.field::<Instant>("until") {
            Some(at) => t!("error-payment-in-progress-until", at = format::at_time(at)),
            None => t!("error-payment-in-progress"),
        },
        ErrorCode::AlreadyPaid => t!("error-already-paid"),
        ErrorCode::TopUpCancelled => t!("error-top-up-cancelled"),
        ErrorCode::PaymentUnavailable => t!("error-payment-unavailable"),
        ErrorCode::PaymentFault => t!("error-payment-fault"),
        ErrorCode::PaymentNotOffered => t!("error-payment-not-offered"),
        ErrorCode::WrongCart => t!("error-wrong-cart"),
        ErrorCode::NotPayable => t!("error-not-payable"),
        ErrorCode::NotPrintable => t!("error-not-printable"),
        ErrorCode::NotPaid => t!("error-not-paid"),
        ErrorCode::KeyMissing | ErrorCode::KeyReused => t!("error-key"),
        ErrorCode::Busy => t!("error-busy"),
        ErrorCode::Internal => match error.field::<String>("request") {
            Some(request) => {
                let code = t!("error-internal-code", code = request);
                format!("{} {code}", t!("error-internal"))
            }
            None => t!("error-internal"),
        },
        ErrorCode::Offline => t!("error-offline"),
        ErrorCode::UnreadableAnswer => t!("error-unreadable"),
        ErrorCode::AppLocked => t!("error-app-locked"),
    }
}

/// Why nobody cooks.
pub fn no_service(why: &NoService) -> String {
    match why {
        NoService::OutsideSchoolYear => t!("no-service-outside-year"),
        NoService::NotServiceWeekday => t!("no-service-weekday"),
        NoService::Holiday { holiday: which } => t!("no-service-holiday", holiday = holiday(*which)),
        NoService::Closure { reason } => t!("no-service-closure", reason = reason.as_str()),
        NoService::NotEnrolled => t!("no-service-not-enrolled"),
        NoService::NotUseDay => t!("no-service-not-use-day"),
    }
}

/// The name of a national holiday.
pub fn holiday(holiday: Holiday) -> String {
    match holiday {
        Holiday::NewYear => t!("holiday-new-year"),
        Holiday::Epiphany => t!("holiday-epiphany"),
        Holiday::Easter => t!("holiday-easter"),
        Holiday::EasterMonday => t!("holiday-easter-monday"),
        Holiday::Liberation => t!("holiday-liberation"),
        Holiday::Labour => t!("holiday-labour"),
        Holiday::Republic => t!("holiday-republic"),
        Holiday::Assumption => t!("holiday-assumption"),
        Holiday::SaintFrancis => t!("holiday-saint-francis"),
        Holiday::AllSaints => t!("holiday-all-saints"),
        Holiday::ImmaculateConception => t!("holiday-immaculate"),
        Holiday::Christmas => t!("holiday-christmas"),
        Holiday::SaintStephen => t!("holiday-saint-stephen"),
    }
}
