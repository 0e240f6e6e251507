//! Brings the schema up to date at start: one set of files in `migrations/` for both engines, all new ones
//! in one transaction. A file that was ever released is never edited: write the next one.

use crate::StorageError;
use refinery::Runner;

mod embedded {
    refinery::embed_migrations!("migrations");
}

fn runner() -> Runner {
    embedded::migrations::runner().set_grouped(true)
}

/// Migrates a SQLite file. The caller holds a lock against other processes.
pub(crate) fn run_sqlite(connection: &mut rusqlite::Connection) -> Result<(), StorageError> {
    runner()
        .run(connection)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

/// Migrates a PostgreSQL database. The caller holds a lock against other processes.
pub(crate) fn run_postgres(client: &mut ::postgres::Client) -> Result<(), StorageError> {
    runner().run(client).map(|_| ()).map_err(|error| failed(&error))
}

fn failed(error: &refinery::Error) -> StorageError {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    StorageError::Migration(text)
}
