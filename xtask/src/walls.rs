//! The walls of the house: which room may import which, and which outside crates live in one room only. The table is
//! that of docs/architecture.md; `cargo metadata` tells what is really imported.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand};

use crate::workspace;

/// One direct import of one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The importing package.
    pub from: String,
    /// What it imports, a package of ours or from outside.
    pub to: String,
    /// Only for its own tests.
    pub in_tests_only: bool,
}

/// Which packages of ours a room may import. Rooms that are not here may not exist.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("refettorio-domain", &[]),
    ("refettorio-api", &["refettorio-domain"]),
    ("refettorio-bridge", &["refettorio-api", "refettorio-domain"]),
    ("refettorio-client", &["refettorio-api", "refettorio-domain"]),
    ("refettorio-storage", &["refettorio-domain"]),
    ("refettorio-pagopa", &["refettorio-domain"]),
    ("refettorio-identity", &["refettorio-domain"]),
    ("refettorio-notify", &["refettorio-domain"]),
    ("refettorio-documents", &["refettorio-domain"]),
    (
        "refettorio-portal",
        &[
            "refettorio-storage",
            "refettorio-pagopa",
            "refettorio-identity",
            "refettorio-notify",
            "refettorio-documents",
            "refettorio-api",
            "refettorio-domain",
        ],
    ),
    (
        "refettorio-ui",
        &[
            "refettorio-client",
            "refettorio-bridge",
            "refettorio-api",
            "refettorio-domain",
        ],
    ),
    (
        "refettorio",
        &[
            "refettorio-client",
            "refettorio-bridge",
            "refettorio-api",
            "refettorio-domain",
        ],
    ),
    ("refettorio-sandbox", EVERYTHING),
    ("refettorio-testkit", EVERYTHING),
    ("refettorio-tests", EVERYTHING),
    ("xtask", EVERYTHING),
];

const EVERYTHING: &[&str] = &["*"];

/// Rooms that nobody imports but the tests of the whole and this program; a room's own tests may use the testkit.
const STAND_INS: &[&str] = &[
    "refettorio-sandbox",
    "refettorio-testkit",
    "refettorio-tests",
    "xtask",
];

/// Crates from outside, and the only rooms that may import them. A name ending in `*` stands for a family.
const LIVES_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["refettorio-storage"]),
    ("postgres", &["refettorio-storage"]),
    ("postgres-*", &["refettorio-storage"]),
    ("tokio-postgres", &["refettorio-storage"]),
    ("refinery*", &["refettorio-storage"]),
    ("axum", &["refettorio-portal", "refettorio-sandbox"]),
    ("axum-*", &["refettorio-portal", "refettorio-sandbox"]),
    ("lettre", &["refettorio-notify"]),
    ("tauri", &["refettorio"]),
    ("tauri-*", &["refettorio"]),
    ("typst", &["refettorio-documents"]),
    ("typst-*", &["refettorio-documents"]),
    ("dioxus", &["refettorio-ui"]),
    ("dioxus-*", &["refettorio-ui"]),
];

/// What the workspace really imports.
pub fn imports() -> Result<Vec<Import>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata failed")?;
    Ok(metadata
        .packages
        .iter()
        .flat_map(|package| {
            package.dependencies.iter().map(|dependency| Import {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                in_tests_only: dependency.kind == DependencyKind::Development,
            })
        })
        .collect())
}

/// Every import that goes through a wall, as a sentence each.
pub fn breaches(imports: &[Import]) -> Vec<String> {
    let rooms: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut found: Vec<String> = imports
        .iter()
        .filter_map(|import| {
            let Some(allowed) = rooms.get(import.from.as_str()) else {
                return Some(format!(
                    "{} is a room that the table of walls does not know",
                    import.from
                ));
            };
            if is_ours(&import.to) {
                breach_inside(import, allowed)
            } else {
                breach_outside(import)
            }
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_ours(name: &str) -> bool {
    name == "refettorio" || name == "xtask" || name.starts_with("refettorio-")
}

fn breach_inside(import: &Import, allowed: &[&str]) -> Option<String> {
    if allowed == EVERYTHING || allowed.contains(&import.to.as_str()) || import.to == import.from {
        return None;
    }
    if import.in_tests_only && import.to == "refettorio-testkit" {
        return None;
    }
    if STAND_INS.contains(&import.to.as_str()) {
        return Some(format!(
            "{} imports {}, which only the tests of the whole may see",
            import.from, import.to
        ));
    }
    Some(format!("{} may not import {}", import.from, import.to))
}

fn breach_outside(import: &Import) -> Option<String> {
    let (pattern, homes) = LIVES_IN
        .iter()
        .find(|(pattern, _)| matches(pattern, &import.to))?;
    (!homes.contains(&import.from.as_str())).then(|| {
        format!(
            "{} imports {}; {pattern} lives only in {}",
            import.from,
            import.to,
            homes.join(" and ")
        )
    })
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(from: &str, to: &str) -> Import {
        Import {
            from: from.to_owned(),
            to: to.to_owned(),
            in_tests_only: false,
        }
    }

    fn test_import(from: &str, to: &str) -> Import {
        Import {
            in_tests_only: true,
            ..import(from, to)
        }
    }

    #[test]
    fn what_the_table_allows_is_no_breach() {
        let imports = [
            import("refettorio-portal", "refettorio-storage"),
            import("refettorio-storage", "rusqlite"),
            import("refettorio-sandbox", "axum"),
            import("refettorio", "tauri-plugin-opener"),
            import("refettorio-ui", "dioxus"),
            import("refettorio-tests", "refettorio-sandbox"),
            test_import("refettorio-portal", "refettorio-testkit"),
            import("refettorio-domain", "serde"),
        ];
        assert_eq!(breaches(&imports), Vec::<String>::new());
    }

    #[test]
    fn the_portal_never_links_the_sandbox_not_even_in_tests() {
        assert_eq!(
            breaches(&[import("refettorio-portal", "refettorio-sandbox")]).len(),
            1
        );
        assert_eq!(
            breaches(&[test_import("refettorio-portal", "refettorio-sandbox")]).len(),
            1
        );
    }

    #[test]
    fn the_testkit_is_for_tests_only() {
        assert_eq!(
            breaches(&[import("refettorio-portal", "refettorio-testkit")]).len(),
            1
        );
    }

    #[test]
    fn a_database_outside_storage_is_a_breach() {
        let words = breaches(&[
            import("refettorio-portal", "rusqlite"),
            import("refettorio-portal", "postgres"),
        ]);
        assert_eq!(words.len(), 2);
        assert!(words[0].contains("lives only in refettorio-storage"), "{words:?}");
    }

    #[test]
    fn each_family_from_outside_stays_in_its_room() {
        for (from, to) in [
            ("refettorio-storage", "axum"),
            ("refettorio-client", "tauri"),
            ("refettorio", "dioxus-web"),
            ("refettorio-ui", "tauri-plugin-notification"),
            ("refettorio-portal", "typst-pdf"),
        ] {
            assert_eq!(breaches(&[import(from, to)]).len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn the_domain_imports_no_room() {
        assert_eq!(
            breaches(&[import("refettorio-domain", "refettorio-api")]),
            ["refettorio-domain may not import refettorio-api"]
        );
    }

    #[test]
    fn a_new_room_must_be_put_into_the_table() {
        assert_eq!(
            breaches(&[import("refettorio-new", "serde"), import("refettorio-new", "url")]).len(),
            1
        );
    }

    #[test]
    fn a_name_that_only_begins_like_a_family_is_not_of_it() {
        assert!(
            matches("axum-*", "axum-extra")
                && !matches("axum", "axum-extra")
                && !matches("tauri-*", "tauric")
        );
    }
}
