//! SQLite: one writer thread that commits in groups, and readers on snapshots.

use crate::{
    Options, Row, StorageError, Tx, Value, migrations,
    operation::{Ended, Job},
    store::{Counters, Queue, Worker, count},
};
use rusqlite::{CachedStatement, Connection, ErrorCode, types::ValueRef};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Operations that one commit carries at most: bounds how long the first of them waits.
const GROUP: usize = 256;
/// More than all our statements, so that none is ever prepared twice.
const STATEMENTS: usize = 512;

/// Makes the file if needed, migrates it and answers the threads to start.
pub(crate) fn open(
    path: &Path,
    options: &Options,
    writes: &Queue,
    reads: &Queue,
    counters: &Arc<Counters>,
) -> Result<Vec<Worker>, StorageError> {
    let unavailable = |error: io::Error| StorageError::Unavailable(format!("{}: {error}", path.display()));
    create(path).map_err(unavailable)?;
    let mut main = connect(path, options.patience)?;
    {
        // Two processes that start at once must not migrate at once.
        let lock = File::create(beside(path, "migrating")).map_err(unavailable)?;
        lock.lock().map_err(unavailable)?;
        migrations::run_sqlite(&mut main)?;
    }
    sync_directory(path).map_err(unavailable)?;
    let mut workers: Vec<Worker> = Vec::new();
    for number in 0..options.read_threads.max(1) {
        let connection = connect(path, options.patience)?;
        connection
            .pragma_update(None, "query_only", true)
            .map_err(|error| opening(&error))?;
        let (queue, counters) = (reads.clone(), Arc::clone(counters));
        let work = move || {
            Reader {
                connection,
                queue,
                counters,
            }
            .run();
        };
        workers.push((format!("sqlite-read-{number}"), Box::new(work)));
    }
    let sole = Writer {
        connection: main,
        queue: writes.clone(),
        counters: Arc::clone(counters),
        #[cfg(test)]
        before_commit: None,
    };
    workers.push(("sqlite-write".to_owned(), Box::new(move || sole.run())));
    Ok(workers)
}

/// Makes the file readable by its owner only, since it holds families' data, and its folder.
fn create(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
        sync_directory(folder)?;
    }
    let mut file = File::options();
    file.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path)?.sync_all()
}

/// Makes a new name in a folder survive a power cut.
fn sync_directory(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) {
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    } else {
        Ok(())
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(suffix);
    name.into()
}

fn connect(path: &Path, patience: Duration) -> Result<Connection, StorageError> {
    let connect = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(patience)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        connection.pragma_update(None, "cache_size", -32 * 1024)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    };
    connect().map_err(|error| opening(&error))
}

fn opening(error: &rusqlite::Error) -> StorageError {
    StorageError::Unavailable(error.to_string())
}

struct Writer {
    connection: Connection,
    queue: Queue,
    counters: Arc<Counters>,
    #[cfg(test)]
    before_commit: Option<BeforeCommit>,
}

#[cfg(test)]
type BeforeCommit = Box<dyn FnMut() -> Result<(), StorageError> + Send>;

impl Writer {
    fn run(mut self) {
        while let Ok(job) = self.queue.recv_blocking() {
            self.group(job);
        }
    }

    /// Runs this operation and those that wait behind it in one transaction, and answers them when it ended.
    fn group(&mut self, first: Box<dyn Job>) {
        let mut next = Some(first);
        let mut done: Vec<Box<dyn Job>> = Vec::new();
        let mut kept = 0;
        let mut outcome = self.control("BEGIN IMMEDIATE");
        while let Some(mut job) = next.take() {
            if job.abandoned() {
                next = self.queue.try_recv().ok();
                continue;
            }
            if outcome.is_ok() {
                match self.savepoint(&mut *job) {
                    Ok(true) => kept += 1,
                    Ok(false) => {}
                    Err(error) => outcome = Err(error),
                }
            }
            done.push(job);
            if outcome.is_ok() && done.len() < GROUP {
                next = self.queue.try_recv().ok();
            }
        }
        match outcome.and_then(|()| self.commit()) {
            Ok(()) => {
                count(&self.counters.undone, done.len() - kept);
                if kept > 0 {
                    count(&self.counters.commits, 1);
                    count(&self.counters.operations, kept);
                }
            }
            Err(error) => {
                if !self.connection.is_autocommit()
                    && let Err(error) = self.control("ROLLBACK")
                {
                    tracing::error!(%error, "could not roll back");
                }
                if matches!(error, StorageError::Constraint(_)) && done.len() > 1 {
                    // A deferred constraint that one of them broke: each alone, so that only that one pays.
                    count(&self.counters.retries, done.len());
                    for job in done {
                        self.alone(job);
                    }
                    return;
                }
                tracing::error!(%error, operations = done.len(), "a commit failed, nothing of it was kept");
                count(&self.counters.undone, done.len());
                for job in &mut done {
                    job.fail(error.clone());
                }
            }
        }
        done.into_iter().for_each(Job::answer);
    }

    /// One operation in a transaction of its own.
    fn alone(&mut self, mut job: Box<dyn Job>) {
        let outcome = self.control("BEGIN IMMEDIATE").and_then(|()| {
            let kept = self.savepoint(&mut *job)?;
            self.commit()?;
            Ok(kept)
        });
        match outcome {
            Ok(true) => {
                count(&self.counters.commits, 1);
                count(&self.counters.operations, 1);
            }
            Ok(false) => count(&self.counters.undone, 1),
            Err(error) => {
                if !self.connection.is_autocommit()
                    && let Err(error) = self.control("ROLLBACK")
                {
                    tracing::error!(%error, "could not roll back");
                }
                count(&self.counters.undone, 1);
                job.fail(error);
            }
        }
        job.answer();
    }

    /// Runs one operation; whether its changes stay. An error means that the whole transaction is lost.
    fn savepoint(&self, job: &mut dyn Job) -> Result<bool, StorageError> {
        self.control("SAVEPOINT operation")?;
        let ended = job.run(&mut Session {
            connection: &self.connection,
        });
        if self.connection.is_autocommit() {
            // A full disk or an I/O error makes SQLite roll back everything.
            return Err(match ended {
                Ended::Failed(error) => error,
                Ended::Keep | Ended::Undo => StorageError::Commit("the transaction was lost".to_owned()),
            });
        }
        let kept = matches!(ended, Ended::Keep);
        if !kept {
            self.control("ROLLBACK TO operation")?;
        }
        self.control("RELEASE operation")?;
        Ok(kept)
    }

    fn commit(&mut self) -> Result<(), StorageError> {
        #[cfg(test)]
        if let Some(hook) = &mut self.before_commit {
            hook()?;
        }
        self.control("COMMIT").map_err(|error| match error {
            StorageError::Statement { detail, .. } => StorageError::Commit(detail),
            other => other,
        })
    }

    fn control(&self, sql: &str) -> Result<(), StorageError> {
        control(&self.connection, sql)
    }
}

struct Reader {
    connection: Connection,
    queue: Queue,
    counters: Arc<Counters>,
}

impl Reader {
    fn run(self) {
        while let Ok(mut job) = self.queue.recv_blocking() {
            if job.abandoned() {
                continue;
            }
            match control(&self.connection, "BEGIN DEFERRED") {
                Ok(()) => {
                    job.run(&mut Session {
                        connection: &self.connection,
                    });
                    if !self.connection.is_autocommit()
                        && let Err(error) = control(&self.connection, "ROLLBACK")
                    {
                        tracing::error!(%error, "could not end a snapshot");
                    }
                }
                Err(error) => job.fail(error),
            }
            count(&self.counters.reads, 1);
            job.answer();
        }
    }
}

fn control(connection: &Connection, sql: &str) -> Result<(), StorageError> {
    let run = || connection.prepare_cached(sql)?.execute([]);
    run().map(|_| ()).map_err(|error| refused(&error, sql))
}

/// A transaction that somebody else began and will end.
struct Session<'a> {
    connection: &'a Connection,
}

impl Session<'_> {
    fn bound(&self, sql: &str, params: &[Value]) -> Result<CachedStatement<'_>, StorageError> {
        let mut statement = self
            .connection
            .prepare_cached(sql)
            .map_err(|error| refused(&error, sql))?;
        let wanted = statement.parameter_count();
        if wanted != params.len() {
            let detail = format!(
                "the statement has {wanted} parameters, {} were given",
                params.len()
            );
            return Err(StorageError::Statement {
                sql: sql.to_owned(),
                detail,
            });
        }
        for index in 1..=wanted {
            // SQLite counts `$2` as the first parameter where it comes first: go by the name.
            let number = statement
                .parameter_name(index)
                .and_then(|name| name.strip_prefix('$')?.parse().ok());
            let value = number.and_then(|number: usize| params.get(number.checked_sub(1)?));
            let bound = match value {
                Some(Value::Null) => statement.raw_bind_parameter(index, rusqlite::types::Null),
                Some(Value::Int(value)) => statement.raw_bind_parameter(index, value),
                Some(Value::Text(value)) => statement.raw_bind_parameter(index, value),
                None => {
                    let detail = "parameters are $1, $2, … without gaps".to_owned();
                    return Err(StorageError::Statement {
                        sql: sql.to_owned(),
                        detail,
                    });
                }
            };
            bound.map_err(|error| refused(&error, sql))?;
        }
        Ok(statement)
    }
}

impl Tx for Session<'_> {
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StorageError> {
        let changed = self
            .bound(sql, params)?
            .raw_execute()
            .map_err(|error| refused(&error, sql))?;
        Ok(changed as u64)
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, StorageError> {
        let mut statement = self.bound(sql, params)?;
        let names: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
        let mut answer = Vec::new();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(|error| refused(&error, sql))? {
            let mut values = Vec::with_capacity(names.len());
            for (index, name) in names.iter().enumerate() {
                let value = row.get_ref(index).map_err(|error| refused(&error, sql))?;
                values.push(value_of(name, value)?);
            }
            answer.push(Row::new(Arc::clone(&names), values));
        }
        Ok(answer)
    }

    fn prepare(&mut self, sql: &str) -> Result<(), StorageError> {
        self.connection
            .prepare_cached(sql)
            .map(|_| ())
            .map_err(|error| refused(&error, sql))
    }
}

fn value_of(name: &str, value: ValueRef<'_>) -> Result<Value, StorageError> {
    let wrong = |problem: &str| StorageError::Column {
        name: name.to_owned(),
        problem: problem.to_owned(),
    };
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Int(value)),
        ValueRef::Text(value) => std::str::from_utf8(value)
            .map(Value::from)
            .map_err(|_| wrong("is not UTF-8")),
        ValueRef::Real(_) => Err(wrong("is a floating-point number")),
        ValueRef::Blob(_) => Err(wrong("is a blob")),
    }
}

fn refused(error: &rusqlite::Error, sql: &str) -> StorageError {
    let text = error.to_string();
    match error.sqlite_error() {
        Some(failure) if failure.code == ErrorCode::ConstraintViolation => {
            let named = |prefix| text.strip_prefix(prefix).map(str::to_owned);
            match failure.extended_code {
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                    StorageError::Unique {
                        constraint: named("UNIQUE constraint failed: ").unwrap_or(text),
                    }
                }
                _ => StorageError::Constraint(text),
            }
        }
        Some(failure) if matches!(failure.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StorageError::Busy
        }
        _ => StorageError::Statement {
            sql: sql.to_owned(),
            detail: text,
        },
    }
}

#[cfg(test)]
mod tests;
