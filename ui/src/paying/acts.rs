//! Riprova and annulla: at most one of them at a time, each with its own key until an answer came.

use crate::{
    components::{Button, ButtonKind, Notice, NoticeKind, Picture, Sheet},
    explain, format,
    platform::use_here,
    portal::{self, Act},
    t,
};
use api::{
    ErrorBody,
    topups::{CancelTopUp, StartCheckout, TopUpView},
};
use dioxus::prelude::*;
use domain::{Cents, NoticeId};

/// Why nothing came of an act, and what to do.
#[component]
pub fn NotDone(error: ErrorBody) -> Element {
    rsx! {
        Notice { kind: NoticeKind::Error,
            p { {explain::error(&error)} }
            if portal::is_unanswered(&error) {
                p { {t!("payment-unanswered")} }
            }
        }
    }
}

/// What can be done with a top-up that nobody is paying right now.
#[component]
pub fn Acts(topup: TopUpView, onanswer: EventHandler<TopUpView>, onrefused: EventHandler<()>) -> Element {
    let here = use_here();
    let id = topup.id;
    let mut held = use_signal(|| None::<Act<StartCheckout>>);
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut cancelling = use_signal(|| false);
    let retry = move |()| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let here = here.clone();
        let act = held
            .peek()
            .clone()
            .unwrap_or_else(|| Act::new(&here, StartCheckout { topup: id }, ()));
        held.set(Some(act.clone()));
        spawn(async move {
            let answer = act.send(&here).await;
            busy.set(false);
            match answer {
                Ok(topup) => {
                    held.set(None);
                    onanswer.call(topup);
                }
                Err(why) => {
                    if !portal::is_unanswered(&why) {
                        held.set(None);
                        onrefused.call(());
                    }
                    error.set(Some(why));
                }
            }
        });
    };
    rsx! {
        if let Some(why) = error() {
            NotDone { error: why }
        }
        Button { busy: busy(), icon: Picture::External, testid: "payment-retry", onclick: retry,
            {t!("payment-retry")}
        }
        Button {
            kind: ButtonKind::Link,
            testid: "payment-cancel",
            disabled: busy(),
            onclick: move |()| cancelling.set(true),
            {t!("payment-cancel")}
        }
        if cancelling() {
            CancelSheet {
                id,
                amount: topup.amount,
                number: topup.notice_number,
                onanswer,
                onrefused,
                onclose: move |()| cancelling.set(false),
            }
        }
    }
}

/// Asks once more before a top-up is withdrawn.
#[component]
pub fn CancelSheet(
    id: NoticeId,
    amount: Cents,
    number: String,
    onanswer: EventHandler<TopUpView>,
    onrefused: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let here = use_here();
    let mut busy = use_signal(|| false);
    let mut error = use_signal(|| None::<ErrorBody>);
    // One act for as long as the sheet is open: pressed again after no answer, it has the same key.
    let act = {
        let here = here.clone();
        use_hook(move || Act::new(&here, CancelTopUp { topup: id }, ()))
    };
    let confirm = move |()| {
        if busy() {
            return;
        }
        busy.set(true);
        error.set(None);
        let (here, act) = (here.clone(), act.clone());
        spawn(async move {
            match act.send(&here).await {
                Ok(topup) => {
                    onclose.call(());
                    onanswer.call(topup);
                }
                Err(why) => {
                    busy.set(false);
                    if !portal::is_unanswered(&why) {
                        onrefused.call(());
                    }
                    error.set(Some(why));
                }
            }
        });
    };
    rsx! {
        Sheet {
            id: "cancel-topup",
            title: t!("payment-cancel-title", amount = format::money(amount)),
            onclose,
            p { {t!("payment-cancel-hint", number = number)} }
            if let Some(why) = error() {
                NotDone { error: why }
            }
            Button { busy: busy(), testid: "confirm-payment-cancel", onclick: confirm,
                {t!("payment-cancel-confirm")}
            }
            Button { kind: ButtonKind::Link, onclick: onclose, {t!("common-leave")} }
        }
    }
}
