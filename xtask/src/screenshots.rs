//! `screenshots`: the pictures of the README, taken from the running app.

use anyhow::{Context, Result};

use crate::setup::{self, For};
use crate::tally::Tally;
use crate::{run, smoke, ui, workspace};

/// Builds, plays the gallery, and copies what the README shows into docs/images.
pub fn run() -> Result<bool> {
    let started = std::time::Instant::now();
    setup::prepare(For::Smoke)?;
    ui::build(false)?;
    smoke::build_all()?;
    let mut tally = Tally::default();
    smoke::play_with("gallery", &[], &mut tally)?;
    let (taken, images) = (
        workspace::root().join("target/screenshots/gallery"),
        workspace::root().join("docs/images"),
    );
    std::fs::create_dir_all(&images)?;
    let readme = std::fs::read_to_string(workspace::root().join("README.md"))?;
    for name in shown(&readme) {
        let picture = taken.join(&name);
        std::fs::copy(&picture, images.join(&name)).with_context(|| format!("no picture {name}"))?;
    }
    run::say(&format!(
        "all pictures are in {}, the README's in {}",
        run::relative(&taken),
        run::relative(&images)
    ));
    Ok(tally.finish(started))
}

/// Names of the pictures that a page shows.
fn shown(page: &str) -> Vec<String> {
    page.split("docs/images/")
        .skip(1)
        .filter_map(|rest| rest.split_once(".png"))
        .map(|(name, _)| format!("{name}.png"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_pictures_that_it_shows() {
        let page = r#"<img src="docs/images/today-390-light.png" width="230"> and docs/images/wallet-1280-dark.png."#;
        assert_eq!(shown(page), ["today-390-light.png", "wallet-1280-dark.png"]);
    }
}
