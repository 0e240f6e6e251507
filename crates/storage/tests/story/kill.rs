//! An act that was answered is on disk, whatever happens to the process a moment later.

use refettorio_storage::{Options, StorageError, Store, Target, params};
use std::{
    env,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

const FILE: &str = "REFETTORIO_TEST_KILL_FILE";
const INSERT: &str = "INSERT INTO acked (id) VALUES ($1)";

/// Not a test of its own: the process that `an_answered_act_survives_kill_9` kills.
#[test]
#[ignore = "run by an_answered_act_survives_kill_9, which kills it"]
fn writes_until_it_is_killed() {
    let Ok(file) = env::var(FILE) else { return };
    let (file, first) = file.split_once('|').unwrap();
    let store = Store::open(&Target::Sqlite(file.into()), &Options::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap();
    let first: i64 = first.parse().unwrap();
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let store = store.clone();
            runtime.spawn(async move {
                for id in (first + writer..).step_by(16) {
                    let done = store.write(move |tx| tx.execute(INSERT, &params![id])).await;
                    assert_eq!(done, Ok::<u64, StorageError>(1));
                    writeln!(std::io::stdout().lock(), "acked {id}").unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        runtime.block_on(writer).unwrap();
    }
}

#[test]
fn an_answered_act_survives_kill_9() {
    let scratch = crate::support::sqlite();
    let Target::Sqlite(path) = &scratch.target else {
        panic!("not a file")
    };
    scratch
        .store
        .write_blocking(|tx| tx.execute("CREATE TABLE acked (id BIGINT PRIMARY KEY)", &[]))
        .unwrap();
    let mut acked = Vec::new();
    for round in 0..5 {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "--nocapture",
                "kill::writes_until_it_is_killed",
            ])
            .env(FILE, format!("{}|{}", path.display(), round * 1_000_000))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = 0;
        while let Some(Ok(line)) = lines.next() {
            // The harness's own words may share the first line.
            if let Some((_, id)) = line.split_once("acked ") {
                acked.push(id.parse::<i64>().unwrap());
                heard += 1;
            }
            if heard == 300 + 37 * round {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(heard >= 300, "the child died by itself");
    }
    let store = Store::open(&scratch.target, &Options::default()).unwrap();
    let rows = store
        .read_blocking(|tx| tx.query("SELECT id FROM acked", &[]))
        .unwrap();
    let kept: std::collections::HashSet<i64> = rows
        .iter()
        .map(|row: &refettorio_storage::Row| row.int("id").unwrap())
        .collect();
    let lost: Vec<_> = acked.iter().filter(|id| !kept.contains(id)).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
}
