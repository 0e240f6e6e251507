//! How much for each child, the total, and one act: the way to pagoPA.

use super::{
    child::TopUpChild,
    plan::{self, Chosen, Wrong},
};
use crate::{
    components::{Button, Card, Notice, NoticeKind, Picture},
    explain, format, paying,
    platform::use_here,
    portal::{self, Act},
    route::Route,
    t,
};
use api::{
    ErrorBody,
    topups::{CreateTopUp, TopUpOptionsView, TopUpRequest},
};
use dioxus::prelude::*;

/// What is wrong with the whole.
fn words(wrong: Wrong) -> String {
    match wrong {
        Wrong::Nothing => t!("topup-wrong-nothing"),
        Wrong::Many => t!("topup-wrong-many"),
        _ => t!("topup-wrong-somewhere"),
    }
}

/// The choice, and the button.
#[component]
pub fn Form(options: TopUpOptionsView) -> Element {
    let here = use_here();
    let count = options.children.len();
    let mut chosen = use_signal(|| vec![Chosen::default(); count]);
    let mut wrong = use_signal(|| None::<Wrong>);
    let mut error = use_signal(|| None::<ErrorBody>);
    let mut busy = use_signal(|| false);
    // The same wish, asked again after no answer, is the same act.
    let mut held = use_signal(|| None::<(TopUpRequest, Act<CreateTopUp>)>);
    // Children may come or go between two reads.
    let mut lines = chosen.read().clone();
    lines.resize(count, Chosen::default());
    let total = plan::total(&options, &lines);
    let pay = {
        let (options, lines) = (options.clone(), lines.clone());
        move |()| {
            if busy() {
                return;
            }
            error.set(None);
            let request = match plan::request(&options, &lines) {
                Ok(request) => request,
                Err(why) => return wrong.set(Some(why)),
            };
            wrong.set(None);
            busy.set(true);
            let here = here.clone();
            let before = held.peek().clone().filter(|(asked, _)| *asked == request);
            let (request, act) = before.unwrap_or_else(|| {
                let act = Act::new(&here, CreateTopUp {}, request.clone());
                (request, act)
            });
            held.set(Some((request, act.clone())));
            spawn(async move {
                match act.send(&here).await {
                    Ok(topup) => {
                        let id = topup.id.to_string();
                        paying::hand(topup);
                        // The way back from pagoPA leads to the payment, never to a form that would pay again.
                        navigator().replace(Route::Payment { id });
                    }
                    Err(why) => {
                        if !portal::is_unanswered(&why) {
                            held.set(None);
                        }
                        error.set(Some(why));
                        busy.set(false);
                    }
                }
            });
        }
    };
    rsx! {
        div { class: "cards",
            for (index , child) in options.children.clone().into_iter().enumerate() {
                TopUpChild {
                    key: "{child.child}",
                    options: options.clone(),
                    child,
                    chosen: lines[index].clone(),
                    onchoose: move |choice| {
                        wrong.set(None);
                        chosen.with_mut(|all| {
                            all.resize(count, Chosen::default());
                            all[index] = choice;
                        });
                    },
                }
            }
        }
        Card { class: "topup-sum".to_owned(),
            dl { class: "fact",
                dt { {t!("topup-total")} }
                dd { class: "topup-total figures", "aria-live": "polite", "data-testid": "topup-total",
                    {format::money(total)}
                }
            }
            p { class: "soft", {t!("topup-fee")} }
            if let Some(why) = wrong() {
                Notice { kind: NoticeKind::Error, p { {words(why)} } }
            }
            if let Some(why) = error() {
                Notice { kind: NoticeKind::Error,
                    p { {explain::error(&why)} }
                    if portal::is_unanswered(&why) {
                        p { {t!("topup-unanswered")} }
                    }
                }
            }
            Button { busy: busy(), icon: Picture::External, testid: "topup-pay", onclick: pay, {t!("topup-pay")} }
        }
    }
}
