//! `check`: what can be said about the sources without running any test.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::setup::{self, For};
use crate::tally::Tally;
use crate::{run, ui, walls, workspace};

/// Sees to what is needed, checks, and counts.
pub fn run() -> Result<bool> {
    let started = Instant::now();
    setup::prepare(For::Check)?;
    let mut tally = Tally::default();
    steps(&mut tally);
    Ok(tally.finish(started))
}

/// Every check, whatever the one before said.
pub fn steps(tally: &mut Tally) {
    tally.step("format", format());
    tally.step("walls between the crates", walls());
    tally.step(
        "one version of wasm-bindgen",
        workspace::lock()
            .and_then(|lock| workspace::check_wasm_bindgen(&lock))
            .map(drop),
    );
    tally.step("no registry's address in the npm lock file", npm_lock());
    tally.step("Cargo.lock is up to date", locked());
    tally.step("lints", lints());
    tally.step("the OpenAPI document", open_api());
}

fn format() -> Result<()> {
    let mut fmt = run::cargo();
    fmt.args(["fmt", "--all", "--check"]);
    run::step("cargo fmt --check", fmt)
}

fn walls() -> Result<()> {
    let breaches = walls::breaches(&walls::imports()?);
    if !breaches.is_empty() {
        bail!("{}", breaches.join("; "));
    }
    Ok(())
}

fn npm_lock() -> Result<()> {
    for path in [
        "ui/package-lock.json",
        "crates/sandbox/tests/provider/package-lock.json",
    ] {
        let lock = std::fs::read_to_string(workspace::root().join(path))?;
        if lock.contains("\"resolved\"") {
            bail!("{path} names a registry: make it again with the settings of ui/.npmrc");
        }
    }
    Ok(())
}

fn locked() -> Result<()> {
    let mut metadata = run::cargo();
    metadata.args(["metadata", "--format-version", "1", "--locked"]);
    match run::answer(metadata) {
        Some(_) => Ok(()),
        None => bail!("Cargo.lock does not fit the manifests: run any cargo command and commit it"),
    }
}

fn lints() -> Result<()> {
    ui::placeholder()?;
    let mut clippy = run::cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    run::step("cargo clippy", clippy)
}

/// The committed document is the one that the portal tells of itself.
fn open_api() -> Result<()> {
    let mut build = run::cargo();
    build.args(["build", "--workspace", "--all-targets"]);
    run::step("build the portal", build)?;
    let mut tell = run::command(workspace::built("refettorio-portal"));
    tell.arg("openapi");
    let told = run::answer(tell).context("`refettorio-portal openapi` failed")?;
    let committed: PathBuf = workspace::root().join("docs/openapi.json");
    let kept = std::fs::read_to_string(&committed).context("docs/openapi.json is missing")?;
    if told.trim() == kept.trim() {
        return Ok(());
    }
    let line = told
        .lines()
        .zip(kept.lines())
        .position(|(new, old)| new != old)
        .map_or(0, |at| at + 1);
    bail!(
        "docs/openapi.json differs from what the portal says, first at line {line}: run \
         `cargo run -p refettorio-portal -- openapi > docs/openapi.json` and read the difference"
    )
}
