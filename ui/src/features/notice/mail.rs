//! A mail with what one needs to pay a notice. No child is named in it.

use crate::{format, paying::in_fours, t};
use api::notices::NoticeView;
use chrono::Datelike;
use std::fmt::Write;

/// `mailto:` with subject and words; the person chooses to whom.
pub fn address(notice: &NoticeView) -> String {
    let amount = format::money(notice.amount).replace('\u{a0}', " ");
    let about = notice.subject.as_str();
    let title = t!("mail-title", about = about, amount = amount.as_str());
    let mut lines = vec![t!("mail-what", about = about), t!("mail-amount", amount = amount)];
    lines.extend(notice.due.map(|day| {
        let date = format!("{} {}", format::day_of_month(day), day.year());
        t!("mail-due", day = date)
    }));
    lines.push(t!("mail-number", number = in_fours(&notice.notice_number)));
    lines.push(t!(
        "mail-body",
        name = notice.body_name.as_str(),
        code = notice.body_fiscal_code.as_str()
    ));
    if let Some(cbill) = &notice.cbill {
        lines.push(t!("mail-cbill", code = cbill.as_str()));
    }
    lines.push(String::new());
    lines.push(t!("mail-where"));
    format!(
        "mailto:?subject={}&body={}",
        escape(&title),
        escape(&lines.join("\r\n"))
    )
}

/// For a place in an address.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
