//! What only PostgreSQL can do to an operation: collide, and lose its connection.

use refettorio_storage::{Row, StorageError, Store, Target, Tx, params};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

const CREATE: &str = "CREATE TABLE scratch (id BIGINT PRIMARY KEY)";
const INSERT: &str = "INSERT INTO scratch (id) VALUES ($1)";

fn url_of(target: &Target) -> String {
    let Target::Postgres(url) = target else {
        panic!("not a server")
    };
    url.clone()
}

/// Ends a connection from outside and returns when it is gone.
fn terminate(url: &str, pid: i64) {
    let url = url.to_owned();
    let end = move || {
        let mut client = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
        client
            .execute("SELECT pg_terminate_backend($1::bigint::int)", &[&pid])
            .unwrap();
        let gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::bigint::int";
        while client.query_one(gone, &[&pid]).unwrap().get::<_, i64>(0) > 0 {
            std::thread::yield_now();
        }
    };
    std::thread::spawn(end).join().unwrap();
}

fn own_pid(tx: &mut dyn Tx) -> Result<i64, StorageError> {
    tx.query_one("SELECT CAST(pg_backend_pid() AS BIGINT) AS pid", &[])?
        .int("pid")
}

fn ids(store: &Store) -> Vec<i64> {
    let rows: Result<Vec<Row>, StorageError> =
        store.read_blocking(|tx| tx.query("SELECT id FROM scratch ORDER BY id", &[]));
    rows.unwrap().iter().map(|row| row.int("id").unwrap()).collect()
}

#[test]
fn a_connection_that_breaks_before_the_commit_costs_nothing() {
    let Some(scratch) = crate::support::postgres() else {
        return;
    };
    scratch
        .store
        .write_blocking(|tx| tx.execute(CREATE, &[]))
        .unwrap();
    let (url, runs) = (url_of(&scratch.target), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&runs);
    let answer = scratch.store.write_blocking(move |tx| {
        let pid = own_pid(tx)?;
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            terminate(&url, pid);
        }
        tx.execute(INSERT, &params![1])
    });
    assert_eq!(answer, Ok::<u64, StorageError>(1));
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(ids(&scratch.store), [1]);
}

#[test]
fn a_connection_that_breaks_at_the_commit_is_said_and_not_retried() {
    let Some(scratch) = crate::support::postgres() else {
        return;
    };
    scratch
        .store
        .write_blocking(|tx| tx.execute(CREATE, &[]))
        .unwrap();
    let (url, runs) = (url_of(&scratch.target), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&runs);
    let answer = scratch.store.write_blocking(move |tx| {
        counted.fetch_add(1, Ordering::Relaxed);
        let pid = own_pid(tx)?;
        let inserted = tx.execute(INSERT, &params![1])?;
        terminate(&url, pid);
        Ok(inserted)
    });
    assert!(
        matches!(answer, Err(StorageError::OutcomeUnknown(_))),
        "{answer:?}"
    );
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(
        scratch.store.write_blocking(|tx| tx.execute(INSERT, &params![2])),
        Ok::<u64, StorageError>(1)
    );
    assert_eq!(ids(&scratch.store), [2]);
}

#[test]
fn a_collision_that_the_closure_swallows_is_retried_all_the_same() {
    let Some(scratch) = crate::support::postgres() else {
        return;
    };
    scratch
        .store
        .write_blocking(|tx| tx.execute(CREATE, &[]))
        .unwrap();
    scratch
        .store
        .write_blocking(|tx| tx.execute(INSERT, &params![1]))
        .unwrap();
    let (other, runs) = (scratch.store.clone(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&runs);
    let answer = scratch.store.write_blocking(move |tx| {
        tx.query("SELECT id FROM scratch WHERE id = 1", &[])?;
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            let other = other.clone();
            // The row changes under this snapshot, so the update below cannot be serialised.
            let change =
                || other.write_blocking(|tx| tx.execute("UPDATE scratch SET id = 1 WHERE id = 1", &[]));
            std::thread::scope(|scope| scope.spawn(change).join().unwrap())?;
        }
        let swallowed = tx.execute("UPDATE scratch SET id = 5 WHERE id = 1", &[]);
        Ok::<_, StorageError>(swallowed.is_ok())
    });
    assert_eq!(answer, Ok(true));
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(ids(&scratch.store), [5]);
    assert_eq!(scratch.store.stats().retries, 1);
}

#[test]
fn a_sum_without_a_cast_is_refused_with_what_to_do() {
    let Some(scratch) = crate::support::postgres() else {
        return;
    };
    let bare = scratch
        .store
        .read_blocking(|tx| tx.prepare("SELECT SUM(amount) AS total FROM posting"));
    let error: StorageError = bare.unwrap_err();
    assert_eq!(
        error.to_string(),
        "column total: is of type numeric: CAST it to BIGINT or TEXT"
    );
    let cast = "SELECT CAST(SUM(amount) AS BIGINT) AS total FROM posting";
    assert_eq!(
        scratch.store.read_blocking(move |tx| tx.prepare(cast)),
        Ok::<(), StorageError>(())
    );
}
