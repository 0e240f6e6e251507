//! Papers: a printed notice, a receipt, what was paid in a year. Fetched when they are asked for, then kept among the
//! downloads or handed to another app.

use super::NotDone;
use crate::{
    components::{Button, ButtonKind, Icon, Picture, use_announcer},
    platform::{Here, use_here},
    portal, t,
};
use api::{
    ErrorBody, NoQuery,
    notices::{DocumentQuery, DocumentView, GetNoticeDocument, GetPaymentReceipt, GetYearStatement},
};
use dioxus::prelude::*;
use domain::NoticeId;

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// The printed notice, in a language of the specification.
    Notice(NoticeId, &'static str),
    /// The receipt of what was paid.
    Receipt(NoticeId),
    /// All that was paid in a year.
    Year(i32),
}

impl Paper {
    async fn fetch(self, here: &Here) -> Result<DocumentView, ErrorBody> {
        match self {
            Self::Notice(notice, language) => {
                let query = DocumentQuery {
                    language: Some(language.to_owned()),
                };
                portal::send(here, &GetNoticeDocument { notice }, &query, &(), None).await
            }
            Self::Receipt(notice) => {
                portal::send(here, &GetPaymentReceipt { notice }, &NoQuery {}, &(), None).await
            }
            Self::Year(year) => portal::send(here, &GetYearStatement { year }, &NoQuery {}, &(), None).await,
        }
    }
}

/// What became of a wish for a paper.
#[derive(Clone, PartialEq)]
enum Wish {
    Idle,
    Busy,
    Saved(String),
    Failed(ErrorBody),
}

/// Keeps a paper, and says under which name.
#[component]
pub fn PaperButton(
    paper: Paper,
    #[props(default)] kind: ButtonKind,
    testid: &'static str,
    /// Of the picture beside the words.
    #[props(default = Picture::Download)]
    icon: Picture,
    children: Element,
) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut wish = use_signal(|| Wish::Idle);
    let keep = move |()| {
        if *wish.peek() == Wish::Busy {
            return;
        }
        wish.set(Wish::Busy);
        let here = here.clone();
        spawn(async move {
            let kept = match paper.fetch(&here).await {
                Ok(document) => here.keep_document(document).await,
                Err(error) => Err(error),
            };
            wish.set(match kept {
                Ok(name) => {
                    announcer.say(t!("paper-saved", name = name.as_str()));
                    Wish::Saved(name)
                }
                Err(error) => Wish::Failed(error),
            });
        });
    };
    let stands = wish.read().clone();
    rsx! {
        Button { kind, icon, testid, busy: stands == Wish::Busy, onclick: keep, {children} }
        match stands {
            Wish::Saved(name) => rsx! { Saved { name } },
            Wish::Failed(error) => rsx! { NotDone { error } },
            Wish::Idle | Wish::Busy => rsx! {},
        }
    }
}

#[component]
fn Saved(name: String) -> Element {
    rsx! {
        p { class: "saved eats", "data-testid": "document-saved",
            Icon { picture: Picture::Check }
            span { {t!("paper-saved", name = name)} }
        }
    }
}

/// Hands a paper to another app, where that can be done; where it fails, the paper is kept instead.
#[component]
pub fn ShareButton(paper: Paper, testid: &'static str, children: Element) -> Element {
    let here = use_here();
    let announcer = use_announcer();
    let mut wish = use_signal(|| Wish::Idle);
    if !here.can_share() {
        return rsx! {};
    }
    let share = move |()| {
        if *wish.peek() == Wish::Busy {
            return;
        }
        wish.set(Wish::Busy);
        let here = here.clone();
        spawn(async move {
            let document = match paper.fetch(&here).await {
                Ok(document) => document,
                Err(error) => return wish.set(Wish::Failed(error)),
            };
            if here.share_document(document.clone()).await {
                return wish.set(Wish::Idle);
            }
            wish.set(match here.keep_document(document).await {
                Ok(name) => {
                    announcer.say(t!("paper-saved", name = name.as_str()));
                    Wish::Saved(name)
                }
                Err(error) => Wish::Failed(error),
            });
        });
    };
    let stands = wish.read().clone();
    rsx! {
        Button {
            kind: ButtonKind::Link,
            icon: Picture::Share,
            testid,
            busy: stands == Wish::Busy,
            onclick: share,
            {children}
        }
        match stands {
            Wish::Saved(name) => rsx! { Saved { name } },
            Wish::Failed(error) => rsx! { NotDone { error } },
            Wish::Idle | Wish::Busy => rsx! {},
        }
    }
}
