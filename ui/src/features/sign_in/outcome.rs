//! Why a login by SPID or CIE did not work, in words with what to do next.

use crate::{
    components::{Notice, NoticeKind, PhoneLink},
    t,
};
use api::{bodies::BodyView, logins::LoginOutcome};
use dioxus::prelude::*;

/// The notice; where only the office can help, with its contacts.
#[component]
pub fn OutcomeNotice(outcome: LoginOutcome, body: BodyView) -> Element {
    let (title, words) = words(outcome);
    let kind = if outcome == LoginOutcome::Cancelled {
        NoticeKind::Info
    } else {
        NoticeKind::Error
    };
    rsx! {
        Notice { kind, title, testid: "login-outcome",
            p { "data-outcome": outcome.as_str(), {words} }
            if needs_the_office(outcome) {
                p {
                    {t!("login-office", office = body.contacts.office.as_str(), hours = body.contacts.hours.as_str())}
                }
                PhoneLink { phone: body.contacts.phone.clone() }
                if !body.contacts.email.is_empty() {
                    p {
                        a { class: "mail", href: "mailto:{body.contacts.email}", "{body.contacts.email}" }
                    }
                }
            }
        }
    }
}

/// Whether trying again does not help.
fn needs_the_office(outcome: LoginOutcome) -> bool {
    matches!(
        outcome,
        LoginOutcome::NoMatch
            | LoginOutcome::ProviderFault
            | LoginOutcome::IdentityRefused
            | LoginOutcome::InvitationRefused
    )
}

/// A title and a sentence.
fn words(outcome: LoginOutcome) -> (String, String) {
    match outcome {
        LoginOutcome::Cancelled => (t!("login-cancelled-title"), t!("login-cancelled")),
        LoginOutcome::NoMatch => (t!("login-no-match-title"), t!("login-no-match")),
        LoginOutcome::LevelTooLow => (t!("login-level-title"), t!("login-level")),
        LoginOutcome::Expired => (t!("login-expired-title"), t!("login-expired")),
        LoginOutcome::ProviderUnavailable => (t!("login-unavailable-title"), t!("login-unavailable")),
        LoginOutcome::ProviderFault => (t!("login-fault-title"), t!("login-fault")),
        LoginOutcome::IdentityRefused => (t!("login-refused-title"), t!("login-refused")),
        LoginOutcome::OtherBrowser => (t!("login-other-browser-title"), t!("login-other-browser")),
        LoginOutcome::AlreadyUsed => (t!("login-used-title"), t!("login-used")),
        LoginOutcome::OtherPerson => (t!("login-other-person-title"), t!("login-other-person")),
        LoginOutcome::InvitationRefused => (t!("login-invitation-title"), t!("login-invitation")),
    }
}
