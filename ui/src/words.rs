//! The citizen's words. They live in `locales/<lang>/<feature>.ftl`; code names them by id: `t!("home-eats")`.
//!
//! An id that does not exist shows itself instead of a panic; the tests beside this file find it before.

pub use fluent_bundle::FluentValue;
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

/// The files of a language, by name.
pub const ITALIAN: &[(&str, &str)] = &[
    ("bodies", include_str!("../locales/it/bodies.ftl")),
    ("calendar", include_str!("../locales/it/calendar.ftl")),
    ("common", include_str!("../locales/it/common.ftl")),
    ("confirm", include_str!("../locales/it/confirm.ftl")),
    ("errors", include_str!("../locales/it/errors.ftl")),
    ("home", include_str!("../locales/it/home.ftl")),
    ("invitation", include_str!("../locales/it/invitation.ftl")),
    ("lock", include_str!("../locales/it/lock.ftl")),
    ("notice", include_str!("../locales/it/notice.ftl")),
    ("offline", include_str!("../locales/it/offline.ftl")),
    ("pages", include_str!("../locales/it/pages.ftl")),
    ("password", include_str!("../locales/it/password.ftl")),
    ("payment", include_str!("../locales/it/payment.ftl")),
    ("payments", include_str!("../locales/it/payments.ftl")),
    ("preferences", include_str!("../locales/it/preferences.ftl")),
    ("profile", include_str!("../locales/it/profile.ftl")),
    (
        "profile_contacts",
        include_str!("../locales/it/profile_contacts.ftl"),
    ),
    ("profile_feeds", include_str!("../locales/it/profile_feeds.ftl")),
    ("profile_people", include_str!("../locales/it/profile_people.ftl")),
    ("recovery", include_str!("../locales/it/recovery.ftl")),
    ("sign_in", include_str!("../locales/it/sign_in.ftl")),
    ("topup", include_str!("../locales/it/topup.ftl")),
    ("wallet", include_str!("../locales/it/wallet.ftl")),
];

type Bundle = FluentBundle<FluentResource>;

thread_local! {
    static WORDS: Bundle = bundle(ITALIAN);
}

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let mut bundle = Bundle::new(vec![LanguageIdentifier::from_bytes(b"it").unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for (_, text) in files {
        // A broken line is left out here and found by the test that parses every file.
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// The words of an id. Used through [`t!`](crate::t).
pub fn say(id: &str, args: &[(&'static str, FluentValue)]) -> String {
    let args: FluentArgs = args.iter().cloned().collect();
    WORDS.with(|bundle| {
        let Some(pattern) = bundle.get_message(id).and_then(|m| m.value()) else {
            return id.to_owned();
        };
        bundle
            .format_pattern(pattern, Some(&args), &mut vec![])
            .into_owned()
    })
}

/// The words of an id: `t!("home-eats")`, `t!("meals", count = 18)`.
#[macro_export]
macro_rules! t {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::words::say($id, &[$((stringify!($name), $crate::words::FluentValue::from($value))),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    fn ids(text: &str) -> Vec<String> {
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
            .collect()
    }

    fn sources(folder: &Path) -> String {
        let mut all = String::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all += &sources(&path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                all += &fs::read_to_string(&path).unwrap();
            }
        }
        all
    }

    fn all_sources() -> String {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
    }

    #[test]
    fn every_file_of_words_can_be_read() {
        for (name, text) in ITALIAN {
            if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                panic!("{name}.ftl: {errors:?}");
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_known_and_no_id_is_there_twice() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/it");
        let there: BTreeSet<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| {
                e.unwrap()
                    .path()
                    .file_stem()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        let known: BTreeSet<_> = ITALIAN.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(there, known);
        let mut seen = BTreeSet::new();
        for id in ITALIAN.iter().flat_map(|(_, text)| ids(text)) {
            assert!(seen.insert(id.clone()), "{id} is there twice");
        }
    }

    #[test]
    fn every_id_that_code_names_exists() {
        let known: BTreeSet<_> = ITALIAN.iter().flat_map(|(_, text)| ids(text)).collect();
        let sources = all_sources();
        let missing: BTreeSet<_> = sources
            .split("t!(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|id| id.contains('-') && !id.contains([' ', '{']) && !known.contains(*id))
            .collect();
        assert!(missing.is_empty(), "no words for {missing:?}");
    }

    #[test]
    fn no_words_are_left_over() {
        let sources = all_sources();
        let unused: Vec<_> = ITALIAN
            .iter()
            .flat_map(|(_, text)| ids(text))
            .filter(|id| !sources.contains(&format!("\"{id}\"")))
            .collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
    }

    #[test]
    fn one_and_many_are_told_apart() {
        assert_eq!(t!("count-meals", count = 1), "1 pasto");
        assert_eq!(t!("count-meals", count = 18), "18 pasti");
        assert_eq!(t!("count-meals", count = 0), "0 pasti");
    }
}
