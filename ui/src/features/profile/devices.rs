//! I tuoi dispositivi: where the person is signed in, and the way out of each.

use crate::{
    components::{Button, ButtonKind, Card, EmptyState, Notice, NoticeKind, Reading, Sheet, use_announcer},
    explain, format,
    platform::use_here,
    portal::{Act, is_unanswered},
    remote::{Source, use_source, use_wake},
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    sessions::{ClientKind, EndSession, ListSessions, OpenSessionView},
};
use dioxus::prelude::*;
use domain::{ServiceDay, SessionId};

/// The devices, of which one can be left. `today` tells which of their days is today.
#[component]
pub fn Devices(today: ServiceDay) -> Element {
    let source = use_source(ListSessions {}, NoQuery {});
    use_wake(move || source.reload());
    let mut leaving = use_signal(|| None::<OpenSessionView>);
    rsx! {
        Card { labelled_by: "devices".to_owned(), testid: "devices",
            h2 { id: "devices", tabindex: "-1", {t!("devices-title")} }
            Reading { source, skeleton: 1, brief: true, ready: move |open: Vec<OpenSessionView>| rsx! {
                if open.is_empty() {
                    EmptyState { title: t!("devices-none"),
                        p { {t!("devices-none-hint")} }
                    }
                } else {
                    p { class: "soft", {t!("devices-hint")} }
                    ul { class: "devices",
                        for device in open {
                            Row { key: "{device.id}", device, today, onend: move |device| leaving.set(Some(device)) }
                        }
                    }
                }
            } }
        }
        if let Some(device) = leaving() {
            Leave { key: "{device.id}", device, source, onclose: move |()| leaving.set(None) }
        }
    }
}

/// The device in words, also where the portal knows none.
fn name(device: &OpenSessionView) -> String {
    match (device.device.is_empty(), device.means) {
        (false, _) => device.device.clone(),
        (true, ClientKind::App) => t!("devices-app"),
        (true, ClientKind::Browser) => t!("devices-browser"),
    }
}

#[component]
fn Row(device: OpenSessionView, today: ServiceDay, onend: EventHandler<OpenSessionView>) -> Element {
    let name = name(&device);
    let asked = device.clone();
    rsx! {
        li { class: "device", "data-testid": "device-row", "data-this": "{device.this}",
            h3 { "{name}" }
            if device.this {
                p { class: "device-this", {t!("devices-this")} }
            }
            p { class: "soft",
                {t!("devices-used", at = format::moment(device.last_used_at, today))}
                br {}
                {t!("devices-since", at = format::moment(device.signed_in_at, today))}
            }
            Button {
                kind: ButtonKind::Outline,
                testid: "device-end",
                onclick: move |()| onend.call(asked.clone()),
                if device.this {
                    {t!("devices-leave-this")}
                } else {
                    {t!("devices-leave", device = name)}
                }
            }
        }
    }
}

/// Asks first. The device at hand is left by signing out, so that nothing of the session stays in it.
#[component]
fn Leave(
    device: OpenSessionView,
    source: Source<Vec<OpenSessionView>>,
    onclose: EventHandler<()>,
) -> Element {
    let here = use_here();
    let session = use_session();
    let announcer = use_announcer();
    let name = name(&device);
    let OpenSessionView { id, this, .. } = device;
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    // The same act with the same key for as long as nobody knows what became of it.
    let mut act = use_signal(|| None::<Act<EndSession>>);
    let gone = {
        let (here, name) = (here.clone(), name.clone());
        move |id: SessionId| {
            source.amend(|open| open.retain(|other| other.id != id));
            source.reload();
            announcer.say(t!("devices-left", device = name.as_str()));
            onclose.call(());
            here.focus("devices");
        }
    };
    let mut leave = move |()| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let here = here.clone();
        let gone = gone.clone();
        let sent = act
            .take()
            .unwrap_or_else(|| Act::new(&here, EndSession { session: id }, ()));
        spawn(async move {
            let done = if this {
                session.end(&here, false).await
            } else {
                sent.send(&here).await.map(drop)
            };
            busy.set(false);
            match done {
                Ok(()) if this => {}
                Ok(()) => gone(id),
                // Somebody was faster, maybe on that very device.
                Err(why) if why.code == ErrorCode::NotFound => gone(id),
                Err(why) if why.code == ErrorCode::Unauthenticated => session.set(Standing::Anonymous),
                Err(why) => {
                    if is_unanswered(&why) {
                        act.set(Some(sent));
                    }
                    error.set(Some(why));
                }
            }
        });
    };
    let title = if this {
        t!("devices-ask-this")
    } else {
        t!("devices-ask", device = name.as_str())
    };
    rsx! {
        Sheet { id: "device-sheet", title, onclose,
            p {
                if this {
                    {t!("devices-ask-this-words")}
                } else {
                    {t!("devices-ask-words")}
                }
            }
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Button { busy: busy(), testid: "device-end-confirm", onclick: move |()| leave(()),
                {t!("devices-act")}
            }
            Button { kind: ButtonKind::Link, onclick: move |()| onclose.call(()), {t!("common-leave")} }
        }
    }
}
