//! What the person should know, and what to do next.

use crate::{
    clock::use_clock,
    components::{Icon, Picture},
    explain, format, t,
};
use api::{ErrorBody, ErrorCode};
use dioxus::prelude::*;
use domain::{Instant, time::day_in_rome};

/// How a notice looks and how urgently it is read aloud.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    #[default]
    Info,
    /// Something is done, or a little time is left.
    Warm,
    /// It went wrong. Read aloud at once.
    Error,
    /// It went well.
    Good,
}

/// A few words in a tinted box. Errors carry `data-testid="error"` and `role="alert"`.
#[component]
pub fn Notice(
    #[props(default)] kind: NoticeKind,
    #[props(default)] title: Option<String>,
    #[props(default)] testid: Option<&'static str>,
    children: Element,
) -> Element {
    let (class, picture) = match kind {
        NoticeKind::Info => ("notice notice-info", Picture::Info),
        NoticeKind::Warm => ("notice notice-warm", Picture::Clock),
        NoticeKind::Error => ("notice notice-error", Picture::Warning),
        NoticeKind::Good => ("notice notice-good", Picture::Check),
    };
    let is_error = kind == NoticeKind::Error;
    rsx! {
        div {
            class,
            role: is_error.then_some("alert"),
            "data-testid": testid.or(is_error.then_some("error")),
            Icon { picture }
            div { class: "notice-words",
                if let Some(title) = title {
                    p { class: "notice-title", "{title}" }
                }
                {children}
            }
        }
    }
}

/// Nothing to show, why, and what one can do.
#[component]
pub fn EmptyState(title: String, #[props(default)] picture: Option<Picture>, children: Element) -> Element {
    rsx! {
        div { class: "empty",
            Icon { picture: picture.unwrap_or(Picture::Info) }
            p { class: "empty-title", "{title}" }
            {children}
        }
    }
}

/// A number to call, large enough to hit.
#[component]
pub fn PhoneLink(phone: String) -> Element {
    let dialled: String = phone
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    rsx! {
        a { class: "phone", href: "tel:{dialled}",
            Icon { picture: Picture::Phone }
            {t!("common-call", phone = phone)}
        }
    }
}

/// An error in words, with a way to try again.
#[component]
pub fn ErrorNotice(error: ErrorBody, onretry: EventHandler<()>) -> Element {
    rsx! {
        Notice { kind: NoticeKind::Error, title: t!("error-title"),
            p { {explain::error(&error)} }
            button { class: "btn btn-outline-primary act", r#type: "button", onclick: move |_| onretry.call(()),
                {t!("common-retry")}
            }
        }
    }
}

/// What is shown is not fresh: since when, why, and a way to try again.
#[component]
pub fn OfflineBanner(at: Instant, error: ErrorBody, onretry: EventHandler<()>) -> Element {
    let title = if error.code == ErrorCode::Offline {
        t!("common-offline")
    } else {
        explain::error(&error)
    };
    let today = use_clock().peek().map_or_else(|| day_in_rome(at), day_in_rome);
    rsx! {
        div { class: "offline", role: "status", "data-testid": "offline",
            Icon { picture: Picture::Offline }
            div { class: "notice-words",
                p { class: "notice-title", "{title}" }
                p { {t!("common-updated-at", at = format::at_time_of_day(at, today))} ". " {t!("common-offline-hint")} }
            }
            button { class: "btn btn-link act", r#type: "button", onclick: move |_| onretry.call(()),
                {t!("common-retry")}
            }
        }
    }
}
