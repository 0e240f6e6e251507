//! Reads that are under way, counted, so that somebody can wait until all of them have come.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

/// The count. Cheap to clone; all clones count together.
#[derive(Clone, Default)]
pub struct UnderWay(Rc<Inner>);

#[derive(Default)]
struct Inner {
    reads: Cell<u32>,
    failed: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

/// One read; ends when it is dropped.
pub struct Read(UnderWay);

impl UnderWay {
    /// A read begins.
    pub fn begin(&self) -> Read {
        self.0.reads.set(self.0.reads.get() + 1);
        Read(self.clone())
    }

    /// Forgets what failed before.
    pub fn forget_failures(&self) {
        self.0.failed.set(false);
    }

    /// Waits until nothing is under way; tells whether all came.
    pub async fn all(&self) -> bool {
        poll_fn(|context| {
            if self.0.reads.get() == 0 {
                return Poll::Ready(());
            }
            self.0.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
        !self.0.failed.get()
    }
}

impl Read {
    /// It brought nothing.
    pub fn fail(&self) {
        self.0.0.failed.set(true);
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        let inner = &self.0.0;
        inner.reads.set(inner.reads.get() - 1);
        if inner.reads.get() == 0 {
            for waker in inner.waiting.take() {
                waker.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn whoever_waits_hears_when_the_last_has_come_and_whether_one_failed() {
        let reads = UnderWay::default();
        assert_eq!(reads.all().now_or_never(), Some(true));
        let (first, second) = (reads.begin(), reads.clone().begin());
        assert_eq!(reads.all().now_or_never(), None);
        first.fail();
        drop(first);
        assert_eq!(reads.all().now_or_never(), None);
        drop(second);
        assert_eq!(reads.all().now_or_never(), Some(false));
        reads.forget_failures();
        assert_eq!(reads.all().now_or_never(), Some(true));
    }
}
