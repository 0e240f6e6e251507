//! What each word needs from the machine, whether it is there, and how to get it.
//!
//! A need is written down because a step uses it, never because some machine happened to lack it. Debian's packages are
//! installed as root or through `sudo -n`; where neither works, or apt is not there, the exact command is printed and
//! the word stops.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{programs, run, workspace};

/// How one sees that a need is met, whoever met it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A program in PATH.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A file.
    File(&'static str),
    /// A `PostgreSQL` server's programs.
    PostgresServer,
}

/// One thing of the machine, and the Debian package that brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    package: &'static str,
    sign: Sign,
    why: &'static str,
}

const fn need(package: &'static str, sign: Sign, why: &'static str) -> Need {
    Need { package, sign, why }
}

/// To compile C that crates bring along (`SQLite`, ring). `cargo xtask` itself needs a linker, so `.ci/run` looks too.
const COMPILE: &[Need] = &[
    need(
        "build-essential",
        Sign::Program("cc"),
        "linking, and the C in SQLite",
    ),
    need("build-essential", Sign::Program("make"), "the C in some crates"),
    need(
        "pkg-config",
        Sign::Program("pkg-config"),
        "finding system libraries",
    ),
];

/// To build the interface, besides a compiler for wasm32 (see [`crate::ui`]).
const INTERFACE: &[Need] = &[
    need("nodejs", Sign::Program("node"), "wasm-opt and sass"),
    need(
        "npm",
        Sign::Program("npm"),
        "fetching wasm-opt, sass and the styles, by their lock file",
    ),
];

/// To build the desktop app.
const SHELL: &[Need] = &[
    need(
        "libwebkit2gtk-4.1-dev",
        Sign::Library("webkit2gtk-4.1"),
        "the app's web view",
    ),
    need(
        "libsoup-3.0-dev",
        Sign::Library("libsoup-3.0"),
        "the app's web view",
    ),
    need("librsvg2-dev", Sign::Library("librsvg-2.0"), "bundles"),
    need(
        "libayatana-appindicator3-dev",
        Sign::Library("ayatana-appindicator3-0.1"),
        "the tray",
    ),
];

/// To run the storage story on `PostgreSQL`.
const DATABASE: &[Need] = &[need(
    "postgresql",
    Sign::PostgresServer,
    "the throw-away PostgreSQL",
)];

/// To hold messages against the published documents.
const DOCUMENTS: &[Need] = &[need(
    "libxml2-utils",
    Sign::Program("xmllint"),
    "holding receipts against pagoPA's schema",
)];

/// To look at the papers with programs that had no part in writing them.
const PAPERS: &[Need] = &[
    need(
        "poppler-utils",
        Sign::Program("pdftoppm"),
        "seeing a PDF as it is printed",
    ),
    need(
        "zbar-tools",
        Sign::Program("zbarimg"),
        "reading the code on a payment notice",
    ),
    need("qpdf", Sign::Program("qpdf"), "checking a PDF's syntax"),
];

/// To drive the browser and the desktop app without a screen.
const STAGE: &[Need] = &[
    need("chromium", Sign::Program("chromium"), "the story in a browser"),
    need(
        "chromium-driver",
        Sign::Program("chromedriver"),
        "driving the browser",
    ),
    need("xvfb", Sign::Program("Xvfb"), "a screen that nobody sees"),
    need("dbus", Sign::Program("dbus-daemon"), "the desktop's message bus"),
    need(
        "dbus-x11",
        Sign::Program("dbus-launch"),
        "programs that start a bus by themselves",
    ),
    need(
        "webkit2gtk-driver",
        Sign::Program("WebKitWebDriver"),
        "driving the desktop app",
    ),
    need(
        "gnome-keyring",
        Sign::Program("gnome-keyring-daemon"),
        "a real keychain for the desktop app",
    ),
    need(
        "libsecret-tools",
        Sign::Program("secret-tool"),
        "looking into that keychain",
    ),
    need(
        "dunst",
        Sign::Program("dunst"),
        "a real notification daemon for the desktop app",
    ),
    need(
        "dunst",
        Sign::Program("dunstctl"),
        "pressing a notification's button",
    ),
    need(
        "imagemagick",
        Sign::Program("import"),
        "pictures of the app's window",
    ),
];

/// Debian's compiler with the standard library's source, where rustup cannot download a target.
pub const WASM_COMPILER: &[Need] = &[
    need("rustc-web", Sign::File("/usr/bin/rustc"), "a compiler for wasm32"),
    need(
        "cargo-web",
        Sign::File("/usr/bin/cargo"),
        "a cargo of the same version",
    ),
    need(
        "rust-web-src",
        Sign::File("/usr/lib/rustlib/src/rust/library/std/Cargo.toml"),
        "the standard library for wasm32",
    ),
];

/// The occasions for which something must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// `ui`.
    Interface,
    /// `demo` and `dev`, with the desktop app's window or without.
    Demo {
        /// Whether the app's window opens.
        window: bool,
    },
    /// `desktop`.
    Desktop,
    /// `check`: everything compiles, nothing runs.
    Check,
    /// `contract`.
    Contract,
    /// `mobile-check`, besides a compiler for phones (see [`crate::ui::compiler`]).
    Mobile,
    /// `smoke` and `screenshots`.
    Smoke,
    /// `test`.
    Test,
}

/// What an occasion needs, each once.
pub fn needs(of: For) -> Vec<Need> {
    let lists: &[&[Need]] = match of {
        For::Interface | For::Demo { window: false } => &[COMPILE, INTERFACE],
        For::Demo { window: true } | For::Desktop | For::Check => &[COMPILE, INTERFACE, SHELL],
        For::Smoke => &[COMPILE, INTERFACE, SHELL, STAGE],
        For::Test => &[COMPILE, INTERFACE, SHELL, STAGE, DATABASE, DOCUMENTS, PAPERS],
        For::Mobile => &[COMPILE],
        For::Contract => &[COMPILE, DOCUMENTS],
    };
    lists.concat()
}

/// Sees that everything an occasion needs is there, and installs what is not.
pub fn prepare(of: For) -> Result<()> {
    install(&needs(of))?;
    if matches!(of, For::Check | For::Test) {
        rust_component("clippy", "cargo-clippy")?;
        rust_component("rustfmt", "cargo-fmt")?;
    }
    if matches!(of, For::Smoke | For::Test) {
        tauri_driver()?;
    }
    Ok(())
}

/// Installs the packages of those needs that are not met.
pub fn install(needs: &[Need]) -> Result<()> {
    let missing = missing(needs, is_met);
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
    packages.sort_unstable();
    packages.dedup();
    for need in &missing {
        run::say(&format!("missing: {} ({})", need.package, need.why));
    }
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    let Some(privilege) = privilege() else {
        bail!(
            "some packages are missing and this user may not install them. Run this, then try again:\n\n  {by_hand}\n"
        );
    };
    if programs::find("apt-get").is_none() {
        bail!(
            "some packages are missing, and this machine has no apt-get. These are Debian's names:\n\n  {}\n",
            packages.join(" ")
        );
    }
    let apt = |arguments: &[&str]| {
        let mut command = run::command(privilege.first().copied().unwrap_or("env"));
        command
            .args(privilege.iter().skip(1))
            .arg("DEBIAN_FRONTEND=noninteractive")
            .arg("apt-get")
            .args(arguments);
        command
    };
    run::step("apt-get update", apt(&["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&packages);
    run::step(
        &format!("apt-get install {}", packages.join(" ")),
        apt(&arguments),
    )
    .with_context(|| format!("try it by hand:\n\n  {by_hand}\n"))?;
    let still: Vec<&str> = self::missing(needs, is_met)
        .iter()
        .map(|need| need.package)
        .collect();
    if !still.is_empty() {
        bail!(
            "installed, yet what it should bring is not found: {}",
            still.join(" ")
        );
    }
    Ok(())
}

/// Those needs that `met` denies.
fn missing(needs: &[Need], met: impl Fn(Sign) -> bool) -> Vec<Need> {
    needs.iter().filter(|need| !met(need.sign)).copied().collect()
}

/// Whether all of them are met.
pub fn all_met(needs: &[Need]) -> bool {
    missing(needs, is_met).is_empty()
}

fn is_met(sign: Sign) -> bool {
    match sign {
        Sign::Program(program) => programs::find(program).is_some(),
        Sign::Library(library) => {
            let mut command = run::command("pkg-config");
            command.args(["--exists", library]);
            run::answer(command).is_some()
        }
        Sign::File(file) => Path::new(file).exists(),
        Sign::PostgresServer => programs::postgres_folder().is_some(),
    }
}

/// Who this user is.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The words before a command that needs root: `env` for root, `sudo -n env` where sudo asks nothing, `None` otherwise.
fn privilege() -> Option<Vec<&'static str>> {
    if is_root() {
        return Some(vec!["env"]);
    }
    let mut sudo = run::command("sudo");
    sudo.args(["-n", "true"]);
    run::answer(sudo).map(|_| vec!["sudo", "-n", "env"])
}

fn rust_component(component: &str, program: &str) -> Result<()> {
    let mut version = run::cargo();
    version.args([program.trim_start_matches("cargo-"), "--version"]);
    if run::answer(version).is_some() {
        return Ok(());
    }
    let mut add = run::command("rustup");
    add.args(["component", "add", component]);
    run::step(&format!("rustup component add {component}"), add).with_context(|| {
        format!(
            "{program} is missing: run `rustup component add {component}`, or install your system's package"
        )
    })
}

/// tauri-driver's place: PATH's, or the checkout's own.
pub fn tauri_driver_path() -> std::path::PathBuf {
    programs::find("tauri-driver").unwrap_or_else(|| workspace::tools().join("bin/tauri-driver"))
}

fn tauri_driver() -> Result<()> {
    if tauri_driver_path().is_file() {
        return Ok(());
    }
    let mut install = run::cargo();
    install
        .args([
            "install",
            "tauri-driver",
            "--version",
            "2.1.0",
            "--locked",
            "--root",
        ])
        .arg(workspace::tools());
    run::step("cargo install tauri-driver", install)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(of: For) -> Vec<&'static str> {
        needs(of).iter().map(|need| need.package).collect()
    }

    #[test]
    fn a_demo_without_a_window_needs_no_desktop_library() {
        let packages = packages(For::Demo { window: false });
        assert!(packages.contains(&"nodejs") && !packages.iter().any(|name| name.contains("webkit")));
    }

    #[test]
    fn a_test_needs_all_that_any_other_word_needs() {
        let all = needs(For::Test);
        for of in [
            For::Interface,
            For::Demo { window: true },
            For::Desktop,
            For::Check,
            For::Contract,
            For::Mobile,
            For::Smoke,
        ] {
            assert!(needs(of).iter().all(|need| all.contains(need)), "{of:?}");
        }
    }

    #[test]
    fn on_a_bare_machine_everything_is_missing() {
        let all = needs(For::Test);
        assert_eq!(missing(&all, |_| false), all);
    }

    #[test]
    fn what_is_there_is_not_missing() {
        let lacking = missing(&needs(For::Smoke), |sign| sign != Sign::Program("Xvfb"));
        assert_eq!(
            lacking.iter().map(|need| need.package).collect::<Vec<_>>(),
            ["xvfb"]
        );
    }

    #[test]
    fn the_database_is_only_for_tests() {
        assert!(packages(For::Test).contains(&"postgresql"));
        assert!(!packages(For::Smoke).contains(&"postgresql"));
    }
}
