//! SPID and CIE through a provider that speaks OpenID Connect: iam-proxy-italia, Keycloak, a regional hub, CIE's own.
//!
//! Authorization code with PKCE S256, state and nonce, as a confidential client. Every answer is held against the same
//! rules: issuer pinned by configuration, RS256, PS256 or ES256 only, `aud`, `azp`, `nonce`, times within a minute,
//! `iss` of the callback (RFC 9207), `sub` of userinfo. Which claim holds the fiscal code and what proves the level is
//! configuration ([`ProviderSettings`]), never code. Why not a library for all of it: docs/decisions/0008-oidc.md.
//!
//! Calls go to loopback or by https, follow no redirect, take at most [`PATIENCE`] and read at most
//! [`LARGEST_ANSWER`] bytes. Discovery and keys are kept in memory for [`KEPT_FOR`]; an unknown key is asked for once
//! more. Tokens live for one call of `finish` and are written nowhere.

mod claims;
mod config;
mod discovery;
mod http;
mod id_token;
mod keys;
mod login;
mod outcome;

pub use config::{
    AcceptedAcr, AcrPolicy, AcrSettings, ClaimNames, ClaimsFrom, ConfigError, HintSettings, Kind, Provider,
    ProviderSettings, resolve,
};
pub use discovery::KEPT_FOR;
pub use http::{ClientSecret, LARGEST_ANSWER, PATIENCE, SecretError, SetupError};
pub use login::OidcLogin;
