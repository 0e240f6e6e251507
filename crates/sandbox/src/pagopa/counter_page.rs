//! The counter of a tobacconist's shop: no browser of the payer's, no cart. Somebody types codice avviso and the body's
//! fiscal code, sees what is due, takes the money or not.

use super::{
    page::{hour, page},
    payments::{Channel, Rule, Unpayable},
    state::Platform,
    station::Shown,
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use domain::Cents;
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

/// What stands on a printed notice. Blanks between the groups are let through.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    avviso: String,
    #[serde(default)]
    ente: String,
}

impl Typed {
    fn tidy(self) -> Self {
        let tidy = |text: String| text.chars().filter(|c| !c.is_whitespace()).collect();
        Self {
            avviso: tidy(self.avviso),
            ente: tidy(self.ente),
        }
    }

    fn wrong(&self) -> Option<&'static str> {
        let digits = |text: &str, long: usize| text.len() == long && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(&self.avviso, 18) {
            return Some("Il codice avviso ha 18 cifre.");
        }
        if !digits(&self.ente, 11) {
            return Some("Il codice fiscale dell'ente ha 11 cifre.");
        }
        None
    }
}

/// `GET /sportello`, with `?avviso=…&ente=…` or without.
pub(super) async fn show(State(platform): State<Arc<Platform>>, Query(typed): Query<Typed>) -> Response {
    let typed = typed.tidy();
    if typed.avviso.is_empty() && typed.ente.is_empty() {
        return Html(form(&typed, None).into_string()).into_response();
    }
    if let Some(wrong) = typed.wrong() {
        return refused(&typed, wrong);
    }
    match platform.look(&typed.ente, &typed.avviso).await {
        Ok(shown) => Html(found(&typed, &shown).into_string()).into_response(),
        Err(why) => refused(&typed, why.words()),
    }
}

/// `POST /sportello/paga`: cash on the counter.
pub(super) async fn pay(State(platform): State<Arc<Platform>>, Form(typed): Form<Typed>) -> Response {
    let typed = typed.tidy();
    if let Some(wrong) = typed.wrong() {
        return refused(&typed, wrong);
    }
    match platform.pay_typed(&typed.ente, &typed.avviso).await {
        Ok(receipt) => Html(done(&platform, &receipt).into_string()).into_response(),
        Err(why) => refused(&typed, why.words()),
    }
}

impl Platform {
    /// Looks at a notice and pays it at the counter, wherever it is held. Answers the receipt's id.
    pub(super) async fn pay_typed(self: &Arc<Self>, body: &str, nav: &str) -> Result<String, Unpayable> {
        let shown = self.look(body, nav).await?;
        let notice = [(body.to_owned(), nav.to_owned(), shown.amount)];
        self.fetch(&notice, None).await?;
        let ids = self.pay(&notice, Channel::Counter, None, Rule::Payable)?;
        ids.into_iter().next().ok_or(Unpayable::Unknown)
    }
}

fn refused(typed: &Typed, why: &str) -> Response {
    (StatusCode::CONFLICT, Html(form(typed, Some(why)).into_string())).into_response()
}

fn form(typed: &Typed, problem: Option<&str>) -> Markup {
    page(
        "Sportello di prova",
        &html! {
            p { "Come in una tabaccheria: scrivi i dati che stanno sull'avviso stampato." }
            @if let Some(problem) = problem { p.banner role="alert" id="problema" { (problem) } }
            form method="get" action="/sportello" {
                div.fields {
                    div {
                        label for="avviso" { "Codice avviso" }
                        input id="avviso" name="avviso" inputmode="numeric" autocomplete="off" required value=(typed.avviso);
                        p.hint { "18 cifre, anche a gruppi di quattro." }
                    }
                    div {
                        label for="ente" { "Codice fiscale dell'ente" }
                        input id="ente" name="ente" inputmode="numeric" autocomplete="off" required value=(typed.ente);
                        p.hint { "11 cifre." }
                    }
                }
                p.row { button.button type="submit" id="cerca" { "Cerca l'avviso" } a.button.quiet href="/" { "Torna alla pagina iniziale" } }
            }
        },
    )
}

fn found(typed: &Typed, shown: &Shown) -> Markup {
    let fee = Channel::Counter.fee();
    page(
        "Sportello di prova",
        &html! {
            dl.card {
                dt { "Ente" } dd { (shown.company_name) }
                dt { "Oggetto" } dd { (shown.description) }
                dt { "Codice avviso" } dd.number { (typed.avviso) }
                dt { "Importo dell'avviso" } dd { (Cents::new(shown.amount)) " €" }
                dt { "Commissione del negozio" } dd { (Cents::new(fee)) " €" }
                dt { "Da incassare" } dd { strong { (Cents::new(shown.amount + fee)) " €" } }
            }
            form method="post" action="/sportello/paga" {
                input type="hidden" name="avviso" value=(typed.avviso);
                input type="hidden" name="ente" value=(typed.ente);
                p.row {
                    button.button type="submit" id="paga" { "Paga in contanti" }
                    a.button.quiet id="annulla" href="/sportello" { "Annulla" }
                }
            }
        },
    )
}

fn done(platform: &Platform, receipt: &str) -> Markup {
    page(
        "Pagato",
        &html! {
            p role="status" { "Pagamento in contanti registrato alle " (hour(platform.clock.now())) "." }
            p { "Ricevuta " span.number { (receipt) } }
            p.row { a.button href="/sportello" { "Un altro avviso" } a.button.quiet href="/" { "Torna alla pagina iniziale" } }
        },
    )
}
