//! The words of each message: a mail, a short text, a notification. Made at delivery, from fields, in the receiver's
//! language.
//!
//! A notification may be read by whoever stands beside the telephone: no surname, diet, amount or debt is ever in it, and
//! who wants it so finds nothing in it at all.
//!
//! To add a kind: its letter in `letters`, its note in `notes`, its sentences in each file of `locales/`.

mod html;
mod letters;
mod notes;
mod shorts;
mod speech;

use domain::{Instant, body::Contacts, contact::Language, meals::Choice, message::Text};
use serde::{Deserialize, Serialize};
use speech::Speech;

/// The words of an id in a language: `say!(speech, "meals", count = 18)`.
macro_rules! say {
    ($speech:expr, $id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $speech.say($id, &[$((stringify!($name), fluent_bundle::FluentValue::from($value))),*])
    };
}
use say;

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

/// A notification on a device. Every push carrier sends it as it is serialised, with the message's id beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Who speaks.
    pub title: String,
    /// What.
    pub body: String,
    /// Path of the interface that it opens.
    pub path: String,
    /// A later one with the same tag takes its place.
    pub tag: String,
    /// What can be done about it at once, besides opening it; none where the receiver wants no preview.
    #[serde(default)]
    pub actions: Vec<NoteAction>,
}

/// Something that can be done from a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAction {
    /// What it is.
    pub id: NoteActionId,
    /// What stands on its button.
    pub label: String,
    /// Path of the interface where it is done.
    pub path: String,
}

/// The things that can be done from a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteActionId {
    /// Ricarica.
    TopUp,
    /// Oggi non mangia.
    AbsentToday,
}

impl NoteActionId {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopUp => "top_up",
            Self::AbsentToday => "absent_today",
        }
    }
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
    /// The receiver's language.
    pub language: Language,
}

impl Sender<'_> {
    const fn speech(&self) -> Speech {
        Speech(self.language)
    }
}

/// A message as a mail.
pub fn letter(text: &Text, sender: &Sender<'_>) -> Letter {
    let (subject, blocks) = letters::write(text, sender);
    html::Draft { subject, blocks }.finish(sender)
}

/// A message as a short text of one or two parts; letters that every telephone shows.
pub fn short(text: &Text, sender: &Sender<'_>) -> String {
    shorts::write(text, sender)
}

/// A message as a notification. `preview` is the receiver's choice: without it only that there is something. `now`
/// decides what can still be done about it.
pub fn note(text: &Text, sender: &Sender<'_>, preview: bool, now: Instant) -> Note {
    let speech = sender.speech();
    let (body, path) = notes::write(text, speech, preview);
    Note {
        title: say!(speech, "title", body = sender.name),
        body,
        path: path.to_owned(),
        tag: text.kind().to_owned(),
        actions: if preview {
            notes::actions(text, speech, now)
        } else {
            Vec::new()
        },
    }
}

/// As the sentences call it.
const fn choice_name(choice: Choice) -> &'static str {
    match choice {
        Choice::Eats => "eats",
        Choice::DoesNotEat => "does-not-eat",
    }
}

/// `4815 1623`: easier to copy.
fn grouped(code: &str) -> String {
    match (code.len(), code.is_ascii()) {
        (8, true) => format!("{} {}", &code[..4], &code[4..]),
        (9, true) => format!("{} {} {}", &code[..3], &code[3..6], &code[6..]),
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests;
