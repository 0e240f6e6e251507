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
    /// How the app's own lock stands. Answered also while it is closed.
    LockStatus = "lock_status" (()) -> LockView;
    /// Switches the lock on or off, after the phone has asked who it is. What is refused changes nothing.
    SetLock = "set_lock" (SetLockArgs) -> UnlockedView;
    /// Lets the phone ask who it is, by face, finger or its code, and opens the lock if it knows.
    Unlock = "unlock" (()) -> UnlockedView;
    /// Hands a PDF of the portal, or a calendar, to another app that the person chooses; false where that was not
    /// possible. Phones only.
    ShareDocument = "share_document" (DocumentView) -> bool;
    /// The same with a text: an address that the person may give away.
    ShareText = "share_text" (ShareTextArgs) -> bool;
    /// Waits for a link that opened the app. A later wait ends an earlier one, which gets nothing.
    AwaitLink = "await_link" (()) -> Option<LinkView>;
    /// Whether the app tells of news on this computer and stays when its window is closed. Computers only: a phone
    /// answers that nothing of it is possible.
    BackgroundStatus = "background_status" (()) -> BackgroundView;
    /// Chooses it. What could not be done is an error, and the answer of [`BackgroundStatus`] tells what holds.
    SetBackground = "set_background" (SetBackgroundArgs) -> BackgroundView;
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

/// How the app's own lock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockView {
    /// By what the phone can tell who it is.
    pub means: LockMeans,
    /// Whether the person switched the lock on.
    pub on: bool,
    /// Whether it is closed now: nothing of the family is told before it opens.
    pub closed: bool,
}

impl LockView {
    /// Where there is no lock.
    pub const NONE: Self = Self {
        means: LockMeans::None,
        on: false,
        closed: false,
    };
}

/// By what a phone can tell who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMeans {
    /// Not at all: a computer, or a phone that does not say.
    None,
    /// By a face, or else by its code.
    Face,
    /// By a finger, or else by its code.
    Finger,
    /// By its code, where it has one: no face or finger is known to it.
    Code,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLockArgs {
    /// True to switch it on.
    pub on: bool,
}

/// What became of asking who it is, and how the lock stands after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnlockedView {
    /// What the phone said.
    pub outcome: UnlockOutcome,
    /// How the lock stands now.
    pub lock: LockView,
}

/// What the phone said of who holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnlockOutcome {
    /// It knows the person, or did not have to ask.
    Known,
    /// The person, or the system, closed the question.
    Cancelled,
    /// It does not know who it is.
    NotKnown,
    /// Too many tries: the phone wants to be unlocked itself first.
    TooManyTries,
    /// The phone has no code, face or finger to ask for.
    NothingSetUp,
    /// It cannot ask now.
    Unavailable,
}

/// What to hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareTextArgs {
    /// The text.
    pub text: String,
}

/// What a link that opened the app wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LinkView {
    /// A page of the interface.
    Open {
        /// Its path, such as `/ricarica`.
        path: String,
    },
    /// A page of a portal that the person did not choose: it is not opened.
    OtherPortal {
        /// That portal's name in the network.
        host: String,
    },
    /// A page of the portal that the app does not have.
    Unknown,
}

/// What the app does on this computer besides showing its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches that do not depend on each other"
)]
pub struct BackgroundView {
    /// Whether any of it is possible: on a computer.
    pub possible: bool,
    /// Whether it tells of news.
    pub notifies: bool,
    /// Whether it stays when its window is closed.
    pub keeps_watching: bool,
    /// Whether it starts with the computer, without a window.
    pub starts_at_login: bool,
    /// Whether there is a place beside the clock where its icon can be. Without one, starting the app again brings its
    /// window back.
    pub tray: bool,
    /// Whether this computer shows notifications.
    pub notifications: NotificationsHere,
}

impl BackgroundView {
    /// Where nothing of it is possible: a phone.
    pub const NONE: Self = Self {
        possible: false,
        notifies: false,
        keeps_watching: false,
        starts_at_login: false,
        tray: false,
        notifications: NotificationsHere::None,
    };
}

/// Whether a computer shows notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationsHere {
    /// It does.
    Works,
    /// Nothing shows them here.
    None,
}

/// What was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetBackgroundArgs {
    /// Tell of news.
    pub notifies: bool,
    /// Stay when the window is closed.
    pub keeps_watching: bool,
    /// Start with the computer.
    pub starts_at_login: bool,
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
    /// Whether something can be handed to another app from here.
    #[serde(default)]
    pub shares: bool,
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
