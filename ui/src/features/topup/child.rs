//! How much for one child: in meals, or one of the body's amounts, or any other.

use super::plan::{self, Chosen, MONTH_MEALS, Wrong};
use crate::{
    components::{Avatar, Card, Chip, Chips, Icon, Picture, Stepper},
    format, t,
};
use api::topups::{TopUpChildView, TopUpOptionsView, TopUpUntil};
use dioxus::prelude::*;
use domain::{Cents, topup::TopUpError};

/// A quick choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quick {
    Month,
    Fixed(Cents),
    Other,
}

/// What is wrong with a line, and what is right.
fn words(wrong: Wrong) -> String {
    match wrong {
        Wrong::Number => t!("topup-wrong-number"),
        Wrong::Meals { most } => t!("topup-wrong-meals", meals = format::meals(i64::from(most))),
        Wrong::Limit(TopUpError::TooSmall { min }) => t!("topup-wrong-small", amount = format::money(min)),
        Wrong::Limit(TopUpError::TooLarge { max }) => t!("topup-wrong-large", amount = format::money(max)),
        Wrong::Amount | Wrong::Limit(_) | Wrong::Nothing | Wrong::Many | Wrong::Somewhere => {
            t!("topup-wrong-amount")
        }
    }
}

/// `Fino a Natale`.
fn until_words(until: TopUpUntil) -> String {
    match until {
        TopUpUntil::MonthEnd => t!("topup-until-month"),
        TopUpUntil::Christmas => t!("topup-until-christmas"),
        TopUpUntil::Easter => t!("topup-until-easter"),
        TopUpUntil::SchoolYearEnd => t!("topup-until-year"),
    }
}

/// Its name for tests, as on the wire.
fn until_name(until: TopUpUntil) -> &'static str {
    match until {
        TopUpUntil::MonthEnd => "month_end",
        TopUpUntil::Christmas => "christmas",
        TopUpUntil::Easter => "easter",
        TopUpUntil::SchoolYearEnd => "school_year_end",
    }
}

/// How much lasts until days that families know: one tap each.
#[component]
fn Suggestions(
    child: TopUpChildView,
    max: Cents,
    meals: Option<u32>,
    onchoose: EventHandler<u32>,
) -> Element {
    let all = plan::suggestions(&child, max);
    if all.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "chips suggestions", role: "group", "aria-label": t!("topup-suggestions", name = child.first_name.as_str()),
            for suggestion in all {
                button {
                    key: "{until_name(suggestion.until)}",
                    class: "chip-choice suggestion",
                    r#type: "button",
                    "data-testid": "suggestion",
                    "data-until": until_name(suggestion.until),
                    "aria-pressed": if meals == Some(suggestion.meals) { "true" } else { "false" },
                    onclick: move |_| onchoose.call(suggestion.meals),
                    span { class: "suggestion-until", {until_words(suggestion.until)} }
                    span { class: "visually-hidden", ", {format::long_day(suggestion.last_day)}: " }
                    span { class: "figures",
                        {
                            t!(
                                "topup-suggested",
                                meals = format::meals(i64::from(suggestion.meals)),
                                amount = format::money(suggestion.amount)
                            )
                        }
                    }
                }
            }
        }
    }
}

/// A child's card.
#[component]
pub fn TopUpChild(
    options: TopUpOptionsView,
    child: TopUpChildView,
    chosen: Chosen,
    onchoose: EventHandler<Chosen>,
) -> Element {
    let name = child.first_name.as_str();
    let most = plan::most_meals(&child, options.max);
    let line = plan::line(&options, &child, &chosen);
    let amount = line.as_ref().ok().and_then(|line| line.map(|(_, amount)| amount));
    let typed = match &chosen {
        Chosen::Meals(typed) => typed.clone(),
        _ => amount
            .map(|amount| plan::covered(&child, amount).to_string())
            .unwrap_or_default(),
    };
    let meals = typed.trim().parse::<u32>().unwrap_or(0);
    let quick = match &chosen {
        Chosen::Meals(_) => (meals == MONTH_MEALS).then_some(Quick::Month),
        Chosen::Fixed(amount) => Some(Quick::Fixed(*amount)),
        Chosen::Free(_) => Some(Quick::Other),
    };
    let mut chips = Vec::new();
    if most >= MONTH_MEALS {
        chips.push(Chip {
            value: Quick::Month,
            label: t!("topup-month"),
        });
    }
    chips.extend(options.fixed.iter().map(|amount| Chip {
        value: Quick::Fixed(*amount),
        label: format::money(*amount),
    }));
    chips.push(Chip {
        value: Quick::Other,
        label: t!("topup-other"),
    });
    let heading = format!("topup-{}", child.child);
    let wrong_id = format!("{heading}-wrong");
    let wrong = line.as_ref().err().map(|wrong| words(*wrong));
    let of_meals = wrong.is_some() && matches!(chosen, Chosen::Meals(_));
    let below = match (&chosen, amount) {
        (Chosen::Meals(_), amount) => format::money(amount.unwrap_or_default()),
        (_, Some(amount)) if most > 0 => t!(
            "topup-covers",
            amount = format::money(amount),
            meals = format::meals(i64::from(meals))
        ),
        (_, amount) => format::money(amount.unwrap_or_default()),
    };
    rsx! {
        Card { labelled_by: heading.clone(), testid: "topup-child", child_name: name.to_owned(),
            div { class: "who",
                Avatar { name }
                div {
                    h2 { id: heading.clone(), "{name}" }
                    p {
                        match child.unit_price {
                            Some(price) => t!("topup-price", price = format::money(price)),
                            None => t!("topup-no-price"),
                        }
                    }
                }
            }
            if most > 0 {
                Stepper {
                    label: t!("topup-meals-of", name = name),
                    value: meals,
                    min: 0,
                    max: most,
                    less_testid: "meals-minus",
                    more_testid: "meals-plus",
                    onchange: move |meals| onchoose.call(Chosen::meals(meals)),
                    div { class: "topup-meals",
                        input {
                            class: "meals-input",
                            r#type: "number",
                            inputmode: "numeric",
                            min: "0",
                            max: "{most}",
                            placeholder: "0",
                            value: "{typed}",
                            "aria-label": t!("topup-meals-of", name = name),
                            "aria-invalid": of_meals.then_some("true"),
                            "aria-describedby": of_meals.then(|| wrong_id.clone()),
                            "data-testid": "meals-input",
                            oninput: move |event| onchoose.call(Chosen::Meals(event.value())),
                        }
                        span { class: "meals-word", "aria-hidden": "true", {t!("topup-meals-word", count = meals)} }
                    }
                    p { class: "soft figures", "data-testid": "topup-line", "{below}" }
                }
            }
            Suggestions {
                child: child.clone(),
                max: options.max,
                meals: matches!(chosen, Chosen::Meals(_)).then_some(meals),
                onchoose: move |meals| onchoose.call(Chosen::meals(meals)),
            }
            Chips {
                label: t!("topup-quick", name = name),
                chips,
                chosen: quick,
                onchoose: move |quick| {
                    onchoose
                        .call(
                            match quick {
                                Quick::Month => Chosen::meals(MONTH_MEALS),
                                Quick::Fixed(amount) => Chosen::Fixed(amount),
                                Quick::Other => Chosen::Free(String::new()),
                            },
                        );
                },
            }
            if let Chosen::Free(typed) = &chosen {
                div { class: if wrong.is_some() { "field is-wrong" } else { "field" },
                    label { r#for: "{heading}-amount", {t!("topup-amount", name = name)} }
                    p { class: "hint", id: "{heading}-hint",
                        {t!("topup-amount-hint", min = format::money(options.min), max = format::money(options.max))}
                    }
                    input {
                        class: "form-control",
                        id: "{heading}-amount",
                        r#type: "text",
                        inputmode: "decimal",
                        value: "{typed}",
                        "aria-describedby": "{heading}-hint {wrong_id}",
                        "aria-invalid": wrong.is_some().then_some("true"),
                        "data-testid": "topup-amount",
                        oninput: move |event| onchoose.call(Chosen::Free(event.value())),
                    }
                }
            }
            if let Some(wrong) = wrong {
                p { class: "field-error", id: wrong_id, role: "status", "data-testid": "topup-wrong",
                    Icon { picture: Picture::Warning }
                    "{wrong}"
                }
            }
        }
    }
}
