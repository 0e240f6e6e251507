//! What is seen while the lock is closed: nothing of the family, the way in and the way out.

use super::use_lock;
use crate::{
    components::{Button, ButtonKind, Icon, Notice, NoticeKind, Page, Picture, Sheet},
    explain,
    platform::use_here,
    session::use_session,
    t,
};
use api::ErrorBody;
use bridge::{LockMeans, LockView, UnlockOutcome};
use dioxus::{core::spawn_forever, prelude::*};

/// The screen. The phone asks at once, so that the usual morning has no button.
#[component]
pub fn LockScreen(lock: LockView) -> Element {
    let here = use_here();
    let session = use_session();
    let app_lock = use_lock();
    let mut leaving = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    use_hook({
        let here = here.clone();
        move || {
            if here.visible() {
                app_lock.unlock();
            }
        }
    });
    let leave = move |()| {
        if busy.replace(true) {
            return;
        }
        error.set(None);
        let here = here.clone();
        // This screen goes when nobody is signed in any more.
        spawn_forever(async move {
            let ended = session.end(&here, false).await;
            app_lock.look();
            if let Err(why) = ended {
                error.set(Some(why));
            }
            busy.set(false);
        });
    };
    let words = match lock.means {
        LockMeans::Face => t!("lock-words-face"),
        LockMeans::Finger => t!("lock-words-finger"),
        LockMeans::Code | LockMeans::None => t!("lock-words-code"),
    };
    rsx! {
        Page { title: t!("lock-title"), narrow: true,
            div { class: "locked", "data-testid": "locked",
                Icon { picture: Picture::Lock }
                p { "{words}" }
                if let Some(outcome) = app_lock.outcome() {
                    Notice { kind: NoticeKind::Warm, testid: "lock-outcome",
                        p { role: "alert", {why(outcome)} }
                    }
                }
                Button { busy: app_lock.is_busy(), testid: "unlock", onclick: move |()| app_lock.unlock(), {t!("lock-open")} }
                Button { kind: ButtonKind::Link, testid: "lock-leave", onclick: move |()| leaving.set(true), {t!("lock-leave")} }
            }
        }
        if leaving() {
            Sheet { id: "lock-sheet", title: t!("lock-leave-title"), onclose: move |()| leaving.set(false),
                p { {t!("lock-leave-words")} }
                if let Some(why) = error() {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
                Button { busy: busy(), testid: "lock-leave-confirm", onclick: leave, {t!("lock-leave-act")} }
                Button { kind: ButtonKind::Link, onclick: move |()| leaving.set(false), {t!("common-leave")} }
            }
        }
    }
}

/// Why it did not open, and what to do.
fn why(outcome: UnlockOutcome) -> String {
    match outcome {
        UnlockOutcome::Known | UnlockOutcome::Cancelled => t!("lock-cancelled"),
        UnlockOutcome::NotKnown => t!("lock-not-known"),
        UnlockOutcome::TooManyTries => t!("lock-too-many"),
        UnlockOutcome::NothingSetUp => t!("lock-nothing"),
        UnlockOutcome::Unavailable => t!("lock-unavailable"),
    }
}
