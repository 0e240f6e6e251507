//! Programs of other makers that may be on the machine. `cargo xtask test` installs them; without them it is said.

use std::{path::Path, process::Command};

/// Whether the program starts; says so where it does not.
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

/// How much of an A4 page is free at its left, right and lower edges, in points. The top is not asked: a word's box
/// there begins above its letters.
pub fn margins(file: &Path) -> [f32; 3] {
    let boxes = file.with_extension("html");
    let status = Command::new("pdftotext")
        .arg("-bbox")
        .args([file, &boxes])
        .status();
    assert!(status.expect("a program that runs").success());
    let boxes = std::fs::read_to_string(boxes).expect("the words' boxes");
    let places = |name: &str| -> Vec<f32> {
        let begin = format!("{name}=\"");
        let parts = boxes.split(&begin).skip(1);
        parts
            .map(|part| {
                part.split('"')
                    .next()
                    .and_then(|number| number.parse().ok())
                    .expect("a number")
            })
            .collect()
    };
    assert!(places("xMin").len() > 100, "{boxes}");
    let least = |name| places(name).into_iter().fold(f32::MAX, f32::min);
    let most = |name| places(name).into_iter().fold(f32::MIN, f32::max);
    [least("xMin"), 595.28 - most("xMax"), 841.89 - most("yMax")]
}
