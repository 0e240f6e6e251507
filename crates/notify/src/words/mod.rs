//! The words of each message: a mail, a short text, a notification. Made at delivery, from fields.
//!
//! A notification may be read by whoever stands beside the telephone: no surname, diet, amount or debt is ever in it, and
//! who wants it so finds nothing in it at all.
//!
//! To add a kind: its letter in `letters`, its note in `notes`.

mod html;
mod italian;
mod letters;
mod notes;

use domain::{body::Contacts, message::Text};
pub use italian::{day, joined, moment};

/// A mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Never holds a code: it is shown where the mail is not opened.
    pub subject: String,
    /// As plain text.
    pub plain: String,
    /// As a page.
    pub html: String,
}

/// A notification on a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Who speaks.
    pub title: String,
    /// What.
    pub body: String,
    /// Path of the interface that it opens.
    pub path: String,
    /// A later one with the same tag takes its place.
    pub tag: String,
}

/// Who speaks.
#[derive(Debug, Clone)]
pub struct Sender<'a> {
    /// The body's name.
    pub name: &'a str,
    /// Whom to ask.
    pub contacts: &'a Contacts,
    /// The portal's address, without a slash at the end.
    pub origin: &'a str,
}

/// A message as a mail.
pub fn letter(text: &Text, sender: &Sender<'_>) -> Letter {
    let (subject, blocks) = letters::write(text, sender);
    html::Draft { subject, blocks }.finish(sender)
}

/// A message as a short text of one or two parts; letters that every telephone shows.
pub fn short(text: &Text, sender: &Sender<'_>) -> String {
    match text {
        Text::RecoveryCode {
            code,
            name,
            others,
            until,
            ..
        } if !others.is_empty() => {
            let others = others.iter().map(|other| (other.name.as_str(), &other.code));
            let codes = std::iter::once((name.as_str(), code))
                .chain(others)
                .map(|(name, code)| format!("{name} {}", code.reveal()));
            format!(
                "Mensa {}: il codice per la nuova password. {}. Vale fino alle {}.",
                sender.name,
                codes.collect::<Vec<_>>().join(", "),
                italian::hour(*until)
            )
        }
        Text::RecoveryCode { code, until, .. } => format!(
            "Mensa {}: il codice per la nuova password è {}. Vale fino alle {}. Non darlo a nessuno.",
            sender.name,
            code.reveal(),
            italian::hour(*until)
        ),
        Text::ContactCode { code, until } => format!(
            "Mensa {}: il codice per confermare questo numero è {}. Vale fino alle {}.",
            sender.name,
            code.reveal(),
            italian::hour(*until)
        ),
        Text::PasswordChanged { at } => format!(
            "Mensa {}: la password è stata cambiata il {}. Non l'hai fatto tu? Chiama {}.",
            sender.name,
            moment(*at),
            sender.contacts.phone
        ),
        Text::ContactChanged { at, .. } => format!(
            "Mensa {}: i tuoi recapiti sono cambiati il {}. Non l'hai fatto tu? Chiama {}.",
            sender.name,
            moment(*at),
            sender.contacts.phone
        ),
        other => format!("Mensa {}: {}", sender.name, notes::write(other, true).0),
    }
}

/// A message as a notification. `preview` is the receiver's choice: without it only that there is something.
pub fn note(text: &Text, sender: &Sender<'_>, preview: bool) -> Note {
    let (body, path) = notes::write(text, preview);
    Note {
        title: format!("Mensa - {}", sender.name),
        body,
        path: path.to_owned(),
        tag: text.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests;
