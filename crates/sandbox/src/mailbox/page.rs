//! The page of the post: what came, newest first, and one mail as it would be seen.

use super::Mailbox;
use crate::pagopa::page::{moment, page};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Html,
};
use maud::html;
use std::sync::Arc;

/// `GET /posta`.
pub(super) async fn list(State(mailbox): State<Arc<Mailbox>>) -> Html<String> {
    let (mails, texts) = (mailbox.mails(), mailbox.texts());
    let content = html! {
        p { "Qui arrivano le mail e gli SMS che il servizio manda: nessuno li riceve davvero. " a href="/posta" { "Aggiorna" } }
        section aria-labelledby="mail" {
            h2 id="mail" { "Mail" }
            @if mails.is_empty() { p { "Nessuna mail." } }
            ul.cards {
                @for (number, mail) in mails.iter().enumerate().rev() {
                    li.card {
                        h3 { a href={ "/posta/" (number) } { (mail.subject) } }
                        dl {
                            dt { "A" } dd { (mail.to.join(", ")) }
                            dt { "Quando" } dd { (moment(mail.at)) }
                        }
                    }
                }
            }
        }
        section aria-labelledby="sms" {
            h2 id="sms" { "SMS" }
            @if texts.is_empty() { p { "Nessun SMS." } }
            ul.cards {
                @for text in texts.iter().rev() {
                    li.card {
                        h3 { (text.to) }
                        p { (text.text) }
                        p.hint { (moment(text.at)) }
                    }
                }
            }
        }
    };
    Html(page("Posta di prova", &content).into_string())
}

/// `GET /posta/{number}`.
pub(super) async fn one(
    State(mailbox): State<Arc<Mailbox>>,
    Path(number): Path<usize>,
) -> Result<Html<String>, StatusCode> {
    let mails = mailbox.mails();
    let mail = mails.get(number).ok_or(StatusCode::NOT_FOUND)?;
    let content = html! {
        p { a href="/posta" { "Tutta la posta" } }
        dl {
            dt { "Da" } dd { (mail.from) }
            dt { "A" } dd { (mail.to.join(", ")) }
            dt { "Quando" } dd { (moment(mail.at)) }
        }
        // What the portal writes is shown apart: its page cannot reach this one.
        iframe sandbox="allow-top-navigation-by-user-activation" title="La mail" srcdoc=(mail.html)
            style="width:100%;min-height:32rem;border:1px solid #5b6f82" {}
        h2 { "Solo testo" }
        pre style="white-space:pre-wrap" { (mail.plain) }
    };
    Ok(Html(page(&mail.subject, &content).into_string()))
}
