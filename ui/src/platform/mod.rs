//! Where the interface runs: in the shell or in a browser. Nothing outside this folder knows which.
//!
//! Never decides anything: it carries a call, keeps a few words that are not secret, and touches the page.

#[cfg(feature = "web")]
mod browser;
pub mod fake;
#[cfg(feature = "web")]
mod page;
pub mod push;
#[cfg(feature = "web")]
mod push_web;
#[cfg(feature = "web")]
mod shell;
#[cfg(feature = "web")]
mod version;

use api::{
    Call, ErrorBody, Reply,
    logins::RedeemedLoginView,
    notices::DocumentView,
    sessions::{ChoosePasswordRequest, ClientKind, SessionView, SignInRequest},
};
use bridge::{
    BackgroundView, LinkView, LockView, PendingLoginView, SetBackgroundArgs, StartLoginArgs, StatusView,
    UnlockedView,
};
use dioxus::prelude::*;
use domain::{Instant, LoginId};
use push::{Keys, NotSubscribed, Notices};
use std::{future::Future, ops::Deref, pin::Pin, rc::Rc};

/// Something that comes later.
pub type Later<T> = Pin<Box<dyn Future<Output = T>>>;
/// What comes back from far away.
pub type Answer<T> = Later<Result<T, ErrorBody>>;

/// Where the interface is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the shell's window: the portal is chosen, tokens are in the keychain.
    Shell,
    /// In a browser: the portal is the page's own origin, the session is a cookie.
    Browser,
}

/// What the interface needs of the place where it runs.
pub trait Platform {
    /// Which place it is.
    fn place(&self) -> Place;
    /// Calls the portal. Fails only where no answer came; an answer of any status is a [`Reply`].
    fn call(&self, call: Call) -> Answer<Reply>;
    /// How it stands: portal, kept session, keychain.
    fn status(&self) -> Answer<StatusView>;
    /// Chooses the portal; the shell only.
    fn choose_portal(&self, address: String) -> Answer<StatusView>;
    /// Opens a session and keeps it.
    fn sign_in(&self, request: SignInRequest) -> Answer<SessionView>;
    /// Replaces the password and keeps the new session.
    fn choose_password(&self, request: ChoosePasswordRequest) -> Answer<SessionView>;
    /// Makes a call that opens a session, such as [`api::recoveries::FinishRecovery`], and keeps the session.
    fn open_session(&self, call: Call) -> Answer<SessionView>;
    /// Ends the session, here or everywhere.
    fn sign_out(&self, everywhere: bool) -> Answer<StatusView>;
    /// Begins a login by SPID or CIE. The shell opens the system's browser and tells what it waits for. A browser leaves
    /// this page and comes back to `back`, a path of the interface: it tells nothing.
    fn begin_login(&self, args: StartLoginArgs, back: String) -> Answer<Option<PendingLoginView>>;
    /// The login that is under way; the shell only.
    fn pending_login(&self) -> Answer<Option<PendingLoginView>>;
    /// Opens the browser again for a login that is under way; the shell only.
    fn open_login(&self, login: LoginId) -> Answer<()>;
    /// Waits for the end of a login, and keeps the session that it opened; the shell only.
    fn await_login(&self, login: LoginId) -> Answer<RedeemedLoginView>;
    /// Gives a login up: whoever awaits it is told; the shell only.
    fn cancel_login(&self, login: LoginId) -> Answer<()>;
    /// What the address said of a login that came back, `/accesso?esito=…`. Told once.
    fn outcome(&self) -> Option<String>;
    /// Opens pagoPA's checkout: the system browser from the shell, this page in a browser.
    fn open_checkout(&self, url: String) -> Answer<()>;

    /// This machine's clock, only to measure how long ago the portal told its own.
    fn now(&self) -> Instant;
    /// Randomness for a key.
    fn chance(&self) -> [u8; 10];
    /// Waits.
    fn sleep(&self, millis: u32) -> Later<()>;
    /// Waits until the person comes back to the window or the network changes.
    fn wake(&self) -> Later<()>;
    /// Whether the machine believes to be in a network.
    fn online(&self) -> bool;
    /// Whether the window can be seen, so that nothing is asked for nobody.
    fn visible(&self) -> bool;
    /// Keeps a text on this device, in the open: never a secret. What is personal is only kept by [`crate::offline`], which
    /// forgets it at signing out.
    fn remember(&self, name: &str, value: &str);
    /// What was kept.
    fn recall(&self, name: &str) -> Option<String>;
    /// Keeps it no longer.
    fn forget(&self, name: &str);
    /// Waits until a newer version of the page is ready on this device; for ever where the page does not renew itself.
    fn newer(&self) -> Later<()> {
        Box::pin(std::future::pending())
    }
    /// Opens the page anew.
    fn reload(&self) {}
    /// Waits until something outside the page asks for a path of the interface: a notification that was pressed.
    fn summoned(&self) -> Later<String> {
        Box::pin(std::future::pending())
    }
    /// How it stands with notifications that a push service brings here.
    fn notices(&self) -> Later<Notices> {
        Box::pin(async { Notices::Unsupported })
    }
    /// Asks the person's permission and subscribes, with the portal's key. Only after a press of a button that says so.
    fn subscribe(&self, _key: String) -> Later<Result<Keys, NotSubscribed>> {
        Box::pin(async { Err(NotSubscribed::Failed) })
    }
    /// Nothing is brought here any more.
    fn unsubscribe(&self) -> Later<()> {
        Box::pin(async {})
    }
    /// The window's title.
    fn set_title(&self, title: &str);
    /// Moves the focus to an element.
    fn focus(&self, id: &str);
    /// Opens a `<dialog>` above everything; the page behind it cannot be reached.
    fn show_dialog(&self, id: &str);
    /// Closes it and gives the focus back.
    fn close_dialog(&self, id: &str);
    /// Puts a text on the clipboard; tells whether it is there.
    fn copy(&self, text: &str) -> Later<bool>;
    /// Keeps a PDF among the person's downloads; tells the name that it got. The shell shows it, too.
    fn keep_document(&self, document: DocumentView) -> Answer<String>;
    /// Whether a file can be handed to another app from here.
    fn can_share(&self) -> bool;
    /// Hands a PDF to another app, which the person chooses; false where that was not possible. Who leaves without
    /// choosing wanted it so.
    fn share_document(&self, document: DocumentView) -> Later<bool>;
    /// Whether a text can be handed to another app from here.
    fn can_share_text(&self) -> bool {
        false
    }
    /// The same with a text.
    fn share_text(&self, _text: &str) -> Later<bool> {
        Box::pin(async { false })
    }

    /// How the app's own lock stands; none where there is no such lock.
    fn lock_status(&self) -> Answer<LockView> {
        Box::pin(async { Ok(LockView::NONE) })
    }
    /// Switches the lock on or off, after the phone has asked who it is; the shell on a phone only.
    fn set_lock(&self, _on: bool) -> Answer<UnlockedView> {
        Box::pin(async { Err(crate::portal::unreadable()) })
    }
    /// Lets the phone ask who it is; the shell on a phone only.
    fn unlock(&self) -> Answer<UnlockedView> {
        Box::pin(async { Err(crate::portal::unreadable()) })
    }
    /// Hides everything that is drawn, or shows it again: the system keeps a picture of an app that is left.
    fn cover(&self, _covered: bool) {}
    /// Waits for a link that opened the app; for ever where links open the page themselves.
    fn await_link(&self) -> Answer<Option<LinkView>> {
        Box::pin(std::future::pending())
    }

    /// What the app does on this computer besides showing its window; the shell only.
    fn background(&self) -> Answer<BackgroundView> {
        Box::pin(async { Ok(BackgroundView::NONE) })
    }
    /// Chooses it; the shell only.
    fn set_background(&self, _wish: SetBackgroundArgs) -> Answer<BackgroundView> {
        Box::pin(async { Err(crate::portal::unreadable()) })
    }

    /// Whether the page is at its top, and nothing lies over it.
    fn at_top(&self) -> bool {
        true
    }
    /// Wakes everybody who waits for the person to come back: they asked for what is new.
    fn rouse(&self);
}

/// The place, as a context.
#[derive(Clone)]
pub struct Here(Rc<dyn Platform>);

impl Here {
    /// Of a platform.
    pub fn new(platform: impl Platform + 'static) -> Self {
        Self(Rc::new(platform))
    }

    /// How the portal hands over a session here.
    pub fn client(&self) -> ClientKind {
        match self.place() {
            Place::Shell => ClientKind::App,
            Place::Browser => ClientKind::Browser,
        }
    }

    /// The place where this program runs.
    #[cfg(feature = "web")]
    pub fn find() -> Self {
        if shell::is_here() {
            Self::new(shell::Shell::default())
        } else {
            Self::new(browser::Browser::default())
        }
    }
}

impl Deref for Here {
    type Target = dyn Platform;
    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

/// The place where the interface runs.
pub fn use_here() -> Here {
    use_context()
}
