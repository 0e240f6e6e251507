//! The hours in which nothing sounds, and what sounds all the same.

use crate::{
    components::{Card, Check, Icon, Picture},
    t,
};
use chrono::{NaiveTime, Timelike};
use dioxus::prelude::*;
use domain::telling::QuietHours;

/// As they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hours {
    /// Whether there are such hours.
    on: bool,
    /// `21:00`.
    from: String,
    /// `07:00`.
    to: String,
}

fn typed(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Some engines tell the seconds, too.
fn minute(text: &str) -> Option<u16> {
    let text = text.get(..5)?;
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    u16::try_from(time.hour() * 60 + time.minute()).ok()
}

impl Hours {
    /// As they were chosen. None at all are offered as the usual ones.
    pub(super) fn of(quiet: QuietHours) -> Self {
        let on = quiet.from != quiet.to;
        let shown = if on { quiet } else { QuietHours::DEFAULT };
        Self {
            on,
            from: typed(shown.from),
            to: typed(shown.to),
        }
    }

    /// What they mean; none where something is missing, or where they begin when they end.
    pub(super) fn read(&self) -> Option<QuietHours> {
        if !self.on {
            return Some(QuietHours { from: 0, to: 0 });
        }
        let quiet = QuietHours {
            from: minute(&self.from)?,
            to: minute(&self.to)?,
        };
        (quiet.from != quiet.to).then_some(quiet)
    }
}

/// The card.
#[component]
pub(super) fn Quiet(hours: Hours, wrong: bool, onchange: EventHandler<Hours>) -> Element {
    let (first, second, third) = (hours.clone(), hours.clone(), hours.clone());
    rsx! {
        Card { labelled_by: "preferences-quiet", testid: "preferences-quiet",
            h2 { id: "preferences-quiet", {t!("preferences-quiet")} }
            Check {
                checked: hours.on,
                testid: "quiet-on",
                onchange: move |on| onchange.call(Hours { on, ..first.clone() }),
                {t!("preferences-quiet-on")}
            }
            if hours.on {
                div { class: "quiet-hours",
                    Hour {
                        id: "quiet-from",
                        label: t!("preferences-quiet-from"),
                        value: hours.from,
                        wrong,
                        onchange: move |from| onchange.call(Hours { from, ..second.clone() }),
                    }
                    Hour {
                        id: "quiet-to",
                        label: t!("preferences-quiet-to"),
                        value: hours.to,
                        wrong,
                        onchange: move |to| onchange.call(Hours { to, ..third.clone() }),
                    }
                }
                if wrong {
                    p { class: "field-error", id: "quiet-error", role: "alert", "data-testid": "quiet-error",
                        Icon { picture: Picture::Warning }
                        {t!("preferences-quiet-wrong")}
                    }
                }
                p { class: "soft", {t!("preferences-quiet-hint")} }
            }
        }
    }
}

#[component]
fn Hour(
    id: &'static str,
    label: String,
    value: String,
    wrong: bool,
    onchange: EventHandler<String>,
) -> Element {
    rsx! {
        div { class: if wrong { "field is-wrong" } else { "field" },
            label { r#for: id, "{label}" }
            input {
                class: "form-control",
                id,
                r#type: "time",
                value,
                "aria-invalid": wrong.then_some("true"),
                "aria-describedby": wrong.then_some("quiet-error"),
                "data-testid": id,
                oninput: move |event| onchange.call(event.value()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_they_were_written() {
        for (from, to) in [(1_260, 420), (0, 1), (1_439, 0), (60, 120)] {
            let quiet = QuietHours { from, to };
            assert_eq!(Hours::of(quiet).read(), Some(quiet));
        }
    }

    #[test]
    fn no_hours_at_all_stay_none() {
        let never = QuietHours { from: 300, to: 300 };
        assert_eq!(Hours::of(never).read(), Some(QuietHours { from: 0, to: 0 }));
    }

    #[test]
    fn what_is_missing_or_begins_when_it_ends_is_not_taken() {
        let hours = |from: &str, to: &str| Hours {
            on: true,
            from: from.into(),
            to: to.into(),
        };
        assert_eq!(hours("", "07:00").read(), None);
        assert_eq!(hours("21:00", "25:00").read(), None);
        assert_eq!(hours("21:00", "21:00").read(), None);
        assert_eq!(
            hours("22:15:00", "06:30").read(),
            Some(QuietHours { from: 1_335, to: 390 })
        );
    }
}
