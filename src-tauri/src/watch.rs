//! Watches for news while the app is in the background: asks the portal at the portal's pace, shows what is new on this
//! computer, and does what a button says.
//!
//! Only where the person chose it and is signed in. What is shown is never written to disk: the settings keep how far
//! this computer has read and for whom, so that nothing is shown twice nor to whoever comes next. Where nobody wants it, it asks
//! nothing, not even who is signed in, which the keychain knows; where a portal does not answer it asks less and less
//! often, and says nothing: no network is no news.

mod absent;
mod state;
#[cfg(test)]
mod tests;

use crate::{
    notifications::{Board, Card, DEFAULT, Outcome, Shown},
    settings::{Settings, Watched},
};
use api::{
    Call, Endpoint, ErrorBody, ErrorCode, NoQuery, Reply,
    children::GetMe,
    notifications::{
        EndNotification, ListNotifications, NotificationAction, NotificationView, NotificationsQuery,
        NotificationsView,
    },
    subscriptions::{SubscribePush, SubscribePushRequest, UnsubscribePush},
};
use async_trait::async_trait;
use domain::{IdempotencyKey, Instant, PersonId};
use state::{REMEMBERED, State, lived};
use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// While nobody is signed in. Looks into memory; the first look of a program reads the keychain, once.
const SIGNED_OUT: Duration = Duration::from_secs(5);
/// After the first answer that did not come; doubled with each.
const TROUBLE: Duration = Duration::from_secs(15);
/// At most so long.
const LONGEST: Duration = Duration::from_mins(5);
/// The portal's pace, within reason.
const PACE: std::ops::RangeInclusive<u64> = 1..=3600;
/// So often the portal is told that something ended, where it is not known whether it heard; at a look each.
const TRIES: u8 = 100;
/// So long the computer may take to show something, or to say whether it can.
const DAEMON: Duration = Duration::from_secs(10);
/// Tag of what the app says by itself about an absence.
const ABSENCE: &str = "absence";

/// What the watcher needs of the app around it.
#[async_trait]
pub trait App: Send + Sync {
    /// Whether somebody is signed in, as far as this program knows.
    async fn signed_in(&self) -> bool;
    /// Calls the portal with the session.
    async fn call(&self, call: Call) -> Result<Reply, ErrorBody>;
    /// Brings the window forward at a page of the interface.
    async fn open(&self, path: &str);
}

/// The watcher.
pub struct Watch {
    app: Arc<dyn App>,
    board: Arc<dyn Board>,
    settings: Settings,
    woken: Notify,
    /// Held while it looks: two looks at once would show things twice.
    looking: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watch")
    }
}

impl Watch {
    /// A watcher that sleeps until it is run.
    pub fn new(app: Arc<dyn App>, board: Arc<dyn Board>, settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            app,
            board,
            settings,
            woken: Notify::new(),
            looking: tokio::sync::Mutex::default(),
            state: Mutex::default(),
        })
    }

    /// Works as long as the program.
    pub async fn run(self: Arc<Self>) {
        loop {
            match self.turn().await {
                Some(pause) => {
                    // Woken or slept enough: both go on.
                    let _woken = timeout(pause, self.woken.notified()).await;
                }
                None => self.woken.notified().await,
            }
        }
    }

    /// Something was chosen, or somebody signed in: looks now.
    pub fn wake(&self) {
        self.woken.notify_one();
    }

    /// Somebody signed in or out. What is shown to whoever left goes at once, also while a look waits for the portal.
    pub async fn somebody_changed(&self) {
        if !self.settings.background().notifies || !self.app.signed_in().await {
            self.forget_all();
        }
        self.wake();
    }

    /// Notifications were switched on: by whoever is signed in now, whoever it was before.
    pub fn chosen_anew(&self) {
        let watched = self.watched();
        if watched.person.is_some() {
            self.remember(Watched {
                person: None,
                ..watched
            });
        }
    }

    /// Whether anything shows notifications here.
    pub async fn works(&self) -> bool {
        timeout(DAEMON, self.board.works()).await.unwrap_or(false)
    }

    async fn show(&self, card: &Card) -> Result<Box<dyn Shown>, String> {
        timeout(DAEMON, self.board.show(card))
            .await
            .unwrap_or_else(|_| Err("it does not answer".to_owned()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One look; answers when to look again, none where only being woken changes something.
    pub async fn turn(self: &Arc<Self>) -> Option<Duration> {
        let _alone = self.looking.lock().await;
        let wanted = self.settings.background().notifies;
        // Asking who is signed in may open the keychain.
        if !wanted && self.state().shown.is_empty() && self.watched().subscription.is_none() {
            return None;
        }
        if !self.app.signed_in().await {
            self.forget_all();
            return wanted.then_some(SIGNED_OUT);
        }
        if !wanted {
            return self.stop().await;
        }
        self.tell_ends().await;
        let outcome = match self.look().await {
            Err(error) if error.code == ErrorCode::NotFound => match self.subscribe().await {
                Ok(true) => self.look().await,
                Ok(false) => return None,
                Err(error) => Err(error),
            },
            outcome => outcome,
        };
        match outcome {
            Ok(view) => {
                self.note_person().await;
                let pace =
                    Duration::from_secs(u64::from(view.next_in_seconds).clamp(*PACE.start(), *PACE.end()));
                if self.take_in(view).await {
                    self.state().failures = 0;
                    Some(pace)
                } else {
                    Some(self.later())
                }
            }
            Err(error) if error.code == ErrorCode::Unauthenticated => Some(SIGNED_OUT),
            Err(error) => {
                // At the first time only: a computer may be without a network for days.
                if self.state().failures == 0 {
                    tracing::info!(code = ?error.code, "no news for a while");
                }
                Some(self.later())
            }
        }
    }

    fn later(&self) -> Duration {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        TROUBLE
            .saturating_mul(1 << (state.failures - 1).min(8))
            .min(LONGEST)
    }

    async fn ask<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        query: &E::Query,
        request: &E::Request,
        key: Option<IdempotencyKey>,
    ) -> Result<E::Response, ErrorBody> {
        let call = Call::new(endpoint, query, request, key).map_err(|error| {
            tracing::error!(%error, operation = E::OPERATION, "a request cannot be written");
            ErrorBody::new(
                ErrorCode::Internal,
                "La richiesta non è partita. Riprova dall'app.",
            )
        });
        self.app.call(call?).await?.read::<E>()
    }

    async fn look(&self) -> Result<NotificationsView, ErrorBody> {
        let query = NotificationsQuery {
            after: self.watched().cursor,
        };
        self.ask(&ListNotifications {}, &query, &(), None).await
    }

    fn watched(&self) -> Watched {
        let read = self.state().read.clone();
        read.unwrap_or_else(|| self.settings.watched())
    }

    fn remember(&self, watched: Watched) {
        let kept = self.settings.remember_watched(&watched);
        self.state().read = kept
            .inspect_err(|error| tracing::warn!(%error, "what was shown is shown again after the next start"))
            .is_err()
            .then_some(watched);
    }

    async fn who(&self) -> Result<PersonId, ErrorBody> {
        Ok(self.ask(&GetMe {}, &NoQuery {}, &(), None).await?.person)
    }

    /// For whom this computer watches, where it does not know yet: whoever has a subscription here chose it.
    async fn note_person(&self) {
        if self.watched().person.is_some() {
            return;
        }
        match self.who().await {
            Ok(person) => self.remember(Watched {
                person: Some(person),
                ..self.watched()
            }),
            Err(error) => tracing::debug!(code = ?error.code, "for whom it watches is asked again"),
        }
    }

    /// This computer is told from now on. False where another person than the one who chose it is signed in: then it
    /// forgets that choice.
    async fn subscribe(&self) -> Result<bool, ErrorBody> {
        let person = self.who().await?;
        if self.watched().person.is_some_and(|kept| kept != person) {
            self.take_all_away();
            match self.settings.forget_watched() {
                Ok(()) => self.forget_all(),
                // It is still known whose choice it was.
                Err(error) => tracing::warn!(%error, "another person's choice cannot be forgotten"),
            }
            return Ok(false);
        }
        let request = SubscribePushRequest::Desktop {};
        let told = self.ask(&SubscribePush {}, &NoQuery {}, &request, None).await?;
        self.remember(Watched {
            subscription: Some(told.id),
            cursor: None,
            person: Some(person),
        });
        Ok(true)
    }

    /// This computer is told no more.
    async fn stop(&self) -> Option<Duration> {
        self.take_all_away();
        let subscription = self.watched().subscription?;
        let ended = self
            .ask(&UnsubscribePush { subscription }, &NoQuery {}, &(), None)
            .await;
        match ended {
            Err(error) if error.code != ErrorCode::NotFound => Some(self.later()),
            Ok(()) | Err(_) => {
                self.remember(Watched::default());
                None
            }
        }
    }

    /// Shows what is new and takes away what has ended; false where this computer shows nothing.
    async fn take_in(self: &Arc<Self>, view: NotificationsView) -> bool {
        for item in &view.items {
            if item.ended {
                self.state().take_away(|shown| shown.message == Some(item.id));
            } else if let Err(error) = self.present(item.clone(), view.now).await {
                // It is asked for again later: the daemon may start after the app.
                tracing::warn!(error, "this computer does not show notifications");
                return false;
            }
        }
        let watched = self.watched();
        if watched.cursor.as_deref() != Some(view.cursor.as_str()) {
            self.remember(Watched {
                cursor: Some(view.cursor),
                ..watched
            });
        }
        true
    }

    async fn present(self: &Arc<Self>, item: NotificationView, now: Instant) -> Result<(), String> {
        if self.state().seen.contains(&item.id) {
            return Ok(());
        }
        let card = Card {
            title: item.title.clone(),
            body: item.body.clone(),
            actions: item
                .actions
                .iter()
                .map(|action| (name(action.id).to_owned(), action.label.clone()))
                .collect(),
            stays: !item.actions.is_empty(),
        };
        let shown = self.show(&card).await?;
        let (number, take_away) = self.state().register(Some(item.id), &item.tag);
        let life = item.until.map(|until| (until - now).to_std().unwrap_or_default());
        let own = Arc::clone(self);
        tokio::spawn(async move {
            let outcome = lived(shown, take_away, life).await;
            own.state().shown.remove(&number);
            own.act(&item, outcome).await;
        });
        Ok(())
    }

    fn take_all_away(&self) {
        self.state().take_away(|_| true);
    }

    /// Nothing that this program holds of whoever was signed in stays.
    fn forget_all(&self) {
        let mut state = self.state();
        state.take_away(|_| true);
        state.to_end.clear();
        state.read = None;
    }

    async fn act(self: &Arc<Self>, item: &NotificationView, outcome: Outcome) {
        // Whoever puts it away here has done nothing about it, and may want to on the telephone.
        let Outcome::Chosen(chosen) = outcome else {
            return;
        };
        // macOS tells the label.
        let action = item
            .actions
            .iter()
            .find(|action| name(action.id) == chosen || action.label == chosen);
        match action {
            // Nobody is cancelled whom the reminder does not name.
            Some(action) if action.id == NotificationAction::AbsentToday && !action.children.is_empty() => {
                let said = absent::today(self, item, &action.children).await;
                self.say(said).await;
            }
            Some(action) => self.app.open(&action.path).await,
            None if chosen == DEFAULT => self.app.open(&item.path).await,
            None => {
                tracing::warn!("a button that nobody made");
                return;
            }
        }
        {
            let mut state = self.state();
            if state.to_end.len() == REMEMBERED {
                state.to_end.remove(0);
            }
            state.to_end.push((item.id, 1));
        }
        self.tell_ends().await;
    }

    /// Tells the portal what has done its work; what it does not take is told at the next look.
    async fn tell_ends(&self) {
        let ends = mem::take(&mut self.state().to_end);
        for (message, tries) in ends {
            let told = self
                .ask(&EndNotification { message }, &NoQuery {}, &(), None)
                .await;
            match told {
                Err(error) if is_unanswered(&error) && tries < TRIES => {
                    self.state().to_end.push((message, tries + 1));
                }
                Err(error) => tracing::debug!(code = ?error.code, "a notification did not end elsewhere"),
                Ok(()) => {}
            }
        }
    }

    /// Says what the app itself has to say about an absence. Where nothing shows it, the window does: it is never
    /// silent.
    async fn say(self: &Arc<Self>, said: absent::Said) {
        let card = Card {
            title: said.title,
            body: said.body,
            actions: Vec::new(),
            stays: true,
        };
        match self.show(&card).await {
            Ok(shown) => {
                let (number, take_away) = self.state().register(None, ABSENCE);
                let own = Arc::clone(self);
                tokio::spawn(async move {
                    let outcome = lived(shown, take_away, None).await;
                    own.state().shown.remove(&number);
                    if matches!(outcome, Outcome::Chosen(_)) {
                        own.app.open("/").await;
                    }
                });
            }
            Err(error) => {
                tracing::warn!(error, "what became of an absence is shown in the window");
                self.app.open("/").await;
            }
        }
    }
}

/// Whether nobody knows what became of the call: the same that the interface takes for it (`ui/src/portal.rs`).
fn is_unanswered(error: &ErrorBody) -> bool {
    matches!(
        error.code,
        ErrorCode::Offline | ErrorCode::UnreadableAnswer | ErrorCode::Busy | ErrorCode::Internal
    )
}

/// The name of a button towards the daemon.
const fn name(action: NotificationAction) -> &'static str {
    match action {
        NotificationAction::TopUp => "top_up",
        NotificationAction::AbsentToday => "absent_today",
    }
}
