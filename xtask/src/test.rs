//! `test`: everything that can be checked, one after the other, and all of it even when something fails.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;
use clap::Args;

use crate::postgres::Throwaway;
use crate::setup::{self, For};
use crate::tally::{Count, Tally};
use crate::{check, interop, mobile, run, smoke, ui};

/// What to leave out of `test`.
#[derive(Args)]
pub struct Options {
    /// Only the tests of the crates: no check, no front-door story.
    #[arg(long)]
    crates_only: bool,
}

/// Sets up, builds once, tests, checks, plays the story, and counts.
pub fn run(options: &Options) -> Result<bool> {
    let started = Instant::now();
    setup::prepare(For::Test)?;
    let mut tally = Tally::default();
    let interface = tally.step("the interface builds", ui::build(false));
    if !interface {
        ui::placeholder()?;
    }
    let built = tally.step("everything compiles", smoke::build_all());
    if run::interrupted() {
        return Ok(tally.finish(started));
    }
    crate_tests(&mut tally);
    if !run::interrupted() {
        fuzz(&mut tally);
    }
    if !options.crates_only {
        if !run::interrupted() {
            check::steps(&mut tally);
        }
        if run::interrupted() {
            tally.fail("interrupted");
        } else if interface && built {
            smoke::steps(&mut tally, &smoke::Options::default());
            if !run::interrupted() {
                interop::steps(&mut tally);
            }
        } else {
            tally.fail("the front-door story cannot be played: something did not build");
        }
        if !run::interrupted() {
            mobile::steps(&mut tally);
        }
    }
    Ok(tally.finish(started))
}

/// `cargo test` on the whole workspace, with a `PostgreSQL` beside `SQLite`; each test counts.
fn crate_tests(tally: &mut Tally) {
    let database = match Throwaway::start() {
        Ok(database) => Some(database),
        Err(error) => {
            tally.fail(&format!("the throw-away PostgreSQL: {error:#}"));
            None
        }
    };
    let mut test = run::cargo();
    test.args(["test", "--workspace", "--no-fail-fast"]);
    match &database {
        Some(database) => test.env("REFETTORIO_TEST_POSTGRES", database.url()),
        None => test.env_remove("REFETTORIO_TEST_POSTGRES"),
    };
    libtest("cargo test", test, tally);
}

/// Every reader of what comes from outside (fiscal codes, badges, the office's files, receipts, links, id tokens), with
/// a hundred times the cases of an ordinary run. Their tests have `panic` in their names.
fn fuzz(tally: &mut Tally) {
    let mut test = run::cargo();
    test.args(["test", "--workspace", "--no-fail-fast", "--", "panic"])
        .env("PROPTEST_CASES", "25600")
        .env_remove("REFETTORIO_TEST_POSTGRES");
    libtest("no text makes a reader panic", test, tally);
}

/// Runs tests and counts each.
fn libtest(what: &str, test: Command, tally: &mut Tally) {
    let mut count = Count::default();
    let mut failed = Vec::new();
    let mut show = |line: &str| {
        if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            failed.push(name.to_owned());
        }
        if let Some(more) = Count::of_libtest(line) {
            count += more;
            return more != Count::default();
        }
        line.ends_with("... FAILED")
            || line.trim_start().starts_with("Running ")
            || line.starts_with("skipped")
    };
    let outcome = run::step_with(what, test, &mut show);
    tally.add(count);
    // A crate whose tests do not compile fails without a test to count.
    if let Err(error) = outcome {
        if count.failed == 0 {
            tally.fail(&format!("{what}: {error:#}"));
        } else {
            tally.explain(&format!("{what} ({}): {error:#}", failed.join(", ")));
        }
    }
}
