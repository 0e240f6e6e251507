//! Of what, and by which way.

use crate::{
    components::{ButtonKind, Card, Check, LinkButton, Notice},
    route::Route,
    t,
};
use api::preferences::PreferencesView;
use dioxus::prelude::*;
use domain::telling::{Preferences, Topic, Ways};

const TOPICS: [Topic; 6] = [
    Topic::LowBalance,
    Topic::MorningReminder,
    Topic::Payments,
    Topic::DaysChanged,
    Topic::Closures,
    Topic::Renewal,
];

/// Its name for tests, its words, and when it is said.
fn words(topic: Topic) -> (&'static str, String, String) {
    match topic {
        Topic::LowBalance => (
            "low_balance",
            t!("preferences-balance"),
            t!("preferences-balance-hint"),
        ),
        Topic::MorningReminder => (
            "morning_reminder",
            t!("preferences-morning"),
            t!("preferences-morning-hint"),
        ),
        Topic::Payments => (
            "payments",
            t!("preferences-payments"),
            t!("preferences-payments-hint"),
        ),
        Topic::DaysChanged => (
            "days_changed",
            t!("preferences-days"),
            t!("preferences-days-hint"),
        ),
        Topic::Closures => (
            "closures",
            t!("preferences-closures"),
            t!("preferences-closures-hint"),
        ),
        Topic::Renewal => (
            "renewal",
            t!("preferences-renewal"),
            t!("preferences-renewal-hint"),
        ),
    }
}

fn with(mut choices: Preferences, topic: Topic, ways: Ways) -> Preferences {
    *match topic {
        Topic::LowBalance => &mut choices.low_balance,
        Topic::MorningReminder => &mut choices.morning_reminder,
        Topic::Payments => &mut choices.payments,
        Topic::DaysChanged => &mut choices.days_changed,
        Topic::Closures => &mut choices.closures,
        Topic::Renewal => &mut choices.renewal,
    } = ways;
    choices
}

/// The card.
#[component]
pub(super) fn Topics(
    view: PreferencesView,
    /// In the app on a computer, which is told without any push service.
    on_a_computer: bool,
    choices: Preferences,
    onchange: EventHandler<Preferences>,
) -> Element {
    let push = on_a_computer || view.push || view.devices > 0;
    rsx! {
        Card { labelled_by: "preferences-topics", testid: "preferences-topics",
            h2 { id: "preferences-topics", {t!("preferences-topics")} }
            if !view.mail {
                Notice { title: t!("preferences-no-mail"), testid: "no-mail",
                    p { {t!("preferences-no-mail-hint")} }
                    LinkButton { to: Route::Profile {}, kind: ButtonKind::Outline, testid: "no-mail-contacts",
                        {t!("preferences-contacts")}
                    }
                }
            }
            if push && view.devices == 0 {
                Notice { title: t!("preferences-no-device"), testid: "no-device",
                    p { {t!("preferences-no-device-hint")} }
                }
            }
            for topic in TOPICS {
                TopicWays {
                    key: "{words(topic).0}",
                    topic,
                    ways: choices.of(topic),
                    push,
                    io: view.io,
                    onchange: move |ways| onchange.call(with(choices, topic, ways)),
                }
            }
            p { class: "soft", {t!("preferences-always")} }
        }
    }
}

#[component]
fn TopicWays(topic: Topic, ways: Ways, push: bool, io: bool, onchange: EventHandler<Ways>) -> Element {
    let (name, title, hint) = words(topic);
    rsx! {
        fieldset { class: "checks topic", "aria-describedby": "{name}-hint", "data-testid": "topic", "data-name": name,
            legend { "{title}" }
            p { class: "soft", id: "{name}-hint", "{hint}" }
            div { class: "topic-ways",
                if push {
                    Check {
                        checked: ways.push,
                        testid: "way",
                        name: format!("{name}-push"),
                        onchange: move |push| onchange.call(Ways { push, ..ways }),
                        {t!("preferences-by-push")}
                    }
                }
                Check {
                    checked: ways.mail,
                    testid: "way",
                    name: format!("{name}-mail"),
                    onchange: move |mail| onchange.call(Ways { mail, ..ways }),
                    {t!("preferences-by-mail")}
                }
                if io {
                    Check {
                        checked: ways.io,
                        testid: "way",
                        name: format!("{name}-io"),
                        onchange: move |io| onchange.call(Ways { io, ..ways }),
                        {t!("preferences-by-io")}
                    }
                }
            }
        }
    }
}
