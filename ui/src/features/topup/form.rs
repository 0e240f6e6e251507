//! How much for each child, the total, and one act: the way to pagoPA, or to the notice with which one pays elsewhere.

use super::{
    child::TopUpChild,
    plan::{self, Chosen, Wrong},
};
use crate::{
    components::{Button, ButtonKind, Card, Notice, NoticeKind, Picture},
    explain, format, paying,
    platform::use_here,
    portal::{self, Act},
    route::Route,
    summons::use_summons,
    t,
};
use api::{
    ErrorBody,
    topups::{CreateTopUp, TopUpOptionsView, TopUpRequest, TopUpWay},
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
    let summons = use_summons();
    let mut chosen = use_signal(|| vec![Chosen::default(); count]);
    // Who comes from a notification finds what it takes; whatever they chose before was for nothing.
    use_effect(use_reactive((&options,), move |(options,)| {
        if summons.top_up() {
            let suggested = plan::suggested(&options);
            // Where nothing is low there is nothing to suggest, and what was typed stays.
            if suggested.iter().any(|one| *one != Chosen::default()) {
                chosen.set(suggested);
            }
            summons.suggested();
        }
    }));
    let mut wrong = use_signal(|| None::<Wrong>);
    let mut error = use_signal(|| None::<ErrorBody>);
    // Which of the two ways is under way.
    let mut busy = use_signal(|| None::<TopUpWay>);
    // The same wish, asked again after no answer, is the same act.
    let mut held = use_signal(|| None::<(TopUpRequest, Act<CreateTopUp>)>);
    // Children may come or go between two reads.
    let mut lines = chosen.read().clone();
    lines.resize(count, Chosen::default());
    let total = plan::total(&options, &lines);
    let pay = {
        let (options, lines) = (options.clone(), lines.clone());
        move |way: TopUpWay| {
            if busy().is_some() {
                return;
            }
            error.set(None);
            let request = match plan::request(&options, &lines, way) {
                Ok(request) => request,
                Err(why) => return wrong.set(Some(why)),
            };
            wrong.set(None);
            busy.set(Some(way));
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
                        // The way back leads to what was made, never to a form that would make another.
                        match way {
                            TopUpWay::Online => {
                                paying::hand(topup);
                                navigator().replace(Route::Payment { id });
                            }
                            TopUpWay::Notice => {
                                navigator().replace(Route::Notice { id });
                            }
                        }
                    }
                    Err(why) => {
                        if !portal::is_unanswered(&why) {
                            held.set(None);
                        }
                        error.set(Some(why));
                        busy.set(None);
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
            Button {
                busy: busy() == Some(TopUpWay::Online),
                icon: Picture::External,
                testid: "topup-pay",
                onclick: {
                    let mut pay = pay.clone();
                    move |()| pay(TopUpWay::Online)
                },
                {t!("topup-pay")}
            }
            Button {
                kind: ButtonKind::Link,
                busy: busy() == Some(TopUpWay::Notice),
                icon: Picture::Paper,
                testid: "topup-notice",
                onclick: {
                    let mut pay = pay;
                    move |()| pay(TopUpWay::Notice)
                },
                {t!("topup-notice")}
            }
        }
    }
}
