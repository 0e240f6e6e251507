//! Reads `tauri.conf.json`, the capabilities and the permissions, and makes sure that there is a page to embed.

use std::{error::Error, fs, path::Path};
use tauri_build::{AppManifest, Attributes};

/// Shown where the interface was not built yet, so that the shell can be checked and tested without it.
const PLACEHOLDER: &str = "<!doctype html><html lang=\"it\"><meta charset=\"utf-8\"><title>Refettorio</title>\
    <p>L'interfaccia non è ancora stata costruita: <code>cargo xtask ui</code>.</p></html>\n";

fn main() -> Result<(), Box<dyn Error>> {
    let app = Path::new("target/ui/app");
    let page = app.join("index.html");
    if !page.exists() {
        fs::create_dir_all(app)?;
        fs::write(&page, PLACEHOLDER)?;
    }
    for path in [
        "target/ui/app",
        "src-tauri/capabilities",
        "src-tauri/permissions",
        "icons",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let manifest = AppManifest::new().permissions_path_pattern("src-tauri/permissions/**/*.toml");
    tauri_build::try_build(
        Attributes::new()
            .app_manifest(manifest)
            .capabilities_path_pattern("src-tauri/capabilities/**/*"),
    )?;
    Ok(())
}
