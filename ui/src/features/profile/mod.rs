//! Who is signed in, the children as the office knows them, whom to ask, the devices, and the way out.

mod bond;
mod contacts;
mod devices;
mod feeds;
mod invitations;
mod invite;
mod language;
mod people;

#[cfg(test)]
mod tests;

use crate::{
    components::{
        Avatar, Button, ButtonKind, Card, Fact, LinkButton, Notice, NoticeKind, Page, PhoneLink, Reading,
        Sheet,
    },
    explain, format,
    lock::LockCard,
    platform::use_here,
    remote::{use_source, use_wake},
    route::Route,
    session::use_session,
    t,
};
use api::{
    ErrorBody, NoQuery,
    bodies::BodyView,
    children::{ChildView, GetMe, MeView},
};
use bridge::KeychainView;
use contacts::Contacts;
use devices::Devices;
use dioxus::prelude::*;
use domain::{ServiceDay, body::SignInWay, calendar::Weekdays, time::day_in_rome};
use feeds::Feeds;
pub use invite::Invite;
use language::Languages;
use people::People;

/// The screen.
#[component]
pub fn Profile() -> Element {
    let Some(me) = use_session().me() else {
        return rsx! {};
    };
    let today = day_in_rome(me.now);
    rsx! {
        Page { title: me.name.clone(), under: me.body.name.clone(),
            Network {}
            div { class: "cards",
                for child in me.children.clone() {
                    ChildFacts { key: "{child.id}", child }
                }
                People { today }
                Contacts {}
                Telling {}
                Languages { language: me.language }
                Feeds { children_of: me.children, today }
                LockCard {}
                Devices { today }
                Office { body: me.body }
                Ways { by_password: me.ways.contains(&SignInWay::Badge) }
            }
            p { class: "soft foot",
                {t!("profile-version", version = env!("CARGO_PKG_VERSION"))}
                " · "
                Link { to: Route::Accessibility {}, {t!("page-accessibility")} }
                " · "
                Link { to: Route::Privacy {}, {t!("page-privacy")} }
            }
        }
    }
}

/// Says once for the whole screen that the network is gone, and since when the rest is known.
#[component]
fn Network() -> Element {
    let source = use_source(GetMe {}, NoQuery {});
    use_wake(move || source.reload());
    rsx! {
        Reading { source, skeleton: 0, ready: move |_: MeView| rsx! {} }
    }
}

/// `lun, mar, mer, gio e ven`.
fn weekdays(days: Weekdays) -> String {
    // 2 November 2026 is a Monday.
    let monday = ServiceDay::from_ymd_opt(2026, 11, 2).unwrap_or_default();
    let names: Vec<_> = monday
        .iter_days()
        .take(7)
        .filter(|day| days.contains(chrono::Datelike::weekday(day)))
        .map(format::weekday_short)
        .collect();
    if names.is_empty() {
        t!("profile-no-days")
    } else {
        format::list(&names)
    }
}

#[component]
fn ChildFacts(child: ChildView) -> Element {
    let heading = format!("facts-{}", child.id);
    rsx! {
        Card { labelled_by: heading.clone(), testid: "child-facts", child_name: child.first_name.clone(),
            div { class: "who",
                Avatar { name: child.first_name.clone() }
                h2 { id: heading, "{child.first_name} {child.surname}" }
            }
            dl {
                Fact { name: t!("profile-badge"), "{child.badge}" }
                if let Some(school) = &child.school {
                    Fact { name: t!("profile-school"), "{school}" }
                    if let Some(class) = &child.class {
                        Fact { name: t!("profile-class"), "{class}" }
                    }
                    Fact { name: t!("profile-days"), {weekdays(child.use_days)} }
                } else {
                    p { class: "soft", {t!("profile-not-enrolled")} }
                }
                if let Some(price) = child.unit_price {
                    Fact { name: t!("profile-price"), {format::money(price)} }
                }
            }
        }
    }
}

/// The way to the choice of notices.
#[component]
fn Telling() -> Element {
    rsx! {
        Card { labelled_by: "telling", testid: "telling",
            h2 { id: "telling", {t!("preferences-title")} }
            p { {t!("preferences-card")} }
            LinkButton { to: Route::Preferences {}, kind: ButtonKind::Outline, testid: "preferences-open",
                {t!("preferences-open")}
            }
        }
    }
}

#[component]
fn Office(body: BodyView) -> Element {
    let contacts = body.contacts;
    rsx! {
        Card { labelled_by: "office", testid: "office",
            h2 { id: "office", {t!("profile-office")} }
            p { "{contacts.office}" }
            if !contacts.phone.is_empty() {
                PhoneLink { phone: contacts.phone }
            }
            if !contacts.email.is_empty() {
                a { class: "phone", href: "mailto:{contacts.email}", {t!("profile-mail", mail = contacts.email.as_str())} }
            }
            if !contacts.hours.is_empty() {
                p { class: "soft", {t!("profile-hours")} ": {contacts.hours}" }
            }
        }
    }
}

/// How the session is kept here, and how it ends.
#[component]
fn Ways(by_password: bool) -> Element {
    let here = use_here();
    let session = use_session();
    let mut asking = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let leave = use_callback(move |everywhere: bool| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let here = here.clone();
        spawn(async move {
            let ended = session.end(&here, everywhere).await;
            busy.set(false);
            if let Err(why) = ended {
                error.set(Some(why));
            }
        });
    });
    let kept = match session.keychain() {
        KeychainView::System => None,
        KeychainView::MemoryOnly => Some(t!("profile-keychain-memory")),
        KeychainView::Refused => Some(t!("profile-keychain-refused")),
    };
    rsx! {
        Card { testid: "ways",
            if let Some(kept) = kept {
                Notice { title: t!("profile-keychain"), testid: "keychain", p { "{kept}" } }
            }
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            // Who comes in by SPID or CIE alone has no password here.
            if by_password {
                LinkButton { to: Route::Password {}, kind: ButtonKind::Link, testid: "change-password",
                    {t!("profile-change-password")}
                }
            }
            Button {
                kind: ButtonKind::Outline,
                busy: busy() && !asking(),
                testid: "sign-out",
                onclick: move |()| leave.call(false),
                {t!("profile-sign-out")}
            }
            Button { kind: ButtonKind::Link, testid: "sign-out-everywhere", onclick: move |()| asking.set(true),
                {t!("profile-everywhere")}
            }
        }
        if asking() {
            Sheet { id: "sign-out-sheet", title: t!("profile-everywhere-title"), onclose: move |()| asking.set(false),
                p { {t!("profile-everywhere-words")} }
                if let Some(why) = error() {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
                Button { busy: busy(), testid: "confirm-sign-out", onclick: move |()| leave.call(true),
                    {t!("profile-everywhere-act")}
                }
                Button { kind: ButtonKind::Link, onclick: move |()| asking.set(false), {t!("common-leave")} }
            }
        }
    }
}
