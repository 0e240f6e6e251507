//! `screenshots`: the pictures of the README, taken from the running app.

use anyhow::Result;

use crate::setup::{self, For};
use crate::stage::Stage;
use crate::{run, smoke, ui, workspace};

/// Builds, plays the picture act of the story, and leaves docs/images/*.png.
pub fn run() -> Result<()> {
    setup::prepare(For::Smoke)?;
    ui::build(false)?;
    smoke::build_all()?;
    let images = workspace::root().join("docs/images");
    std::fs::create_dir_all(&images)?;
    let stage = Stage::set()?;
    let mut story = smoke::story(&stage, "screenshots")?;
    story.env("STORY_SCREENSHOTS", &images);
    run::step_with("take the pictures", story, |_| true)?;
    run::say(&format!("the pictures are in {}", run::relative(&images)));
    Ok(())
}
