//! A login between the moment the browser leaves and the moment it comes back.

use super::{LoginError, ProviderId, SKEW};
use crate::TokenHash;
use chrono::TimeDelta;
use domain::{BodyId, Instant};
use serde::{Deserialize, Serialize};
use std::fmt;
use url::{Url, form_urlencoded};

/// How long a person may take at the provider.
pub const PENDING_FOR: TimeDelta = TimeDelta::minutes(10);

/// The longest parameter of a callback that is read, in bytes.
const LONGEST_PARAMETER: usize = 4_096;

/// What a login begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartLogin {
    /// The body at whose door the person stands.
    pub body: BodyId,
    /// Where the provider sends them back: one address a provider, as registered there, letter by letter.
    pub callback: Url,
    /// Whether they must show their credentials again even if the provider still knows them (step-up).
    pub fresh: bool,
    /// Which of the provider's own sources the person chose, where there are several: one of its
    /// [`hints`](crate::oidc::Provider::hints).
    pub hint: Option<String>,
    /// Now.
    pub now: Instant,
}

/// A login that began.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes. Holds the state in clear: send it, do not keep it.
    pub redirect: Url,
    /// What to keep.
    pub pending: Pending,
}

/// What is kept of a login until its callback: in the database, at most [`PENDING_FOR`], used once. Its `Debug` shows
/// no secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pending {
    state_hash: String,
    nonce: String,
    verifier: String,
    provider: ProviderId,
    body: BodyId,
    callback: Url,
    fresh: bool,
    created_at: Instant,
}

/// The parts of a new pending, for the adapters of this crate.
pub(crate) struct Begin<'a> {
    pub state: &'a str,
    pub nonce: String,
    pub verifier: String,
    pub provider: ProviderId,
}

impl Pending {
    pub(crate) fn new(begin: Begin<'_>, request: StartLogin) -> Self {
        Self {
            state_hash: TokenHash::of(begin.state).to_string(),
            nonce: begin.nonce,
            verifier: begin.verifier,
            provider: begin.provider,
            body: request.body,
            callback: request.callback,
            fresh: request.fresh,
            created_at: request.now,
        }
    }

    /// By what it is found again: the hash of the state, 64 hex digits. See [`Callback::state_hash`].
    pub fn state_hash(&self) -> &str {
        &self.state_hash
    }

    /// With whom the login began.
    pub fn provider(&self) -> &ProviderId {
        &self.provider
    }

    /// At which body.
    pub fn body(&self) -> BodyId {
        self.body
    }

    /// When.
    pub fn created_at(&self) -> Instant {
        self.created_at
    }

    /// From when on it is worth nothing and may be deleted.
    pub fn ends_at(&self) -> Instant {
        self.created_at + PENDING_FOR
    }

    pub(crate) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(crate) fn verifier(&self) -> &str {
        &self.verifier
    }

    pub(crate) fn callback(&self) -> &Url {
        &self.callback
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether this callback, at this instant, is that of this login.
    pub(crate) fn fits(&self, callback: &Callback, now: Instant) -> Result<(), LoginError> {
        if callback.provider != self.provider {
            return Err(LoginError::WrongProvider);
        }
        if callback.body != self.body {
            return Err(LoginError::WrongBody);
        }
        if callback.state_hash() != self.state_hash {
            return Err(LoginError::WrongState);
        }
        if now >= self.ends_at() || now < self.created_at - SKEW {
            return Err(LoginError::Expired);
        }
        Ok(())
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("provider", &self.provider)
            .field("body", &self.body)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

/// `state`, `code`, `iss`, `error`, `error_description`; each at most once.
fn parameters(query: &str) -> Result<[Option<String>; 5], LoginError> {
    let mut found: [Option<String>; 5] = Default::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(place) = ["state", "code", "iss", "error", "error_description"]
            .iter()
            .position(|known| *known == name)
        else {
            continue;
        };
        if found[place].is_some() || value.len() > LONGEST_PARAMETER {
            return Err(LoginError::WrongState);
        }
        found[place] = Some(value.into_owned());
    }
    Ok(found)
}

/// What the browser brings back. Its `Debug` shows no code and no state.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    provider: ProviderId,
    body: BodyId,
    state: String,
    code: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Callback {
    /// Reads the query of the callback's address, without `?`. `provider` is the one of the path, `body` the one that
    /// is answering. No state, a parameter twice or one too long: [`LoginError::WrongState`].
    pub fn from_query(provider: ProviderId, body: BodyId, query: &str) -> Result<Self, LoginError> {
        let [state, code, issuer, error, error_description] = parameters(query)?;
        Ok(Self {
            provider,
            body,
            state: state.ok_or(LoginError::WrongState)?,
            code,
            issuer,
            error,
            error_description,
        })
    }

    /// By what the [`Pending`] of a query is found, where nobody knows yet whose body it is.
    pub fn state_hash_in(query: &str) -> Result<String, LoginError> {
        let [state, ..] = parameters(query)?;
        let state = state.ok_or(LoginError::WrongState)?;
        Ok(TokenHash::of(&state).to_string())
    }

    /// By what its [`Pending`] is found.
    pub fn state_hash(&self) -> String {
        TokenHash::of(&self.state).to_string()
    }

    /// The provider of the path.
    pub fn provider(&self) -> &ProviderId {
        &self.provider
    }

    pub(crate) fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(crate) fn error(&self) -> Option<(&str, &str)> {
        self.error
            .as_deref()
            .map(|error| (error, self.error_description.as_deref().unwrap_or_default()))
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("provider", &self.provider)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(minute: u32) -> Instant {
        format!("2026-11-23T08:{minute:02}:00Z").parse().unwrap()
    }

    fn body(number: u64) -> BodyId {
        BodyId::from_parts(number, [1; 10])
    }

    fn spid() -> ProviderId {
        ProviderId::parse("spid").unwrap()
    }

    fn pending() -> Pending {
        let begin = Begin {
            state: "the-state",
            nonce: "the-nonce".to_owned(),
            verifier: "the-verifier".to_owned(),
            provider: spid(),
        };
        Pending::new(
            begin,
            StartLogin {
                body: body(1),
                callback: Url::parse("https://mensa.example.it/accesso/spid/ritorno").unwrap(),
                fresh: false,
                hint: None,
                now: at(10),
            },
        )
    }

    fn callback(provider: ProviderId, body: BodyId, state: &str) -> Callback {
        Callback::from_query(provider, body, &format!("code=c&state={state}")).unwrap()
    }

    #[test]
    fn a_callback_fits_its_own_login_for_ten_minutes() {
        let callback = callback(spid(), body(1), "the-state");
        assert_eq!(callback.state_hash(), pending().state_hash());
        let alone = Callback::state_hash_in("code=c&state=the-state").unwrap();
        assert_eq!(alone, pending().state_hash());
        assert_eq!(pending().fits(&callback, at(10)), Ok(()));
        assert_eq!(pending().fits(&callback, at(19)), Ok(()));
        assert_eq!(pending().fits(&callback, at(20)), Err(LoginError::Expired));
        assert_eq!(pending().fits(&callback, at(8)), Err(LoginError::Expired));
    }

    #[test]
    fn a_callback_of_another_provider_body_or_login_does_not_fit() {
        let cie = ProviderId::parse("cie").unwrap();
        for (callback, error) in [
            (callback(cie, body(1), "the-state"), LoginError::WrongProvider),
            (callback(spid(), body(2), "the-state"), LoginError::WrongBody),
            (callback(spid(), body(1), "another"), LoginError::WrongState),
        ] {
            assert_eq!(pending().fits(&callback, at(10)), Err(error));
        }
    }

    #[test]
    fn a_callback_without_state_or_with_two_is_none() {
        for query in ["code=c", "", "state=a&state=a", "state=a&code=b&code=c"] {
            assert_eq!(
                Callback::from_query(spid(), body(1), query),
                Err(LoginError::WrongState)
            );
        }
        let long = format!("state={}", "a".repeat(5_000));
        assert!(Callback::from_query(spid(), body(1), &long).is_err());
    }

    #[test]
    fn a_pending_comes_back_from_the_database_as_it_went_and_never_holds_the_state() {
        let kept = serde_json::to_string(&pending()).unwrap();
        assert!(!kept.contains("the-state"));
        assert_eq!(serde_json::from_str::<Pending>(&kept).unwrap(), pending());
    }

    #[test]
    fn secrets_are_not_in_debug_output() {
        let shown = format!("{:?} {:?}", pending(), callback(spid(), body(1), "the-state"));
        for secret in ["the-state", "the-nonce", "the-verifier", "code"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_query_makes_it_panic(query in "\\PC*") {
            let _ = Callback::from_query(spid(), body(1), &query);
        }
    }
}
