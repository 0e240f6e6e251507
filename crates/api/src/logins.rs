//! Accesso con SPID e CIE: a login that begins here, goes to the provider in a browser, and comes back.
//!
//! The app never sees what a provider says. It shows a browser the way, proves with a verifier of its own (RFC 7636)
//! that the login is its own, and gets its session here.

use crate::{
    NoQuery, endpoint,
    sessions::{ClientKind, Secret, SessionView},
};
use domain::{Instant, LoginId};
use serde::{Deserialize, Serialize};

endpoint! {
    /// Begins a login with a provider of the body. It waits for ten minutes.
    StartLogin {} start_login Post "/api/v1/logins" Public "Begins to sign in with SPID or CIE"
    query NoQuery, request StartLoginRequest, response LoginView
}

endpoint! {
    /// What became of a login, for the app that began it. 404 where the verifier is another.
    RedeemLogin { login: LoginId } redeem_login Post "/api/v1/logins/{login}/redeem" Public
    "Asks what became of a login, and takes its session once"
    query NoQuery, request RedeemLoginRequest, response RedeemedLoginView
}

/// How a login begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct StartLoginRequest {
    /// Short name of the body.
    pub body: String,
    /// Id of one of the body's providers.
    pub provider: String,
    /// One of the provider's hints, where the person chose among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// App or browser.
    pub client: ClientKind,
    /// The app's: SHA-256 of the verifier, base64url without padding (RFC 7636 S256). A browser sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
    /// Where the browser goes in the end: a page for a browser, the app's own door for an app.
    pub back: BackTo,
    /// An invitation that is to be accepted by whoever signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationProof>,
    /// Whether whoever is signed in only shows again that it is they: needs their session and opens no other.
    #[serde(default)]
    pub confirm: bool,
}

/// Where a browser goes at the end of a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum BackTo {
    /// To a page of the interface.
    Page {
        /// Its path, which begins with one slash; without host.
        path: String,
    },
    /// To the app that listens on this machine: `http://127.0.0.1:{port}/ritorno?login=…&code=…` (RFC 8252, 7.3).
    Loopback {
        /// 1024 to 65535.
        port: u16,
    },
    /// To the app by its own scheme: `it.refettorio.app://ritorno?login=…&code=…`.
    Scheme,
}

/// What an invited person holds: the link of the mail, and the code that the inviter told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationProof {
    /// Of the link.
    pub token: Secret,
    /// Eight digits.
    pub code: Secret,
}

/// A login that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginView {
    /// Its name, for [`RedeemLogin`].
    pub id: LoginId,
    /// What to open in the system's browser, once.
    pub url: String,
    /// Until when it waits.
    pub expires_at: Instant,
    /// Four digits that the app shows, for the page that cannot open the app by itself. None for a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// The app asks for its session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RedeemLoginRequest {
    /// What the challenge was made of: 43 to 128 characters.
    pub verifier: Secret,
    /// What the browser brought to the app. Without it: has the person typed the four digits meanwhile?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Secret>,
}

/// Where a login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LoginState {
    /// The person is still in the browser. Ask again in two seconds.
    Waiting,
    /// Done: the session is in the answer, or, where the login only confirmed, the old one is confirmed.
    Done,
    /// It did not work; `outcome` says why. A new login is needed.
    Failed,
}

/// What became of a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedeemedLoginView {
    /// Where it stands.
    pub state: LoginState,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<LoginOutcome>,
    /// What it opened. Given once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionView>,
}

/// Why a login did not work. In the address of the interface, `/accesso?esito=no_match`, it is written the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum LoginOutcome {
    /// The person went back, or did not agree to hand over the data.
    Cancelled,
    /// The identity is right, but the office has enrolled nobody with this fiscal code.
    NoMatch,
    /// Less than the level that is needed.
    LevelTooLow,
    /// It took more than ten minutes.
    Expired,
    /// The provider does not answer. Trying later helps.
    ProviderUnavailable,
    /// What the provider says cannot be believed. Only the office can have it mended.
    ProviderFault,
    /// The provider does not let this identity in: suspended, a company's, without an Italian fiscal code.
    IdentityRefused,
    /// The page came back in a browser that did not begin the login.
    OtherBrowser,
    /// The page was opened a second time.
    AlreadyUsed,
    /// Somebody else than the person who is signed in.
    OtherPerson,
    /// The invitation is not for this person, or not open any more.
    InvitationRefused,
}

impl LoginOutcome {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Cancelled,
        Self::NoMatch,
        Self::LevelTooLow,
        Self::Expired,
        Self::ProviderUnavailable,
        Self::ProviderFault,
        Self::IdentityRefused,
        Self::OtherBrowser,
        Self::AlreadyUsed,
        Self::OtherPerson,
        Self::InvitationRefused,
    ];

    /// As addresses, the wire and the database write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::NoMatch => "no_match",
            Self::LevelTooLow => "level_too_low",
            Self::Expired => "expired",
            Self::ProviderUnavailable => "provider_unavailable",
            Self::ProviderFault => "provider_fault",
            Self::IdentityRefused => "identity_refused",
            Self::OtherBrowser => "other_browser",
            Self::AlreadyUsed => "already_used",
            Self::OtherPerson => "other_person",
            Self::InvitationRefused => "invitation_refused",
        }
    }

    /// Reads what [`Self::as_str`] wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_written_the_same_way_everywhere() {
        for outcome in LoginOutcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
            assert_eq!(LoginOutcome::from_name(outcome.as_str()), Some(outcome));
        }
    }

    #[test]
    fn a_way_back_is_read_by_its_name() {
        for (text, back) in [
            (r#"{"to":"page","path":"/"}"#, BackTo::Page { path: "/".into() }),
            (
                r#"{"to":"loopback","port":4000}"#,
                BackTo::Loopback { port: 4000 },
            ),
            (r#"{"to":"scheme"}"#, BackTo::Scheme),
        ] {
            assert_eq!(serde_json::from_str::<BackTo>(text).unwrap(), back);
        }
    }
}
