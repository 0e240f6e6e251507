//! `contract`: everything that our pagoPA clients, the stand-in and a station say to each other, held against the
//! documents that pagoPA publishes.

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::setup::{self, For};
use crate::tally::{Count, Tally};
use crate::{run, workspace};

/// How often each message of an operation was held against its document.
type Table = BTreeMap<String, BTreeMap<String, u64>>;

/// Plays the tests that exchange messages, and counts what was valid. Green where the documents are absent, after
/// having said so.
pub fn run() -> Result<bool> {
    let started = Instant::now();
    let Some(specs) = std::env::var_os("PAGOPA_SPECS") else {
        run::say(
            "skipped: nothing was held against pagoPA's published documents, because PAGOPA_SPECS names no folder.\n\
             They are not ours to ship: put those of github.com/pagopa/pagopa-api in FOLDER/pagopa-api (openapi/, wsdl/)\n\
             and those of pagopa-taxonomy in FOLDER/pagopa-taxonomy, and run `PAGOPA_SPECS=FOLDER cargo xtask contract`.",
        );
        run::say("0 passed, 0 failed");
        return Ok(true);
    };
    let specs = fs::canonicalize(&specs).context("PAGOPA_SPECS names a folder that is not there")?;
    setup::prepare(For::Contract)?;
    let counts = workspace::root().join("target/xtask/contract-counts");
    fs::create_dir_all(counts.with_file_name(""))?;
    // Counts of an earlier run are not this one's.
    fs::write(&counts, "")?;
    let mut test = run::cargo();
    test.args(["test", "--package", "refettorio-sandbox", "--test", "pagopa"])
        .env("PAGOPA_SPECS", specs)
        .env("CONTRACT_COUNTS", &counts);
    let mut tally = Tally::default();
    let mut found = Count::default();
    let mut show = |line: &str| {
        if let Some(more) = Count::of_libtest(line) {
            found += more;
        }
        line.ends_with("... FAILED") || line.starts_with("skipped")
    };
    let outcome = run::step_with("contract tests", test, &mut show);
    tally.add(found);
    if let Err(error) = outcome {
        if found.failed == 0 {
            tally.fail(&format!("contract tests: {error:#}"));
        } else {
            tally.explain(&format!("contract tests: {error:#}"));
        }
    }
    let table = read(&fs::read_to_string(&counts)?)?;
    if table.is_empty() {
        tally.fail("not one message was held against the published documents");
    }
    say(&table);
    Ok(tally.finish(started))
}

/// Lines of an operation and one of its messages.
fn read(lines: &str) -> Result<Table> {
    let mut table = Table::new();
    for line in lines.lines() {
        let Some((operation, message)) = line.split_once('\t') else {
            bail!("not a count: {line:?}");
        };
        let messages = table.entry(operation.to_owned()).or_default();
        *messages.entry(message.to_owned()).or_default() += 1;
    }
    Ok(table)
}

fn say(table: &Table) {
    run::say(&format!(
        "\n{:<26} {:>8} {:>8}  valid answers",
        "operation", "requests", "ours"
    ));
    let (mut requests, mut answers) = (0, 0);
    for (operation, messages) in table {
        let count = |message: &str| messages.get(message).copied().unwrap_or_default();
        let statuses: Vec<(&String, &u64)> = messages
            .iter()
            .filter(|(message, _)| !matches!(message.as_str(), "request" | "by our client"))
            .collect();
        requests += count("request");
        answers += statuses.iter().map(|(_, count)| **count).sum::<u64>();
        let statuses: Vec<String> = statuses
            .iter()
            .map(|(status, n)| format!("{status}: {n}"))
            .collect();
        run::say(&format!(
            "{operation:<26} {:>8} {:>8}  {}",
            count("request"),
            count("by our client"),
            statuses.join(", ")
        ));
    }
    run::say(&format!(
        "{} operations, {requests} requests and {answers} answers are what the published documents say\n",
        table.len()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_of_an_operation_is_counted() {
        let table = read("GPD read\t200\nGPD read\trequest\nGPD read\t200\n").unwrap();
        assert_eq!(table["GPD read"]["200"], 2);
        assert_eq!(table["GPD read"]["request"], 1);
        assert!(read("nonsense").is_err());
    }
}
