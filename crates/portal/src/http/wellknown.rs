//! What ties this portal's address to a phone app: `/.well-known/assetlinks.json` for Android,
//! `/.well-known/apple-app-site-association` for iPhones (Digital Asset Links; Apple, Supporting associated domains).
//!
//! Who publishes an app writes into `[app]` by what its store knows it; without that the address is nobody's and both
//! files are absent. They name an app, they let it do nothing: its rights are those of whoever signs in.

use crate::{app::App, errors::ApiError, http::Routes};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where Android looks.
pub const ANDROID_PATH: &str = "/.well-known/assetlinks.json";
/// Where iPhones look; without an ending, yet JSON.
pub const APPLE_PATH: &str = "/.well-known/apple-app-site-association";

/// `[app]`: the phone apps that this address belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AppSection {
    /// Android's application id.
    pub android_package: String,
    /// SHA-256 of the certificates that sign it, as `keytool` and the Play Console print them: 32 bytes,
    /// hexadecimal, with colons. One for the store's key, one for each other way it is handed out.
    pub android_certificates: Vec<String>,
    /// Apple's application ids: the team's ten characters, a dot, the bundle's identifier.
    pub apple_ids: Vec<String>,
    /// Pages that an iPhone opens in the app instead of the browser, such as `/invito/*`. On Android the app's own
    /// manifest says so.
    pub links: Vec<String>,
}

impl Default for AppSection {
    fn default() -> Self {
        Self {
            android_package: "it.refettorio.famiglia".to_owned(),
            android_certificates: Vec::new(),
            apple_ids: Vec::new(),
            links: Vec::new(),
        }
    }
}

impl AppSection {
    /// The first key that is wrong: its name, what is wrong, what to write.
    pub fn mistake(&self) -> Option<(&'static str, String, &'static str)> {
        let wrong = |values: &[String], is_right: fn(&str) -> bool| {
            let first = values.iter().find(|value| !is_right(value));
            first.map(|value| format!("{value:?} is none"))
        };
        let package = std::slice::from_ref(&self.android_package);
        [
            (
                "app.android_package",
                wrong(package, is_bundle),
                "the app's identifier, such as \"it.refettorio.famiglia\"",
            ),
            (
                "app.android_certificates",
                wrong(&self.android_certificates, is_fingerprint),
                "SHA-256 fingerprints as keytool prints them: 32 bytes, hexadecimal, with colons",
            ),
            (
                "app.apple_ids",
                wrong(&self.apple_ids, is_apple_id),
                "team and identifier, such as \"A1B2C3D4E5.it.refettorio.famiglia\"",
            ),
            (
                "app.links",
                wrong(&self.links, |path| path.starts_with('/')),
                "paths such as \"/invito/*\"",
            ),
        ]
        .into_iter()
        .find_map(|(key, problem, expected)| problem.map(|problem| (key, problem, expected)))
    }

    /// Android's file, where an app is named.
    fn android(&self) -> Option<Value> {
        let certificates = &self.android_certificates;
        (!certificates.is_empty()).then(|| {
            json!([{
                "relation": [
                    "delegate_permission/common.handle_all_urls",
                    "delegate_permission/common.get_login_creds",
                ],
                "target": {
                    "namespace": "android_app",
                    "package_name": self.android_package,
                    "sha256_cert_fingerprints": certificates,
                },
            }])
        })
    }

    /// Apple's file, where an app is named.
    fn apple(&self) -> Option<Value> {
        if self.apple_ids.is_empty() {
            return None;
        }
        let pages: Vec<Value> = self.links.iter().map(|path| json!({"/": path})).collect();
        Some(json!({
            "applinks": {"details": [{"appIDs": self.apple_ids, "components": pages}]},
            "webcredentials": {"apps": self.apple_ids},
        }))
    }
}

fn is_fingerprint(text: &str) -> bool {
    let bytes: Vec<&str> = text.split(':').collect();
    let is_byte = |byte: &&str| {
        byte.len() == 2
            && byte
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b))
    };
    bytes.len() == 32 && bytes.iter().all(is_byte)
}

fn is_bundle(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    text.contains('.') && text.split('.').all(is_part)
}

fn is_apple_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(team, bundle)| {
        team.len() == 10 && team.bytes().all(|b| b.is_ascii_alphanumeric()) && is_bundle(bundle)
    })
}

/// Both files.
pub fn routes() -> Routes {
    Routes::new()
        .beyond(
            ANDROID_PATH,
            get(async |State(app): State<App>| answer(app.settings.app.android())),
        )
        .beyond(
            APPLE_PATH,
            get(async |State(app): State<App>| answer(app.settings.app.apple())),
        )
}

/// JSON, asked for again after an hour: who changes a certificate does not want to wait for a week.
fn answer(file: Option<Value>) -> Response {
    let Some(file) = file else {
        return ApiError::not_found().into_response();
    };
    let mut response = axum::Json(file).into_response();
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint() -> String {
        ["0A"; 32].join(":")
    }

    #[test]
    fn a_mistake_is_told_with_its_key() {
        let good = AppSection {
            android_certificates: vec![fingerprint()],
            apple_ids: vec!["A1B2C3D4E5.it.refettorio.famiglia".into()],
            links: vec!["/invito/*".into()],
            ..AppSection::default()
        };
        assert_eq!(good.mistake(), None);
        assert_eq!(AppSection::default().mistake(), None);
        let lower = fingerprint().to_lowercase();
        for (section, key) in [
            (
                AppSection {
                    android_certificates: vec![lower],
                    ..good.clone()
                },
                "app.android_certificates",
            ),
            (
                AppSection {
                    android_package: "refettorio".into(),
                    ..good.clone()
                },
                "app.android_package",
            ),
            (
                AppSection {
                    apple_ids: vec!["it.refettorio.famiglia".into()],
                    ..good.clone()
                },
                "app.apple_ids",
            ),
            (
                AppSection {
                    links: vec!["invito".into()],
                    ..good.clone()
                },
                "app.links",
            ),
        ] {
            assert_eq!(section.mistake().unwrap().0, key);
        }
    }
}
