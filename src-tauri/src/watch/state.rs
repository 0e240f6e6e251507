//! What is on the screen now, and what this program still has in mind; none of it is written down here.

use crate::{
    notifications::{Outcome, Shown},
    settings::Watched,
};
use domain::MessageId;
use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    time::Duration,
};
use tokio::{sync::oneshot, time::sleep};

/// So many are remembered as shown, where the settings cannot be written.
pub(super) const REMEMBERED: usize = 64;

#[derive(Default)]
pub(super) struct State {
    /// What is shown now, by a number of its own.
    pub(super) shown: BTreeMap<u64, OnBoard>,
    pub(super) next: u64,
    /// The last that were shown.
    pub(super) seen: VecDeque<MessageId>,
    /// What the portal has still to be told, and how often it was.
    pub(super) to_end: Vec<(MessageId, u8)>,
    /// How far this program has read, where the settings could not be written.
    pub(super) read: Option<Watched>,
    pub(super) failures: u32,
}

pub(super) struct OnBoard {
    /// None for what the app says by itself.
    pub(super) message: Option<MessageId>,
    pub(super) tag: String,
    pub(super) take_away: oneshot::Sender<()>,
}

impl State {
    /// Notes that it is shown, in the place of what had its tag.
    pub(super) fn register(&mut self, message: Option<MessageId>, tag: &str) -> (u64, oneshot::Receiver<()>) {
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
    pub(super) fn take_away(&mut self, which: impl Fn(&OnBoard) -> bool) {
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
pub(super) async fn lived(
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
