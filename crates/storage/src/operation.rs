//! One operation on its way: the closure, what it answered, and who waits for the answer.

use crate::{StorageError, Tx, tx::Watched};
use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};
use tokio::sync::oneshot;

/// How a run of an operation ended.
pub(crate) enum Ended {
    /// The closure answered well: keep what it wrote.
    Keep,
    /// The closure answered an error, or panicked: undo what it wrote.
    Undo,
    /// A statement failed: undo, whatever the closure made of it.
    Failed(StorageError),
}

/// An operation without its types, as the queues carry it.
pub(crate) trait Job: Send {
    /// Whether nobody waits for the answer any more.
    fn abandoned(&self) -> bool;
    /// Runs the closure and keeps its answer; may be called again after a rollback.
    fn run(&mut self, tx: &mut dyn Tx) -> Ended;
    /// Replaces the answer.
    fn fail(&mut self, error: StorageError);
    /// Sends the answer. Only to be called when the transaction has ended.
    fn answer(self: Box<Self>);
}

pub(crate) struct Operation<T, E, F> {
    closure: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Operation<T, E, F> {
    pub(crate) fn new(closure: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (
            Self {
                closure,
                result: None,
                reply,
            },
            answer,
        )
    }
}

impl<T, E, F> Job for Operation<T, E, F>
where
    T: Send,
    E: From<StorageError> + Send,
    F: Fn(&mut dyn Tx) -> Result<T, E> + Send,
{
    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut dyn Tx) -> Ended {
        let mut watched = Watched::new(tx);
        // A panic cannot leave a half-changed value behind: the closure is `Fn`, and its transaction is undone.
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(&mut watched)));
        let failure = watched.into_failure();
        let result = result.unwrap_or_else(|panic| {
            let words = words_of(&*panic);
            tracing::error!(panic = words, "an operation panicked and was rolled back");
            Err(StorageError::Panicked(words.to_owned()).into())
        });
        let kept = result.is_ok();
        self.result = Some(result);
        match failure {
            Some(failure) => {
                if kept {
                    self.fail(failure.clone());
                }
                Ended::Failed(failure)
            }
            None if kept => Ended::Keep,
            None => Ended::Undo,
        }
    }

    fn fail(&mut self, error: StorageError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(StorageError::Closed.into()));
        // Nobody listening is fine: the client went away, the operation is done.
        let _ = self.reply.send(result);
    }
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}
