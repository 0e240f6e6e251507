//! A day that cannot be changed: how it stands, why, and the act behind it.

use super::grid::standing_words;
use crate::{
    components::{Notice, NoticeKind},
    format, t,
};
use api::meals::DayView;
use dioxus::prelude::*;
use domain::{ServiceDay, meals::Standing};

/// The day in words.
#[component]
pub fn DayWords(day: DayView, name: String, today: ServiceDay) -> Element {
    let title = t!(
        "calendar-day",
        day = format::capital(&format::long_day(day.day)),
        standing = standing_words(&day)
    );
    let over = day.closes_at.filter(|_| day.no_service.is_none());
    rsx! {
        Notice { kind: NoticeKind::Info, title, testid: "day-words",
            if let Some(act) = &day.act {
                p { {act_words(&day, act.mine)} " " {format::at_exact_time(act.at, today)} ", " {t!("calendar-number", number = act.number.as_str())} }
            }
            if let (Some(price), Standing::Charged) = (day.price, day.standing) {
                p { {t!("calendar-charged", amount = format::money(price))} }
            }
            if let Some(at) = over {
                p { {t!("calendar-over", name = name, at = format::moment(at, today))} }
            }
        }
    }
}

fn act_words(day: &DayView, mine: bool) -> String {
    match (day.standing, mine) {
        (Standing::Cancelled, true) => t!("calendar-cancelled-by-me"),
        (Standing::Cancelled, false) => t!("calendar-cancelled-by-other"),
        (_, true) => t!("calendar-restored-by-me"),
        (_, false) => t!("calendar-restored-by-other"),
    }
}
