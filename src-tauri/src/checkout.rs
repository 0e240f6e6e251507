//! What is opened outside the app: a checkout that the portal named, in the system's browser; a document that was just
//! kept, in its viewer.
//!
//! Only secure addresses, or ones of this machine for demo and tests. Only those that an answer of the portal
//! held: a page that was tampered with must not be able to send the family elsewhere.

use api::{ErrorBody, ErrorCode};
use client::address::may_be_opened;
use std::{
    collections::VecDeque,
    fmt, fs,
    path::{Path, PathBuf},
};
use tauri::{AppHandle, Runtime};
use tauri_plugin_opener::OpenerExt;
use url::Url;

/// So many addresses are remembered; a family opens one at a time.
const REMEMBERED: usize = 16;

/// Android shows a browser of the person's choice over the app and takes it away when its link brings them back. On an
/// iPhone nothing would take it away.
const WITHIN: bool = cfg!(target_os = "android");

/// What is to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// In the browser.
    Address(&'a Url),
    /// In a browser too, within the app where the phone has such a thing: the person comes back from it.
    Login(&'a Url),
    /// In whatever shows such files.
    Document(&'a Path),
}

impl fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(url) | Self::Login(url) => url.fmt(f),
            Self::Document(path) => path.display().fmt(f),
        }
    }
}

/// What opens it; the error is for the log.
type Open = dyn Fn(Target<'_>) -> Result<(), String> + Send + Sync;

/// Opens an address or a document outside the app.
pub struct Opener(Box<Open>);

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

impl Opener {
    /// An opener that does this.
    pub fn new(open: impl Fn(Target<'_>) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Box::new(open))
    }

    /// The system's browser and viewers; or, for `file:PATH`, a file that gets the address or the path instead: a
    /// test without a browser of its own reads it there.
    pub fn of_the_system<R: Runtime>(app: &AppHandle<R>, wish: Option<&str>) -> Self {
        if let Some(file) = wish.and_then(|wish| wish.strip_prefix("file:")) {
            let file = PathBuf::from(file);
            tracing::warn!("addresses are written to a file instead of being opened");
            return Self::new(move |target| {
                fs::write(&file, target.to_string()).map_err(|error| error.to_string())
            });
        }
        let app = app.clone();
        Self::new(move |target| {
            let opened = match target {
                Target::Login(url) if WITHIN => app
                    .opener()
                    .open_url(url.as_str(), Some("inAppBrowser"))
                    .or_else(|error| {
                        tracing::warn!(%error, "no browser within the app");
                        app.opener().open_url(url.as_str(), None::<&str>)
                    }),
                Target::Address(url) | Target::Login(url) => {
                    app.opener().open_url(url.as_str(), None::<&str>)
                }
                Target::Document(path) => app.opener().open_path(path.to_string_lossy(), None::<&str>),
            };
            opened.map_err(|error| error.to_string())
        })
    }

    /// Opens an address.
    pub fn open(&self, url: &Url) -> Result<(), ErrorBody> {
        (self.0)(Target::Address(url)).map_err(|error| {
            tracing::error!(error, "no browser");
            ErrorBody::new(
                ErrorCode::PaymentUnavailable,
                "Non sono riuscito ad aprire il browser. L'avviso resta valido: apri un browser e riprova, \
                 oppure paga con il codice avviso in banca, alle Poste o dal tabaccaio.",
            )
        })
    }

    /// Opens a login's address, which may be copied instead; tells whether something could.
    pub fn lead(&self, url: &Url) -> bool {
        (self.0)(Target::Login(url))
            .inspect_err(|error| tracing::warn!(error, "no browser"))
            .is_ok()
    }

    /// Shows a document; tells whether something could.
    pub fn show(&self, path: &Path) -> bool {
        (self.0)(Target::Document(path))
            .inspect_err(|error| tracing::warn!(error, "nothing shows documents here"))
            .is_ok()
    }
}

/// The checkout addresses that the portal named lately.
#[derive(Debug, Default)]
pub struct Named(VecDeque<String>);

impl Named {
    /// Remembers the addresses in an answer.
    pub fn note(&mut self, answer: &serde_json::Value) {
        match answer {
            serde_json::Value::Array(values) => values.iter().for_each(|value| self.note(value)),
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str() {
                        Some(url) if name == "checkout_url" && !self.0.iter().any(|known| known == url) => {
                            self.0.push_back(url.to_owned());
                            if self.0.len() > REMEMBERED {
                                self.0.pop_front();
                            }
                        }
                        _ => self.note(value),
                    }
                }
            }
            _ => {}
        }
    }

    /// The address, where the portal named it and it may be opened.
    pub fn address(&self, text: &str) -> Result<Url, ErrorBody> {
        let known = self.0.iter().any(|known| known == text);
        may_be_opened(text).filter(|_| known).ok_or_else(|| {
            ErrorBody::new(
                ErrorCode::InvalidRequest,
                "Questo indirizzo di pagamento non è valido. Torna alla ricarica e premi di nuovo Paga.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_secure_addresses_that_the_portal_named_are_opened() {
        let mut named = Named::default();
        named.note(&json!({"open": [{"checkout_url": "https://checkout.example/1"}], "checkout_url": "http://127.0.0.1:9/2"}));
        named.note(&json!({"checkout_url": "file:///etc/passwd", "note": "https://evil.example"}));
        assert!(named.address("https://checkout.example/1").is_ok());
        assert!(named.address("http://127.0.0.1:9/2").is_ok());
        for text in [
            "https://evil.example",
            "file:///etc/passwd",
            "https://checkout.example/1#x",
            "",
        ] {
            assert_eq!(
                named.address(text).unwrap_err().code,
                ErrorCode::InvalidRequest,
                "{text}"
            );
        }
    }

    #[test]
    fn old_addresses_give_way_to_new_ones() {
        let mut named = Named::default();
        for number in 0..=REMEMBERED {
            named.note(&json!({"checkout_url": format!("https://checkout.example/{number}")}));
        }
        assert!(named.address("https://checkout.example/0").is_err());
        assert!(named.address("https://checkout.example/1").is_ok());
    }

    #[test]
    fn a_missing_browser_is_told_in_words() {
        let opener = Opener::new(|_| Err("xdg-open: not found".into()));
        let error = opener
            .open(&Url::parse("https://checkout.example/1").unwrap())
            .unwrap_err();
        assert!(error.message.contains("codice avviso") && !error.message.contains("xdg-open"));
    }
}
