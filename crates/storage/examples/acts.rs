//! Acts a second: a key look-up, an insert and an update in one operation, by 1 to 128 writers at once.
//!
//! `cargo run --release -p refettorio-storage --example acts -- [sqlite:PATH | postgres://…]`; without an
//! address a SQLite file in a temporary folder. The database must be a new one.

#![expect(clippy::print_stdout, reason = "this program is its printed table")]
#![expect(
    clippy::expect_used,
    reason = "a measurement that cannot run has nothing to answer"
)]

use refettorio_storage::{Options, StorageError, Store, Target, params};
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

const CHILDREN: i64 = 10_000;
const FOR_EACH: Duration = Duration::from_secs(3);

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = env::args().nth(1).map_or_else(
        || Target::Sqlite(folder.path().join("acts.db")),
        |text| Target::parse(&text).expect("an address"),
    );
    let store = Store::open(&target, &Options::default()).expect("a database");
    store
        .write_blocking(|tx| {
            tx.execute(
                "CREATE TABLE bench_child (id BIGINT PRIMARY KEY, absences BIGINT NOT NULL)",
                &[],
            )?;
            tx.execute(
                "CREATE TABLE bench_act (id BIGINT PRIMARY KEY, child BIGINT NOT NULL)",
                &[],
            )?;
            for id in 0..CHILDREN {
                tx.execute(
                    "INSERT INTO bench_child (id, absences) VALUES ($1, 0)",
                    &params![id],
                )?;
            }
            Ok::<_, StorageError>(())
        })
        .expect("two tables");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let next = Arc::new(AtomicI64::new(0));
    println!("{target}\nwriters   acts/s  commits  retries   p50 µs   p99 µs");
    for writers in [1, 8, 32, 128] {
        let before = store.stats();
        let started = Instant::now();
        let tasks: Vec<_> = (0..writers)
            .map(|_| {
                let (store, next) = (store.clone(), Arc::clone(&next));
                runtime.spawn(async move {
                    let mut took = Vec::new();
                    while started.elapsed() < FOR_EACH {
                        let id = next.fetch_add(1, Ordering::Relaxed);
                        let begun = Instant::now();
                        act(&store, id).await.expect("an act");
                        took.push(begun.elapsed().as_micros());
                    }
                    took
                })
            })
            .collect();
        let mut took: Vec<u128> = Vec::new();
        for task in tasks {
            took.extend(runtime.block_on(task).expect("a writer"));
        }
        let millis = started.elapsed().as_millis().max(1);
        took.sort_unstable();
        let after = store.stats();
        println!(
            "{writers:>7} {:>8} {:>8} {:>8} {:>8} {:>8}",
            took.len() as u128 * 1000 / millis,
            after.commits - before.commits,
            after.retries - before.retries,
            took[took.len() / 2],
            took[took.len() * 99 / 100],
        );
    }
}

async fn act(store: &Store, id: i64) -> Result<(), StorageError> {
    store
        .write(move |tx| {
            let child = id.wrapping_mul(7919) % CHILDREN;
            tx.query_one("SELECT absences FROM bench_child WHERE id = $1", &params![child])?;
            tx.execute(
                "INSERT INTO bench_act (id, child) VALUES ($1, $2)",
                &params![id, child],
            )?;
            tx.execute(
                "UPDATE bench_child SET absences = absences + 1 WHERE id = $1",
                &params![child],
            )?;
            Ok(())
        })
        .await
}
