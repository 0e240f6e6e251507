//! The engines that a storage story runs on: SQLite always, PostgreSQL where a server is named.

use refettorio_storage::{Options, Store, Target};
use std::{
    env,
    io::Write,
    process,
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
};

/// An empty, migrated database of one test. A file goes with it; a PostgreSQL server for tests is thrown away whole.
pub struct Scratch {
    pub store: Store,
    pub target: Target,
    _folder: Option<tempfile::TempDir>,
}

/// One fresh database an engine.
pub fn engines() -> Vec<Scratch> {
    let mut engines = vec![sqlite()];
    engines.extend(postgres());
    engines
}

/// A fresh SQLite file.
pub fn sqlite() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("portal.db"));
    Scratch {
        store: Store::open(&target, &Options::default()).unwrap(),
        target,
        _folder: Some(folder),
    }
}

/// A fresh database on the server that `REFETTORIO_TEST_POSTGRES` names.
pub fn postgres() -> Option<Scratch> {
    let target = empty_postgres()?;
    Some(Scratch {
        store: Store::open(&target, &Options::default()).unwrap(),
        target,
        _folder: None,
    })
}

/// The same without any table.
pub fn empty_postgres() -> Option<Target> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    static SAID: Once = Once::new();
    let Ok(server) = env::var("REFETTORIO_TEST_POSTGRES") else {
        // Not eprintln, which the harness swallows where the test passes.
        SAID.call_once(|| {
            let words = "SKIPPED ON POSTGRESQL: REFETTORIO_TEST_POSTGRES names no server";
            // A closed stderr is no reason to fail.
            let _ = writeln!(std::io::stderr(), "{words}");
        });
        return None;
    };
    let name = format!(
        "storage_{}_{}",
        process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    );
    let mut config: ::postgres::Config = server.parse().unwrap();
    config.dbname("postgres");
    let create = format!("CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    std::thread::spawn(move || {
        config
            .connect(::postgres::NoTls)
            .unwrap()
            .batch_execute(&create)
            .unwrap();
    })
    .join()
    .unwrap();
    // The last wins where a URL names two.
    let joint = if server.contains('?') { '&' } else { '?' };
    Some(Target::Postgres(format!("{server}{joint}dbname={name}")))
}
