//! `dev`: the demo with a quick build of the interface, made again when its sources change. The portal reads the site
//! from its folder, so that reloading the page shows it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::demo::{self, Options};
use crate::{run, ui, workspace};

/// What the interface is made of.
const WATCHED: &[&str] = &[
    "ui/src",
    "ui/assets",
    "ui/locales",
    "ui/index.html",
    "ui/Cargo.toml",
    "crates/api/src",
    "crates/bridge/src",
    "crates/client/src",
    "crates/domain/src",
];

/// Runs until Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let mut demo = demo::start(options, true)?;
    let watched: Vec<PathBuf> = WATCHED.iter().map(|path| workspace::root().join(path)).collect();
    let mut seen = ui::tree_key(&watched)?;
    run::say("  Ricompilo l'interfaccia quando cambia / the interface is built again when it changes.\n");
    while !run::interrupted() {
        demo.look()?;
        std::thread::sleep(Duration::from_millis(500));
        // A file may vanish while an editor replaces it: then the next look sees it again.
        let Ok(now) = ui::tree_key(&watched) else { continue };
        if now == seen {
            continue;
        }
        seen = now;
        match ui::build(true) {
            Ok(()) => run::say("  reload the page to see the change"),
            Err(error) => run::complain(&format!("{error:#}")),
        }
    }
    Ok(())
}
