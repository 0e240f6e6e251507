//! Asking for what is new: by a button for everybody, and by pulling the page down where there are fingers. Both do what
//! coming back to the window does, and then say until when everything is.

mod pull;

use crate::{
    clock::use_clock,
    components::{Button, ButtonKind, Icon, Picture, use_announcer},
    format,
    platform::use_here,
    remote::Known,
    t,
};
use dioxus::prelude::*;
use pull::Pull;

/// How it stands, and what moves it.
#[derive(Clone, Copy, PartialEq)]
pub struct Refresh {
    pull: Signal<Pull>,
    busy: Signal<bool>,
    /// What became of it last.
    told: Signal<Option<String>>,
    act: Callback<()>,
    at_top: Callback<(), bool>,
}

/// One in the whole app, around every screen.
pub fn use_refresh() -> Refresh {
    let here = use_here();
    let clock = use_clock();
    let announcer = use_announcer();
    let reads = use_context::<Known>().under_way();
    let mut busy = use_signal(|| false);
    let mut told = use_signal(|| None);
    let at_top = {
        let here = here.clone();
        use_callback(move |()| here.at_top())
    };
    let act = use_callback(move |()| {
        if busy.replace(true) {
            return;
        }
        told.set(None);
        let (here, reads) = (here.clone(), reads.clone());
        spawn(async move {
            reads.forget_failures();
            here.rouse();
            // Whoever was roused asks a moment later.
            here.sleep(0).await;
            let all = reads.all().await;
            let words = match clock.peek() {
                Some(now) if all => t!("refresh-at", time = format::time(now)),
                _ => t!("refresh-failed"),
            };
            announcer.say(words.clone());
            told.set(Some(words));
            busy.set(false);
        });
    });
    Refresh {
        pull: use_signal(Pull::default),
        busy,
        told,
        act,
        at_top,
    }
}

impl Refresh {
    /// A touch begins on the page.
    pub fn touched(mut self, event: &TouchEvent) {
        let (fingers, x, y) = finger(event);
        let at_top = fingers == 1 && !*self.busy.peek() && self.at_top.call(());
        self.pull.set(Pull::start(fingers, at_top, x, y));
    }

    /// A finger moves.
    pub fn moved(mut self, event: &TouchEvent) {
        let pull = *self.pull.peek();
        if pull == Pull::Idle {
            return;
        }
        let (fingers, x, y) = finger(event);
        let next = pull.moved(fingers, self.at_top.call(()), x, y);
        if next != pull {
            self.pull.set(next);
        }
    }

    /// The last finger is lifted.
    pub fn let_go(mut self) {
        let pull = self.pull.replace(Pull::Idle);
        if pull.is_enough() {
            self.act.call(());
        }
    }

    /// The system took the touch away.
    pub fn lost(mut self) {
        self.pull.set(Pull::Idle);
    }
}

/// How many fingers there are, and where the first is.
fn finger(event: &TouchEvent) -> (usize, f64, f64) {
    let touches = event.touches();
    let at = touches.first().map(InteractionLocation::client_coordinates);
    at.map_or((0, 0.0, 0.0), |at| (touches.len(), at.x, at.y))
}

/// What is seen of a pull, above the screen. Not for screen readers: they have the button.
#[component]
pub fn Pulling(refresh: Refresh) -> Element {
    let pull = *refresh.pull.read();
    let step = pull.step().or(refresh.busy.read().then_some(pull::STEPS));
    let Some(step) = step else {
        return rsx! {};
    };
    let words = if *refresh.busy.read() {
        t!("refresh-busy")
    } else if pull.is_enough() {
        t!("refresh-let-go")
    } else {
        t!("refresh-pull")
    };
    rsx! {
        div { class: "pulling", "aria-hidden": "true", "data-testid": "pulling", "data-step": "{step}",
            if *refresh.busy.read() {
                span { class: "spinner" }
            } else {
                Icon { picture: Picture::Download }
            }
            span { "{words}" }
        }
    }
}

/// The button, beneath the screen, and when it was pressed last.
#[component]
pub fn RefreshButton(refresh: Refresh) -> Element {
    rsx! {
        div { class: "page refresh",
            Button {
                kind: ButtonKind::Link,
                testid: "refresh",
                // Pressed again while it is under way it does nothing, and the focus stays.
                onclick: move |()| {
                    if !*refresh.busy.peek() {
                        refresh.act.call(());
                    }
                },
                if *refresh.busy.read() { {t!("refresh-busy")} } else { {t!("refresh-act")} }
            }
            if let Some(told) = refresh.told.read().clone() {
                span { class: "soft", "data-testid": "refreshed", "{told}" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        kit::{Screen, sample},
        platform::fake::Fake,
    };
    use api::{ErrorBody, ErrorCode};

    fn signed_in() -> Fake {
        Fake::at(sample::now())
            .says("get_me", &sample::me())
            .says("list_feeds", &Vec::<()>::new())
    }

    #[test]
    fn the_button_asks_again_and_says_until_when_everything_is() {
        let mut screen = Screen::open(signed_in(), "/profilo");
        let before = screen.fake.calls("list_feeds").len();
        screen.press("refresh");
        screen.fake.pass();
        screen.settle();
        assert_eq!(screen.fake.calls("list_feeds").len(), before + 1);
        let mut screen = Screen::open(signed_in(), "/privacy");
        screen.press("refresh");
        assert!(!screen.has("refreshed"), "not before it is so");
        screen.fake.pass();
        screen.settle();
        assert!(
            screen.text("refreshed").starts_with("Aggiornato alle 8:"),
            "{}",
            screen.html()
        );
    }

    #[test]
    fn without_a_network_it_says_that_not_everything_came() {
        let fake = signed_in().offline("list_feeds");
        let mut screen = Screen::open(fake, "/profilo");
        screen.press("refresh");
        screen.fake.pass();
        screen.settle();
        assert!(
            screen.text("refreshed").contains("Non sono riuscito"),
            "{}",
            screen.html()
        );
    }

    #[test]
    fn a_finger_that_pulls_far_enough_at_the_top_asks_again() {
        let mut screen = Screen::open(signed_in(), "/profilo");
        let before = screen.fake.calls("list_feeds").len();
        screen.touch("touchstart", &[(200.0, 100.0)]);
        screen.touch("touchmove", &[(202.0, 150.0)]);
        assert!(screen.says("Tira ancora"), "{}", screen.html());
        screen.touch("touchmove", &[(202.0, 220.0)]);
        assert!(screen.says("Lascia per aggiornare"));
        screen.touch("touchend", &[]);
        screen.fake.pass();
        screen.settle();
        assert_eq!(screen.fake.calls("list_feeds").len(), before + 1);
        assert!(!screen.has("pulling"));
    }

    #[test]
    fn a_page_that_is_scrolled_and_a_touch_that_the_system_takes_away_do_nothing() {
        let mut screen = Screen::open(signed_in(), "/profilo");
        let before = screen.fake.calls("list_feeds").len();
        screen.fake.scroll(true);
        screen.touch("touchstart", &[(200.0, 100.0)]);
        screen.touch("touchmove", &[(200.0, 300.0)]);
        screen.touch("touchend", &[]);
        screen.fake.scroll(false);
        screen.touch("touchstart", &[(200.0, 100.0)]);
        screen.touch("touchmove", &[(200.0, 300.0)]);
        screen.touch("touchcancel", &[]);
        screen.fake.pass();
        screen.settle();
        assert_eq!(screen.fake.calls("list_feeds").len(), before);
        assert!(!screen.has("pulling"));
    }

    #[test]
    fn pressed_twice_it_asks_once() {
        let mut screen = Screen::open(signed_in(), "/profilo");
        let before = screen.fake.calls("list_feeds").len();
        screen.press_twice("refresh");
        screen.fake.pass();
        screen.settle();
        assert_eq!(screen.fake.calls("list_feeds").len(), before + 1);
    }

    #[test]
    fn who_is_not_signed_in_has_nothing_to_ask_for() {
        let nobody = ErrorBody::new(ErrorCode::Unauthenticated, "");
        let mut screen = Screen::open(Fake::default().refuses("get_me", nobody), "/accesso");
        assert!(!screen.has("refresh"));
        screen.touch("touchstart", &[(200.0, 100.0)]);
        screen.touch("touchmove", &[(200.0, 300.0)]);
        assert!(!screen.has("pulling"));
    }
}
