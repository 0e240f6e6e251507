//! The interface, from sources to two folders: `target/ui/app` for the desktop bundle and `target/ui/site` for the
//! portal, with compressed copies.
//!
//! Rust → wasm ([`compiler`]) → wasm-bindgen (a library here, locked to the interface's version) → wasm-opt; scss → css;
//! fonts and static files; then every name gets its content's hash ([`names`]), the site's service worker gets the list
//! of them ([`worker`]), and the folders are written ([`pack`]).
//! Each part is skipped when what it reads has not changed.

pub mod compiler;
mod names;
mod pack;
mod worker;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

use crate::setup::{self, For};
use crate::tally::seconds;
use crate::{run, workspace};
use compiler::{Compiler, built_wasm};
use names::Site;

const GLUE: &str = "refettorio-ui.js";
const WASM: &str = "refettorio-ui_bg.wasm";

/// What the features are that the browsers we support have; never `--all-features`, whose output no browser loads.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// The text of this program's own part in the result: when it changes, everything is made again.
const OWN_TEXT: &[&str] = &[
    include_str!("ui.rs"),
    include_str!("ui/names.rs"),
    include_str!("ui/pack.rs"),
    include_str!("ui/compiler.rs"),
    include_str!("ui/worker.rs"),
];

/// Sees to what is needed, then builds.
pub fn run(dev: bool) -> Result<()> {
    setup::prepare(For::Interface)?;
    build(dev)
}

/// Builds the interface; `dev` is quicker to make and larger.
pub fn build(dev: bool) -> Result<()> {
    let started = Instant::now();
    let version = workspace::check_wasm_bindgen(&workspace::lock()?)?;
    let profile = if dev { "dev" } else { "web" };
    npm_ci()?;
    let build = Compiler::choose(compiler::WASM)?.build(profile)?;
    run::step(&format!("interface: compile to wasm ({profile} profile)"), build)?;
    let work = workspace::root().join("target/ui/work").join(profile);
    let wasm_key = bind(&work, profile, dev, &version)?;
    let css_key = compile_styles(&work)?;
    let key = digest(&[
        &wasm_key,
        &css_key,
        &tree_key(&[ui("index.html"), ui("assets"), ui("package-lock.json")])?,
    ]);
    let stamp = workspace::root().join("target/ui/stamp");
    let (app, site_folder) = (workspace::ui_folder("app"), workspace::ui_folder("site"));
    if is_stamped(&stamp, &key) && app.is_dir() && site_folder.is_dir() {
        run::say(&format!(
            "    the interface is up to date ({})",
            seconds(started.elapsed())
        ));
        return Ok(());
    }
    run::say("==> interface: name, compress and write the files");
    let packing = Instant::now();
    let mut site = gather(&work)?;
    pack::write_plain(&site, &app)?;
    // The shell has the files inside it; a browser keeps them by this.
    worker::add(&mut site, &std::fs::read_to_string(ui("assets/worker/sw.js"))?)?;
    if dev {
        pack::write_plain(&site, &site_folder)?;
    } else {
        pack::write_compressed(&site, &site_folder)?;
    }
    std::fs::write(&stamp, &key)?;
    run::say(&format!("    done in {}", seconds(packing.elapsed())));
    report_sizes(&site_folder)?;
    run::say(&format!(
        "    the interface is ready in target/ui ({})",
        seconds(started.elapsed())
    ));
    Ok(())
}

/// An `index.html` where the shell's build looks for one, when the interface was never built: enough to compile, and
/// `smoke`, `demo` and `desktop` always build the real one first.
pub fn placeholder() -> Result<()> {
    let app = workspace::ui_folder("app");
    if !app.join("index.html").is_file() {
        std::fs::create_dir_all(&app)?;
        std::fs::write(app.join("index.html"), "<!doctype html><title>Refettorio</title>")?;
    }
    Ok(())
}

fn ui(path: &str) -> PathBuf {
    workspace::root().join("ui").join(path)
}

/// Fetches the pinned npm packages when the lock file has changed since the last time.
fn npm_ci() -> Result<()> {
    let key = digest(&[
        &std::fs::read_to_string(ui("package-lock.json"))?,
        &std::fs::read_to_string(ui("package.json"))?,
    ]);
    let stamp = ui("node_modules/.refettorio-stamp");
    if is_stamped(&stamp, &key) {
        return Ok(());
    }
    let mut npm = run::command("npm");
    // No package's script runs on this machine: none of ours needs one.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(ui(""));
    run::step("interface: npm ci", npm)?;
    std::fs::write(stamp, key)?;
    Ok(())
}

fn node_tool(script: &str) -> Command {
    let mut node = run::command("node");
    node.arg(ui("node_modules").join(script));
    node
}

/// wasm-bindgen and wasm-opt; answers what identifies the result.
fn bind(work: &Path, profile: &str, dev: bool, version: &str) -> Result<String> {
    let input = built_wasm(profile);
    let mut parts = vec![file_key(&input)?, version.to_owned(), format!("{dev}")];
    parts.extend(OWN_TEXT.iter().map(|text| (*text).to_owned()));
    let key = digest(&parts.iter().map(String::as_str).collect::<Vec<_>>());
    let folder = work.join("bindgen");
    let stamp = work.join("bindgen.stamp");
    if is_stamped(&stamp, &key) && folder.is_dir() {
        return Ok(key);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    run::say("==> interface: wasm-bindgen");
    let started = Instant::now();
    Bindgen::new()
        .input_path(&input)
        .out_name("refettorio-ui")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .remove_name_section(!dev)
        .remove_producers_section(!dev)
        .generate(&folder)
        .context("wasm-bindgen refused the interface")?;
    run::say(&format!("    done in {}", seconds(started.elapsed())));
    if !dev {
        let wasm = folder.join(WASM);
        let small = folder.join("small.wasm");
        let mut opt = node_tool("binaryen/bin/wasm-opt");
        opt.args(WASM_OPT).arg(&wasm).arg("-o").arg(&small);
        run::step("interface: wasm-opt", opt)?;
        std::fs::rename(small, wasm)?;
    }
    std::fs::write(stamp, &key)?;
    Ok(key)
}

/// The style sheets, compiled into `work`; answers what identifies the result.
fn compile_styles(work: &Path) -> Result<String> {
    let sources = [
        ui("assets/styles"),
        ui("assets/fonts"),
        ui("assets/start"),
        ui("package-lock.json"),
    ];
    let key = digest(&[&tree_key(&sources)?, OWN_TEXT[0]]);
    let folder = work.join("css");
    let stamp = work.join("css.stamp");
    if is_stamped(&stamp, &key) && folder.is_dir() {
        return Ok(key);
    }
    std::fs::create_dir_all(&folder)?;
    let mut sass = node_tool("sass/sass.js");
    sass.args([
        "--style=compressed",
        "--no-source-map",
        "--no-charset",
        "--quiet-deps",
    ]);
    sass.arg(format!("--load-path={}", ui("node_modules").display()));
    for (from, to) in [
        ("styles/app.scss", "app.css"),
        ("fonts/fonts.css", "fonts.css"),
        ("start/first-paint.css", "first-paint.css"),
    ] {
        let from = ui("assets").join(from);
        if !from.is_file() {
            bail!("{} is missing", run::relative(&from));
        }
        sass.arg(format!("{}:{}", from.display(), folder.join(to).display()));
    }
    run::step("interface: compile the styles", sass)?;
    std::fs::write(stamp, &key)?;
    Ok(key)
}

/// All files of the site, named and referring to each other by their final names.
fn gather(work: &Path) -> Result<Site> {
    let mut site = Site::default();
    let statics = ui("assets/static");
    for file in files_under(&statics) {
        let path = slashed(file.strip_prefix(&statics)?);
        site.add_plain(&path, std::fs::read(&file)?);
    }
    let glue = gather_glue(&mut site, &work.join("bindgen"))?;
    let start = std::fs::read_to_string(ui("assets/start/start.js"))?;
    let start = names::replace_all(&start, &[(format!("../{GLUE}"), format!("./{}", glue.script))])?;
    let start = site.add_hashed("start.js", start.into_bytes());
    let first = std::fs::read(work.join("css/first-paint.css"))?;
    let first = site.add_hashed("first-paint.css", first);
    let app = gather_styles(&mut site, &work.join("css"))?;

    let address = |name: &str| format!("\"/{}/{name}\"", names::FOLDER);
    let page = std::fs::read_to_string(ui("index.html"))?;
    if let Some(mark) = names::inline_code(&page) {
        bail!("ui/index.html has {mark}, which the content policy refuses");
    }
    let page = names::replace_all(
        &page,
        &[
            ("\"start/first-paint.css\"".to_owned(), address(&first)),
            ("\"start/start.js\"".to_owned(), address(&start)),
            (format!("\"{GLUE}\""), address(&glue.script)),
            (format!("\"{WASM}\""), address(&glue.wasm)),
            ("\"app.css\"".to_owned(), address(&app)),
        ],
    )?;
    for reference in names::references(&page) {
        if !reference.strip_prefix('/').is_some_and(|path| site.has(path)) {
            bail!("ui/index.html refers to {reference}, which is not part of the site");
        }
    }
    site.add_plain("index.html", page.into_bytes());
    Ok(site)
}

/// The final names of wasm-bindgen's output.
struct Glue {
    script: String,
    wasm: String,
}

fn gather_glue(site: &mut Site, bindgen: &Path) -> Result<Glue> {
    let script = std::fs::read_to_string(bindgen.join(GLUE))?;
    let wasm = site.add_hashed(WASM, std::fs::read(bindgen.join(WASM))?);
    let mut renamed = vec![(WASM.to_owned(), wasm.clone())];
    for snippet in files_under(&bindgen.join("snippets")) {
        let path = slashed(snippet.strip_prefix(bindgen)?);
        // One that the linker left unused is written all the same, and imported by nobody.
        if !script.contains(&path) {
            continue;
        }
        let text = std::fs::read_to_string(&snippet)?;
        if ["from \"./", "from './", "from \"../", "from '../"]
            .iter()
            .any(|mark| text.contains(mark))
        {
            bail!("{path} imports another file by its name, which hashing would break");
        }
        let name = path.trim_start_matches("snippets/").replace('/', "-");
        renamed.push((path, site.add_hashed(&name, text.into_bytes())));
    }
    let script = names::replace_all(&script, &renamed)?;
    let script = site.add_hashed(GLUE, script.into_bytes());
    Ok(Glue { script, wasm })
}

/// Our faces before the app's styles, in one file; fonts and pictures that it names come along.
fn gather_styles(site: &mut Site, css: &Path) -> Result<String> {
    let fonts = std::fs::read_to_string(css.join("fonts.css"))?;
    let app = std::fs::read_to_string(css.join("app.css"))?;
    let fonts = names::rewrite_urls(&fonts, |address| {
        let (package, _) = address
            .split_once("-latin")
            .with_context(|| format!("{address}: not a font of ours"))?;
        let package = ui("node_modules/@fontsource").join(package);
        let font = package.join("files").join(address);
        let bytes = std::fs::read(&font).with_context(|| format!("{} is missing", run::relative(&font)))?;
        // The licence asks to travel with the font.
        let licence = std::fs::read(package.join("LICENSE"))?;
        let name = package
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        site.add_plain(&format!("{}/{name}-OFL.txt", names::FOLDER), licence);
        Ok(site.add_hashed(address, bytes))
    })?;
    let app = names::rewrite_urls(&app, |address| {
        if let Some(fixed) = address.strip_prefix('/') {
            if site.has(fixed) {
                return Ok(address.to_owned());
            }
            bail!("app.css refers to {address}, which is not in ui/assets/static");
        }
        let candidates = [ui("assets/styles").join(address), ui("assets").join(address)];
        let Some(file) = candidates.iter().find(|file| file.is_file()) else {
            bail!("app.css refers to {address}, which is neither in ui/assets/styles nor in ui/assets");
        };
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(site.add_hashed(&name, std::fs::read(file)?))
    })?;
    Ok(site.add_hashed("app.css", format!("{fonts}\n{app}").into_bytes()))
}

fn report_sizes(site: &Path) -> Result<()> {
    let mut lines = String::new();
    for file in files_under(&site.join(names::FOLDER)) {
        let path = slashed(file.strip_prefix(site)?);
        if !matches!(
            file.extension().and_then(|ending| ending.to_str()),
            Some("wasm" | "css" | "js")
        ) {
            continue;
        }
        let bytes = |ending: &str| {
            std::fs::metadata(format!("{}{ending}", file.display())).map_or(0, |data| data.len())
        };
        let (plain, gz, br) = (bytes(""), bytes(".gz"), bytes(".br"));
        writeln!(
            lines,
            "    {plain:>9} bytes, {gz:>7} gzip, {br:>7} brotli  {path}"
        )?;
    }
    run::say(lines.trim_end());
    Ok(())
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

fn slashed(path: &Path) -> String {
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// Identifies the files under `paths` by name, length and time of change.
pub fn tree_key(paths: &[PathBuf]) -> Result<String> {
    let mut keys = Vec::new();
    for path in paths {
        for file in files_under(path) {
            keys.push(file_key(&file)?);
        }
    }
    Ok(digest(&keys.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn file_key(file: &Path) -> Result<String> {
    let data = std::fs::metadata(file).with_context(|| format!("{} is missing", run::relative(file)))?;
    let changed = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!(
        "{} {} {}",
        file.display(),
        data.len(),
        changed.as_nanos()
    ))
}

fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hex::encode(hasher.finalize())
}

fn is_stamped(stamp: &Path, key: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|text| text == key)
}
