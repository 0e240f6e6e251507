//! Links that open the app at a page: addresses of the chosen portal, and the app's own scheme.
//!
//! A link is somebody else's text. It can name one of a few pages of the interface and nothing more: no act is done by
//! opening one, no portal is chosen by one, and a page of another portal is not opened. What comes back from a login is
//! not read here but in [`crate::login::link`]; a browser that comes back from the provider to the portal stays a browser.

use crate::login::link::SCHEME;
use bridge::LinkView;
use client::PortalAddress;
use std::{
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;
use url::Url;

/// In the app's own scheme the pages stand behind this name: `it.refettorio.app://apri/ricarica`.
pub const OPEN: &str = "apri";
/// Longest link that is looked at, in bytes.
const LONGEST: usize = 400;
/// Pages that a link may open. The interface decides whether the person may see them.
const PAGES: [&str; 8] = [
    "/",
    "/calendario",
    "/portafoglio",
    "/ricarica",
    "/pagamenti",
    "/profilo",
    "/profilo/avvisi",
    "/accesso",
];
/// What a message may add to the first page: the sheet with which all children stay away today, which asks first.
const ABSENT_TODAY: &str = "assenti=oggi";
/// An invitation's page, before its token.
const INVITATION: &str = "/invito/";
/// How long the token can be, in characters.
const TOKEN: std::ops::RangeInclusive<usize> = 16..=128;

/// Reads a link, for an app whose portal is this one. None where it is no link of this kind at all.
pub fn read(text: &str, portal: Option<&PortalAddress>) -> Option<LinkView> {
    if text.len() > LONGEST || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    match url.scheme() {
        SCHEME => {
            let own = url.host_str() == Some(OPEN) && url.port().is_none();
            own.then(|| page(&url))
        }
        "https" | "http" => {
            let host = url.host_str()?.to_owned();
            let origin = PortalAddress::parse(&url.origin().ascii_serialization()).ok()?;
            Some(if portal == Some(&origin) {
                page(&url)
            } else {
                LinkView::OtherPortal { host }
            })
        }
        _ => None,
    }
}

/// The page, written anew from what is known of it.
fn page(url: &Url) -> LinkView {
    let path = match url.path() {
        "" => "/",
        path => path,
    };
    let token = path.strip_prefix(INVITATION);
    let open = |path: String| LinkView::Open { path };
    match token {
        Some(token) if is_token(token) => open(format!("{INVITATION}{token}")),
        Some(_) => LinkView::Unknown,
        None if path == "/" && url.query() == Some(ABSENT_TODAY) => open(format!("/?{ABSENT_TODAY}")),
        None => match PAGES.iter().find(|page| **page == path) {
            Some(page) => open((*page).to_owned()),
            None => LinkView::Unknown,
        },
    }
}

fn is_token(text: &str) -> bool {
    TOKEN.contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The last link that came and that nobody took. Its `Debug` shows no token.
#[derive(Default)]
pub struct Links {
    state: Mutex<Waiting>,
    told: Notify,
}

#[derive(Default)]
struct Waiting {
    link: Option<LinkView>,
    /// Which wait is the last: a page that was loaded anew must not lose a link to the one before.
    turn: u64,
}

impl std::fmt::Debug for Links {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Links")
    }
}

impl Links {
    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A link came. One that nobody took gives way.
    pub fn came(&self, link: LinkView) {
        self.state().link = Some(link);
        self.told.notify_waiters();
    }

    /// Waits for a link; none where a later wait took its place.
    pub async fn wait(&self) -> Option<LinkView> {
        let turn = {
            let mut state = self.state();
            state.turn += 1;
            state.turn
        };
        self.told.notify_waiters();
        loop {
            let mut told = pin!(self.told.notified());
            told.as_mut().enable();
            {
                let mut state = self.state();
                if state.turn != turn {
                    return None;
                }
                if let Some(link) = state.link.take() {
                    return Some(link);
                }
            }
            told.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Arc;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM-_09";

    fn portal() -> PortalAddress {
        PortalAddress::parse("https://mensa.example.it").unwrap()
    }

    fn read_here(text: &str) -> Option<LinkView> {
        read(text, Some(&portal()))
    }

    fn open(path: &str) -> LinkView {
        LinkView::Open {
            path: path.to_owned(),
        }
    }

    #[test]
    fn pages_of_the_chosen_portal_are_opened() {
        for page in PAGES {
            assert_eq!(
                read_here(&format!("https://mensa.example.it{page}")),
                Some(open(page))
            );
            assert_eq!(
                read_here(&format!("it.refettorio.app://apri{page}")),
                Some(open(page))
            );
        }
        let invitation = format!("/invito/{TOKEN}");
        assert_eq!(
            read_here(&format!("https://mensa.example.it{invitation}")),
            Some(open(&invitation))
        );
        assert_eq!(
            read_here("https://mensa.example.it/?assenti=oggi"),
            Some(open("/?assenti=oggi"))
        );
        assert_eq!(
            read_here("https://MENSA.example.it:443/ricarica"),
            Some(open("/ricarica"))
        );
        assert_eq!(read_here("https://mensa.example.it"), Some(open("/")));
        assert_eq!(read_here("it.refettorio.app://apri"), Some(open("/")));
        // What a mailer adds to a link is left out.
        assert_eq!(
            read_here("https://mensa.example.it/ricarica?da=posta#x"),
            Some(open("/ricarica"))
        );
        let local = PortalAddress::parse("http://127.0.0.1:8080").unwrap();
        assert_eq!(
            read("http://127.0.0.1:8080/ricarica", Some(&local)),
            Some(open("/ricarica"))
        );
    }

    #[test]
    fn pages_of_another_portal_are_refused_by_name() {
        for (text, host) in [
            ("https://mensa.altrove.example/ricarica", "mensa.altrove.example"),
            (
                "https://mensa.example.it.evil.example/ricarica",
                "mensa.example.it.evil.example",
            ),
            ("https://mensa.example.it:8443/ricarica", "mensa.example.it"),
            (
                "https://evil.example/?https://mensa.example.it/ricarica",
                "evil.example",
            ),
        ] {
            let refused = Some(LinkView::OtherPortal {
                host: host.to_owned(),
            });
            assert_eq!(read_here(text), refused, "{text}");
        }
        let unchosen = read("https://mensa.example.it/ricarica", None);
        assert!(matches!(unchosen, Some(LinkView::OtherPortal { .. })));
    }

    #[test]
    fn other_paths_of_the_portal_are_not_opened_in_the_app() {
        for path in [
            "/api/v1/me",
            "/accesso/ritorno/spid?code=x&state=y",
            "/ritorno/0199a3c4-5f6e-7a8b-9c0d-1e2f3a4b5c6d/ok",
            "/ricarica/",
            "//evil.example/ricarica",
            "/invito/",
            "/invito/corto",
            "/invito/../ricarica/x",
            "/feeds/abcdefghijklmnopqrstuvwxyz.ics",
            "/ricarica%2f..",
        ] {
            let text = format!("https://mensa.example.it{path}");
            assert_eq!(read_here(&text), Some(LinkView::Unknown), "{text}");
        }
        let long = format!("https://mensa.example.it/invito/{}", "a".repeat(129));
        assert_eq!(read_here(&long), Some(LinkView::Unknown));
    }

    #[test]
    fn nothing_else_is_a_link() {
        for text in [
            "",
            "mensa.example.it/ricarica",
            "http://mensa.example.it/ricarica",
            "https://io@mensa.example.it/ricarica",
            "https://io:x@mensa.example.it/ricarica",
            "https://mensa.example.it\\@evil.example/ricarica",
            "https://mensa.example.it/rica rica",
            "https://mensa.example.it/ricarica\n",
            "javascript:alert(1)",
            "file:///ricarica",
            "it.refettorio.app:ricarica",
            "it.refettorio.app:///ricarica",
            "it.refettorio.app://ritorno/ricarica",
            "it.refettorio.app://apri:80/ricarica",
            "it.refettorio.app://io@apri/ricarica",
        ] {
            assert_eq!(read_here(text), None, "{text}");
        }
        let long = format!("https://mensa.example.it/?x={}", "a".repeat(LONGEST));
        assert_eq!(read_here(&long), None);
    }

    /// What may come out, whatever goes in.
    fn is_harmless(view: Option<&LinkView>) -> bool {
        match view {
            Some(LinkView::Open { path }) => {
                PAGES.contains(&path.as_str())
                    || path == "/?assenti=oggi"
                    || path.strip_prefix(INVITATION).is_some_and(is_token)
            }
            _ => true,
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_of_page_links_panic(text in "\\PC{0,120}") {
            prop_assert!(is_harmless(read_here(&text).as_ref()));
        }

        #[test]
        fn no_change_of_a_page_link_makes_its_reader_panic_or_opens_another_page(
            own in any::<bool>(), at in 0usize..60, insert in "\\PC{0,4}", remove in 0usize..6,
        ) {
            let good = if own { "it.refettorio.app://apri/ricarica" } else { "https://mensa.example.it/invito/abcdefghijklmnopqrstuv" };
            let mut text: Vec<char> = good.chars().collect();
            let at = at.min(text.len());
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
            let text: String = text.into_iter().collect();
            prop_assert!(is_harmless(read_here(&text).as_ref()), "{}", text);
        }

        #[test]
        fn no_bytes_that_a_phone_hands_over_make_the_reader_of_page_links_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..500),
        ) {
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(is_harmless(read_here(&text).as_ref()));
        }
    }

    #[tokio::test]
    async fn a_link_waits_for_the_page_and_goes_to_the_last_that_asks() {
        let links = Arc::new(Links::default());
        let ricarica = || LinkView::Open {
            path: "/ricarica".into(),
        };
        // It came before the page was there.
        links.came(ricarica());
        assert_eq!(links.wait().await, Some(ricarica()));
        // The page was loaded anew: the wait of the one before ends with nothing.
        let before = tokio::spawn({
            let links = Arc::clone(&links);
            async move { links.wait().await }
        });
        while links.state().turn < 2 {
            tokio::task::yield_now().await;
        }
        let after = tokio::spawn({
            let links = Arc::clone(&links);
            async move { links.wait().await }
        });
        assert_eq!(before.await.unwrap(), None);
        links.came(LinkView::Unknown);
        assert_eq!(after.await.unwrap(), Some(LinkView::Unknown));
    }
}
