//! Which compiler makes wasm32 here, or another target that is not this machine: rustup's target where it is or can be
//! fetched, otherwise Debian's own compiler, that comes with the standard library's source and builds it along.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{programs, run, setup, workspace};

/// The interface's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Where the standard library for a target comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiler {
    /// The compiler that builds everything else has the target.
    Installed,
    /// Debian's rustc-web, cargo-web and rust-web-src.
    Debian,
}

impl Compiler {
    /// The first way that works for a target; `REFETTORIO_WASM_COMPILER=debian` skips rustup.
    pub fn choose(target: &str) -> Result<Self> {
        if std::env::var_os("REFETTORIO_WASM_COMPILER").is_some_and(|wish| wish == "debian") {
            setup::install(setup::WASM_COMPILER)?;
            return Ok(Self::Debian);
        }
        if target_is_installed(target) {
            return Ok(Self::Installed);
        }
        if setup::all_met(setup::WASM_COMPILER) {
            return Ok(Self::Debian);
        }
        if programs::find("rustup").is_some() {
            let mut add = run::command("rustup");
            add.args(["target", "add", target]);
            // Where rustup cannot download, Debian's way follows: not a failure worth sixty lines.
            if run::answer(add).is_some() && target_is_installed(target) {
                run::say(&format!("added rustup's target {target}"));
                return Ok(Self::Installed);
            }
            run::say(&format!(
                "rustup cannot fetch {target} here: taking Debian's compiler"
            ));
        }
        setup::install(setup::WASM_COMPILER)?;
        Ok(Self::Debian)
    }

    /// Its cargo.
    pub fn cargo(self) -> Command {
        match self {
            Self::Installed => run::cargo(),
            Self::Debian => debian_cargo(),
        }
    }

    /// Cargo's command that builds the interface with `profile`.
    pub fn build(self, profile: &str) -> Result<Command> {
        let mut command = self.cargo();
        if self == Self::Debian {
            add_linker(&mut command)?;
        }
        command
            .args([
                "build",
                "--package",
                "refettorio-ui",
                "--bin",
                "refettorio-ui",
                "--features",
                "web",
            ])
            .args(["--profile", profile, "--target", WASM, "--target-dir"])
            .arg(folder());
        if self == Self::Debian {
            command.arg("-Zbuild-std=std,panic_abort");
        }
        Ok(command)
    }
}

/// The wasm builds' own target folder.
fn folder() -> PathBuf {
    workspace::target().join("wasm")
}

/// What the build leaves for `profile`.
pub fn built_wasm(profile: &str) -> PathBuf {
    let sub = if profile == "dev" { "debug" } else { profile };
    folder().join(WASM).join(sub).join("refettorio-ui.wasm")
}

fn target_is_installed(target: &str) -> bool {
    let mut ask = run::command("rustc");
    ask.args(["--print", "target-libdir", "--target", target]);
    run::answer(ask).is_some_and(|folder| holds_a_library(Path::new(&folder)))
}

fn holds_a_library(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

fn debian_cargo() -> Command {
    // By path: rustup's programs come first in PATH.
    let mut command = run::command("/usr/bin/cargo");
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc");
    // They belong to the compiler that runs this program.
    command
        .env_remove("CARGO")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("LD_LIBRARY_PATH");
    command
}

fn add_linker(command: &mut Command) -> Result<()> {
    let mut ask = run::command("rustc");
    ask.args(["--print", "sysroot"]);
    let linkers = run::answer(ask)
        .map(|root| PathBuf::from(root).join("lib/rustlib/x86_64-unknown-linux-gnu/bin"))
        .filter(|folder| folder.join("rust-lld").is_file());
    if let Some(linkers) = linkers {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env(
            "PATH",
            std::env::join_paths(std::env::split_paths(&path).chain([linkers]))?,
        );
    } else if programs::find("wasm-ld").is_some() {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld");
    } else {
        bail!("no linker for wasm32: neither rustup's rust-lld nor wasm-ld (Debian: lld) is here");
    }
    Ok(())
}
