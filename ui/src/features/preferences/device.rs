//! "Su questo dispositivo" in a browser: what is about to come is said before the browser asks.

use crate::{
    components::{
        Button, ButtonKind, Card, ErrorNotice, Icon, Notice, NoticeKind, Picture, Skeleton, use_announcer,
    },
    explain,
    platform::{
        push::{NotSubscribed, Notices},
        use_here,
    },
    push::{self, Trouble},
    remote::{Remote, Source, use_fresh, use_wake},
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    preferences::PreferencesView,
    subscriptions::{GetPushKey, PushKeyView},
};
use dioxus::prelude::*;

/// The card. `push` is whether this portal sends notifications at all.
#[component]
pub(super) fn BrowserDevice(push: bool, source: Source<PreferencesView>) -> Element {
    rsx! {
        Card { labelled_by: "this-device", testid: "this-device",
            h2 { id: "this-device", tabindex: "-1", {t!("preferences-device")} }
            if push {
                Device { source }
            } else {
                NoPortal {}
            }
        }
    }
}

#[component]
fn NoPortal() -> Element {
    rsx! {
        p { "data-testid": "device-state", "data-state": "no_portal", {t!("preferences-no-push")} }
    }
}

#[component]
fn Device(source: Source<PreferencesView>) -> Element {
    let here = use_here();
    let session = use_session();
    let announcer = use_announcer();
    // Asked for beforehand: a browser asks the person only while it remembers the press.
    let asked = use_fresh(GetPushKey {}, NoQuery {});
    let mut notices = use_signal(|| None::<Result<Notices, ErrorBody>>);
    let mut busy = use_signal(|| false);
    let mut trouble = use_signal(|| None::<Trouble>);
    let look = {
        let here = here.clone();
        use_callback(move |()| {
            let here = here.clone();
            spawn(async move {
                let Some(person) = session.person() else {
                    return;
                };
                match push::standing(&here, person).await {
                    Err(why) if why.code == ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                    found => notices.set(Some(found)),
                }
            });
        })
    };
    use_hook(move || look.call(()));
    // Back from the browser's settings. What comes here is told again only when the page is opened.
    use_wake(move || {
        if !matches!(&*notices.peek(), Some(Ok(Notices::On(_)))) && !*busy.peek() {
            look.call(());
        }
    });
    let turn_on = {
        let here = here.clone();
        use_callback(move |key: String| {
            let Some(person) = session.person().filter(|_| !busy()) else {
                return;
            };
            busy.set(true);
            trouble.set(None);
            let here = here.clone();
            spawn(async move {
                let turned = push::turn_on(&here, person, key).await;
                busy.set(false);
                match turned {
                    Ok(on) => {
                        notices.set(Some(Ok(on)));
                        announcer.say(t!("preferences-device-on"));
                        source.reload();
                        here.focus("this-device");
                    }
                    Err(Trouble::Place(NotSubscribed::Denied)) => {
                        notices.set(Some(Ok(Notices::Denied)));
                        here.focus("this-device");
                    }
                    Err(Trouble::Portal(why)) if why.code == ErrorCode::Unauthenticated => {
                        session.set(Standing::Anonymous);
                    }
                    Err(why) => trouble.set(Some(why)),
                }
            });
        })
    };
    let turn_off = use_callback(move |()| {
        if busy() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        let here = here.clone();
        spawn(async move {
            let turned = push::turn_off(&here).await;
            busy.set(false);
            match turned {
                Ok(off) => {
                    notices.set(Some(Ok(off)));
                    announcer.say(t!("preferences-device-off"));
                    source.reload();
                    here.focus("this-device");
                }
                Err(why) if why.code == ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                Err(why) => trouble.set(Some(Trouble::Portal(why))),
            }
        });
    });
    let state = asked.state();
    let key = match &*state.read() {
        Remote::Loading => None,
        Remote::Failed(why) | Remote::Stale { error: why, .. } => Some(Err(why.clone())),
        Remote::Ready { value, .. } => Some(Ok(value.clone())),
    };
    let shown = notices.read().clone();
    rsx! {
        match (shown, key) {
            (Some(Ok(Notices::On(_))), _) => rsx! {
                On { busy: busy(), onoff: turn_off }
            },
            (Some(Ok(Notices::Denied)), _) => rsx! {
                Notice { title: t!("preferences-device-denied"), kind: NoticeKind::Warm,
                    p { "data-testid": "device-state", "data-state": "denied", {t!("preferences-device-denied-hint")} }
                }
            },
            (Some(Ok(Notices::NeedsHomeScreen)), _) => rsx! {
                p { "data-testid": "device-state", "data-state": "needs_home_screen", {t!("preferences-device-home-screen")} }
            },
            (Some(Ok(Notices::Unsupported)), _) => rsx! {
                p { "data-testid": "device-state", "data-state": "unsupported", {t!("preferences-device-unsupported")} }
            },
            (Some(Ok(Notices::Off)), Some(Ok(PushKeyView { key: Some(key) }))) => rsx! {
                Off { busy: busy(), onon: move |()| turn_on.call(key.clone()) }
            },
            (Some(Ok(Notices::Off)), Some(Ok(PushKeyView { key: None }))) => rsx! {
                NoPortal {}
            },
            (Some(Ok(Notices::Off)), Some(Err(why))) => rsx! {
                ErrorNotice { error: why, onretry: move |()| asked.reload() }
            },
            (Some(Err(why)), _) => rsx! {
                ErrorNotice { error: why, onretry: move |()| look.call(()) }
            },
            (None, _) | (Some(Ok(Notices::Off)), None) => rsx! {
                Skeleton { cards: 1 }
            },
        }
        if let Some(why) = trouble() {
            Notice { kind: NoticeKind::Error,
                p {
                    match &why {
                        Trouble::Portal(why) => explain::error(why),
                        Trouble::Place(NotSubscribed::Failed) => t!("preferences-device-failed"),
                        Trouble::Place(_) => t!("preferences-device-dismissed"),
                    }
                }
            }
        }
    }
}

/// What comes, what never does, how to stop; then the button.
#[component]
fn Off(busy: bool, onon: EventHandler<()>) -> Element {
    rsx! {
        div { class: "facts", "data-testid": "device-state", "data-state": "off",
            p { {t!("preferences-device-what")} }
            p { {t!("preferences-device-never")} }
            p { {t!("preferences-device-stop")} }
            p { class: "soft", {t!("preferences-device-asks")} }
        }
        Button { busy, testid: "device-turn-on", onclick: move |()| onon.call(()), {t!("preferences-device-act")} }
    }
}

#[component]
fn On(busy: bool, onoff: EventHandler<()>) -> Element {
    rsx! {
        p { class: "saved eats", "data-testid": "device-state", "data-state": "on",
            Icon { picture: Picture::Check }
            span { {t!("preferences-device-on")} }
        }
        p { class: "soft", {t!("preferences-device-stop")} }
        Button { kind: ButtonKind::Outline, busy, testid: "device-turn-off", onclick: move |()| onoff.call(()),
            {t!("preferences-device-end")}
        }
    }
}
