//! The service worker: the list of the interface's files, by the hash of each, written into it when it is built.

use std::path::Path;

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use super::names::{FOLDER, Site, replace_all};

/// Where a browser looks for it: beside the page, so that it may answer for all of it.
pub const PATH: &str = "sw.js";
const PAGE: &str = "index.html";
/// Files without a hash in their names that the page shows.
const PLAIN: [&str; 3] = ["favicon.svg", "icon-192.png", "manifest.webmanifest"];

/// Adds the worker to a site that is otherwise complete.
pub fn add(site: &mut Site, text: &str) -> Result<()> {
    let mut whole = Sha256::new();
    let mut files = Vec::new();
    let mut page = None;
    for (path, bytes) in site.files() {
        let digest = hex::encode(Sha256::digest(bytes));
        if path == PAGE {
            whole.update(&digest);
            page = Some(digest);
        } else if is_kept(path) {
            whole.update(path);
            whole.update(&digest);
            files.push(format!("\"/{path}\""));
        }
    }
    let Some(page) = page else {
        bail!("the site has no {PAGE}");
    };
    for path in PLAIN {
        if !site.has(path) {
            bail!("{path} is not part of the site");
        }
    }
    // What the worker does is part of the version, so that a change of it alone is one too.
    whole.update(text);
    let version = hex::encode(whole.finalize());
    let text = replace_all(
        text,
        &[
            ("@VERSION@".to_owned(), version[..16].to_owned()),
            ("@INDEX@".to_owned(), page),
            ("/*@FILES@*/".to_owned(), files.join(", ")),
        ],
    )?;
    site.add_plain(PATH, text.into_bytes());
    Ok(())
}

/// Whether a file is needed to open the app: all that the page names by its hash, without the licences' texts.
fn is_kept(path: &str) -> bool {
    let hashed = path
        .strip_prefix(FOLDER)
        .is_some_and(|rest| rest.starts_with('/'));
    (hashed && Path::new(path).extension().is_none_or(|kind| kind != "txt")) || PLAIN.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKER: &str = include_str!("../../../ui/assets/worker/sw.js");

    fn site() -> Site {
        let mut site = Site::default();
        site.add_plain("index.html", b"<p>Mensa</p>".to_vec());
        site.add_hashed("app.css", b"a{}".to_vec());
        site.add_plain("assets/font-OFL.txt", b"licence".to_vec());
        site.add_plain("icon-512.png", b"big".to_vec());
        for path in PLAIN {
            site.add_plain(path, b"x".to_vec());
        }
        site
    }

    fn built(mut site: Site) -> String {
        add(&mut site, WORKER).unwrap();
        let (_, bytes) = site.files().find(|(path, _)| *path == PATH).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn line<'a>(text: &'a str, start: &str) -> &'a str {
        text.lines().find(|line| line.starts_with(start)).unwrap()
    }

    #[test]
    fn the_worker_names_what_the_page_needs_and_nothing_else() {
        let text = built(site());
        let files = line(&text, "const FILES");
        assert!(
            files.contains("\"/assets/app-") && files.contains("\"/icon-192.png\""),
            "{files}"
        );
        for absent in ["OFL", "icon-512", "index.html", "sw.js", "/api/"] {
            assert!(!files.contains(absent), "{absent} is in {files}");
        }
        assert!(!text.contains('@'), "a mark is left in the worker");
    }

    #[test]
    fn the_version_changes_with_any_file_and_only_then() {
        let version = |site| line(&built(site), "const VERSION").to_owned();
        let first = version(site());
        assert_eq!(first, version(site()));
        let mut page = site();
        page.add_plain("index.html", b"<p>Pranzo</p>".to_vec());
        let mut icon = site();
        icon.add_plain("favicon.svg", b"y".to_vec());
        let mut unseen = site();
        unseen.add_plain("icon-512.png", b"other".to_vec());
        assert_ne!(first, version(page));
        assert_ne!(first, version(icon));
        assert_eq!(first, version(unseen));
    }

    #[test]
    fn a_site_without_its_page_stops_the_build() {
        assert!(add(&mut Site::default(), WORKER).is_err());
    }
}
