//! The storage story: run on SQLite always, and on PostgreSQL where `REFETTORIO_TEST_POSTGRES` names a server
//! on which it may make a database for each test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod engine;
mod kill;
mod outbox;
mod postgres;
mod statements;
mod support;
mod upgrade;
