//! Until when, in words, with a thin bar under them.

use crate::{clock::use_clock, format, t};
use chrono::TimeDelta;
use dioxus::prelude::*;
use domain::Instant;

/// How much time the whole bar stands for.
const BAR_MINUTES: i64 = 120;
/// From here on it is warm, and the phone number is shown.
pub const LAST_MINUTES: i64 = 15;

/// Whole minutes until `closes_at`, counted up; zero once it has passed. Drawn again once a minute.
pub fn minutes_left(now: Option<Instant>, closes_at: Instant) -> Option<i64> {
    let left = closes_at - now?;
    Some((left.num_seconds().max(0) + 59) / 60)
}

/// "Puoi cambiare fino alle 9:30: mancano 48 minuti". Once the time has passed it says so, in the same room, so that
/// nothing under it moves away from a finger; `onpassed` is told once.
#[component]
pub fn Countdown(
    closes_at: Instant,
    onpassed: EventHandler<()>,
    /// Words only, where changing is the lesser thing.
    #[props(default)]
    quiet: bool,
) -> Element {
    let clock = use_clock();
    let minutes = use_memo(use_reactive((&closes_at,), move |(closes_at,)| {
        minutes_left(clock.now(), closes_at)
    }));
    let mut told = use_signal(|| None);
    use_effect(use_reactive((&closes_at,), move |(closes_at,)| {
        if minutes() == Some(0) && *told.peek() != Some(closes_at) {
            told.set(Some(closes_at));
            onpassed.call(());
        }
    }));
    let Some(minutes) = minutes() else {
        return rsx! {};
    };
    if minutes == 0 {
        return rsx! {
            div { class: "countdown warm passed", "data-testid": "countdown-passed",
                p {
                    {t!("count-passed", at = format::at_time(closes_at))}
                    " "
                    strong { {t!("count-passed-over")} }
                }
                if !quiet {
                    progress { max: "{BAR_MINUTES}", value: "0", "aria-hidden": "true" }
                }
            }
        };
    }
    let left = TimeDelta::minutes(minutes);
    let warm = minutes <= LAST_MINUTES;
    rsx! {
        div { class: if warm { "countdown warm" } else { "countdown" }, "data-testid": "countdown",
            p {
                {t!("count-until", at = format::at_time(closes_at), missing = format::remaining_verb(left))}
                " "
                strong { {format::remaining(left)} }
            }
            if minutes <= BAR_MINUTES && !quiet {
                progress { max: "{BAR_MINUTES}", value: "{minutes}", "aria-hidden": "true" }
            }
        }
    }
}
