//! Why somebody did not get in. Each variant of [`LoginError`] is one thing to say to a parent; the words are the
//! portal's. What a variant carries is for the log and holds nothing that a token or a person said.

use domain::fiscal_code::FiscalCodeError;

/// Why a login by SPID or CIE did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The person did not agree to hand over the data (SPID anomaly 22), or the provider refused without a reason.
    #[error("the provider refused, or consent was not given")]
    Denied,
    /// The person went back (SPID anomaly 25).
    #[error("the person gave up at the provider")]
    Cancelled,
    /// Wrong credentials too many times (SPID anomaly 19).
    #[error("too many attempts at the provider")]
    TooManyAttempts,
    /// The identity is suspended or revoked (SPID anomaly 23).
    #[error("the identity is suspended or revoked")]
    Suspended,
    /// Not a person's own identity, such as a company's (SPID anomaly 30).
    #[error("the wrong kind of identity")]
    WrongKind,
    /// Less than the level that is asked for, or a level that we do not know (SPID anomaly 20).
    #[error("the level of the login is too low or unknown")]
    LevelTooLow,
    /// The identity comes without an Italian fiscal code, as that of a foreign eIDAS citizen may.
    #[error("the identity has no Italian fiscal code")]
    NoFiscalCode,
    /// What stands where the fiscal code belongs is none.
    #[error("the identity's fiscal code is malformed: {0}")]
    MalformedFiscalCode(FiscalCodeError),
    /// The login took longer than [`PENDING_FOR`](super::PENDING_FOR), or the provider's own limit (anomaly 21).
    #[error("the login took too long")]
    Expired,
    /// The provider takes this code no more: used before, or too old.
    #[error("the code was used before or is too old")]
    Replayed,
    /// The callback does not belong to this login.
    #[error("the callback belongs to another login")]
    WrongState,
    /// The login began with another provider, or another one answers.
    #[error("the answer comes from another provider")]
    WrongProvider,
    /// The login began at another body.
    #[error("the login belongs to another body")]
    WrongBody,
    /// The provider does not answer, or says that it cannot just now. Trying later helps.
    #[error("the provider is unavailable: {0}")]
    ProviderUnavailable(String),
    /// What the provider says cannot be believed. Trying later does not help; somebody must look.
    #[error("the provider misbehaves: {0}")]
    ProviderMisbehaves(#[from] Misbehaviour),
}

/// What a provider did that it must not do. For the log and the office, never for a parent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misbehaviour {
    /// An answer of an endpoint that is not what the protocol says.
    #[error("{endpoint}: {problem}")]
    Answer {
        /// Which endpoint: `discovery`, `keys`, `token`, `userinfo`.
        endpoint: &'static str,
        /// What is wrong with the answer.
        problem: String,
    },
    /// The provider's self-description cannot be used.
    #[error("discovery: {0}")]
    Metadata(&'static str),
    /// The callback reports an error that is our configuration's or the provider's, not the person's.
    #[error("the callback says {0}")]
    Callback(&'static str),
    /// The callback must name its issuer (RFC 9207) and does not.
    #[error("the callback does not name its issuer")]
    NoIssuer,
    /// The token endpoint does not know our client, or does not take its secret.
    #[error("the provider does not take our client id and secret")]
    ClientRefused,
    /// Not three parts, or parts that are not JSON.
    #[error("the id token is malformed: {0}")]
    MalformedToken(&'static str),
    /// Signed by none of the algorithms that we take, or not at all.
    #[error("the id token is not signed by RS256, PS256 or ES256")]
    Algorithm,
    /// Signed by a key that the provider does not publish, even when asked again.
    #[error("the id token is signed by an unknown key")]
    UnknownKey,
    /// The signature is not of the key it names.
    #[error("the signature of the id token is wrong")]
    Signature,
    /// `iss` of the token is not the issuer.
    #[error("the id token is from another issuer")]
    Issuer,
    /// `aud` is not us, or not only us.
    #[error("the id token is for somebody else")]
    Audience,
    /// `azp` is not us.
    #[error("the id token was made for another client")]
    AuthorizedParty,
    /// `nonce` is not the one that was sent.
    #[error("the id token belongs to another login")]
    Nonce,
    /// `exp` is past.
    #[error("the id token is expired")]
    TokenExpired,
    /// `iat`, `nbf` or `auth_time` are still to come.
    #[error("the id token is from the future; are both clocks right?")]
    FromTheFuture,
    /// `iat` is before the login began.
    #[error("the id token is older than the login")]
    OlderThanTheLogin,
    /// A new sign-in was asked for, and the provider vouches for an old one.
    #[error("the person was not asked to sign in again")]
    NotFresh,
    /// The access token is not the one that the id token speaks of (`at_hash`).
    #[error("the access token does not belong to the id token")]
    AccessToken,
    /// `sub` of userinfo is not that of the id token.
    #[error("userinfo speaks of another subject")]
    SubjectSwapped,
    /// A claim is absent or of the wrong type.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// A level is required and none is said.
    #[error("the provider does not say which level the login had (acr)")]
    NoLevel,
}
