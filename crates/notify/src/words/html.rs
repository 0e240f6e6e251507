//! A mail from blocks: the same words as plain text and as a simple page that a screen reader reads well.

use super::{Letter, Sender, say};
use std::fmt::Write as _;

/// A piece of a mail.
pub(super) enum Block {
    /// Sentences.
    Words(String),
    /// A code to be copied by hand.
    Code(String),
    /// A way on.
    Link {
        /// What it does.
        label: String,
        /// Where it goes.
        url: String,
    },
}

/// A mail without its frame.
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) blocks: Vec<Block>,
}

impl Draft {
    /// Puts it into plain text and into a page, with who speaks at its end.
    pub(super) fn finish(self, sender: &Sender<'_>) -> Letter {
        let (mut plain, mut page) = (String::new(), String::new());
        for block in &self.blocks {
            // Writing into a String does not fail.
            let _ = match block {
                Block::Words(words) => {
                    let _ = write!(plain, "{words}\n\n");
                    write!(page, "<p>{}</p>", escaped(words))
                }
                Block::Code(code) => {
                    let _ = write!(plain, "    {code}\n\n");
                    write!(
                        page,
                        "<p style=\"font-size:1.75em;font-weight:bold;letter-spacing:.1em\">{}</p>",
                        escaped(code)
                    )
                }
                Block::Link { label, url } => {
                    let _ = write!(plain, "{label}:\n{url}\n\n");
                    write!(
                        page,
                        "<p><a href=\"{0}\" style=\"color:#0053a6;font-weight:bold\">{1}</a><br>\
                         <span style=\"color:#455a6f;font-size:.85em\">{0}</span></p>",
                        escaped(url),
                        escaped(label)
                    )
                }
            };
        }
        let (speech, contacts) = (sender.speech(), sender.contacts);
        let footer = say!(
            speech,
            "footer",
            office = contacts.office.as_str(),
            phone = contacts.phone.as_str(),
            email = contacts.email.as_str()
        );
        let end = format!("{}\n{footer}\n{}", sender.name, say!(speech, "footer-automatic"));
        let _ = write!(plain, "--\n{end}\n");
        let html = format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\
             <body style=\"margin:0;padding:1.5em;font:16px/1.5 sans-serif;color:#17324d;background:#fff\">\
             <h1 style=\"font-size:1.3em\">{title}</h1>{page}\
             <p style=\"border-top:1px solid #5b6f82;padding-top:1em;font-size:.85em;color:#455a6f\">{end}</p>\
             </body></html>",
            language = sender.language.as_str(),
            title = escaped(&self.subject),
            end = escaped(&end).replace('\n', "<br>"),
        );
        Letter {
            subject: self.subject,
            plain,
            html,
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
