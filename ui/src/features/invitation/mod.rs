//! Invito: what somebody is asked who holds the link of a mail and was told the code; and the ways to accept.

mod accept;
mod join;

#[cfg(test)]
mod tests;

use crate::{
    bonds::{self, RightsList},
    components::{Button, Card, CodeField, Fact, Notice, NoticeKind, Page, Skeleton, code_wrong, digits},
    explain, format,
    platform::use_here,
    portal::Act,
    route::Route,
    session::{Standing, use_session},
    t,
};
use accept::Ways;
use api::{
    ErrorBody, ErrorCode,
    invitations::{InvitationKeysRequest, InvitedView, ShowInvitation},
    sessions::Secret,
};
use dioxus::prelude::*;
use domain::people::BondKind;

/// The screen. Anybody with the link may come; the code decides.
#[component]
pub fn Invitation(token: String) -> Element {
    let session = use_session();
    use_effect(move || {
        if session.standing() == Standing::NoPortal {
            navigator().replace(Route::Bodies {});
        }
    });
    let mut shown = use_signal(|| None::<(InvitationKeysRequest, InvitedView)>);
    rsx! {
        Page { title: t!("invited-title"), narrow: true,
            match (shown(), session.standing()) {
                (_, Standing::Unknown) => rsx! { Skeleton { cards: 1 } },
                (None, _) => rsx! {
                    AskCode { key: "{token}", token, onshown: move |told| shown.set(Some(told)) }
                },
                (Some((keys, invited)), _) => rsx! {
                    div { class: "cards", Invited { invited: invited.clone() } }
                    Ways { keys, invited }
                },
            }
        }
    }
}

#[component]
fn AskCode(token: String, onshown: EventHandler<(InvitationKeysRequest, InvitedView)>) -> Element {
    let here = use_here();
    let code = use_signal(String::new);
    let mut busy = use_signal(|| false);
    let mut wrong = use_signal(|| None::<String>);
    let mut error = use_signal(|| None::<ErrorBody>);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        error.set(None);
        wrong.set(code_wrong(&code.peek()));
        if wrong.peek().is_some() {
            here.focus("invited-code");
            return;
        }
        busy.set(true);
        let keys = InvitationKeysRequest {
            token: Secret(token.clone()),
            code: Secret(digits(&code.peek())),
        };
        let here = here.clone();
        spawn(async move {
            let answer = Act::new(&here, ShowInvitation {}, keys.clone()).send(&here).await;
            busy.set(false);
            match answer {
                Ok(invited) => onshown.call((keys, invited)),
                Err(why) => {
                    error.set(Some(why));
                    here.focus("invited-code");
                }
            }
        });
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "invited-form", onsubmit: submit,
            p { {t!("invited-words")} }
            if let Some(why) = error() {
                if why.code == ErrorCode::InvitationRefused {
                    Notice { kind: NoticeKind::Error, title: t!("invited-refused-title"),
                        p { {t!("invited-refused")} }
                        ul { class: "reasons",
                            li { {t!("invited-refused-code")} }
                            li { {t!("invited-refused-old")} }
                            li { {t!("invited-refused-tries")} }
                        }
                        p { {t!("invited-refused-next")} }
                    }
                } else {
                    Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
                }
            }
            CodeField {
                id: "invited-code",
                label: t!("invited-code"),
                hint: t!("invited-code-hint"),
                value: code,
                error: wrong(),
                testid: "invited-code",
            }
            Button { submit: true, busy: busy(), testid: "invited-show", {t!("invited-show")} }
        }
    }
}

/// Who invites to what.
#[component]
fn Invited(invited: InvitedView) -> Element {
    let children = format::list(&invited.children);
    let title = t!(
        "invited-by",
        from = invited.from.as_str(),
        children = children.as_str()
    );
    rsx! {
        Card { labelled_by: "invited".to_owned(), testid: "invited",
            h2 { id: "invited", "{title}" }
            p { class: "soft", "{invited.body_name}" }
            dl {
                Fact { name: t!("invited-as"), {bonds::kind_words(invited.kind)} }
                if invited.kind != BondKind::Guardian {
                    Fact { name: t!("invited-until"),
                        match invited.last_day {
                            Some(day) => format::long_day_of_year(day),
                            None => t!("invite-fact-forever"),
                        }
                    }
                }
            }
            p { {t!("invited-may")} }
            RightsList { rights: invited.rights }
        }
    }
}
