//! Short texts, of one or two parts: in letters that every telephone shows.

use super::{Sender, notes, say};
use domain::message::Text;

pub(super) fn write(text: &Text, sender: &Sender<'_>) -> String {
    let (speech, body, phone) = (sender.speech(), sender.name, sender.contacts.phone.as_str());
    match text {
        Text::RecoveryCode {
            code,
            name,
            others,
            until,
            ..
        } if !others.is_empty() => {
            let others = others.iter().map(|other| (other.name.as_str(), &other.code));
            let codes: Vec<String> = std::iter::once((name.as_str(), code))
                .chain(others)
                .map(|(name, code)| format!("{name} {}", code.reveal()))
                .collect();
            say!(
                speech,
                "sms-recovery-shared",
                body = body,
                codes = codes.join(", "),
                hour = speech.hour(*until)
            )
        }
        Text::RecoveryCode { code, until, .. } => say!(
            speech,
            "sms-recovery",
            body = body,
            code = code.reveal(),
            hour = speech.hour(*until)
        ),
        Text::ContactCode { code, until } => say!(
            speech,
            "sms-contact-code",
            body = body,
            code = code.reveal(),
            hour = speech.hour(*until)
        ),
        Text::PasswordChanged { at } => say!(
            speech,
            "sms-password",
            body = body,
            date = speech.date_digits(*at),
            hour = speech.hour(*at),
            phone = phone
        ),
        Text::ContactChanged { at, .. } => say!(
            speech,
            "sms-contact",
            body = body,
            date = speech.date_digits(*at),
            hour = speech.hour(*at),
            phone = phone
        ),
        other => {
            let (line, _) = notes::write(other, speech, true);
            say!(speech, "sms-other", body = body, line = line)
        }
    }
}
