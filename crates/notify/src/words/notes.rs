//! Notifications: one line each, that anybody beside the telephone may read. No surname, diet, amount or debt.

use super::{
    NoteAction, NoteActionId, choice_name, say,
    speech::{Form, Speech},
};
use domain::{
    Instant, ServiceDay,
    message::{LowWallet, Text},
    time::day_in_rome,
};

/// The line, and the path that it opens.
pub(super) fn write(text: &Text, speech: Speech, preview: bool) -> (String, &'static str) {
    let (line, path) = line(text, speech);
    if preview {
        (line, path)
    } else {
        (say!(speech, "note-something"), path)
    }
}

/// What can be done about it at once.
pub(super) fn actions(text: &Text, speech: Speech, now: Instant) -> Vec<NoteAction> {
    match text {
        Text::LowBalance { .. } => vec![NoteAction {
            id: NoteActionId::TopUp,
            label: say!(speech, "action-top-up"),
            path: "/ricarica".to_owned(),
        }],
        Text::MorningReminder {
            day,
            cut_off,
            children,
            ..
        } if day_in_rome(now) == *day && now < *cut_off => vec![NoteAction {
            id: NoteActionId::AbsentToday,
            label: say!(speech, "action-absent-today", count = children.len()),
            path: "/?assenti=oggi".to_owned(),
        }],
        _ => Vec::new(),
    }
}

fn line(text: &Text, speech: Speech) -> (String, &'static str) {
    match text {
        // A code is never in a notification: it would be on a locked screen.
        Text::RecoveryCode { .. } | Text::ContactCode { .. } | Text::Invitation { .. } => {
            (say!(speech, "note-something"), "/")
        }
        Text::PasswordChanged { .. } => (say!(speech, "note-password"), "/profilo"),
        Text::ContactChanged { .. } => (say!(speech, "note-contact"), "/profilo"),
        Text::NewSignIn { .. } => (say!(speech, "note-sign-in"), "/profilo"),
        Text::BondAdded { children, .. } | Text::BondEnded { children, .. } => (
            say!(speech, "note-bond", names = speech.joined(children)),
            "/profilo",
        ),
        Text::LowBalance { wallets } => (
            worst(wallets).map_or_else(String::new, |wallet| low(wallet, speech)),
            "/ricarica",
        ),
        Text::MorningReminder {
            day,
            cut_off,
            children,
            ..
        } => (reminder((*day, *cut_off), children, speech), "/"),
        Text::PaymentReceived { .. } => (say!(speech, "note-payment"), "/pagamenti"),
        Text::DaysChanged {
            by,
            children,
            days,
            choice,
            ..
        } => {
            let (by, choice, names) = (by.as_str(), choice_name(*choice), speech.joined(children));
            let said = match days.as_slice() {
                [one] => say!(
                    speech,
                    "note-days-one",
                    by = by,
                    choice = choice,
                    names = names,
                    day = speech.short_day(Form::On, *one)
                ),
                many => say!(
                    speech,
                    "note-days-many",
                    by = by,
                    choice = choice,
                    names = names,
                    count = many.len()
                ),
            };
            (said, "/calendario")
        }
        Text::ClosureAnnounced { first, last, .. } => {
            let said = if first == last {
                say!(
                    speech,
                    "note-closure-day",
                    day = speech.short_day(Form::On, *first)
                )
            } else {
                say!(
                    speech,
                    "note-closure-days",
                    first = speech.short_day(Form::Bound, *first),
                    last = speech.short_day(Form::Bound, *last)
                )
            };
            (said, "/calendario")
        }
        Text::RenewalOpens { year, last_day, .. } => (
            say!(
                speech,
                "note-renewal",
                year = year.as_str(),
                last = speech.day(Form::Bound, *last_day)
            ),
            "/",
        ),
    }
}

/// The cut-off may lie on the eve, or before a weekend: then the day is not today.
fn reminder((day, cut_off): (ServiceDay, Instant), children: &[String], speech: Speech) -> String {
    let (names, hour) = (speech.joined(children), speech.hour(cut_off));
    let closes = day_in_rome(cut_off);
    if closes == day {
        return say!(speech, "note-reminder-today", names = names, hour = hour);
    }
    say!(
        speech,
        "note-reminder-day",
        day = speech.short_day(Form::On, day),
        names = names,
        closes = speech.short_day(Form::Bound, closes),
        hour = hour
    )
}

/// The wallet that a family must look at first.
pub(super) fn worst(wallets: &[LowWallet]) -> Option<&LowWallet> {
    wallets
        .iter()
        .min_by_key(|wallet| (!wallet.at_limit, wallet.meals_left))
}

fn low(wallet: &LowWallet, speech: Speech) -> String {
    match (wallet.meals_left, wallet.last_day) {
        _ if wallet.at_limit => say!(speech, "note-low-limit"),
        (0, _) => say!(speech, "note-low-empty"),
        (left, Some(last)) => say!(
            speech,
            "note-low-last",
            count = left,
            last = speech.short_day(Form::Bound, last)
        ),
        (left, None) => say!(speech, "note-low", count = left),
    }
}
