//! `mobile-check`: the shell and everything it uses, type-checked for phones.
//!
//! A type check, not a build: nothing is linked and nothing runs, so it needs neither Android's SDK nor a Mac. It sees
//! code that is not for phones, a library that does not know them and a feature that one of them lacks; it does not
//! see Kotlin, Swift, a signature or a store. `docs/mobile.md` says how the real builds are made.
//!
//! Some crates have C in them (TLS, a little Objective-C) and want a C compiler for the target. That C is not what is
//! checked, and its headers are in the SDKs, so stand-ins take its place and leave empty files behind.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::setup::{self, For};
use crate::tally::{Tally, seconds};
use crate::ui::compiler::Compiler;
use crate::{programs, run, ui, workspace};

/// A kind of phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phone {
    /// 64-bit ARM.
    Android,
    /// 64-bit ARM.
    Apple,
}

impl Phone {
    const ALL: [Self; 2] = [Self::Android, Self::Apple];

    /// rustc's name of the target.
    const fn target(self) -> &'static str {
        match self {
            Self::Android => "aarch64-linux-android",
            Self::Apple => "aarch64-apple-ios",
        }
    }

    /// What a person calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::Apple => "iPhone",
        }
    }
}

/// Empties the name after `-o`.
const CC: &str = r#"#!/bin/sh
# Stands in for a phone's C compiler where nothing is linked: leaves an empty file.
while [ $# -gt 0 ]; do
    case "$1" in
        -o) shift; : > "$1" ;;
        -o*) : > "${1#-o}" ;;
    esac
    shift
done
"#;
/// An archive with nothing in it.
const AR: &str = r#"#!/bin/sh
# Stands in for a phone's ar where nothing is linked: leaves an empty archive.
for name; do
    case "$name" in
        *.a) printf '!<arch>\n' > "$name" ;;
    esac
done
"#;
/// Answers the questions that build scripts put.
const XCRUN: &str = r#"#!/bin/sh
# Stands in for Apple's xcrun where nothing is linked.
for word; do
    case "$word" in
        --show-sdk-path | -show-sdk-path) echo "$SDKROOT"; exit ;;
        --show-sdk-version | -show-sdk-version) echo 18.0; exit ;;
    esac
done
"#;

/// Sees to what is needed, checks, and counts.
pub fn run() -> Result<bool> {
    let started = Instant::now();
    setup::prepare(For::Mobile)?;
    let mut tally = Tally::default();
    steps(&mut tally);
    Ok(tally.finish(started))
}

/// One step a kind of phone.
pub fn steps(tally: &mut Tally) {
    for phone in Phone::ALL {
        let name = format!("type check for {} (a type check, not a build)", phone.name());
        tally.step(&name, check(phone));
    }
}

fn check(phone: Phone) -> Result<()> {
    let started = Instant::now();
    ui::placeholder()?;
    let compiler = Compiler::choose(phone.target())?;
    let mut command = compiler.cargo();
    command
        .args(["check", "--package", "refettorio", "--lib", "--target"])
        .arg(phone.target())
        .arg("--target-dir")
        .arg(folder());
    if compiler == Compiler::Debian {
        command.arg("-Zbuild-std=std,panic_abort");
    }
    add_stand_ins(&mut command, phone)?;
    // What nobody uses on a phone is left over from the desktop.
    let mut warned = Vec::new();
    let mut show = |line: &str| {
        let ours = is_our_warning(line);
        if ours {
            warned.push(line.to_owned());
        }
        ours
    };
    run::step_with(&format!("cargo check for {}", phone.target()), command, &mut show)?;
    if !warned.is_empty() {
        bail!("{}", warned.join("; "));
    }
    run::say(&format!(
        "    {} type-checked in {}; nothing was built",
        phone.target(),
        seconds(started.elapsed())
    ));
    Ok(())
}

/// Cargo's last word on a crate of ours that has warnings.
fn is_our_warning(line: &str) -> bool {
    line.starts_with("warning: `refettorio") && line.contains(" generated ")
}

/// Apart from every other build: other compiler, other flags.
fn folder() -> PathBuf {
    workspace::target().join("mobile")
}

/// The tools for C that the target lacks here.
fn add_stand_ins(command: &mut Command, phone: Phone) -> Result<()> {
    let stand_ins = folder().join("stand-ins");
    // In a folder of its own, because that one comes first in PATH: a `cc` there would hide the machine's.
    let (sdk, first) = (stand_ins.join("sdk"), stand_ins.join("bin"));
    for folder in [&sdk, &first] {
        fs::create_dir_all(folder).context("the stand-ins cannot be written")?;
    }
    let (cc, ar, xcrun) = (stand_ins.join("cc"), stand_ins.join("ar"), first.join("xcrun"));
    for (program, text) in [(&cc, CC), (&ar, AR), (&xcrun, XCRUN)] {
        write_program(program, text)?;
    }
    let target = phone.target().replace('-', "_");
    command
        .env(format!("CC_{target}"), &cc)
        .env(format!("CXX_{target}"), &cc)
        .env(format!("AR_{target}"), &ar);
    if phone == Phone::Apple && programs::find("xcrun").is_none() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(first).chain(std::env::split_paths(&path)))?;
        command.env("SDKROOT", &sdk).env("PATH", path);
    }
    Ok(())
}

/// A program that anybody may run, written only when it changed: build scripts look at its age.
fn write_program(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|kept| kept == text) {
        return Ok(());
    }
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(program: &Path, arguments: &[&Path]) -> String {
        let out = Command::new(program)
            .args(arguments)
            .env("SDKROOT", "/the/sdk")
            .output()
            .unwrap();
        assert!(out.status.success(), "{out:?}");
        String::from_utf8(out.stdout).unwrap()
    }

    #[test]
    fn the_stand_ins_leave_what_a_build_script_looks_for() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [("cc", CC), ("ar", AR), ("xcrun", XCRUN)] {
            write_program(&at(name), text).unwrap();
        }
        ran(
            &at("cc"),
            &[Path::new("-c"), Path::new("a.m"), Path::new("-o"), &at("a b.o")],
        );
        assert_eq!(fs::read(at("a b.o")).unwrap(), b"");
        ran(&at("ar"), &[Path::new("cq"), &at("lib.a"), &at("a b.o")]);
        assert_eq!(fs::read(at("lib.a")).unwrap(), b"!<arch>\n");
        let asked = ["--sdk", "iphoneos", "--show-sdk-path"].map(Path::new);
        assert_eq!(ran(&at("xcrun"), &asked), "/the/sdk\n");
    }

    #[test]
    fn only_our_own_crates_warnings_count() {
        assert!(is_our_warning("warning: `refettorio` (lib) generated 1 warning"));
        assert!(!is_our_warning("warning: `jni` (lib) generated 3 warnings"));
        assert!(!is_our_warning("warning: unused import: `refettorio`"));
    }

    fn text(path: &str) -> String {
        fs::read_to_string(workspace::root().join(path)).unwrap()
    }

    const RESOURCES: &str = "gen/android/app/src/main/res";

    #[test]
    fn on_android_the_app_may_use_the_network_and_ask_who_holds_the_phone_and_nothing_else() {
        let manifest = text("gen/android/app/src/main/AndroidManifest.xml");
        let permissions: Vec<&str> = manifest
            .split("<uses-permission android:name=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(
            permissions,
            ["android.permission.INTERNET", "android.permission.USE_BIOMETRIC"]
        );
        assert!(text("gen/android/app/build.gradle.kts").contains(r#"["usesCleartextTraffic"] = "false""#));
    }

    #[test]
    fn on_android_nothing_of_the_app_is_copied_to_another_device() {
        let manifest = text("gen/android/app/src/main/AndroidManifest.xml");
        for word in [
            r#"android:allowBackup="false""#,
            r#"android:dataExtractionRules="@xml/data_extraction_rules""#,
            r#"android:fullBackupContent="@xml/backup_rules""#,
        ] {
            assert!(manifest.contains(word), "{word}");
        }
        for (file, times) in [("data_extraction_rules", 2), ("backup_rules", 1)] {
            let rules = text(&format!("{RESOURCES}/xml/{file}.xml"));
            assert!(!rules.contains("<include"), "{file}");
            for domain in ["root", "file", "database", "sharedpref", "external"] {
                let rule = format!(r#"<exclude domain="{domain}" path="." />"#);
                assert_eq!(rules.matches(&rule).count(), times, "{file}: {domain}");
            }
        }
    }

    #[test]
    fn on_android_another_app_is_given_files_of_ours_and_never_the_whole_storage() {
        let paths = text(&format!("{RESOURCES}/xml/file_paths.xml"));
        // Papers that are handed over lie in the cache.
        assert!(paths.contains(r#"<cache-path name="own_cache" path="." />"#));
        for whole in ["root-path", "<external-path", "<files-path"] {
            assert!(!paths.contains(whole), "{whole}");
        }
        let manifest = text("gen/android/app/src/main/AndroidManifest.xml");
        assert_eq!(
            manifest.matches(r#"android:exported="true""#).count(),
            1,
            "the app's own window"
        );
    }

    #[test]
    fn an_iphone_says_in_italian_why_it_asks_for_the_face_and_asks_for_nothing_else() {
        let info = text("src-tauri/ios/Info.plist");
        assert_eq!(info.matches("UsageDescription</key>").count(), 1);
        let (_, after) = info.split_once("<key>NSFaceIDUsageDescription</key>").unwrap();
        let (_, words) = after.split_once("<string>").unwrap();
        assert!(words.starts_with("Se attivi il blocco dell'app"));
        let privacy = text("src-tauri/ios/PrivacyInfo.xcprivacy");
        assert!(privacy.contains("<key>NSPrivacyTracking</key>\n    <false/>"));
    }

    #[test]
    fn the_android_project_is_this_apps() {
        let gradle = text("gen/android/app/build.gradle.kts");
        let settings = text("tauri.conf.json");
        let identifier = settings
            .split_once(r#""identifier": ""#)
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(identifier, _)| identifier)
            .unwrap();
        assert!(gradle.contains(&format!(r#"applicationId = "{identifier}""#)));
        let manifest = text("gen/android/app/src/main/AndroidManifest.xml");
        assert!(settings.contains(r#""scheme": ["it.refettorio.app"]"#));
        assert!(manifest.contains(r#"<data android:scheme="it.refettorio.app" />"#));
    }
}
