//! Nel tuo calendario: a private address a child, made, copied once and taken away.

use crate::{
    components::{
        Button, ButtonKind, Card, EmptyState, Notice, NoticeKind, Picture, Reading, Sheet, use_announcer,
    },
    explain, format,
    platform::use_here,
    portal::Act,
    remote::{Source, use_source, use_wake},
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    children::ChildView,
    feeds::{CreateFeed, FeedView, ListFeeds, RevokeFeed},
};
use dioxus::prelude::*;
use domain::{ChildId, ServiceDay};

/// The addresses of the children that this person may see.
#[component]
pub fn Feeds(children_of: Vec<ChildView>, today: ServiceDay) -> Element {
    let source = use_source(ListFeeds {}, NoQuery {});
    use_wake(move || source.reload());
    let children_of: Vec<_> = children_of.into_iter().filter(|child| child.rights.see).collect();
    rsx! {
        Card { labelled_by: "feeds".to_owned(), testid: "feeds",
            h2 { id: "feeds", tabindex: "-1", {t!("feeds-title")} }
            if children_of.is_empty() {
                EmptyState { title: t!("feeds-none"), p { {t!("feeds-none-hint")} } }
            } else {
                p { class: "soft", {t!("feeds-hint")} }
                Reading { source, skeleton: 1, brief: true, ready: move |feeds: Vec<FeedView>| rsx! {
                    ul { class: "devices",
                        for child in children_of.clone() {
                            Row {
                                key: "{child.id}",
                                child: child.id,
                                name: child.first_name,
                                feed: feeds.iter().find(|feed| feed.child == child.id).cloned(),
                                today,
                                source,
                            }
                        }
                    }
                } }
            }
        }
    }
}

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    Renew,
    Revoke,
}

#[component]
fn Row(
    child: ChildId,
    name: String,
    feed: Option<FeedView>,
    today: ServiceDay,
    source: Source<Vec<FeedView>>,
) -> Element {
    let here = use_here();
    let session = use_session();
    let announcer = use_announcer();
    let mut asking = use_signal(|| None::<Asking>);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    // Told once, and only as long as this stays open.
    let mut address = use_signal(|| None::<String>);
    let failed = use_callback(move |why: ErrorBody| match why.code {
        ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
        _ => error.set(Some(why)),
    });
    let create = {
        let here = here.clone();
        use_callback(move |()| {
            if busy() {
                return;
            }
            busy.set(true);
            error.set(None);
            let here = here.clone();
            spawn(async move {
                match Act::new(&here, CreateFeed { child }, ()).send(&here).await {
                    Ok(made) => {
                        let feed = made.feed;
                        source.amend(|feeds| {
                            feeds.retain(|other| other.child != child);
                            feeds.push(feed);
                        });
                        address.set(Some(made.address.0));
                        asking.set(None);
                    }
                    Err(why) => failed.call(why),
                }
                busy.set(false);
            });
        })
    };
    let revoke = {
        let (name, id) = (name.clone(), feed.as_ref().map(|feed| feed.id));
        use_callback(move |()| {
            let Some(feed) = id.filter(|_| !busy()) else {
                return;
            };
            busy.set(true);
            error.set(None);
            let (here, name) = (here.clone(), name.clone());
            spawn(async move {
                match Act::new(&here, RevokeFeed { feed }, ()).send(&here).await {
                    Err(why) if why.code != ErrorCode::NotFound => failed.call(why),
                    // Gone, by this act or by another.
                    _ => {
                        source.amend(|feeds| feeds.retain(|other| other.id != feed));
                        announcer.say(t!("feeds-revoked", name = name.as_str()));
                        address.set(None);
                        asking.set(None);
                        here.focus("feeds");
                    }
                }
                busy.set(false);
            });
        })
    };
    let there = feed.is_some();
    rsx! {
        li { class: "device", "data-testid": "feed-row", "data-child-name": "{name}",
            h3 { "{name}" }
            Known { feed, today }
            if let Some(address) = address() {
                Address { address, name: name.clone() }
            }
            if asking().is_none() && let Some(why) = error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            if there {
                Button { kind: ButtonKind::Link, testid: "feed-renew", onclick: move |()| asking.set(Some(Asking::Renew)),
                    {t!("feeds-renew")}
                }
                Button { kind: ButtonKind::Link, testid: "feed-revoke", onclick: move |()| asking.set(Some(Asking::Revoke)),
                    {t!("feeds-revoke")}
                }
            } else {
                Button { kind: ButtonKind::Outline, busy: busy(), testid: "feed-create", onclick: move |()| create.call(()),
                    {t!("feeds-create", name = name.as_str())}
                }
            }
        }
        if let Some(what) = asking() {
            Ask {
                what,
                name: name.clone(),
                busy: busy(),
                error: error(),
                onact: move |()| match what {
                    Asking::Renew => create.call(()),
                    Asking::Revoke => revoke.call(()),
                },
                onclose: move |()| {
                    asking.set(None);
                    error.set(None);
                },
            }
        }
    }
}

/// Since when there is an address, and whether a calendar reads it.
#[component]
fn Known(feed: Option<FeedView>, today: ServiceDay) -> Element {
    let Some(feed) = feed else {
        return rsx! {
            p { class: "soft", {t!("feeds-absent")} }
        };
    };
    rsx! {
        p { class: "soft",
            {t!("feeds-made", at = format::moment(feed.created_at, today))}
            br {}
            match feed.last_read_at {
                Some(at) => t!("feeds-read", at = format::moment(at, today)),
                None => t!("feeds-never"),
            }
        }
    }
}

/// The address, while it can be seen.
#[component]
fn Address(address: String, name: String) -> Element {
    let here = use_here();
    let mut copied = use_signal(|| None::<bool>);
    let mut giving = use_signal(|| false);
    let may_give = here.can_share_text();
    let copy = {
        let (here, address) = (here.clone(), address.clone());
        move |()| {
            let (here, address) = (here.clone(), address.clone());
            spawn(async move { copied.set(Some(here.copy(&address).await)) });
        }
    };
    let give = {
        let address = address.clone();
        move |()| {
            let (here, address) = (here.clone(), address.clone());
            spawn(async move {
                // Where it cannot be handed over it is copied instead, and said so.
                if !here.share_text(&address).await {
                    copied.set(Some(here.copy(&address).await));
                }
                giving.set(false);
            });
        }
    };
    rsx! {
        Notice { title: t!("feeds-address", name = name.as_str()), testid: "feed-made",
            p { class: "figures feed-address", "data-testid": "feed-address", "{address}" }
            p { {t!("feeds-once")} }
            Button { testid: "feed-copy", onclick: copy, {t!("feeds-copy")} }
            if may_give {
                Button {
                    kind: ButtonKind::Link,
                    icon: Picture::Share,
                    testid: "feed-share",
                    onclick: move |()| giving.set(true),
                    {t!("feeds-share")}
                }
            }
            match copied() {
                Some(true) => rsx! { p { role: "status", {t!("feeds-copied")} } },
                Some(false) => rsx! { p { role: "alert", {t!("feeds-not-copied")} } },
                None => rsx! {},
            }
        }
        if giving() {
            Sheet { id: "feed-share-sheet", title: t!("feeds-share-title"), onclose: move |()| giving.set(false),
                p { {t!("feeds-share-words", name = name)} }
                Button { testid: "feed-share-confirm", onclick: give, {t!("feeds-share-act")} }
                Button { kind: ButtonKind::Link, onclick: move |()| giving.set(false), {t!("common-leave")} }
            }
        }
    }
}

/// Asks first: what reads the address now stops.
#[component]
fn Ask(
    what: Asking,
    name: String,
    busy: bool,
    error: Option<ErrorBody>,
    onact: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let (title, words, act) = match what {
        Asking::Renew => (
            t!("feeds-renew-title", name = name),
            t!("feeds-renew-words"),
            t!("feeds-renew"),
        ),
        Asking::Revoke => (
            t!("feeds-revoke-title", name = name),
            t!("feeds-revoke-words"),
            t!("feeds-revoke"),
        ),
    };
    rsx! {
        Sheet { id: "feed-sheet", title, onclose,
            p { "{words}" }
            if let Some(why) = error {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button { busy, testid: "feed-confirm", onclick: move |()| onact.call(()), "{act}" }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        kit::{Screen, sample},
        platform::fake::Fake,
    };
    use api::{
        ErrorBody, ErrorCode,
        feeds::{FeedView, NewFeedView},
        sessions::Secret,
    };
    use domain::FeedId;

    const ADDRESS: &str = "https://mensa.example.it/feeds/abc.ics";

    fn feed() -> FeedView {
        FeedView {
            id: FeedId::from_parts(1, [1; 10]),
            child: sample::child(1),
            first_name: "Ada".into(),
            created_at: "2026-11-20T07:15:00Z".parse().unwrap(),
            last_read_at: None,
        }
    }

    fn made() -> NewFeedView {
        NewFeedView {
            feed: feed(),
            address: Secret(ADDRESS.into()),
        }
    }

    fn signed_in(feeds: &[FeedView]) -> Fake {
        Fake::at(sample::now())
            .says("get_me", &sample::me())
            .says("list_feeds", &feeds)
    }

    #[test]
    fn each_child_has_a_row_and_a_way_to_make_an_address() {
        let screen = Screen::open(signed_in(&[feed()]), "/profilo");
        assert_eq!(screen.count("feed-row"), 2, "{}", screen.html());
        assert!(screen.text("feed-row").contains("Creato: ven 20 nov, 8:15"));
        assert!(
            screen
                .text("feed-row")
                .contains("Nessun calendario l'ha ancora letto")
        );
        assert_eq!((screen.count("feed-renew"), screen.count("feed-create")), (1, 1));
    }

    #[test]
    fn an_address_is_shown_once_and_copied() {
        let fake = signed_in(&[]).says("create_feed", &made());
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        assert_eq!(screen.text("feed-address"), ADDRESS);
        assert!(screen.text("feed-made").contains("Lo vedi solo adesso"));
        screen.press("feed-copy");
        assert_eq!(screen.fake.copied(), [ADDRESS]);
        assert!(screen.says("Indirizzo copiato"));
        assert_eq!(screen.count("feed-revoke"), 1);
        assert!(!screen.fake.memory().contains("abc.ics"), "it is kept nowhere");
        screen.press("nav-today");
        screen.press("nav-profile");
        assert!(!screen.has("feed-address"));
    }

    #[test]
    fn an_address_is_handed_to_another_app_only_after_saying_what_it_opens() {
        let fake = signed_in(&[]).says("create_feed", &made()).sharing(true);
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        screen.press("feed-share");
        assert!(
            screen
                .text("feed-share-sheet")
                .contains("vede nome, pasti e chiusure")
        );
        assert!(screen.fake.shared_texts().is_empty());
        screen.press("feed-share-confirm");
        assert_eq!(screen.fake.shared_texts(), [ADDRESS]);
        assert!(!screen.has("feed-share-sheet"));
    }

    #[test]
    fn an_address_that_cannot_be_handed_over_is_copied() {
        let fake = signed_in(&[]).says("create_feed", &made()).sharing(false);
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        screen.press("feed-share");
        screen.press("feed-share-confirm");
        assert_eq!(screen.fake.copied(), [ADDRESS]);
        assert!(screen.says("Indirizzo copiato"));
        let fake = signed_in(&[]).says("create_feed", &made());
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        assert!(!screen.has("feed-share"), "a place without such a sheet");
    }

    #[test]
    fn without_a_clipboard_the_address_is_there_to_be_selected() {
        let fake = signed_in(&[]).says("create_feed", &made()).without_clipboard();
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        screen.press("feed-copy");
        assert!(screen.says("seleziona l'indirizzo"));
    }

    #[test]
    fn a_new_address_is_made_only_after_saying_that_the_old_one_ends() {
        let fake = signed_in(&[feed()]).says("create_feed", &made());
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-renew");
        assert!(screen.says("Quello di prima smette di funzionare"));
        assert!(screen.fake.calls("create_feed").is_empty());
        screen.press_twice("feed-confirm");
        assert_eq!(screen.fake.calls("create_feed").len(), 1);
        assert!(screen.has("feed-address") && !screen.has("feed-confirm"));
    }

    #[test]
    fn an_address_is_taken_away() {
        let fake = signed_in(&[feed()]).says("revoke_feed", &());
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-revoke");
        screen.press("feed-confirm");
        assert_eq!(screen.fake.calls("revoke_feed").len(), 1);
        assert!(!screen.has("feed-revoke"), "{}", screen.html());
        assert!(screen.says("L'indirizzo di Ada non funziona più."));
    }

    #[test]
    fn what_fails_is_said_where_it_was_pressed() {
        let busy = || ErrorBody::new(ErrorCode::Busy, "");
        let fake = signed_in(&[feed()])
            .refuses("create_feed", busy())
            .refuses("revoke_feed", busy());
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("feed-create");
        assert!(
            screen.text("feeds").contains("molto occupato"),
            "{}",
            screen.html()
        );
        screen.press("feed-revoke");
        screen.press("feed-confirm");
        assert!(screen.text("feed-sheet").contains("molto occupato"));
    }

    #[test]
    fn without_network_the_card_says_so_and_the_rest_of_the_profile_stays() {
        let fake = Fake::at(sample::now())
            .says("get_me", &sample::me())
            .offline("list_feeds");
        let screen = Screen::open(fake, "/profilo");
        assert!(
            screen.has("feeds") && screen.has("child-facts"),
            "{}",
            screen.html()
        );
        assert!(screen.text("feeds").contains("Si vede quando torna la rete"));
    }
}
