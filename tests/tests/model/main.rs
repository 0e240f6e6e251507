//! Whatever a family, pagoPA, the network and the power do, in whatever order: each payment that pagoPA holds as paid
//! is credited exactly once, nothing else is, and balances are sums.
//!
//! Each schedule is a number, its seed, and comes out the same whenever it is played. The portal is real, up to the two
//! traits behind which pagoPA stands; pagoPA is a model in memory ([`platform`]). The portal dies wherever it waits.
//!
//! | variable | |
//! |---|---|
//! | `REFETTORIO_MODEL_SEED` | plays this schedule only, and tells its steps |
//! | `REFETTORIO_MODEL_FIRST` | the first seed; the others follow it |
//! | `REFETTORIO_MODEL_SCHEDULES` | how many schedules on SQLite; a tenth of them on PostgreSQL |

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets what it did not expect has failed"
)]

mod chance;
mod check;
mod flows;
mod platform;
mod schedule;
mod stage;

use std::{
    env,
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use testkit::Bench;

/// Schedules on SQLite where nothing else is said.
const SCHEDULES: u64 = 10_000;
/// A portal's database serves so many schedules.
const EACH: u64 = 250;
/// Schedules that are played at once.
const WORKERS: u64 = 2;

/// Not eprintln, which the harness swallows where the test passes.
fn say(words: &str) {
    // A closed stderr is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{words}");
}

fn number(name: &str) -> Option<u64> {
    env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

/// What was played, all workers together.
#[derive(Default)]
struct Tally {
    next: AtomicU64,
    played: AtomicU64,
    payments: AtomicU64,
    crashes: AtomicU64,
}

/// Plays the seeds from `first` on; `bench` makes a fresh database.
fn play(engine: &str, first: u64, count: u64, loud: bool, bench: fn() -> Option<Bench>) {
    let (tally, began) = (Arc::new(Tally::default()), Instant::now());
    let workers: Vec<_> = (0..WORKERS.min(count))
        .map(|_| {
            let tally = Arc::clone(&tally);
            std::thread::spawn(move || work(&tally, first, count, loud, bench))
        })
        .collect();
    let failures: Vec<String> = workers
        .into_iter()
        .filter_map(|worker| worker.join().unwrap().err())
        .collect();
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    say(&format!(
        "payment model on {engine}: {} schedules, seeds {first} to {}, {} payments, {} crashes, {:.1?}",
        read(&tally.played),
        first + count - 1,
        read(&tally.payments),
        read(&tally.crashes),
        began.elapsed()
    ));
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    if count >= 1_000 {
        assert!(
            read(&tally.payments) > count / 2 && read(&tally.crashes) > count / 4,
            "the schedules are too tame"
        );
    }
}

fn work(
    tally: &Tally,
    first: u64,
    count: u64,
    loud: bool,
    bench: fn() -> Option<Bench>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    loop {
        let from = tally.next.fetch_add(EACH, Ordering::Relaxed);
        if from >= count {
            return Ok(());
        }
        // In this thread's runtime nothing is under way, so that a store's tests do not wait for each other.
        let Some(bench) = bench() else { return Ok(()) };
        runtime.block_on(async {
            let mut stage = stage::Stage::around(bench).await;
            for number in from..(from + EACH).min(count) {
                let seed = first + number;
                let played = schedule::play(&mut stage, seed, loud).await;
                tally.payments.fetch_add(played.payments, Ordering::Relaxed);
                tally.crashes.fetch_add(played.crashes, Ordering::Relaxed);
                tally.played.fetch_add(1, Ordering::Relaxed);
                if let Err(problem) = played.sound {
                    // Nothing more is played: the others would stand on what is wrong.
                    tally.next.store(count, Ordering::Relaxed);
                    return Err(format!(
                        "seed {seed}: {problem}\nplay it again with REFETTORIO_MODEL_SEED={seed}\n{}",
                        played.story.join("\n")
                    ));
                }
            }
            check::whole(&stage).await
        })?;
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn seeds(share: u64) -> (u64, u64, bool) {
    if let Some(seed) = number("REFETTORIO_MODEL_SEED") {
        return (seed, 1, true);
    }
    let count = number("REFETTORIO_MODEL_SCHEDULES").unwrap_or(SCHEDULES);
    let first = number("REFETTORIO_MODEL_FIRST").unwrap_or(20_261_123_000);
    (first, (count / share).max(1), false)
}

#[test]
fn every_payment_is_credited_once_on_sqlite() {
    let (first, count, loud) = seeds(1);
    play("SQLite", first, count, loud, || {
        Some(block_on(Bench::in_memory()))
    });
}

#[test]
fn every_payment_is_credited_once_on_postgresql() {
    let (first, count, loud) = seeds(10);
    if env::var("REFETTORIO_TEST_POSTGRES").is_err() {
        say("SKIPPED ON POSTGRESQL: REFETTORIO_TEST_POSTGRES names no server");
        return;
    }
    // Other seeds than on SQLite.
    let first = if loud { first } else { first + 1_000_000 };
    play(
        "PostgreSQL",
        first,
        count,
        loud,
        || block_on(Bench::on_postgres()),
    );
}
