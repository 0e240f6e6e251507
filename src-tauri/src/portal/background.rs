//! What the app in the background asks of the shell.

use super::Shell;
use crate::{links, login::link::SCHEME};
use api::sessions::SessionKind;

impl Shell {
    /// Whether somebody is signed in who has chosen a password, as far as this program knows.
    pub async fn is_signed_in(&self) -> bool {
        let view = match self.current().await {
            Some(session) => session.view().await,
            None => None,
        };
        view.is_some_and(|view| view.kind == SessionKind::Full)
    }

    /// Waits until somebody has signed in or out.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The person is in front of the window: the keychain may ask for its password.
    pub fn seen(&self) {
        self.keychain.may_ask_again();
    }

    /// Leads the interface to one of its pages, as a link from outside would.
    pub async fn page(&self, path: &str) {
        self.link(&format!("{SCHEME}://{}{path}", links::OPEN)).await;
    }

    /// Whoever signs in next chooses anew whether this computer tells of news.
    pub(super) fn forget_watched(&self) {
        if let Err(error) = self.settings.forget_watched() {
            tracing::warn!(%error, "this computer still wants to tell of news");
        }
    }
}
