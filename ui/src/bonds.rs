//! What a person is to a child and what they may do, in words: the profile and an invitation say it the same way.

use crate::{
    components::{Check, Icon, Picture},
    format, t,
};
use dioxus::prelude::*;
use domain::{
    ServiceDay,
    people::{BondKind, Right, Rights},
};

/// `genitore o tutore`, `paga i pasti`, `persona delegata`.
pub fn kind_words(kind: BondKind) -> String {
    match kind {
        BondKind::Guardian => t!("bond-guardian"),
        BondKind::Payer => t!("bond-payer"),
        BondKind::Delegate => t!("bond-delegate"),
    }
}

/// These rights with one of them, or without it.
#[must_use]
pub fn put(mut rights: Rights, right: Right, holds: bool) -> Rights {
    match right {
        Right::See => rights.see = holds,
        Right::Cancel => rights.cancel = holds,
        Right::Pay => rights.pay = holds,
        Right::Documents => rights.documents = holds,
    }
    rights
}

/// A right in one word.
fn word(right: Right) -> String {
    match right {
        Right::See => t!("bond-sees"),
        Right::Cancel => t!("bond-cancels"),
        Right::Pay => t!("bond-pays"),
        Right::Documents => t!("bond-documents"),
    }
}

/// A right as a sentence to tick, and what it means.
fn sentence(right: Right) -> (String, String) {
    match right {
        Right::See => (t!("bond-may-see"), t!("bond-may-see-hint")),
        Right::Cancel => (t!("bond-may-cancel"), t!("bond-may-cancel-hint")),
        Right::Pay => (t!("bond-may-pay"), t!("bond-may-pay-hint")),
        Right::Documents => (t!("bond-may-documents"), t!("bond-may-documents-hint")),
    }
}

/// How tests name a right.
fn testname(right: Right) -> &'static str {
    match right {
        Right::See => "see",
        Right::Cancel => "cancel",
        Right::Pay => "pay",
        Right::Documents => "documents",
    }
}

/// `vede, disdice e paga`; `niente` where there is nothing.
pub fn rights_words(rights: Rights) -> String {
    let words: Vec<_> = Right::ALL
        .into_iter()
        .filter(|right| rights.has(*right))
        .map(word)
        .collect();
    if words.is_empty() {
        t!("bond-nothing")
    } else {
        format::list(&words)
    }
}

/// `fino a mercoledì 30 giugno 2027`.
pub fn until_words(last_day: ServiceDay) -> String {
    t!("bond-until", day = format::long_day_of_year(last_day))
}

/// What somebody may do, one line a right.
#[component]
pub fn RightsList(rights: Rights) -> Element {
    rsx! {
        ul { class: "rights", "data-testid": "rights",
            for right in Right::ALL.into_iter().filter(|right| rights.has(*right)) {
                li { key: "{right:?}",
                    Icon { picture: Picture::Check }
                    {sentence(right).0}
                }
            }
        }
    }
}

/// Boxes of the rights that may be given. Who may do something also sees: what can only be done by somebody who sees
/// brings seeing with it.
#[component]
pub fn RightsChecks(rights: Rights, most: Rights, onchange: EventHandler<Rights>) -> Element {
    let more = rights.cancel || rights.pay || rights.documents;
    rsx! {
        fieldset { class: "checks",
            legend { {t!("bond-what")} }
            for right in Right::ALL.into_iter().filter(|right| most.has(*right)) {
                Check {
                    key: "{right:?}",
                    checked: rights.has(right),
                    disabled: right == Right::See && more,
                    hint: sentence(right).1,
                    testid: "right",
                    name: testname(right).to_owned(),
                    onchange: move |holds| {
                        let mut changed = put(rights, right, holds);
                        changed.see |= changed.cancel || changed.pay || changed.documents;
                        onchange.call(changed);
                    },
                    {sentence(right).0}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_told_in_words() {
        assert_eq!(
            rights_words(Rights::ALL),
            "vede, disdice, paga e legge i documenti"
        );
        let rights = Rights {
            see: true,
            cancel: true,
            ..Rights::NONE
        };
        assert_eq!(rights_words(rights), "vede e disdice");
        assert_eq!(rights_words(Rights::NONE), "niente");
        assert_eq!(
            until_words("2027-06-30".parse().unwrap()),
            "fino a mercoledì 30 giugno 2027"
        );
    }
}
