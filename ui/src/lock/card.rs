//! Blocco dell'app: the choice, on the profile, on a phone that can ask.

use super::use_lock;
use crate::{
    components::{Card, Check, Notice, NoticeKind},
    t,
};
use bridge::{LockMeans, UnlockOutcome};
use dioxus::prelude::*;

/// The card; nothing where there is no lock.
#[component]
pub fn LockCard() -> Element {
    let lock = use_lock();
    let Some(stands) = lock.stands() else {
        return rsx! {};
    };
    let words = match stands.means {
        LockMeans::None => return rsx! {},
        LockMeans::Face => t!("lock-card-face"),
        LockMeans::Finger => t!("lock-card-finger"),
        LockMeans::Code => t!("lock-card-code"),
    };
    let refused = lock.outcome().map(|outcome| match outcome {
        UnlockOutcome::NothingSetUp => t!("lock-card-nothing"),
        UnlockOutcome::TooManyTries => t!("lock-too-many"),
        _ => t!("lock-card-cancelled"),
    });
    rsx! {
        Card { labelled_by: "lock".to_owned(), testid: "lock",
            h2 { id: "lock", {t!("lock-card")} }
            p { class: "soft", {t!("lock-card-hint")} }
            Check {
                checked: stands.on,
                busy: lock.is_busy(),
                testid: "lock-choice",
                onchange: move |on| lock.set(on),
                "{words}"
            }
            if lock.is_busy() {
                p { class: "sending", role: "status",
                    span { class: "spinner", "aria-hidden": "true" }
                    {t!("lock-card-asking")}
                }
            } else if let Some(refused) = refused {
                Notice { kind: NoticeKind::Warm, testid: "lock-refused", p { role: "alert", "{refused}" } }
            } else {
                p { class: "soft", role: "status", "data-testid": "lock-state",
                    if stands.on { {t!("lock-card-on")} } else { {t!("lock-card-off")} }
                }
            }
        }
    }
}
