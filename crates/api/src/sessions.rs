//! Accesso: signing in with a badge, the first password, signing out.

use crate::{NoQuery, endpoint};
use domain::{Instant, SessionId};
use serde::{Deserialize, Serialize};
use std::fmt;

endpoint! {
    /// Opens a session.
    SignIn {} sign_in Post "/api/v1/sessions" Public "Signs in with a badge code and its password"
    query NoQuery, request SignInRequest, response SessionView
}

endpoint! {
    /// Exchanges a refresh token for new tokens. The old one is spent: using it again ends the session.
    RefreshSession {} refresh_session Post "/api/v1/sessions/refresh" Public "Exchanges a refresh token for new tokens"
    query NoQuery, request RefreshRequest, response SessionView
}

endpoint! {
    /// Chooses a new password. All that a session with a provisional password may do.
    ChoosePassword {} choose_password Put "/api/v1/password" AnySession "Replaces the password; other sessions end"
    query NoQuery, request ChoosePasswordRequest, response SessionView
}

endpoint! {
    /// Ends this session.
    SignOut {} sign_out Delete "/api/v1/sessions/current" AnySession "Ends this session"
    query NoQuery, request (), response ()
}

endpoint! {
    /// Ends every session of this person.
    SignOutEverywhere {} sign_out_everywhere Delete "/api/v1/sessions" Session "Ends every session of this person"
    query NoQuery, request (), response ()
}

endpoint! {
    /// The devices on which this person is signed in: this one first, then the last used.
    ListSessions {} list_sessions Get "/api/v1/sessions" Session "The devices on which this person is signed in"
    query NoQuery, request (), response Vec<OpenSessionView>
}

endpoint! {
    /// Ends one session of this person at once. Ending one's own is signing out.
    EndSession { session: SessionId } end_session Post "/api/v1/sessions/{session}/end" Session "Signs this person out of one device"
    query NoQuery, request (), response EndedSessionView
}

/// A text that must not be seen: its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How the client keeps its session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ClientKind {
    /// Tokens in the answer, for the shell's keychain.
    App,
    /// An `HttpOnly` cookie; the answer holds no token.
    Browser,
}

/// Badge and password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// Short name of the body.
    pub body: String,
    /// Any badge of the family, or a verified mail address, as typed.
    pub badge: String,
    /// The password.
    pub password: Secret,
    /// App or browser.
    pub client: ClientKind,
    /// The app's: what [`TokensView::device_token`] gave at an earlier sign-in on this device, so that strangers who
    /// guess at the same badge cannot make this device wait. A browser has a cookie for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Secret>,
}

/// A refresh token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The last one received.
    pub refresh_token: Secret,
}

/// A new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ChoosePasswordRequest {
    /// The password that it replaces, provisional or not.
    pub current: Secret,
    /// The new one.
    pub new: Secret,
}

/// What a session opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SessionKind {
    /// Everything that is the family's.
    Full,
    /// Only [`ChoosePassword`] and [`SignOut`].
    ChoosePassword,
}

/// A session that was opened or renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionView {
    /// What it opens.
    pub kind: SessionKind,
    /// Short name of the body.
    pub body: String,
    /// Least length of a new password.
    pub password_min: u16,
    /// For the app only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokensView>,
}

/// The app's tokens; opaque.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokensView {
    /// Bearer token for calls.
    pub access_token: Secret,
    /// Until when it is good.
    pub access_expires_at: Instant,
    /// For [`RefreshSession`], once.
    pub refresh_token: Secret,
    /// For [`SignInRequest::device`], to be kept also after signing out. It opens nothing. Given at a sign-in only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<Secret>,
}

/// A device on which the person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenSessionView {
    /// Identity.
    pub id: SessionId,
    /// The device in Italian words, such as `Firefox su Windows`; empty where it is not known.
    pub device: String,
    /// App or browser.
    pub means: ClientKind,
    /// When the person signed in there.
    pub signed_in_at: Instant,
    /// When it was last used: whole minutes, noted every five.
    pub last_used_at: Instant,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// A session that was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndedSessionView {
    /// Whether it was the one that asked: nobody is signed in here any more.
    pub this: bool,
}
