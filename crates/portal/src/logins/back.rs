//! Where a browser goes in the end: read with suspicion when a login begins, written when it ends.

use crate::errors::ApiError;
use api::{
    logins::{BackTo, LoginOutcome},
    sessions::ClientKind,
};
use domain::LoginId;

/// The app's own scheme, as its shell registers it.
const SCHEME: &str = "it.refettorio.app://ritorno";
/// The longest path of a page, in bytes.
const LONGEST_PATH: usize = 512;

/// Whether such a client may be sent there.
pub(super) fn check(back: &BackTo, client: ClientKind) -> Result<(), ApiError> {
    let fits = match (back, client) {
        (BackTo::Page { path }, ClientKind::Browser) => is_page(path),
        // Below are the system's own.
        (BackTo::Loopback { port }, ClientKind::App) => *port >= 1024,
        (BackTo::Scheme, ClientKind::App) => true,
        _ => false,
    };
    fits.then_some(())
        .ok_or_else(|| ApiError::invalid("back", "is no place for this client"))
}

/// A path of ours: nothing that a browser could read as another host.
fn is_page(path: &str) -> bool {
    path.len() <= LONGEST_PATH
        && path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !path.starts_with("/accesso/")
        && !path.starts_with("/api/")
}

/// The app's address with something to say; none for a browser.
fn to_app(back: &BackTo, login: LoginId, name: &str, value: &str) -> Option<String> {
    let base = match back {
        BackTo::Page { .. } => return None,
        BackTo::Loopback { port } => format!("http://127.0.0.1:{port}/ritorno"),
        BackTo::Scheme => SCHEME.to_owned(),
    };
    Some(format!("{base}?login={login}&{name}={value}"))
}

/// The app's address with its code.
pub(super) fn with_code(back: &BackTo, login: LoginId, code: &str) -> Option<String> {
    to_app(back, login, "code", code)
}

/// The app's address with what went wrong.
pub(super) fn with_outcome(back: &BackTo, login: LoginId, outcome: LoginOutcome) -> Option<String> {
    to_app(back, login, "esito", outcome.as_str())
}

/// Where a browser reads what went wrong.
pub(super) fn outcome_page(outcome: LoginOutcome) -> String {
    format!("/accesso?esito={}", outcome.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    fn page(path: &str) -> bool {
        let back = BackTo::Page {
            path: path.to_owned(),
        };
        check(&back, ClientKind::Browser).is_ok()
    }

    #[test]
    fn a_browser_goes_to_pages_of_ours_only() {
        for good in ["/", "/calendario", "/profilo?sezione=recapiti", "/figli/1#oggi"] {
            assert!(page(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(600));
        for bad in [
            "",
            "calendario",
            "//altrove.example",
            "/\\altrove.example",
            "https://altrove.example",
            "/a b",
            "/\n",
            "/accesso/ritorno/spid",
            &long,
        ] {
            assert!(!page(bad), "{bad}");
        }
    }

    #[test]
    fn each_client_has_its_own_ways_back() {
        let page = BackTo::Page { path: "/".to_owned() };
        assert!(check(&page, ClientKind::App).is_err());
        assert!(check(&BackTo::Loopback { port: 40_000 }, ClientKind::App).is_ok());
        assert!(check(&BackTo::Loopback { port: 80 }, ClientKind::App).is_err());
        assert!(check(&BackTo::Scheme, ClientKind::App).is_ok());
        assert!(check(&BackTo::Scheme, ClientKind::Browser).is_err());
    }

    proptest! {
        #[test]
        fn whatever_passes_stays_on_our_host(path in "[/\\\\a-z:.@?#% ]{0,20}") {
            if page(&path) {
                let here = Url::parse("https://mensa.example.it/x").unwrap();
                let there = here.join(&path).unwrap();
                prop_assert_eq!(there.host_str(), Some("mensa.example.it"));
            }
        }
    }
}
