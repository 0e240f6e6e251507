//! What the interface and the shell say to each other: one type a Tauri command.
//!
//! Holds no logic and no secret. The interface names an `api` endpoint; the shell adds the token from the
//! keychain. Signing in and choosing a password have commands of their own, so that tokens never reach the
//! webview: their views come back with `tokens` taken out.
//!
//! To add a command: a type, [`Command`] for it, a function of the same name in the shell.

use api::{
    Call, ErrorBody, Reply,
    logins::{InvitationProof, RedeemedLoginView},
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, SessionView, SignInRequest},
};
use domain::{Instant, LoginId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A Tauri command. Arguments travel as one object named `args`.
pub trait Command {
    /// Name of the shell's function.
    const NAME: &'static str;
    /// What goes in.
    type Args: Serialize + DeserializeOwned;
    /// What comes out.
    type Reply: Serialize + DeserializeOwned;
}

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident = $function:literal ($args:ty) -> $reply:ty;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Command for $name {
            const NAME: &'static str = $function;
            type Args = $args;
            type Reply = $reply;
        }
    )+

        /// The names of all commands, for the shell's table and its capabilities.
        pub const NAMES: &[&str] = &[$($function),+];
    };
}

commands! {
    /// Where the shell stands: portal, session, keychain. Asked once at start.
    ShellStatus = "shell_status" (()) -> StatusView;
    /// Chooses the portal to talk to, after looking whether one answers there. Ends a session with another.
    ChoosePortal = "choose_portal" (ChoosePortalArgs) -> StatusView;
    /// Calls an endpoint of the chosen portal, with the session's token where there is one.
    CallPortal = "call_portal" (Call) -> Reply;
    /// Signs in and keeps the tokens.
    SignIn = "sign_in" (SignInRequest) -> SessionView;
    /// Chooses a password and keeps the new tokens.
    ChoosePassword = "choose_password" (ChoosePasswordRequest) -> SessionView;
    /// Makes a call that opens a session without badge, by a recovery or an invitation, and keeps the tokens.
    OpenSession = "open_session" (Call) -> SessionView;
    /// Ends the session at the portal and empties the keychain, also where the portal cannot be reached.
    SignOut = "sign_out" (SignOutArgs) -> StatusView;
    /// Opens a checkout address, which an answer of the portal named, in the system browser.
    OpenCheckout = "open_checkout" (OpenCheckoutArgs) -> ();
    /// Keeps a PDF of the portal among the person's downloads and shows it in the system's viewer.
    SaveDocument = "save_document" (DocumentView) -> SavedView;
    /// Begins a login by SPID or CIE and opens the system's browser for it. One that was under way ends.
    StartLogin = "start_login" (StartLoginArgs) -> PendingLoginView;
    /// The login that is under way, for a page that was loaded again meanwhile.
    PendingLogin = "pending_login" (()) -> Option<PendingLoginView>;
    /// Opens the browser again for a login that is under way.
    OpenLogin = "open_login" (LoginArgs) -> ();
    /// Waits until a login has ended, ten minutes at the most. The session's tokens are kept; the answer has none.
    AwaitLogin = "await_login" (LoginArgs) -> RedeemedLoginView;
    /// Gives a login up; whoever awaits it is told.
    CancelLogin = "cancel_login" (LoginArgs) -> ();
}

/// Which portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoosePortalArgs {
    /// As typed: `mensa.example.it`, `https://…`.
    pub address: String,
}

/// Here or everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOutArgs {
    /// True to end the sessions on every device.
    pub everywhere: bool,
}

/// Where to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenCheckoutArgs {
    /// What `checkout_url` said.
    pub url: String,
}

/// With whom to sign in. The shell adds what proves that the login is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartLoginArgs {
    /// Short name of the body.
    pub body: String,
    /// Id of one of its providers.
    pub provider: String,
    /// One of the provider's hints.
    #[serde(default)]
    pub hint: Option<String>,
    /// An invitation to accept on the way.
    #[serde(default)]
    pub invitation: Option<InvitationProof>,
    /// Whether the person who is signed in only shows again that it is they.
    #[serde(default)]
    pub confirm: bool,
}

/// A login that the browser was opened for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLoginView {
    /// Its name.
    pub id: LoginId,
    /// What the browser was to open, for whoever has to copy it.
    pub url: String,
    /// Four digits to be typed where the browser cannot open the app.
    pub number: Option<String>,
    /// Until when it waits.
    pub expires_at: Instant,
    /// Whether a browser could be opened.
    pub opened: bool,
}

/// Which login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginArgs {
    /// Its name.
    pub login: LoginId,
}

/// Where a document is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// The whole path.
    pub path: String,
    /// Its last part: what the person looks for. Another one than asked for where that was taken.
    pub file_name: String,
    /// Whether a viewer was opened for it.
    pub opened: bool,
}

/// How the shell stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusView {
    /// Address of the chosen portal.
    pub portal: Option<String>,
    /// Whether a session is kept; the next call tells whether it is still good.
    pub session: Option<SessionView>,
    /// How tokens are kept on this machine.
    pub keychain: KeychainView,
}

/// How tokens are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeychainView {
    /// In the system's keychain.
    System,
    /// In memory only: the machine has no keychain, and one signs in at every start.
    MemoryOnly,
    /// In memory only: the keychain is locked or refused.
    Refused,
}

/// What a command says when it fails: the portal's error, or one that the shell made in its form.
pub type CommandError = ErrorBody;
