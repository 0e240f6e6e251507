//! The published XML schema, by `xmllint`.

use super::shout;
use std::{
    fmt::Write,
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

const PA_FOR_NODE: &str = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/// Whether there is an `xmllint`; says so once where there is none.
pub fn is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let there = Command::new("xmllint")
            .arg("--version")
            .stderr(Stdio::null())
            .status()
            .is_ok();
        if !there {
            shout("skipped the XML schema: there is no xmllint (Debian: libxml2-utils)");
        }
        there
    })
}

/// Validates operation, message and text, all at once. Without an `xmllint` nothing is wrong, and nothing was held.
pub fn check(folder: &Path, messages: &[(String, String, String)]) -> Result<(), String> {
    if messages.is_empty() || !is_there() {
        return Ok(());
    }
    let place = tempfile::tempdir().unwrap();
    let xsd = folder.join("pagopa-api/wsdl/xsd");
    // Laid out as their imports want them.
    for (from, to) in [
        ("paForNode.xsd", "a/b/paForNode.xsd"),
        ("sac-common-types-1.0.xsd", "xsd-common/sac-common-types-1.0.xsd"),
    ] {
        let to = place.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, fs::read(xsd.join(from)).unwrap()).unwrap();
    }
    let mut lint = Command::new("xmllint");
    lint.args(["--nonet", "--noout", "--schema"])
        .arg(place.path().join("a/b/paForNode.xsd"));
    for (number, (operation, message, text)) in messages.iter().enumerate() {
        let content = content(text).map_err(|why| format!("{operation} {message}: {why}"))?;
        let file = place.path().join(format!("{number}-{message}.xml"));
        fs::write(&file, content).unwrap();
        lint.arg(file);
    }
    let output = lint.output().unwrap();
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let wrong: Vec<&str> = said
        .lines()
        .filter(|line| !line.ends_with(" validates"))
        .collect();
    Err(wrong.join("\n"))
}

/// What the schema is about: the element in an envelope's body with the names that hold there, or a receipt as GPD
/// keeps it, which has lost its name space.
fn content(text: &str) -> Result<String, String> {
    let document = roxmltree::Document::parse(text).map_err(|e| e.to_string())?;
    let body = document.descendants().find(|n| n.tag_name().name() == "Body");
    let Some(body) = body else {
        let inner = text
            .split_once("<PaSendRTV2Request>")
            .and_then(|(_, rest)| rest.split_once("</PaSendRTV2Request>"))
            .ok_or("neither an envelope nor a kept receipt")?;
        return Ok(format!(
            r#"<p:paSendRTV2Request xmlns:p="{PA_FOR_NODE}">{}</p:paSendRTV2Request>"#,
            inner.0
        ));
    };
    let element = body.first_element_child().ok_or("nothing in the body")?;
    let source = &text[element.range()];
    let (start, _) = source.split_once('>').ok_or("no start")?;
    let name = start
        .find(|c: char| c.is_whitespace() || c == '/')
        .unwrap_or(start.len());
    let mut whole = source[..name].to_owned();
    for space in element.namespaces() {
        let Some(prefix) = space.name().filter(|prefix| *prefix != "xml") else {
            continue;
        };
        if !start.contains(&format!("xmlns:{prefix}=")) {
            write!(whole, r#" xmlns:{prefix}="{}""#, space.uri()).unwrap();
        }
    }
    whole.push_str(&source[name..]);
    Ok(whole)
}
