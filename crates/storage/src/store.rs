//! The store: where operations are handed in, queued and answered, whatever engine runs them.

use crate::{
    StorageError, Tx,
    operation::{Job, Operation},
    postgres, sqlite,
};
use async_channel::{Receiver, Sender};
use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// Where a store keeps its rows.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A SQLite file, made when it is not there.
    Sqlite(PathBuf),
    /// A PostgreSQL database by URL. The connection is not encrypted: loopback, a Unix socket
    /// (`postgres:///name?host=/run/postgresql`) or a private network. Make the database with
    /// `TEMPLATE template0 LC_COLLATE 'C'`, so that texts sort as in SQLite.
    Postgres(String),
}

impl Target {
    /// Reads `sqlite:PATH`, `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self, StorageError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(path.into())),
            // Not the text itself: a mistyped URL may hold a password.
            _ => Err(StorageError::Target(
                text.split(':').next().unwrap_or_default().to_owned(),
            )),
        }
    }
}

/// Shows the address without its password, so that it may be logged.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(f, "postgres://{}", place.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How a store works; the defaults suit one portal.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads, each with its connection, that write to PostgreSQL. SQLite always has one.
    pub write_threads: usize,
    /// Threads, each with its connection, that read.
    pub read_threads: usize,
    /// Operations that may wait in each of the two queues.
    pub queue: usize,
    /// How long an operation waits for a place in the queue, and a statement for a lock that another
    /// process holds, before it is answered [`StorageError::Busy`].
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            write_threads: 8,
            read_threads: 4,
            queue: 1024,
            patience: Duration::from_secs(5),
        }
    }
}

/// What a store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Transactions committed to disk for write operations.
    pub commits: u64,
    /// Write operations whose changes those commits kept.
    pub operations: u64,
    /// Write operations undone because their closure erred, panicked or hit a failed statement.
    pub undone: u64,
    /// Runs repeated after a collision or a broken connection.
    pub retries: u64,
    /// Read operations answered.
    pub reads: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) commits: AtomicU64,
    pub(crate) operations: AtomicU64,
    pub(crate) undone: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) reads: AtomicU64,
}

pub(crate) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::Relaxed);
}

pub(crate) type Queue = Receiver<Box<dyn Job>>;

/// A database that is open. Clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writes: Sender<Box<dyn Job>>,
    reads: Sender<Box<dyn Job>>,
    patience: Duration,
    counters: Arc<Counters>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts its threads. Blocks until done.
    pub fn open(target: &Target, options: &Options) -> Result<Self, StorageError> {
        let (writes, write_queue) = async_channel::bounded(options.queue.max(1));
        let (reads, read_queue) = async_channel::bounded(options.queue.max(1));
        let counters = Arc::new(Counters::default());
        // On a thread of its own: the PostgreSQL driver must not be entered from an async context.
        let workers = thread::scope(|scope| {
            let opened = scope.spawn(|| match target {
                Target::Sqlite(path) => sqlite::open(path, options, &write_queue, &read_queue, &counters),
                Target::Postgres(url) => postgres::open(url, options, &write_queue, &read_queue, &counters),
            });
            opened
                .join()
                .unwrap_or_else(|_| Err(StorageError::Unavailable("opening panicked".to_owned())))
        })?;
        let mut threads = Vec::with_capacity(workers.len());
        for (name, work) in workers {
            let thread = thread::Builder::new().name(name).spawn(work);
            threads.push(thread.map_err(|error| StorageError::Unavailable(error.to_string()))?);
        }
        let shared = Shared {
            writes,
            reads,
            patience: options.patience,
            counters,
            threads: Mutex::new(threads),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Runs a closure in a write transaction. An `Ok` answer is on disk; an `Err` answer left nothing behind,
    /// except [`StorageError::OutcomeUnknown`]. The closure may run more than once. An operation whose
    /// caller has gone before it started is skipped.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut dyn Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.hand_in(&self.shared.writes, closure).await
    }

    /// Runs a closure on a snapshot of what was committed; it cannot write.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut dyn Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.hand_in(&self.shared.reads, closure).await
    }

    /// [`Store::write`] for commands without a runtime. Panics inside an async context.
    pub fn write_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut dyn Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        runtime()?.block_on(self.write(closure))
    }

    /// [`Store::read`] for commands without a runtime. Panics inside an async context.
    pub fn read_blocking<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut dyn Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        runtime()?.block_on(self.read(closure))
    }

    /// Prepares every `(name, statement)` without running it; answers those that the engine refuses.
    pub async fn refused_statements(
        &self,
        statements: &[(&'static str, &'static str)],
    ) -> Vec<(&'static str, StorageError)> {
        let mut refused = Vec::new();
        for &(name, sql) in statements {
            if let Err(error) = self.read(move |tx| tx.prepare(sql)).await {
                refused.push((name, error));
            }
        }
        refused
    }

    /// Takes no more operations, finishes those in the queues and waits for the threads to end. Every clone
    /// is closed with it.
    pub async fn close(self) {
        self.shared.writes.close();
        self.shared.reads.close();
        let threads =
            std::mem::take(&mut *self.shared.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a database thread had panicked");
                }
            }
        });
        if joined.await.is_err() {
            tracing::error!("could not wait for the database threads");
        }
    }

    /// [`Store::close`] for commands without a runtime. Panics inside an async context.
    pub fn close_blocking(self) {
        if let Ok(runtime) = runtime() {
            runtime.block_on(self.close());
        }
    }

    /// What this store has done since it was opened.
    pub fn stats(&self) -> Stats {
        let counters = &self.shared.counters;
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            commits: value(&counters.commits),
            operations: value(&counters.operations),
            undone: value(&counters.undone),
            retries: value(&counters.retries),
            reads: value(&counters.reads),
        }
    }

    async fn hand_in<T, E, F>(&self, queue: &Sender<Box<dyn Job>>, closure: F) -> Result<T, E>
    where
        F: Fn(&mut dyn Tx) -> Result<T, E> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (operation, answer) = Operation::new(closure);
        let operation: Box<dyn Job> = Box::new(operation);
        match tokio::time::timeout(self.shared.patience, queue.send(operation)).await {
            Ok(Ok(())) => answer.await.unwrap_or_else(|_| Err(StorageError::Closed.into())),
            Ok(Err(_)) => Err(StorageError::Closed.into()),
            Err(_) => Err(StorageError::Busy.into()),
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, StorageError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

/// A thread's name and what it does until its queue is closed and empty.
pub(crate) type Worker = (String, Box<dyn FnOnce() + Send>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shown_without_its_password() {
        let file = Target::parse("sqlite:data/portal.db").unwrap();
        assert_eq!(file, Target::Sqlite("data/portal.db".into()));
        assert_eq!(file.to_string(), "sqlite:data/portal.db");
        let server = Target::parse("postgres://mensa:s@cret@db:5432/portal?application_name=x").unwrap();
        assert_eq!(
            format!("{server} {server:?}"),
            "postgres://db:5432/portal postgres://db:5432/portal"
        );
    }

    #[test]
    fn another_address_is_refused_without_being_repeated() {
        for text in [
            "",
            "portal.db",
            "sqlite:",
            "sqlite::memory:",
            "mysql://root:secret@db/x",
        ] {
            let error = Target::parse(text).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
