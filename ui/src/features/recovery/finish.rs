//! The code that came, and the new password.

use super::Asked;
use crate::{
    clock::use_clock,
    components::{
        Button, ButtonKind, CODE_DIGITS, CodeField, NewPassword, Notice, NoticeKind, PhoneLink,
        code_wrong_of, digits, is_about_password, password_wrong, usual_min,
    },
    explain, format,
    platform::use_here,
    portal::{self, Act},
    remote::Known,
    route::Route,
    session::{Standing, use_session},
    t,
};
use api::{
    ErrorBody, ErrorCode,
    recoveries::{FinishRecovery, FinishRecoveryRequest, RecoverBy},
    sessions::Secret,
};
use dioxus::prelude::*;

/// Takes the code. Who has it comes in.
#[component]
pub fn Finish(asked: Asked, phone: String, onagain: EventHandler<()>) -> Element {
    let here = use_here();
    let session = use_session();
    let clock = use_clock();
    let known = use_context::<Known>();
    let code = use_signal(String::new);
    let new = use_signal(String::new);
    // The same act with the same key for as long as nobody knows what became of it.
    let mut act = use_signal(|| None::<Act<FinishRecovery>>);
    let mut busy = use_signal(|| false);
    let mut code_refused = use_signal(|| None::<String>);
    let mut new_refused = use_signal(|| None::<ErrorBody>);
    let mut error = use_signal(|| None::<ErrorBody>);
    let recovery = asked.recovery.id;
    let count = usize::from(asked.recovery.digits);
    let min = new_refused()
        .and_then(|why| why.field("min"))
        .unwrap_or_else(usual_min);
    let focusing = here.clone();
    use_effect(move || focusing.focus("recovery-code"));
    let submit = move |event: FormEvent| {
        event.prevent_default();
        if busy() {
            return;
        }
        error.set(None);
        code_refused.set(code_wrong_of(&code.peek(), count));
        new_refused.set(password_wrong(&new.peek(), min));
        if code_refused.peek().is_some() {
            here.focus("recovery-code");
            return;
        }
        if new_refused.peek().is_some() {
            here.focus("new-password");
            return;
        }
        busy.set(true);
        let (here, known) = (here.clone(), known.clone());
        let request = FinishRecoveryRequest {
            code: Secret(digits(&code.peek())),
            new: Secret(new.peek().clone()),
            client: here.client(),
            // Whoever sends it adds what this device is known by.
            device: None,
        };
        let endpoint = FinishRecovery { recovery };
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
                    // Somebody else may have been signed in here: what they saw is theirs.
                    known.forget();
                    session.opened(&here, clock, &opened, request.new).await;
                    if matches!(session.standing(), Standing::Open(_)) {
                        navigator().replace(Route::Home {});
                    }
                }
                Err(why) if why.code == ErrorCode::RecoveryCodeWrong => {
                    code_refused.set(Some(explain::error(&why)));
                    here.focus("recovery-code");
                }
                Err(why) if is_about_password(why.code) => {
                    new_refused.set(Some(why));
                    here.focus("new-password");
                }
                Err(why) => error.set(Some(why)),
            }
            busy.set(false);
        });
    };
    if error().is_some_and(|why| why.code == ErrorCode::RecoveryEnded) {
        return rsx! {
            div { class: "form",
                Notice { kind: NoticeKind::Error, title: t!("recovery-ended-title"), testid: "recovery-ended",
                    p { {t!("recovery-ended")} }
                }
                Button { testid: "recovery-again", onclick: move |()| onagain.call(()), {t!("recovery-again")} }
                PhoneLink { phone }
            }
        };
    }
    let at = format::at_time(asked.recovery.expires_at);
    let who = asked.who.as_str();
    rsx! {
        form { class: "form", novalidate: true, "data-testid": "recovery-code-form", onsubmit: submit,
            Notice { title: t!("recovery-sent-title"), testid: "recovery-sent",
                p {
                    match asked.by {
                        RecoverBy::Mail => t!("recovery-sent-mail", who = who, count = count, at = at),
                        RecoverBy::Sms => t!("recovery-sent-sms", who = who, count = count, at = at),
                    }
                }
            }
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error,
                    p { {explain::error(&why)} }
                    if why.code == ErrorCode::TooManyAttempts {
                        PhoneLink { phone: phone.clone() }
                    }
                }
            }
            CodeField {
                id: "recovery-code",
                label: t!("recovery-code"),
                hint: if count > CODE_DIGITS {
                    t!("recovery-code-hint-shared", count = count)
                } else {
                    t!("recovery-code-hint", count = count)
                },
                value: code,
                error: code_refused(),
                testid: "recovery-code",
            }
            NewPassword { value: new, min, error: new_refused().map(|why| explain::error(&why)) }
            Button { submit: true, busy: busy(), testid: "recovery-finish", {t!("recovery-finish")} }
            Button { kind: ButtonKind::Link, testid: "recovery-again", onclick: move |()| onagain.call(()),
                {t!("recovery-again")}
            }
            details { class: "help",
                summary { {t!("recovery-not-come")} }
                p { {t!("recovery-not-come-words")} }
                PhoneLink { phone }
            }
        }
    }
}
