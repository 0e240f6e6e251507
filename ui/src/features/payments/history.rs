//! What is under way, what was paid in a year, and everything that is settled.

use crate::{
    components::{Button, ButtonKind, Card, use_announcer},
    format,
    paying::{NoticeRow, Paper, PaperButton},
    t,
};
use api::notices::{NoticeView, PaidYearView};
use dioxus::prelude::*;
use domain::ServiceDay;

/// So many rows at once.
const PAGE: usize = 20;

/// Verified, or made and not paid yet.
#[component]
pub fn UnderWay(notices: Vec<NoticeView>, today: ServiceDay) -> Element {
    rsx! {
        Card { labelled_by: "under-way".to_owned(),
            h2 { id: "under-way", {t!("payments-under-way")} }
            ul { class: "postings",
                for notice in notices {
                    NoticeRow { key: "{notice.id}", notice, today }
                }
            }
        }
    }
}

/// For the tax return.
#[component]
pub fn Years(years: Vec<PaidYearView>) -> Element {
    rsx! {
        Card { labelled_by: "years".to_owned(),
            h2 { id: "years", {t!("payments-years")} }
            p { class: "soft", {t!("payments-years-hint")} }
            ul { class: "postings",
                for PaidYearView { year , total , count } in years {
                    li { key: "{year}", class: "year",
                        p { "data-testid": "year-total", "data-year": "{year}",
                            {
                                t!(
                                    "payments-year",
                                    year = year.to_string(),
                                    amount = format::money(total),
                                    count = count
                                )
                            }
                        }
                        PaperButton { paper: Paper::Year(year), kind: ButtonKind::Outline, testid: "year-save",
                            {t!("payments-year-save")}
                            span { class: "visually-hidden", " {year}" }
                        }
                    }
                }
            }
        }
    }
}

/// Paid and withdrawn, newest first, twenty at a time.
#[component]
pub fn History(notices: Vec<NoticeView>, today: ServiceDay) -> Element {
    let announcer = use_announcer();
    let mut shown = use_signal(|| PAGE);
    let all = notices.len();
    rsx! {
        Card { labelled_by: "history".to_owned(),
            h2 { id: "history", {t!("payments-history")} }
            ul { class: "postings",
                for notice in notices.into_iter().take(shown()) {
                    NoticeRow { key: "{notice.id}", notice, today }
                }
            }
            if all > shown() {
                Button {
                    kind: ButtonKind::Outline,
                    testid: "payments-more",
                    onclick: move |()| {
                        let more = (shown() + PAGE).min(all);
                        announcer.say(t!("payments-shown", count = more));
                        shown.set(more);
                    },
                    {t!("wallet-more")}
                }
            }
        }
    }
}
