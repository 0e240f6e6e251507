//! What every operation may rely on, told once and run on both engines.

use crate::support::{Scratch, engines};
use refettorio_storage::{Options, Row, StorageError, Store, params};

const CREATE: &str =
    "CREATE TABLE scratch (id BIGINT PRIMARY KEY, word TEXT NOT NULL UNIQUE, n BIGINT CHECK (n >= 0))";
const INSERT: &str = "INSERT INTO scratch (id, word, n) VALUES ($1, $2, $3)";
const INSERT_ONCE: &str = "INSERT INTO scratch (id, word, n) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const COUNT: &str = "SELECT COUNT(*) AS n FROM scratch";
const ADD: &str = "UPDATE scratch SET n = n + $1 WHERE id = $2";

#[derive(Debug, PartialEq)]
enum Refusal {
    NotToday,
    Storage(StorageError),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

async fn with_table() -> Vec<Scratch> {
    let engines = engines();
    for engine in &engines {
        engine.store.write(|tx| tx.execute(CREATE, &[])).await.unwrap();
    }
    engines
}

async fn insert(store: &Store, id: i64) -> Result<u64, StorageError> {
    store
        .write(move |tx| tx.execute(INSERT, &params![id, format!("word {id}"), 0]))
        .await
}

async fn rows(store: &Store) -> i64 {
    store.read(|tx| tx.query_one(COUNT, &[])?.int("n")).await.unwrap()
}

fn many() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap()
}

#[tokio::test]
async fn what_was_written_is_read_back() {
    for engine in with_table().await {
        insert(&engine.store, 7).await.unwrap();
        let row: Row = engine
            .store
            .read(|tx| {
                tx.query_one(
                    "SELECT id, word, n, n = 0 AS none FROM scratch WHERE id = $1",
                    &params![7],
                )
            })
            .await
            .unwrap();
        assert_eq!(
            (row.int("id"), row.text("word"), row.bool("none")),
            (Ok(7), Ok("word 7"), Ok(true))
        );
        let missing = engine
            .store
            .read(|tx| tx.query_one("SELECT id FROM scratch WHERE id = $1", &params![8]))
            .await;
        assert!(matches!(missing, Err::<Row, _>(StorageError::NoRow { .. })));
    }
}

#[tokio::test]
async fn parameters_may_come_in_any_order_and_more_than_once() {
    for engine in with_table().await {
        insert(&engine.store, 1).await.unwrap();
        let sql = "SELECT id FROM scratch WHERE word = $2 AND id = $1 AND n < $1";
        let found = engine
            .store
            .read(move |tx| tx.query(sql, &params![1, "word 1"]))
            .await;
        assert_eq!(found.map(|rows: Vec<Row>| rows.len()), Ok(1));
        let few = engine.store.read(move |tx| tx.query(sql, &params![1])).await;
        assert!(
            matches!(few, Err::<Vec<Row>, _>(StorageError::Statement { .. })),
            "{few:?}"
        );
    }
}

#[tokio::test]
async fn returning_answers_the_rows_it_changed() {
    for engine in with_table().await {
        let row: Result<Row, StorageError> = engine
            .store
            .write(|tx| {
                tx.query_one(
                    &format!("{INSERT} RETURNING id, word"),
                    &params![1, "one", None::<i64>],
                )
            })
            .await;
        assert_eq!(row.unwrap().text("word"), Ok("one"));
        assert_eq!(rows(&engine.store).await, 1);
    }
}

#[tokio::test]
async fn an_operation_that_errs_leaves_nothing_behind() {
    for engine in with_table().await {
        let refused: Result<(), Refusal> = engine
            .store
            .write(|tx| {
                tx.execute(INSERT, &params![1, "one", 0])?;
                Err(Refusal::NotToday)
            })
            .await;
        assert_eq!(refused, Err(Refusal::NotToday));
        assert_eq!(rows(&engine.store).await, 0);
    }
}

#[tokio::test]
async fn a_taken_key_is_its_own_error_and_insert_once_counts() {
    for engine in with_table().await {
        insert(&engine.store, 1).await.unwrap();
        let error = insert(&engine.store, 1).await.unwrap_err();
        assert!(error.is_unique(), "{error:?}");
        let counts: Result<(u64, u64), StorageError> = engine
            .store
            .write(|tx| {
                let again = tx.execute(INSERT_ONCE, &params![1, "word 1", 0])?;
                Ok((again, tx.execute(INSERT_ONCE, &params![2, "word 2", 0])?))
            })
            .await;
        assert_eq!(counts, Ok((0, 1)));
        let negative = engine
            .store
            .write(|tx| tx.execute(INSERT, &params![3, "three", -1]))
            .await;
        assert!(
            matches!(negative, Err(StorageError::Constraint(_))),
            "{negative:?}"
        );
    }
}

#[tokio::test]
async fn a_failed_statement_that_the_closure_swallows_still_undoes_everything() {
    for engine in with_table().await {
        insert(&engine.store, 1).await.unwrap();
        let answer: Result<(), StorageError> = engine
            .store
            .write(|tx| {
                tx.execute(INSERT, &params![2, "two", 0])?;
                let first = tx.execute(INSERT, &params![1, "again", 0]);
                assert_eq!(
                    tx.execute(INSERT, &params![3, "three", 0]),
                    first,
                    "the transaction is lost"
                );
                Ok(())
            })
            .await;
        assert!(answer.as_ref().is_err_and(StorageError::is_unique), "{answer:?}");
        assert_eq!(rows(&engine.store).await, 1);
    }
}

#[tokio::test]
async fn a_panic_is_answered_and_the_store_lives_on() {
    for engine in with_table().await {
        let answer: Result<(), StorageError> = engine
            .store
            .write(|tx| {
                tx.execute(INSERT, &params![1, "one", 0])?;
                panic!("a bug")
            })
            .await;
        assert_eq!(answer, Err(StorageError::Panicked("a bug".to_owned())));
        let read: Result<(), StorageError> = engine.store.read(|_| panic!("another")).await;
        assert_eq!(read, Err(StorageError::Panicked("another".to_owned())));
        assert_eq!(rows(&engine.store).await, 0);
        insert(&engine.store, 1).await.unwrap();
    }
}

#[tokio::test]
async fn a_read_cannot_write() {
    for engine in with_table().await {
        let answer = engine
            .store
            .read(|tx| tx.execute(INSERT, &params![1, "one", 0]))
            .await;
        assert!(
            matches!(answer, Err(StorageError::Statement { .. })),
            "{answer:?}"
        );
        assert_eq!(rows(&engine.store).await, 0);
    }
}

#[test]
fn a_read_sees_one_moment() {
    let runtime = many();
    for engine in runtime.block_on(with_table()) {
        let store = engine.store.clone();
        let handle = runtime.handle().clone();
        let counts: Result<(i64, i64), StorageError> = runtime.block_on(engine.store.read(move |tx| {
            let before = tx.query_one(COUNT, &[])?.int("n")?;
            let (store, handle) = (store.clone(), handle.clone());
            // From another thread, as another family would, while this snapshot is open.
            std::thread::spawn(move || handle.block_on(insert(&store, 1)))
                .join()
                .unwrap()?;
            Ok((before, tx.query_one(COUNT, &[])?.int("n")?))
        }));
        assert_eq!(counts, Ok((0, 0)));
        assert_eq!(runtime.block_on(rows(&engine.store)), 1);
    }
}

#[test]
fn many_writers_lose_no_update_and_share_commits_on_sqlite() {
    let runtime = many();
    for engine in runtime.block_on(with_table()) {
        runtime.block_on(insert(&engine.store, 1)).unwrap();
        let before = engine.store.stats();
        let adds: Vec<_> = (0..200)
            .map(|_| {
                let store = engine.store.clone();
                runtime.spawn(async move { store.write(|tx| tx.execute(ADD, &params![1, 1])).await })
            })
            .collect();
        for add in adds {
            assert_eq!(runtime.block_on(add).unwrap(), Ok(1));
        }
        let total = runtime.block_on(
            engine
                .store
                .read(|tx| tx.query_one("SELECT n FROM scratch WHERE id = 1", &[])?.int("n")),
        );
        assert_eq!(total, Ok::<i64, StorageError>(200));
        let after = engine.store.stats();
        assert_eq!(after.operations - before.operations, 200);
        println!("{:?}: {after:?}", engine.target);
    }
}

#[test]
fn what_two_operations_read_cannot_be_spent_twice() {
    let runtime = many();
    for engine in runtime.block_on(with_table()) {
        let spends: Vec<_> = (0..40)
            .map(|id| {
                let store = engine.store.clone();
                runtime.spawn(async move {
                    store
                        .write(move |tx| {
                            // Insert-only, as the ledger: no row is updated that a lock could protect.
                            if tx.query_one(COUNT, &[])?.int("n")? >= 10 {
                                return Err(Refusal::NotToday);
                            }
                            tx.execute(INSERT, &params![id, format!("spend {id}"), 0])?;
                            Ok(())
                        })
                        .await
                })
            })
            .collect();
        let answers: Vec<_> = spends
            .into_iter()
            .map(|spend| runtime.block_on(spend).unwrap())
            .collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 10);
        assert_eq!(
            answers
                .iter()
                .filter(|answer| **answer == Err(Refusal::NotToday))
                .count(),
            30
        );
        assert_eq!(runtime.block_on(rows(&engine.store)), 10);
    }
}

#[tokio::test]
async fn a_closed_store_finishes_what_waits_and_refuses_the_rest() {
    for engine in with_table().await {
        let waiting = (0..20).map(|id| {
            let store = engine.store.clone();
            tokio::spawn(async move { insert(&store, id).await })
        });
        let waiting: Vec<_> = waiting.collect();
        // One turn of the runtime: every task has handed its operation in.
        tokio::task::yield_now().await;
        engine.store.clone().close().await;
        for insert in waiting {
            assert_eq!(insert.await.unwrap(), Ok(1));
        }
        assert_eq!(insert(&engine.store, 99).await, Err(StorageError::Closed));
        let again = Store::open(&engine.target, &Options::default()).unwrap();
        assert_eq!(rows(&again).await, 20);
    }
}

#[test]
fn a_full_queue_answers_busy_within_its_patience() {
    let runtime = many();
    for engine in engines() {
        let options = Options {
            queue: 1,
            write_threads: 1,
            patience: std::time::Duration::from_millis(20),
            ..Options::default()
        };
        let store = Store::open(&engine.target, &options).unwrap();
        let (started, running) = std::sync::mpsc::channel();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let gate = std::sync::Mutex::new(gate);
        let slow = store.clone();
        let slow = runtime.spawn(async move {
            slow.write(move |_| {
                started.send(()).unwrap();
                let _ = gate.lock().unwrap().recv();
                Ok::<_, StorageError>(())
            })
            .await
        });
        running.recv().unwrap();
        // One of them takes the only place, the other finds none.
        let mut waiting: Vec<_> = (0..2)
            .map(|_| {
                let store = store.clone();
                runtime.spawn(async move { store.write(|_| Ok::<_, StorageError>(())).await })
            })
            .collect();
        let (first, second) = waiting.split_at_mut(1);
        let (refused, held) = runtime.block_on(async {
            tokio::select! {
                answer = &mut first[0] => (answer.unwrap(), &mut second[0]),
                answer = &mut second[0] => (answer.unwrap(), &mut first[0]),
            }
        });
        assert_eq!(refused, Err(StorageError::Busy));
        release.send(()).unwrap();
        assert_eq!(runtime.block_on(held).unwrap(), Ok(()));
        assert_eq!(runtime.block_on(slow).unwrap(), Ok(()));
    }
}

#[test]
fn commands_use_the_same_path_without_a_runtime() {
    for engine in engines() {
        engine.store.write_blocking(|tx| tx.execute(CREATE, &[])).unwrap();
        engine
            .store
            .write_blocking(|tx| tx.execute(INSERT, &params![1, "one", 0]))
            .unwrap();
        // A second store on the same database, as `verify-ledger` beside a running portal.
        let second = Store::open(&engine.target, &Options::default()).unwrap();
        let count = second.read_blocking(|tx| tx.query_one(COUNT, &[])?.int("n"));
        assert_eq!(count, Ok::<i64, StorageError>(1));
        second
            .write_blocking(|tx| tx.execute(INSERT, &params![2, "two", 0]))
            .unwrap();
        second.close_blocking();
        engine
            .store
            .write_blocking(|tx| tx.execute(INSERT, &params![3, "three", 0]))
            .unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_an_engine_refuses_is_named() {
    for engine in with_table().await {
        let statements = [
            ("GOOD", INSERT),
            ("BAD", "SELECT nothing FROM scratch"),
            ("COUNT", COUNT),
        ];
        let refused = engine.store.refused_statements(&statements).await;
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0].0, "BAD");
        assert_eq!(rows(&engine.store).await, 0);
    }
}
