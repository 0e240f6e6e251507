//! Where a notification leads that was pressed outside the page. It opens a screen; whatever that screen would do still
//! waits for the person's tap.

use crate::{platform::use_here, route::Route};
use dioxus::{prelude::*, router::Navigator};

/// What a screen was opened for, as a context.
#[derive(Clone, Copy, PartialEq)]
pub struct Summons {
    absent_today: Signal<bool>,
    top_up: Signal<bool>,
}

impl Summons {
    /// Whether the person pressed "Oggi non mangia" on a notification and was not asked yet.
    pub fn absent_today(self) -> bool {
        *self.absent_today.read()
    }

    /// Whether the person comes from what told them to top up, and nothing was chosen for them yet.
    pub fn top_up(self) -> bool {
        *self.top_up.read()
    }

    /// Goes where a path leads.
    pub fn follow(mut self, navigator: Navigator, path: &str) {
        let (route, absent_today) = read(path);
        self.absent_today.set(absent_today);
        self.top_up.set(route == Route::TopUp {});
        if router().current::<Route>() != route {
            navigator.push(route);
        }
    }

    /// The person was asked.
    pub fn done(mut self) {
        if *self.absent_today.peek() {
            self.absent_today.set(false);
        }
    }

    /// What was suggested is chosen.
    pub fn suggested(mut self) {
        self.top_up.set(false);
    }
}

/// Puts it into the context.
pub fn use_summons_provider() {
    use_context_provider(|| Summons {
        absent_today: Signal::new(false),
        top_up: Signal::new(false),
    });
}

/// What a screen was opened for.
pub fn use_summons() -> Summons {
    use_context()
}

/// Goes wherever a notification leads. Once, beneath the router.
pub fn use_following() {
    let here = use_here();
    let summons = use_summons();
    let navigator = use_navigator();
    use_future(move || {
        let here = here.clone();
        async move {
            loop {
                summons.follow(navigator, &here.summoned().await);
            }
        }
    });
}

/// The screen, and whether it is asked for today's absence. What leads nowhere leads home.
fn read(path: &str) -> (Route, bool) {
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let route = page.parse().unwrap_or(Route::Home {});
    match route {
        Route::Home {} => (route, query == "assenti=oggi"),
        Route::Missing { .. } => (Route::Home {}, false),
        route => (route, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_screen_and_anything_else_home() {
        assert_eq!(read("/ricarica"), (Route::TopUp {}, false));
        assert_eq!(read("/"), (Route::Home {}, false));
        assert_eq!(read("/?assenti=oggi"), (Route::Home {}, true));
        assert_eq!(read("/?assenti=domani"), (Route::Home {}, false));
        assert_eq!(read("/calendario?assenti=oggi"), (Route::Calendar {}, false));
        assert_eq!(read("/chi/lo/sa"), (Route::Home {}, false));
        assert_eq!(read("https://altrove.example/"), (Route::Home {}, false));
    }
}
