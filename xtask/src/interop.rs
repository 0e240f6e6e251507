//! `interop`: our side of a login held against a provider that somebody else wrote and had certified, npm's
//! `oidc-provider`, run on this machine: first by a client without pages, then the whole way in Chromium and in the
//! desktop app.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::run::Background;
use crate::setup::{self, For};
use crate::tally::{Count, Tally};
use crate::{ports, run, smoke, ui, workspace};

const PATIENCE: Duration = Duration::from_secs(30);
/// What the provider is made of; they lie beside the tests that speak to it.
const PARTS: [&str; 3] = ["package.json", "package-lock.json", "peer.mjs"];

/// Plays the tests against the provider.
pub fn run() -> Result<bool> {
    let started = Instant::now();
    setup::prepare(For::Smoke)?;
    let mut tally = Tally::default();
    if tally.step("the interface builds", ui::build(false))
        && tally.step("everything compiles", smoke::build_all())
    {
        steps(&mut tally);
    }
    Ok(tally.finish(started))
}

/// The same, as a part of `test`.
pub fn steps(tally: &mut Tally) {
    // The provider knows one place where people may be sent back to; nobody listens there but the acts.
    match ports::free().and_then(|port| Ok((peer(port)?, port))) {
        Ok(((_peer, issuer), port)) => {
            against(&issuer, tally);
            for act in ["interop-browser", "interop-desktop"] {
                let port = port.to_string();
                let variables = [
                    ("STORY_OIDC_PEER", issuer.as_str()),
                    ("STORY_PORTAL_PORT", port.as_str()),
                ];
                if let Err(error) = smoke::play_with(act, &variables, tally) {
                    tally.fail(&format!("the story, act {act}: {error:#}"));
                }
            }
        }
        Err(error) => tally.fail(&format!("the certified provider: {error:#}")),
    }
}

fn folder() -> PathBuf {
    workspace::root().join("target/peer")
}

/// Installs what changed, and starts the provider.
fn peer(portal: u16) -> Result<(Background, String)> {
    let (from, folder) = (workspace::root().join("crates/sandbox/tests/provider"), folder());
    std::fs::create_dir_all(&folder)?;
    let same = |part: &str| std::fs::read(from.join(part)).ok() == std::fs::read(folder.join(part)).ok();
    let stamp = folder.join("node_modules/.refettorio-stamp");
    let installed = stamp.is_file() && PARTS.iter().all(|part| same(part));
    if !installed {
        for part in PARTS {
            std::fs::copy(from.join(part), folder.join(part)).with_context(|| part.to_owned())?;
        }
        let mut npm = run::command("npm");
        // No package's script runs on this machine: none of ours needs one.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder);
        run::step("certified provider: npm ci", npm)?;
        std::fs::write(stamp, "")?;
    }
    let port = ports::free()?;
    let mut node = run::command("node");
    let callback = format!("http://127.0.0.1:{portal}/accesso/ritorno/spid");
    node.args(["peer.mjs", &port.to_string(), &callback])
        .current_dir(&folder);
    let (mut peer, said) = Background::start_and_hear("peer", node)?;
    let issuer = said
        .strip_prefix("peer ")
        .with_context(|| format!("it said {said:?}"))?
        .to_owned();
    ports::wait_for(port, PATIENCE, || peer.alive())?;
    Ok((peer, issuer))
}

fn against(issuer: &str, tally: &mut Tally) {
    let mut test = run::cargo();
    // The whole workspace by name: with one package alone, its dependencies are built again with other features.
    test.args(["test", "--workspace", "--test", "provider", "peer"])
        .env("OIDC_PEER", issuer);
    let mut found = Count::default();
    let mut show = |line: &str| {
        if let Some(more) = Count::of_libtest(line) {
            found += more;
        }
        line.ends_with("... FAILED")
    };
    let outcome = run::step_with("a login at a certified provider", test, &mut show);
    tally.add(found);
    match outcome {
        Err(error) if found.failed == 0 => tally.fail(&format!("the certified provider: {error:#}")),
        Err(error) => tally.explain(&format!("the certified provider: {error:#}")),
        Ok(()) if found.passed == 0 => tally.fail("the certified provider was asked nothing"),
        Ok(()) => {}
    }
}
