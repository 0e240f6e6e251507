//! Somebody new: fiscal code, name and a password. From then on they sign in with the address to which the mail went.

use crate::{
    clock::use_clock,
    components::{
        Button, Field, NewPassword, Notice, NoticeKind, is_about_password, password_wrong, usual_min,
    },
    explain,
    platform::use_here,
    portal::{self, Act},
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    invitations::{InvitationKeysRequest, InvitedView, JoinByInvitation, JoinRequest},
    sessions::Secret,
};
use dioxus::prelude::*;
use domain::fiscal_code::{FiscalCode, FiscalCodeError};

/// What is wrong with a fiscal code, and where to look.
pub(super) fn fiscal_code_wrong(typed: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return Some(t!("join-code-missing"));
    }
    FiscalCode::parse(typed).err().map(|why| match why {
        FiscalCodeError::Length => t!("join-code-length"),
        FiscalCodeError::Shape { position } => t!("join-code-shape", position = position),
        FiscalCodeError::Control { .. } => t!("join-code-control"),
    })
}

/// The form.
#[component]
pub fn Join(keys: InvitationKeysRequest, invited: InvitedView, onknown: EventHandler<()>) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let first_name = use_signal(String::new);
    let surname = use_signal(String::new);
    let fiscal_code = use_signal(String::new);
    let new = use_signal(String::new);
    let mut tried = use_signal(|| false);
    // The same act with the same key for as long as nobody knows what became of it.
    let mut act = use_signal(|| None::<Act<JoinByInvitation>>);
    let mut busy = use_signal(|| false);
    let mut new_refused = use_signal(|| None::<ErrorBody>);
    let mut error = use_signal(|| None::<ErrorBody>);
    let min = new_refused()
        .and_then(|why| why.field("min"))
        .unwrap_or_else(usual_min);
    let missing =
        |field: Signal<String>, words: String| (tried() && field.read().trim().is_empty()).then_some(words);
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        tried.set(true);
        error.set(None);
        new_refused.set(password_wrong(&new.peek(), min));
        for (id, wrong) in [
            ("join-first-name", first_name.peek().trim().is_empty()),
            ("join-surname", surname.peek().trim().is_empty()),
            (
                "join-fiscal-code",
                fiscal_code_wrong(&fiscal_code.peek()).is_some(),
            ),
            ("new-password", new_refused.peek().is_some()),
        ] {
            if wrong {
                here.focus(id);
                return;
            }
        }
        busy.set(true);
        let here = here.clone();
        let request = JoinRequest {
            token: keys.token.clone(),
            code: keys.code.clone(),
            first_name: first_name.peek().trim().to_owned(),
            surname: surname.peek().trim().to_owned(),
            fiscal_code: Secret(fiscal_code.peek().trim().to_ascii_uppercase()),
            new: Secret(new.peek().clone()),
            client: here.client(),
        };
        let endpoint = JoinByInvitation {};
        let sent = act
            .take()
            .filter(|act| act.is(&endpoint, &request))
            .unwrap_or_else(|| Act::new(&here, endpoint, request.clone()));
        spawn(async move {
            let opened = sent.open(&here).await;
            if opened.as_ref().is_err_and(portal::is_unanswered) {
                act.set(Some(sent));
            }
            match opened {
                Ok(opened) => {
                    session.opened(&here, clock, &opened, request.new).await;
                    if matches!(session.standing(), Standing::Open(_)) {
                        navigator().replace(Route::Home {});
                    }
                }
                Err(why) if why.code == ErrorCode::PersonKnown => onknown.call(()),
                Err(why) if is_about_password(why.code) => {
                    new_refused.set(Some(why));
                    here.focus("new-password");
                }
                Err(why) => error.set(Some(why)),
            }
            busy.set(false);
        });
    };
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "join-form", onsubmit: submit,
            h2 { {t!("join-title")} }
            p { class: "soft", {t!("join-words", body = invited.body_name.as_str())} }
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error, p { {explain::error(&why)} } }
            }
            Field {
                id: "join-first-name",
                label: t!("invite-first-name"),
                value: first_name,
                error: missing(first_name, t!("invite-name-missing")),
                autocomplete: "given-name",
                testid: "join-first-name",
            }
            Field {
                id: "join-surname",
                label: t!("invite-surname"),
                value: surname,
                error: missing(surname, t!("invite-surname-missing")),
                autocomplete: "family-name",
                testid: "join-surname",
            }
            Field {
                id: "join-fiscal-code",
                label: t!("join-code"),
                hint: t!("join-code-hint"),
                value: fiscal_code,
                error: if tried() { fiscal_code_wrong(&fiscal_code.read()) } else { None },
                autocomplete: "off",
                code: true,
                testid: "join-fiscal-code",
            }
            NewPassword { value: new, min, error: new_refused().map(|why| explain::error(&why)) }
            Button { submit: true, busy: busy(), testid: "join-act", {t!("join-act")} }
        }
    }
}
