//! The address of a portal, as a person types it.

use std::{fmt, str::FromStr};
use url::{Host, Url};

/// Why a text is not the address of a portal. The words are for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address at all.
    #[error(
        "Questo non è l'indirizzo di un portale. Scrivilo come lo trovi nel sito del tuo Comune, per esempio mensa.comune.it."
    )]
    NotAnAddress,
    /// A scheme other than https, or http to another machine.
    #[error("L'indirizzo deve essere sicuro: deve iniziare con https://.")]
    NotSecure,
    /// A user name, a password, a path, a query or a fragment beside the machine's name.
    #[error("Scrivi solo il nome del portale, senza altro dopo: per esempio mensa.comune.it.")]
    TooMuch,
}

/// Where a portal is: `https` and a machine, or `http` on this very machine. Nothing after it.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalAddress {
    origin: Url,
}

impl PortalAddress {
    /// Reads what a person typed: `mensa.example.it`, `https://mensa.example.it/`, `http://127.0.0.1:8080`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(AddressError::NotAnAddress);
        }
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("https://{text}"))
        }
        .map_err(|_| AddressError::NotAnAddress)?;
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(AddressError::NotSecure),
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(AddressError::TooMuch);
        }
        // A name without a dot is a slip of the pen, unless it is this machine.
        let named = match url.host() {
            Some(Host::Domain(name)) => loopback || name.trim_end_matches('.').contains('.'),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
            None => false,
        };
        if named {
            Ok(Self { origin: url })
        } else {
            Err(AddressError::NotAnAddress)
        }
    }

    /// True where the portal is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.origin)
    }

    /// The address of a path on this portal; none where it would lead elsewhere.
    pub fn at(&self, path: &str) -> Option<Url> {
        if !path.starts_with('/')
            || path.starts_with("//")
            || path.contains(|c: char| c == '\\' || c == '#' || c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let url = Url::parse(&format!("{self}{path}")).ok()?;
        // `..` and its disguises are resolved while parsing; what was asked for is what must be left.
        let asked = path.split_once('?').map_or(path, |(before, _)| before);
        (url.origin() == self.origin.origin() && url.path() == asked).then_some(url)
    }
}

/// True for addresses of this machine: names and numbers that never leave it.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// True for an address that may be opened in the system's browser: `https`, or `http` on this machine, and
/// nobody's name or password in it.
pub fn may_be_opened(text: &str) -> Option<Url> {
    if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let secure = match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    };
    (secure && url.username().is_empty() && url.password().is_none()).then_some(url)
}

impl fmt::Display for PortalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for PortalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PortalAddress({self})")
    }
}

impl FromStr for PortalAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<String, AddressError> {
        PortalAddress::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn a_bare_name_becomes_a_secure_address() {
        assert_eq!(read(" Mensa.Example.it "), Ok("https://mensa.example.it".into()));
        assert_eq!(read("mensa.example.it/"), Ok("https://mensa.example.it".into()));
        assert_eq!(
            read("https://mensa.example.it:8443"),
            Ok("https://mensa.example.it:8443".into())
        );
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        assert_eq!(read("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080".into()));
        assert_eq!(read("http://localhost:80"), Ok("http://localhost".into()));
        assert_eq!(read("http://[::1]:9"), Ok("http://[::1]:9".into()));
        for text in [
            "http://mensa.example.it",
            "http://127.0.0.1.example.it",
            "ftp://a.it",
            "file:///etc/passwd",
            "javascript://a.it",
        ] {
            assert_eq!(read(text), Err(AddressError::NotSecure), "{text}");
        }
    }

    #[test]
    fn only_a_portal_is_an_address() {
        for text in [
            "",
            "  ",
            "comune",
            "https://",
            "a b.it",
            "mensa\\.it",
            "https://?x",
        ] {
            assert_eq!(read(text), Err(AddressError::NotAnAddress), "{text}");
        }
        for text in [
            "https://io@a.it",
            "a.it/mensa",
            "a.it?x=1",
            "https://a.it/#x",
            "https://u:p@a.it",
        ] {
            assert_eq!(read(text), Err(AddressError::TooMuch), "{text}");
        }
    }

    #[test]
    fn a_path_stays_on_its_portal() {
        let portal = PortalAddress::parse("mensa.example.it").unwrap();
        let at = portal.at("/api/v1/wallets?limit=2").unwrap();
        assert_eq!(at.as_str(), "https://mensa.example.it/api/v1/wallets?limit=2");
        for path in [
            "",
            "api",
            "//evil.it/x",
            "/\\evil.it",
            "/a/../b",
            "/a/%2e%2e/b",
            "@evil.it",
            ":80@evil.it/",
            "/a#b",
            "/a b",
            "https://evil.it/",
        ] {
            assert_eq!(portal.at(path), None, "{path}");
        }
    }

    #[test]
    fn the_browser_opens_secure_addresses_only() {
        assert!(may_be_opened("https://checkout.pagopa.it/abc?x=1#y").is_some());
        assert!(may_be_opened("http://127.0.0.1:4000/paga").is_some());
        for text in [
            "http://checkout.pagopa.it",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://a@b.it",
            "mailto:a@b.it",
            "paga",
            "",
        ] {
            assert_eq!(may_be_opened(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_an_address_is_secure_or_on_this_machine(text in "\\PC{0,60}") {
            if let Ok(address) = PortalAddress::parse(&text) {
                let shown = address.to_string();
                prop_assert!(shown.starts_with("https://") || address.is_loopback());
                prop_assert_eq!(PortalAddress::parse(&shown), Ok(address));
            }
        }

        #[test]
        fn whatever_the_path_the_machine_stays_the_same(path in "[/\\\\@:.?#%a-z0-9]{0,40}") {
            let portal = PortalAddress::parse("https://mensa.example.it").unwrap();
            if let Some(url) = portal.at(&path) {
                prop_assert_eq!(url.host_str(), Some("mensa.example.it"));
                prop_assert_eq!(url.scheme(), "https");
            }
        }

        #[test]
        fn whatever_is_opened_is_secure_or_on_this_machine(text in "(https?|file|javascript)?:?/{0,3}[@:.?#a-z0-9]{0,40}") {
            if let Some(url) = may_be_opened(&text) {
                prop_assert!(url.scheme() == "https" || is_loopback(&url));
            }
        }
    }
}
