//! What a phone adds to the app: a lock of its own, another app's hands, links that open a page.

use super::Shell;
use crate::{
    links,
    lock::{self, Lock},
    login::link,
    share::Share,
};
use api::{ErrorBody, ErrorCode, notices::DocumentView};
use bridge::{LinkView, LockView, UnlockedView};
use std::sync::Arc;

impl Shell {
    /// The same with this lock.
    #[must_use]
    pub fn with_lock(mut self, lock: Lock) -> Self {
        self.lock = lock;
        self
    }

    /// The same with this way to other apps.
    #[must_use]
    pub fn with_share(mut self, share: Option<Share>) -> Self {
        self.share = share.map(Arc::new);
        self
    }

    /// The app's own lock.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Refuses while the lock is closed and somebody is signed in: then there is something to look at.
    pub(crate) async fn guard(&self) -> Result<(), ErrorBody> {
        if self.lock.is_closed() && self.somebody().await {
            return Err(lock::refusal());
        }
        Ok(())
    }

    async fn somebody(&self) -> bool {
        match self.current().await {
            Some(session) => session.view().await.is_some(),
            None => false,
        }
    }

    /// How the lock stands.
    pub async fn lock_status(&self) -> LockView {
        self.lock.view(self.somebody().await).await
    }

    /// Lets the phone ask who it is.
    pub async fn unlock(&self) -> UnlockedView {
        let outcome = self.lock.unlock().await;
        lock::answered(&self.lock, outcome, self.somebody().await).await
    }

    /// Switches the lock on or off, after the phone has asked.
    pub async fn set_lock(&self, on: bool) -> Result<UnlockedView, ErrorBody> {
        self.guard().await?;
        let outcome = self.lock.set(on).await?;
        Ok(lock::answered(&self.lock, outcome, self.somebody().await).await)
    }

    /// Hands a paper to another app; false where that is not possible here.
    pub async fn share_document(&self, document: DocumentView) -> Result<bool, ErrorBody> {
        self.guard().await?;
        let Some(share) = self.share.clone() else {
            return Ok(false);
        };
        waited(tokio::task::spawn_blocking(move || share.document(&document))).await?
    }

    /// Hands a text to another app; false where that is not possible here.
    pub async fn share_text(&self, text: String) -> Result<bool, ErrorBody> {
        self.guard().await?;
        let Some(share) = self.share.clone() else {
            return Ok(false);
        };
        waited(tokio::task::spawn_blocking(move || share.text(&text))).await
    }

    /// Something opened the app by a link.
    pub async fn link(&self, text: &str) {
        if let Some(back) = link::read_link(text) {
            self.logins().returned(back);
            return;
        }
        let session = self.current().await;
        let portal = session.as_ref().map(|session| session.client().portal());
        if let Some(link) = links::read(text, portal) {
            self.links.came(link);
        } else {
            // Never the link itself: it may hold an invitation's token.
            tracing::info!("something opened the app by what is no link of it");
        }
    }

    /// Waits for a link that opens a page.
    pub async fn await_link(&self) -> Option<LinkView> {
        self.links.wait().await
    }
}

async fn waited<T>(work: tokio::task::JoinHandle<T>) -> Result<T, ErrorBody> {
    work.await.map_err(|error| {
        tracing::error!(%error, "the way to other apps broke");
        ErrorBody::new(
            ErrorCode::Internal,
            "Non riesco ad aprire le altre app. Scarica il documento e mandalo da lì.",
        )
    })
}
