//! `desktop`: the app's window on this screen.

use anyhow::{Result, bail};

use crate::run::{self, Background};
use crate::setup::{self, For};
use crate::{ui, workspace};

/// Builds the interface and the shell, opens the window and waits until it is closed.
pub fn run() -> Result<()> {
    if !has_screen() {
        bail!(
            "there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set); `cargo xtask smoke` needs none"
        );
    }
    setup::prepare(For::Desktop)?;
    ui::build(false)?;
    build()?;
    run::say("the window opens; close it or press Ctrl-C to stop");
    let mut window = open(None)?;
    while window.alive() && !run::interrupted() {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Ok(())
}

/// Whether a window could open.
pub fn has_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Builds the shell.
pub fn build() -> Result<()> {
    let mut build = run::cargo();
    build.args(["build", "--package", "refettorio"]);
    run::step("build the desktop app", build)
}

/// Opens the window, at `portal` where one is given; otherwise the person chooses.
pub fn open(portal: Option<&str>) -> Result<Background> {
    let mut command = run::command(workspace::built("refettorio"));
    if let Some(portal) = portal {
        command.env("REFETTORIO_PORTAL", portal);
    }
    Background::start("desktop", command)
}
