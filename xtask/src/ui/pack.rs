//! Writing the two folders: `app` plain, `site` with a brotli and a gzip copy beside each file that shrinks.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::names::{FOLDER, Site};

const SHRINKING: &[&str] = &[
    "css",
    "html",
    "js",
    "json",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Writes the plain files to `folder`, in place of what was there.
pub fn write_plain(site: &Site, folder: &Path) -> Result<()> {
    replace_folder(folder, |fresh| write_files(site, fresh))
}

/// Writes the files and their compressed copies to `folder`, in place of what was there. A copy of a file whose name
/// carries its hash is taken over from the earlier folder.
pub fn write_compressed(site: &Site, folder: &Path) -> Result<()> {
    replace_folder(folder, |fresh| {
        write_files(site, fresh)?;
        for (path, bytes) in site.files() {
            if !shrinks(path) {
                continue;
            }
            for (ending, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
                let name = format!("{path}.{ending}");
                let earlier = folder.join(&name);
                let compressed = if path.starts_with(FOLDER) && earlier.is_file() {
                    std::fs::read(earlier)?
                } else {
                    compress(bytes)?
                };
                // A copy that saves nothing would only be one more file to choose from.
                if compressed.len() < bytes.len() {
                    std::fs::write(fresh.join(name), compressed)?;
                }
            }
        }
        Ok(())
    })
}

fn write_files(site: &Site, folder: &Path) -> Result<()> {
    for (path, bytes) in site.files() {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&file, bytes).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

/// Fills a folder beside, then swaps: a reader never sees half a site.
fn replace_folder(folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let fresh = folder.with_extension("new");
    let old = folder.with_extension("old");
    for leftover in [&fresh, &old] {
        if leftover.exists() {
            std::fs::remove_dir_all(leftover)?;
        }
    }
    std::fs::create_dir_all(&fresh)?;
    fill(&fresh)?;
    if folder.exists() {
        std::fs::rename(folder, &old)?;
    }
    std::fs::rename(&fresh, folder)?;
    if old.exists() {
        std::fs::remove_dir_all(old)?;
    }
    Ok(())
}

/// Whether a file is worth compressing, by its ending: pictures and fonts are compressed already.
fn shrinks(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| SHRINKING.contains(&ending))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn site() -> Site {
        let mut site = Site::default();
        site.add_plain("index.html", "<p>Mensa</p>".repeat(200).into_bytes());
        site.add_plain("tiny.txt", b"a".to_vec());
        site.add_plain("icons/a.png", vec![0; 500]);
        site
    }

    #[test]
    fn compressed_copies_open_to_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        write_compressed(&site(), &out).unwrap();
        let plain = std::fs::read(out.join("index.html")).unwrap();
        let mut gunzipped = Vec::new();
        flate2::read::GzDecoder::new(&*std::fs::read(out.join("index.html.gz")).unwrap())
            .read_to_end(&mut gunzipped)
            .unwrap();
        let mut unbrotlied = Vec::new();
        brotli::BrotliDecompress(
            &mut &*std::fs::read(out.join("index.html.br")).unwrap(),
            &mut unbrotlied,
        )
        .unwrap();
        assert_eq!(gunzipped, plain);
        assert_eq!(unbrotlied, plain);
    }

    #[test]
    fn what_does_not_shrink_has_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("site");
        write_compressed(&site(), &out).unwrap();
        assert!(out.join("tiny.txt").is_file() && !out.join("tiny.txt.br").exists());
        assert!(out.join("icons/a.png").is_file() && !out.join("icons/a.png.gz").exists());
    }

    #[test]
    fn nothing_of_an_earlier_site_stays() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("app");
        let mut earlier = Site::default();
        earlier.add_plain("old.html", b"old".to_vec());
        write_plain(&earlier, &out).unwrap();
        write_plain(&site(), &out).unwrap();
        assert!(out.join("index.html").is_file() && !out.join("old.html").exists());
        assert!(!folder.path().join("app.old").exists());
    }
}
