//! Notifications: one line each, that anybody beside the telephone may read. No surname, diet, amount or debt.

use super::italian::{hour, joined, meals, short_day};
use domain::{
    Instant, ServiceDay,
    meals::Choice,
    message::{LowWallet, Text},
    time::day_in_rome,
};

/// What a notification says where the receiver wants no preview.
const SOMETHING: &str = "C'è un avviso per te. Apri l'app per leggerlo.";

/// The line, and the path that it opens.
pub(super) fn write(text: &Text, preview: bool) -> (String, &'static str) {
    let (line, path) = line(text);
    if preview {
        (line, path)
    } else {
        (SOMETHING.to_owned(), path)
    }
}

fn line(text: &Text) -> (String, &'static str) {
    match text {
        // A code is never in a notification: it would be on a locked screen.
        Text::RecoveryCode { .. } | Text::ContactCode { .. } | Text::Invitation { .. } => {
            (SOMETHING.to_owned(), "/")
        }
        Text::PasswordChanged { .. } => ("La tua password è stata cambiata.".to_owned(), "/profilo"),
        Text::ContactChanged { .. } => ("I tuoi recapiti sono cambiati.".to_owned(), "/profilo"),
        Text::NewSignIn { .. } => ("Accesso da un nuovo dispositivo.".to_owned(), "/profilo"),
        Text::BondAdded { .. } | Text::BondEnded { .. } => (
            "È cambiato chi segue la mensa della tua famiglia.".to_owned(),
            "/profilo",
        ),
        Text::LowBalance { wallets } => (worst(wallets).map_or_else(String::new, low), "/ricarica"),
        Text::MorningReminder {
            day,
            cut_off,
            children,
        } => (reminder(*day, *cut_off, &joined(children)), "/"),
        Text::PaymentReceived { .. } => ("Il tuo pagamento è arrivato.".to_owned(), "/pagamenti"),
        Text::DaysChanged {
            by,
            children,
            days,
            choice,
            ..
        } => {
            let what = match choice {
                Choice::DoesNotEat => "ha disdetto la mensa",
                Choice::Eats => "ha rimesso la mensa",
            };
            let when = match days.as_slice() {
                [one] => format!("di {}", short_day(*one)),
                many => format!("di {} giorni", many.len()),
            };
            (
                format!("{by} {what} {when} per {}.", joined(children)),
                "/calendario",
            )
        }
        Text::ClosureAnnounced { first, last, .. } => {
            let when = if first == last {
                short_day(*first)
            } else {
                format!("da {} a {}", short_day(*first), short_day(*last))
            };
            (format!("La mensa sarà chiusa {when}."), "/calendario")
        }
        Text::RenewalOpens { year, .. } => (format!("Iscrizioni {year} aperte."), "/"),
    }
}

/// The cut-off may lie on the eve, or before a weekend: then the day is not today.
fn reminder(day: ServiceDay, cut_off: Instant, names: &str) -> String {
    let (closes, at) = (day_in_rome(cut_off), hour(cut_off));
    if closes == day {
        return format!("Oggi c'è la mensa per {names}. Per disdire hai tempo fino alle {at}.");
    }
    let (day, closes) = (short_day(day), short_day(closes));
    format!("C'è la mensa {day} per {names}. Per disdire hai tempo fino a {closes} alle {at}.")
}

/// The wallet that a family must look at first.
pub(super) fn worst(wallets: &[LowWallet]) -> Option<&LowWallet> {
    wallets
        .iter()
        .min_by_key(|wallet| (!wallet.at_limit, wallet.meals_left))
}

fn low(wallet: &LowWallet) -> String {
    match (wallet.meals_left, wallet.last_day) {
        _ if wallet.at_limit => "Serve una ricarica oggi.".to_owned(),
        (0, _) => "Serve una ricarica per i prossimi pasti.".to_owned(),
        (1, Some(last)) => format!("Resta 1 pasto, per {}.", short_day(last)),
        (1, None) => "Resta 1 pasto.".to_owned(),
        (left, Some(last)) => format!("Restano {}, fino a {}.", meals(left), short_day(last)),
        (left, None) => format!("Restano {}.", meals(left)),
    }
}
