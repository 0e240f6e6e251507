//! What the interface and the shell say to each other: one type a Tauri command.
//!
//! Holds no logic and no secret. The interface names an `api` endpoint; the shell adds the token from the
//! keychain. Signing in and choosing a password have commands of their own, so that tokens never reach the
//! webview: their views come back with `tokens` taken out.
//!
//! To add a command: a type, [`Command`] for it, a function of the same name in the shell.

use api::{
    Call, ErrorBody, Reply,
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, SessionView, SignInRequest},
};
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
    /// Ends the session at the portal and empties the keychain, also where the portal cannot be reached.
    SignOut = "sign_out" (SignOutArgs) -> StatusView;
    /// Opens a checkout address, which an answer of the portal named, in the system browser.
    OpenCheckout = "open_checkout" (OpenCheckoutArgs) -> ();
    /// Keeps a PDF of the portal among the person's downloads and shows it in the system's viewer.
    SaveDocument = "save_document" (DocumentView) -> SavedView;
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
