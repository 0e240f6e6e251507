//! Lingua: of papers and messages. Saved as soon as it is chosen.

use crate::{
    acting::use_acting,
    clock::use_clock,
    components::{Card, Icon, Notice, NoticeKind, Picture, use_announcer},
    explain,
    platform::use_here,
    session::use_session,
    t,
};
use api::contacts::{SetLanguage, SetLanguageRequest};
use dioxus::{core::spawn_forever, prelude::*};
use domain::contact::Language;

/// Each language by its own name.
fn name(language: Language) -> &'static str {
    match language {
        Language::It => "Italiano",
        Language::De => "Deutsch",
        Language::En => "English",
        Language::Fr => "Français",
        Language::Sl => "Slovenščina",
    }
}

/// The choice.
#[component]
pub fn Languages(language: Language) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let announcer = use_announcer();
    let mut wished = use_signal(|| language);
    let mut saved = use_signal(|| None::<Language>);
    let acting = use_acting::<SetLanguage>(move |()| {
        saved.set(Some(wished()));
        announcer.say(t!("language-saved", language = name(wished())));
        let here = here.clone();
        spawn_forever(async move { session.refresh(&here, clock).await });
    });
    let chosen = wished();
    rsx! {
        Card { labelled_by: "language".to_owned(), testid: "language",
            h2 { id: "language", {t!("language-title")} }
            div { class: "field",
                label { r#for: "language-choice", {t!("language-choice")} }
                p { class: "hint", id: "language-hint", {t!("language-hint")} }
                select {
                    class: "form-control",
                    id: "language-choice",
                    "aria-describedby": "language-hint",
                    "data-testid": "language-choice",
                    disabled: acting.busy(),
                    oninput: move |event| {
                        if let Some(language) = Language::from_name(&event.value()) {
                            wished.set(language);
                            saved.set(None);
                            acting.start(SetLanguage {}, SetLanguageRequest { language });
                        }
                    },
                    for one in Language::ALL {
                        option { key: "{one.as_str()}", value: one.as_str(), lang: one.as_str(), selected: one == chosen, {name(one)} }
                    }
                }
            }
            if acting.busy() {
                p { class: "sending",
                    span { class: "spinner", "aria-hidden": "true" }
                    {t!("common-sending")}
                }
            } else if let Some(why) = acting.error() {
                Notice { kind: NoticeKind::Error, title: t!("language-not-saved"),
                    p { {explain::error(&why)} }
                    button {
                        class: "btn btn-outline-primary act",
                        r#type: "button",
                        onclick: move |_| acting.start(SetLanguage {}, SetLanguageRequest { language: chosen }),
                        {t!("common-retry")}
                    }
                }
            } else if let Some(language) = saved() {
                p { class: "saved eats", "data-testid": "language-saved",
                    Icon { picture: Picture::Check }
                    span { {t!("language-saved", language = name(language))} }
                }
            }
        }
    }
}
