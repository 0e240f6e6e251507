//! Watches for news while the app is in the background: asks the portal at the portal's pace, shows what is new on this
//! computer, and does what a button says.
//!
//! Only where the person chose it and is signed in. What is shown is never written to disk: the settings keep how far
//! this computer has read, so that nothing is shown twice. It asks the keychain nothing by itself; where a portal does not
//! answer it asks less and less often, and says nothing: no network is no news.

mod absent;
#[cfg(test)]
mod tests;

use crate::{
    notifications::{Board, Card, DEFAULT, Outcome, Shown},
    settings::{Settings, Watched},
};
use api::{
    Call, Endpoint, ErrorBody, ErrorCode, NoQuery, Reply,
    notifications::{
        EndNotification, ListNotifications, NotificationAction, NotificationView, NotificationsQuery,
        NotificationsView,
    },
    subscriptions::{SubscribePush, SubscribePushRequest, UnsubscribePush},
};
use async_trait::async_trait;
use domain::{IdempotencyKey, Instant, MessageId};
use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, oneshot},
    time::{sleep, timeout},
};

/// While nobody is signed in; looks into memory only.
const SIGNED_OUT: Duration = Duration::from_secs(5);
/// After the first answer that did not come; doubled with each.
const TROUBLE: Duration = Duration::from_secs(15);
/// At most so long.
const LONGEST: Duration = Duration::from_mins(5);
/// The portal's pace, within reason.
const PACE: std::ops::RangeInclusive<u64> = 1..=3600;
/// So many are remembered as shown, where the settings cannot be written.
const REMEMBERED: usize = 64;
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

#[derive(Default)]
struct State {
    /// What is shown now, by a number of its own.
    shown: BTreeMap<u64, OnBoard>,
    next: u64,
    /// The last that were shown.
    seen: VecDeque<MessageId>,
    /// What the portal has still to be told.
    to_end: Vec<MessageId>,
    /// How far this program has read, where the settings could not be written.
    read: Option<Watched>,
    failures: u32,
}

struct OnBoard {
    /// None for what the app says by itself.
    message: Option<MessageId>,
    tag: String,
    take_away: oneshot::Sender<()>,
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

    /// Whether anything shows notifications here.
    pub async fn works(&self) -> bool {
        self.board.works().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One look; answers when to look again, none where only being woken changes something.
    pub async fn turn(self: &Arc<Self>) -> Option<Duration> {
        let _alone = self.looking.lock().await;
        let wanted = self.settings.background().notifies;
        if !self.app.signed_in().await {
            self.take_all_away();
            return wanted.then_some(SIGNED_OUT);
        }
        if !wanted {
            return self.stop().await;
        }
        self.tell_ends().await;
        let outcome = match self.look().await {
            Err(error) if error.code == ErrorCode::NotFound => match self.subscribe().await {
                Ok(()) => self.look().await,
                Err(error) => Err(error),
            },
            outcome => outcome,
        };
        match outcome {
            Ok(view) => {
                let pace = Duration::from_secs(
                    u64::from(view.next_in_seconds).clamp(*PACE.start(), *PACE.end()),
                );
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
            ErrorBody::new(ErrorCode::Internal, "La richiesta non è partita. Riprova dall'app.")
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
        if let Err(error) = self.settings.remember_watched(&watched) {
            tracing::warn!(%error, "what was shown is shown again after the next start");
        }
        self.state().read = Some(watched);
    }

    /// This computer is told from now on.
    async fn subscribe(&self) -> Result<(), ErrorBody> {
        let request = SubscribePushRequest::Desktop {};
        let told = self.ask(&SubscribePush {}, &NoQuery {}, &request, None).await?;
        self.remember(Watched {
            subscription: Some(told.id),
            cursor: None,
        });
        Ok(())
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
        let shown = self.board.show(&card).await?;
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
            Some(action) if action.id == NotificationAction::AbsentToday => {
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
        self.state().to_end.push(item.id);
        self.tell_ends().await;
    }

    /// Tells the portal what has done its work; what it does not take is told at the next look.
    async fn tell_ends(&self) {
        let ends = mem::take(&mut self.state().to_end);
        for message in ends {
            let told = self.ask(&EndNotification { message }, &NoQuery {}, &(), None).await;
            match told {
                Err(error) if error.code == ErrorCode::Offline => self.state().to_end.push(message),
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
        match self.board.show(&card).await {
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

impl State {
    /// Notes that it is shown, in the place of what had its tag.
    fn register(&mut self, message: Option<MessageId>, tag: &str) -> (u64, oneshot::Receiver<()>) {
        self.take_away(|shown| shown.tag == tag);
        if let Some(id) = message {
            if self.seen.len() == REMEMBERED {
                self.seen.pop_front();
            }
            self.seen.push_back(id);
        }
        let (take_away, receive) = oneshot::channel();
        let shown = OnBoard {
            message,
            tag: tag.to_owned(),
            take_away,
        };
        self.next += 1;
        self.shown.insert(self.next, shown);
        (self.next, receive)
    }

    /// Takes away those of which it is true.
    fn take_away(&mut self, which: impl Fn(&OnBoard) -> bool) {
        let (gone, stay) = mem::take(&mut self.shown)
            .into_iter()
            .partition(|(_, shown)| which(shown));
        self.shown = stay;
        let gone: BTreeMap<u64, OnBoard> = gone;
        for shown in gone.into_values() {
            let _taken = shown.take_away.send(());
        }
    }
}

/// Waits for what becomes of it; taken away when its life is over.
async fn lived(
    shown: Box<dyn Shown>,
    take_away: oneshot::Receiver<()>,
    life: Option<Duration>,
) -> Outcome {
    let Some(life) = life else {
        return shown.outcome(take_away).await;
    };
    let (send, receive) = oneshot::channel();
    let ended = async {
        tokio::select! {
            () = sleep(life) => {}
            _ = take_away => {}
        }
        let _gone = send.send(());
        // Whoever shows it answers when it is gone.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        outcome = shown.outcome(receive) => outcome,
        () = ended => Outcome::Gone,
    }
}

/// The name of a button towards the daemon.
const fn name(action: NotificationAction) -> &'static str {
    match action {
        NotificationAction::TopUp => "top_up",
        NotificationAction::AbsentToday => "absent_today",
    }
}
