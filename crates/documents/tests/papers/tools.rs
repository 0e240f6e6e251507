//! Programs of other makers that may be on the machine. `cargo xtask test` installs them; without them it is said.

use std::{path::Path, process::Command};

/// Whether the program starts; says so where it does not.
#[expect(clippy::print_stderr, reason = "what is not tested is said aloud")]
pub fn there_is(program: &str, package: &str) -> bool {
    let there = Command::new(program).arg("--help").output().is_ok();
    if !there {
        eprintln!("SKIPPED what {program} would see: it is not here (Debian: {package})");
    }
    there
}

/// What the program prints.
pub fn answer(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(file)
        .output()
        .expect("a program that runs");
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
