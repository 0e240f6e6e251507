//! File names that carry their content's hash, so that a browser may keep a file for ever, and the references to them.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

/// Where hashed files live; all else on the site must be asked for again each time.
pub const FOLDER: &str = "assets";

/// The files of the site by their path, `/` as separator, no leading `/`.
#[derive(Default)]
pub struct Site {
    files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    /// Adds a file under a name that never changes.
    pub fn add_plain(&mut self, path: &str, bytes: Vec<u8>) {
        self.files.insert(path.to_owned(), bytes);
    }

    /// Adds a file under a name that changes with its content; answers the name without its folder.
    pub fn add_hashed(&mut self, name: &str, bytes: Vec<u8>) -> String {
        let hashed = hashed_name(name, &bytes);
        self.files.insert(format!("{FOLDER}/{hashed}"), bytes);
        hashed
    }

    /// Whether `path` (without leading `/`) is a file of the site.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }
}

/// `app.css` → `app-0123456789abcdef.css`.
pub fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let digest = hex::encode(Sha256::digest(bytes));
    let hash = &digest[..16];
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    }
}

/// Replaces every reference that `map` knows, each of which must occur.
pub fn replace_all(text: &str, map: &[(String, String)]) -> Result<String> {
    let mut text = text.to_owned();
    for (from, to) in map {
        if !text.contains(from.as_str()) {
            bail!("nothing refers to {from}");
        }
        text = text.replace(from.as_str(), to);
    }
    Ok(text)
}

/// Replaces the address in every `url(…)` of a style sheet; `data:` and fragments stay. `rename` answers the new address
/// or an error that names the unknown one.
pub fn rewrite_urls(css: &str, mut rename: impl FnMut(&str) -> Result<String>) -> Result<String> {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("url(") {
        let (before, after) = rest.split_at(start + 4);
        out.push_str(before);
        let (address, length) = address_in(after)?;
        if address.is_empty() || address.starts_with("data:") || address.starts_with('#') {
            out.push_str(&after[..length]);
        } else {
            out.push('"');
            out.push_str(&rename(address)?);
            out.push('"');
        }
        rest = &after[length..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The address at the start of `text` (after `url(`) without its quotes, and the bytes up to the closing parenthesis. A
/// quoted address may hold parentheses: inline pictures do.
fn address_in(text: &str) -> Result<(&str, usize)> {
    let end = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].find(quote).map(|at| (&text[1..=at], at + 2)),
        _ => text.find(')').map(|at| (text[..at].trim(), at)),
    };
    match end {
        Some(found) => Ok(found),
        None => bail!(
            "a url( is not closed: {}",
            text.chars().take(40).collect::<String>()
        ),
    }
}

/// The local addresses in `href` and `src` attributes of a page.
pub fn references(html: &str) -> Vec<&str> {
    [" href=\"", " src=\""]
        .iter()
        .flat_map(|mark| html.split(mark).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(address, _)| address))
        .filter(|address| !address.is_empty() && !address.contains(':') && !address.starts_with('#'))
        .collect()
}

/// What a strict content policy would refuse to run or to apply.
pub fn inline_code(html: &str) -> Option<&'static str> {
    [
        "<script>",
        "<style",
        " style=",
        " onclick=",
        " onload=",
        "javascript:",
    ]
    .into_iter()
    .find(|mark| html.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_changes_with_the_content_and_keeps_its_ending() {
        let one = hashed_name("app.css", b"a{}");
        let (stem, ending) = one.split_once('.').unwrap();
        assert!(
            stem.starts_with("app-") && stem.len() == "app-".len() + 16 && ending == "css",
            "{one}"
        );
        assert_ne!(one, hashed_name("app.css", b"b{}"));
        assert_eq!(one, hashed_name("app.css", b"a{}"));
    }

    #[test]
    fn urls_are_renamed_with_and_without_quotes() {
        let css = "a{src:url(\"x.woff2\")}b{src:url(y.svg)}c{src:url('z.png')}";
        let renamed = rewrite_urls(css, |address| Ok(format!("new-{address}"))).unwrap();
        assert_eq!(
            renamed,
            "a{src:url(\"new-x.woff2\")}b{src:url(\"new-y.svg\")}c{src:url(\"new-z.png\")}"
        );
    }

    #[test]
    fn inline_pictures_stay_even_with_a_parenthesis_inside() {
        let css = "a{b:url(\"data:image/svg+xml,%3csvg transform='rotate(45)'/%3e\")}i{fill:url(#g)}";
        assert_eq!(
            rewrite_urls(css, |_| bail!("none is to be renamed")).unwrap(),
            css
        );
    }

    #[test]
    fn an_unknown_url_stops_the_build() {
        assert!(rewrite_urls("a{b:url(lost.png)}", |address| bail!("{address} is unknown")).is_err());
    }

    #[test]
    fn a_reference_that_nothing_holds_stops_the_build() {
        let map = [("refettorio-ui_bg.wasm".to_owned(), "new.wasm".to_owned())];
        assert_eq!(
            replace_all("new URL('refettorio-ui_bg.wasm')", &map).unwrap(),
            "new URL('new.wasm')"
        );
        assert!(replace_all("nothing here", &map).is_err());
    }

    #[test]
    fn only_local_references_of_a_page_are_followed() {
        let html = "<a href=\"\"></a><link href=\"/a.css\"><script src=\"/b.js\"></script><a href=\"https://x.it/\">";
        assert_eq!(references(html), ["/a.css", "/b.js"]);
    }

    #[test]
    fn the_page_has_nothing_that_a_strict_policy_refuses() {
        assert_eq!(inline_code(include_str!("../../../ui/index.html")), None);
        assert_eq!(inline_code("<p style=\"color:red\">"), Some(" style="));
    }

    #[test]
    fn the_same_content_takes_one_place() {
        let mut site = Site::default();
        let one = site.add_hashed("a.js", b"x".to_vec());
        let two = site.add_hashed("a.js", b"x".to_vec());
        assert_eq!(one, two);
        assert!(site.has(&format!("{FOLDER}/{one}")));
        assert_eq!(site.files().count(), 1);
    }
}
