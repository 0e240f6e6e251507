//! "Su questo computer" in the app on a computer: whether it tells of news, stays when its window is closed, and starts by
//! itself. Each choice holds at once, and only here.

#[cfg(test)]
mod tests;

use crate::{
    components::{Card, Check, ErrorNotice, Icon, Notice, NoticeKind, Picture, Skeleton, use_announcer},
    explain,
    platform::use_here,
    remote::{Source, use_wake},
    t,
};
use api::{ErrorBody, preferences::PreferencesView};
use bridge::{BackgroundView, NotificationsHere, SetBackgroundArgs};
use dioxus::prelude::*;

/// The card; nothing on a phone. `source` counts the devices, and this may be one more.
#[component]
pub fn DesktopDevice(source: Source<PreferencesView>) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut known = use_signal(|| None::<Result<BackgroundView, ErrorBody>>);
    let mut busy = use_signal(|| false);
    let mut trouble = use_signal(|| None::<ErrorBody>);
    let mut saved = use_signal(|| false);
    let look = {
        let here = here.clone();
        use_callback(move |()| {
            let here = here.clone();
            spawn(async move { known.set(Some(here.background().await)) });
        })
    };
    use_hook(move || look.call(()));
    // Somebody may have switched the system's notifications on or off meanwhile.
    use_wake(move || {
        if !*busy.peek() {
            look.call(());
        }
    });
    let choose = use_callback(move |wish: SetBackgroundArgs| {
        if busy() {
            return;
        }
        busy.set(true);
        saved.set(false);
        trouble.set(None);
        let here = here.clone();
        spawn(async move {
            match here.set_background(wish).await {
                Ok(view) => {
                    known.set(Some(Ok(view)));
                    saved.set(true);
                    announcer.say(t!("preferences-computer-saved"));
                    source.reload();
                }
                Err(why) => {
                    // The box goes back to what holds.
                    known.set(Some(here.background().await));
                    trouble.set(Some(why));
                }
            }
            busy.set(false);
        });
    });
    let shown = known.read().clone();
    if matches!(&shown, Some(Ok(view)) if !view.possible) {
        return rsx! {};
    }
    rsx! {
        Card { labelled_by: "this-computer", testid: "this-computer",
            h2 { id: "this-computer", tabindex: "-1", {t!("preferences-computer")} }
            match shown {
                None => rsx! {
                    Skeleton { cards: 1 }
                },
                Some(Err(why)) => rsx! {
                    ErrorNotice { error: why, onretry: move |()| look.call(()) }
                },
                Some(Ok(view)) => rsx! {
                    Switches { view, busy: busy(), onchange: move |wish| choose.call(wish) }
                },
            }
            if let Some(why) = trouble() {
                Notice { kind: NoticeKind::Error, title: t!("preferences-not-saved"), testid: "computer-trouble",
                    p { {explain::error(&why)} }
                }
            } else if saved() && !busy() {
                p { class: "saved eats", "data-testid": "computer-saved",
                    Icon { picture: Picture::Check }
                    span { {t!("preferences-computer-saved")} }
                }
            }
        }
    }
}

#[component]
fn Switches(view: BackgroundView, busy: bool, onchange: EventHandler<SetBackgroundArgs>) -> Element {
    let nothing = view.notifications == NotificationsHere::None;
    let now = SetBackgroundArgs {
        notifies: view.notifies,
        keeps_watching: view.keeps_watching,
        starts_at_login: view.starts_at_login,
    };
    rsx! {
        if nothing {
            Notice { kind: NoticeKind::Warm, title: t!("preferences-computer-none"), testid: "computer-none",
                p { {t!("preferences-computer-none-hint")} }
            }
        }
        div { class: "checks",
            Check {
                checked: view.notifies,
                busy,
                disabled: nothing && !view.notifies,
                hint: t!("preferences-computer-notifies-hint"),
                testid: "computer-notifies",
                onchange: move |notifies| onchange.call(SetBackgroundArgs { notifies, ..now }),
                {t!("preferences-computer-notifies")}
            }
            Check {
                checked: view.keeps_watching,
                busy,
                hint: if view.tray {
                    t!("preferences-computer-stays-tray")
                } else {
                    t!("preferences-computer-stays-again")
                },
                testid: "computer-stays",
                onchange: move |keeps_watching| {
                    onchange
                        .call(SetBackgroundArgs {
                            keeps_watching,
                            starts_at_login: now.starts_at_login && keeps_watching,
                            ..now
                        });
                },
                {t!("preferences-computer-stays")}
            }
            Check {
                checked: view.starts_at_login,
                busy,
                disabled: !view.keeps_watching && !view.starts_at_login,
                hint: t!("preferences-computer-starts-hint"),
                testid: "computer-starts",
                onchange: move |starts_at_login| onchange.call(SetBackgroundArgs { starts_at_login, ..now }),
                {t!("preferences-computer-starts")}
            }
        }
        p { class: "soft", {t!("preferences-computer-ends")} }
    }
}
