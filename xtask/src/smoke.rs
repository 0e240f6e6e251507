//! `smoke`: the front-door story, in Chromium on the web build and in the real desktop app; then every screen in every
//! size; then the portal killed again and again under load, and what is left looked at.
//!
//! The story itself is a program (`refettorio-story`, in `tests/`); here is the stage: a screen, a bus, a keychain, the
//! two drivers, and where it finds them.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;

use crate::setup::{self, For};
use crate::stage::Stage;
use crate::tally::{Count, Tally};
use crate::{run, ui, workspace};

const ACTS: [&str; 4] = ["browser", "desktop", "gallery", "kill"];

/// Which acts to play.
#[derive(Args, Default)]
pub struct Options {
    /// Only this act: browser, desktop, gallery or kill.
    #[arg(long, value_parser = ACTS)]
    only: Option<String>,
    /// Play with what was built before, as it is.
    #[arg(long)]
    as_built: bool,
    /// Play so many times: what fails once in a while shows itself.
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    times: u32,
}

/// Sets up, builds, plays, and counts.
pub fn run(options: &Options) -> Result<bool> {
    let started = Instant::now();
    setup::prepare(For::Smoke)?;
    let mut tally = Tally::default();
    let ready = options.as_built
        || tally.step("the interface builds", ui::build(false))
            && tally.step("everything compiles", build_all());
    if ready {
        for _ in 0..options.times {
            steps(&mut tally, options);
        }
    }
    Ok(tally.finish(started))
}

/// Builds every target of the workspace: the same artefacts that `cargo test` runs, so that nothing is built twice with
/// other features.
pub fn build_all() -> Result<()> {
    let mut build = run::cargo();
    build.args(["build", "--workspace", "--all-targets"]);
    run::step("build everything", build)
}

/// Every act; each step that it reports counts.
pub fn steps(tally: &mut Tally, options: &Options) {
    for act in acts(options) {
        if run::interrupted() {
            tally.fail("interrupted");
            return;
        }
        if let Err(error) = play(act, tally) {
            tally.fail(&format!("the story, act {act}: {error:#}"));
        }
    }
}

fn acts(options: &Options) -> Vec<&'static str> {
    ACTS.into_iter()
        .filter(|act| options.only.as_deref().is_none_or(|only| only == *act))
        .collect()
}

fn play(act: &str, tally: &mut Tally) -> Result<()> {
    play_with(act, &[], tally)
}

/// Plays an act whose program is told some variables more.
pub fn play_with(act: &str, variables: &[(&str, &str)], tally: &mut Tally) -> Result<()> {
    let stage = Stage::set()?;
    let mut count = None;
    let mut program = story(&stage, act)?;
    program.envs(variables.iter().copied());
    let outcome = run::step_with(&format!("the story: {act}"), program, |line| {
        count = Count::of_summary(line).or(count);
        true
    });
    let Some(count) = count else {
        outcome?;
        bail!("it ended without `N passed, N failed`");
    };
    tally.add(count);
    match outcome {
        Err(error) if count.failed > 0 => tally.explain(&format!("the story, act {act}: {error:#}")),
        outcome => outcome?,
    }
    if count.passed == 0 {
        bail!("it played no step");
    }
    Ok(())
}

/// The story's program with all that it needs to know.
pub fn story(stage: &Stage, act: &str) -> Result<Command> {
    let program = workspace::built("refettorio-story");
    if !program.is_file() {
        bail!("{} was not built", run::relative(&program));
    }
    let pictures = workspace::root().join("target/screenshots").join(act);
    std::fs::create_dir_all(&pictures)?;
    let mut story = run::command(program);
    stage.enter(&mut story);
    story
        .arg(act)
        .env("STORY_CHROMEDRIVER", stage.chromedriver())
        .env("STORY_TAURI_DRIVER", stage.tauri_driver())
        .env("STORY_PORTAL_BIN", workspace::built("refettorio-portal"))
        .env("STORY_SANDBOX_BIN", workspace::built("refettorio-sandbox"))
        .env("STORY_SHELL_BIN", workspace::built("refettorio"))
        .env("STORY_UI_DIR", workspace::ui_folder("site"))
        .env(
            "STORY_AXE",
            workspace::root().join("ui/node_modules/axe-core/axe.min.js"),
        )
        .env("STORY_SCREENSHOTS", pictures);
    Ok(story)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_played_unless_one_is_chosen() {
        assert_eq!(acts(&Options::default()), ACTS);
        for act in ACTS {
            assert_eq!(
                acts(&Options {
                    only: Some(act.to_owned()),
                    ..Options::default()
                }),
                [act]
            );
        }
    }
}
