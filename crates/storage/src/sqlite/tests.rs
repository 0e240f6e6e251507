//! The writer, one group at a time and without threads: what is kept, what is undone, who is answered when.

use super::*;
use crate::{operation::Operation, params};
use async_channel::Sender;
use std::sync::{Mutex, atomic::Ordering};
use tokio::sync::oneshot;

type Answer = Result<u64, StorageError>;

struct Desk {
    writer: Writer,
    queue: Sender<Box<dyn Job>>,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connection = connect(&folder.path().join("desk.db"), Duration::from_secs(5)).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE parent (id BIGINT PRIMARY KEY);
                 CREATE TABLE scratch (id BIGINT PRIMARY KEY,
                     parent BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
            )
            .unwrap();
        let (queue, jobs) = async_channel::unbounded();
        let writer = Writer {
            connection,
            queue: jobs,
            counters: Arc::default(),
            before_commit: None,
        };
        Self {
            writer,
            queue,
            _folder: folder,
        }
    }

    fn hand_in(&self, closure: impl Fn(&mut dyn Tx) -> Answer + Send + 'static) -> oneshot::Receiver<Answer> {
        let (operation, answer) = Operation::new(closure);
        self.queue.try_send(Box::new(operation)).unwrap();
        answer
    }

    fn insert(&self, id: i64) -> oneshot::Receiver<Answer> {
        self.hand_in(move |tx| tx.execute("INSERT INTO scratch (id) VALUES ($1)", &params![id]))
    }

    fn group(&mut self) {
        let first = self.writer.queue.try_recv().unwrap();
        self.writer.group(first);
    }

    fn ids(&self) -> Vec<i64> {
        let mut statement = self
            .writer
            .connection
            .prepare("SELECT id FROM scratch ORDER BY id")
            .unwrap();
        let ids = statement.query_map([], |row| row.get(0)).unwrap();
        ids.collect::<Result<_, _>>().unwrap()
    }

    fn counts(&self) -> (u64, u64, u64) {
        let counters = &self.writer.counters;
        let value = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        (
            value(&counters.commits),
            value(&counters.operations),
            value(&counters.undone),
        )
    }
}

#[test]
fn operations_that_wait_share_a_commit_up_to_the_group_size() {
    let mut desk = Desk::open();
    let answers: Vec<_> = (0..300).map(|id| desk.insert(id)).collect();
    desk.group();
    assert_eq!(desk.counts(), (1, 256, 0));
    desk.group();
    assert_eq!(desk.counts(), (2, 300, 0));
    for mut answer in answers {
        assert_eq!(answer.try_recv(), Ok(Ok(1)));
    }
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let mut desk = Desk::open();
    let answers = Arc::new(Mutex::new((0..3).map(|id| desk.insert(id)).collect::<Vec<_>>()));
    let waiting = Arc::clone(&answers);
    desk.writer.before_commit = Some(Box::new(move || {
        for answer in waiting.lock().unwrap().iter_mut() {
            assert!(answer.try_recv().is_err(), "answered before the commit");
        }
        Ok(())
    }));
    desk.group();
    for answer in answers.lock().unwrap().iter_mut() {
        assert_eq!(answer.try_recv(), Ok(Ok(1)));
    }
}

#[test]
fn a_failed_commit_is_everybodys_error_and_keeps_nothing() {
    let mut desk = Desk::open();
    let answers: Vec<_> = (0..3).map(|id| desk.insert(id)).collect();
    let full = StorageError::Commit("disk full".to_owned());
    let failure = full.clone();
    desk.writer.before_commit = Some(Box::new(move || Err(failure.clone())));
    desk.group();
    for mut answer in answers {
        assert_eq!(answer.try_recv(), Ok(Err(full.clone())));
    }
    assert!(desk.ids().is_empty());
    desk.writer.before_commit = None;
    let mut later = desk.insert(9);
    desk.group();
    assert_eq!(later.try_recv(), Ok(Ok(1)));
    assert_eq!(desk.ids(), [9]);
}

#[test]
fn an_operation_that_fails_or_panics_costs_its_neighbours_nothing() {
    let mut desk = Desk::open();
    let mut first = desk.insert(1);
    let mut taken = desk.hand_in(|tx| {
        tx.execute("INSERT INTO scratch (id) VALUES ($1)", &params![50])?;
        tx.execute("INSERT INTO scratch (id) VALUES ($1)", &params![1])
    });
    let mut panicking = desk.hand_in(|tx| {
        tx.execute("INSERT INTO scratch (id) VALUES ($1)", &params![60])?;
        panic!("a bug")
    });
    let mut last = desk.insert(2);
    desk.group();
    assert_eq!(first.try_recv(), Ok(Ok(1)));
    assert_eq!(
        taken.try_recv(),
        Ok(Err(StorageError::Unique {
            constraint: "scratch.id".to_owned()
        }))
    );
    assert_eq!(
        panicking.try_recv(),
        Ok(Err(StorageError::Panicked("a bug".to_owned())))
    );
    assert_eq!(last.try_recv(), Ok(Ok(1)));
    assert_eq!(desk.ids(), [1, 2]);
    assert_eq!(desk.counts(), (1, 2, 2));
}

#[test]
fn a_constraint_that_only_the_commit_finds_costs_its_neighbours_nothing() {
    let mut desk = Desk::open();
    let mut good = desk.insert(1);
    let mut orphan = desk.hand_in(|tx| {
        tx.execute(
            "INSERT INTO scratch (id, parent) VALUES ($1, $2)",
            &params![2, 77],
        )
    });
    let mut other = desk.insert(3);
    desk.group();
    assert_eq!(good.try_recv(), Ok(Ok(1)));
    assert!(matches!(orphan.try_recv(), Ok(Err(StorageError::Constraint(_)))));
    assert_eq!(other.try_recv(), Ok(Ok(1)));
    assert_eq!(desk.ids(), [1, 3]);
}

#[test]
fn an_operation_whose_caller_has_gone_is_skipped() {
    let mut desk = Desk::open();
    drop(desk.insert(1));
    let mut stays = desk.insert(2);
    desk.group();
    assert_eq!(stays.try_recv(), Ok(Ok(1)));
    assert_eq!(desk.ids(), [2]);
}

#[cfg(unix)]
#[test]
fn a_new_file_and_its_companions_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/portal.db");
    create(&path).unwrap();
    let connection = connect(&path, Duration::from_secs(5)).unwrap();
    connection.execute_batch("CREATE TABLE t (id BIGINT)").unwrap();
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(
            entry.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            entry.path()
        );
    }
}
