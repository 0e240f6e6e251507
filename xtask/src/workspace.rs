//! Where things are, and what Cargo.lock says.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The checkout's root folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The target folder: `CARGO_TARGET_DIR` when set (relative to the root), `target` otherwise.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) if !folder.is_empty() => root().join(folder),
        _ => root().join("target"),
    }
}

/// Where the built interface is: `app` for the desktop bundle, `site` for the portal. Always under the checkout's own
/// `target`, because `tauri.conf.json` names it by a relative path.
pub fn ui_folder(which: &str) -> PathBuf {
    root().join("target/ui").join(which)
}

/// Tools installed for this checkout only (tauri-driver).
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// A program that cargo built in the dev profile.
pub fn built(program: &str) -> PathBuf {
    target().join("debug").join(program)
}

/// Every version of `package` in the text of a Cargo.lock.
pub fn locked_versions(lock: &str, package: &str) -> Vec<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while let Some(line) = lines.next() {
        if line == wanted
            && let Some(version) = lines.next().and_then(|next| next.strip_prefix("version = \""))
        {
            versions.push(version.trim_end_matches('"').to_owned());
        }
    }
    versions
}

/// The interface speaks wasm-bindgen's language of exactly one version; its tool must speak the same.
pub fn check_wasm_bindgen(lock: &str) -> Result<String> {
    let library = locked_versions(lock, "wasm-bindgen");
    let tool = locked_versions(lock, "wasm-bindgen-cli-support");
    match (library.as_slice(), tool.as_slice()) {
        ([library], [tool]) if library == tool => Ok(library.clone()),
        (library, tool) => bail!(
            "wasm-bindgen is locked at {library:?} and wasm-bindgen-cli-support at {tool:?}. They must be one and the \
             same version: put the same \"=0.2.x\" on both in the root Cargo.toml, then run cargo update -p wasm-bindgen"
        ),
    }
}

/// Cargo.lock's text.
pub fn lock() -> Result<String> {
    std::fs::read_to_string(root().join("Cargo.lock")).context("Cargo.lock cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock_with(tool: &str) -> String {
        format!(
            "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n[[package]]\n\
             name = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
        )
    }

    #[test]
    fn equal_versions_of_wasm_bindgen_and_its_tool_pass() {
        assert_eq!(check_wasm_bindgen(&lock_with("0.2.130")).unwrap(), "0.2.130");
    }

    #[test]
    fn a_tool_of_another_version_is_refused_with_both_versions_named() {
        let words = check_wasm_bindgen(&lock_with("0.2.129")).unwrap_err().to_string();
        assert!(words.contains("0.2.130") && words.contains("0.2.129"), "{words}");
    }

    #[test]
    fn this_checkout_has_one_version_of_both() {
        check_wasm_bindgen(&lock().unwrap()).unwrap();
    }
}
