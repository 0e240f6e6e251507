//! The root: contexts, the shape around every screen, and the guard before those that need a session.

use crate::{
    clock::{use_clock, use_clock_provider},
    components::{
        AppBar, ErrorNotice, LiveRegion, NavBar, Newer, Page, Pulling, RefreshButton, Skeleton, SkipLink,
        use_announcer_provider, use_refresh,
    },
    links::Links,
    lock::{LockScreen, use_lock, use_lock_provider},
    offline::use_outbox_provider,
    platform::use_here,
    remote::Known,
    route::Route,
    session::{Standing, use_session, use_session_provider},
    summons::{use_following, use_summons_provider},
    t,
};
use dioxus::prelude::*;

/// The interface, in the page where this program runs.
#[cfg(feature = "web")]
#[component]
pub fn App() -> Element {
    use_context_provider(crate::platform::Here::find);
    rsx! {
        Contexts { Router::<Route> {} }
    }
}

/// What every screen finds around it. The platform has to be in the context already.
#[component]
pub fn Contexts(children: Element) -> Element {
    use_context_provider(Known::default);
    use_announcer_provider();
    let clock = use_clock_provider();
    let session = use_session_provider(clock);
    use_lock_provider(session, clock);
    use_outbox_provider(session, clock);
    use_summons_provider();
    children
}

/// The bars, the screen, the voice.
#[component]
pub fn Shape() -> Element {
    use_following();
    let session = use_session();
    let lock = use_lock().stands();
    let refresh = use_refresh();
    let route = use_route::<Route>();
    // Before the lock is known to be open, nothing of the family is drawn.
    if lock.is_none_or(|lock| lock.closed) {
        return rsx! {
            SkipLink {}
            AppBar { body: None, person: None }
            main { class: "main",
                if let Some(lock) = lock {
                    // A link that comes meanwhile is followed: its page waits behind the lock.
                    Links {}
                    LockScreen { lock }
                } else {
                    div { class: "page", Skeleton {} }
                }
            }
            LiveRegion {}
        };
    }
    let me = session.me();
    let signed_in = me.is_some();
    let wallet = session.may_see_money();
    let (body, person) = match &me {
        Some(me) => (
            Some(me.body.name.clone()),
            Some((me.name.clone(), me.initials.clone())),
        ),
        None => (None, None),
    };
    rsx! {
        SkipLink {}
        AppBar { body, person }
        if me.is_some() {
            NavBar { current: route, wallet }
        }
        main {
            class: "main",
            "data-testid": "page",
            ontouchstart: move |event| {
                // Who is not signed in has nothing that could be newer.
                if signed_in {
                    refresh.touched(&event);
                }
            },
            ontouchmove: move |event| refresh.moved(&event),
            ontouchend: move |_| refresh.let_go(),
            ontouchcancel: move |_| refresh.lost(),
            Pulling { refresh }
            Newer {}
            Links {}
            Outlet::<Route> {}
            if me.is_some() {
                RefreshButton { refresh }
            }
        }
        LiveRegion {}
    }
}

/// Lets through who is signed in; sends the others where they have to go first, and remembers where they were
/// going.
#[component]
pub fn Guarded() -> Element {
    let session = use_session();
    let here = use_here();
    let clock = use_clock();
    let route = use_route::<Route>();
    use_effect(use_reactive((&route,), move |(route,)| {
        let first = match session.standing() {
            Standing::Anonymous => Route::SignIn {},
            Standing::NoPortal => Route::Bodies {},
            Standing::ChoosingPassword { .. } => Route::Password {},
            Standing::Unknown | Standing::Open(_) | Standing::Failed(_) => return,
        };
        session.want(route);
        navigator().replace(first);
    }));
    match session.standing() {
        Standing::Open(_) => rsx! {
            Outlet::<Route> {}
        },
        Standing::Failed(error) => rsx! {
            Page { title: t!("app-name"),
                ErrorNotice {
                    error,
                    onretry: move |()| {
                        let here = here.clone();
                        session.set(Standing::Unknown);
                        spawn(async move { session.find(&here, clock).await });
                    },
                }
            }
        },
        _ => rsx! {
            div { class: "page", Skeleton {} }
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::{kit::Screen, platform::fake::Fake};
    use api::{ErrorBody, ErrorCode};

    #[test]
    fn without_a_session_one_signs_in_first() {
        let nobody = ErrorBody::new(ErrorCode::Unauthenticated, "");
        let screen = Screen::open(Fake::default().refuses("get_me", nobody), "/profilo");
        assert_eq!(screen.fake.title(), "Entra – Mensa scolastica");
        assert!(!screen.has("nav-today"));
    }

    #[test]
    fn without_network_the_first_screen_says_so_and_tries_again() {
        let mut screen = Screen::open(Fake::default().offline("get_me"), "/");
        assert!(
            screen.text("error").contains("Non riesco a collegarmi"),
            "{}",
            screen.html()
        );
        screen.press_words("Riprova");
        assert_eq!(screen.fake.calls("get_me").len(), 2);
    }

    #[test]
    fn before_anything_is_known_a_skeleton_stands_there() {
        let screen = Screen::open(Fake::default().silent("get_me"), "/");
        assert!(screen.has("loading"));
    }

    #[test]
    fn an_address_that_leads_nowhere_says_so() {
        let screen = Screen::open(Fake::default().silent("get_me"), "/chi/lo/sa");
        assert!(screen.says("Questa pagina non c'è"), "{}", screen.html());
    }
}
