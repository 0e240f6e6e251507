//! Paying elsewhere: the codes, the printed notice in five languages, and where one goes with them.

use super::mail;
use crate::{
    components::{ButtonKind, Card, Icon, Picture},
    paying::{Codes, Paper, PaperButton, ShareButton},
    t,
};
use api::notices::NoticeView;
use dioxus::prelude::*;
use domain::topup::TopUpState;

/// The languages in which pagoPA's notice exists, each by its own name; Italian first.
const LANGUAGES: [(&str, &str); 5] = [
    ("it", "Italiano"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("fr", "Français"),
    ("sl", "Slovenščina"),
];

/// The codes; and, while nobody is paying it, everything else.
#[component]
pub fn Elsewhere(notice: NoticeView) -> Element {
    let free = notice.state == TopUpState::Payable && notice.retry_after.is_none();
    if notice.state == TopUpState::Preparing {
        return rsx! {};
    }
    rsx! {
        Card { labelled_by: "elsewhere".to_owned(),
            h2 { id: "elsewhere",
                if free { {t!("notice-elsewhere")} } else { {t!("notice-codes")} }
            }
            Codes {
                number: notice.notice_number.clone(),
                body: notice.body_fiscal_code.clone(),
                cbill: notice.cbill.clone(),
                elsewhere: false,
            }
            if free {
                Ways { cbill: notice.cbill.is_some() }
                if notice.printable {
                    Print { notice: notice.clone() }
                }
                a { class: "btn btn-link act", href: mail::address(&notice), "data-testid": "notice-mail",
                    Icon { picture: Picture::Mail }
                    {t!("notice-mail")}
                }
            }
        }
    }
}

/// Where one goes.
#[component]
fn Ways(cbill: bool) -> Element {
    rsx! {
        ul { class: "ways",
            li {
                Icon { picture: Picture::Check }
                span { {t!("notice-way-shop")} }
            }
            li {
                Icon { picture: Picture::Check }
                span { {t!("notice-way-io")} }
            }
            li {
                Icon { picture: Picture::Check }
                span {
                    {t!("notice-way-bank")}
                    if cbill {
                        " "
                        {t!("notice-way-cbill")}
                    }
                }
            }
        }
    }
}

/// The paper, in a language.
#[component]
fn Print(notice: NoticeView) -> Element {
    let mut language = use_signal(|| LANGUAGES[0].0);
    let paper = Paper::Notice(notice.id, language());
    rsx! {
        div { class: "field",
            label { r#for: "notice-language", {t!("notice-language")} }
            select {
                class: "form-control",
                id: "notice-language",
                "data-testid": "notice-language",
                oninput: move |event| {
                    let wished = event.value();
                    let known = LANGUAGES.iter().find(|(code, _)| *code == wished);
                    language.set(known.map_or(LANGUAGES[0].0, |(code, _)| code));
                },
                for (code , name) in LANGUAGES {
                    option { key: "{code}", value: code, lang: code, selected: code == language(), "{name}" }
                }
            }
        }
        // Drawn anew for another language: what was saved before is another paper.
        for paper in [paper] {
            Fragment { key: "{paper:?}",
                PaperButton { paper, kind: ButtonKind::Outline, icon: Picture::Paper, testid: "notice-print",
                    {t!("notice-print")}
                }
                ShareButton { paper, testid: "notice-share", {t!("notice-share")} }
            }
        }
    }
}
