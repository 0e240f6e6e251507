//! A page for eyes: what came to browsers, telephones and App IO, newest first.

use super::PushService;
use crate::{
    apns::Apple,
    fcm::Firebase,
    io::AppIo,
    pagopa::page::{moment, page},
};
use axum::{Router, extract::State, response::Html, routing::get};
use chrono::{DateTime, Utc};
use maud::html;
use serde_json::Value;
use std::sync::Arc;

/// All who show something to a family.
#[derive(Debug, Clone)]
pub(crate) struct Screens {
    /// Browsers.
    pub(crate) push: Arc<PushService>,
    /// Android phones.
    pub(crate) firebase: Arc<Firebase>,
    /// iPhones.
    pub(crate) apple: Arc<Apple>,
    /// App IO.
    pub(crate) io: Arc<AppIo>,
}

struct Shown {
    at: DateTime<Utc>,
    on: &'static str,
    title: String,
    text: String,
}

fn shown(at: DateTime<Utc>, on: &'static str, (title, text): (&Value, &Value)) -> Shown {
    let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Shown {
        at,
        on,
        title: words(title),
        text: words(text),
    }
}

impl Screens {
    fn all(&self) -> Vec<Shown> {
        let browsers = self.push.pushed().into_iter().map(|one| {
            let words = &one.payload;
            shown(one.at, "Browser", (&words["title"], &words["body"]))
        });
        let android = self.firebase.received().into_iter().map(|one| {
            let words = &one.message["notification"];
            shown(one.at, "Android", (&words["title"], &words["body"]))
        });
        let iphones = self.apple.alerted().into_iter().map(|one| {
            let words = &one.payload["aps"]["alert"];
            shown(one.at, "iPhone", (&words["title"], &words["body"]))
        });
        let io = self.io.told().into_iter().map(|one| {
            let words = &one.message["content"];
            shown(one.at, "App IO", (&words["subject"], &words["markdown"]))
        });
        let mut all: Vec<_> = browsers.chain(android).chain(iphones).chain(io).collect();
        all.sort_by_key(|shown| std::cmp::Reverse(shown.at));
        all
    }
}

/// `GET /avvisi`.
async fn list(State(screens): State<Screens>) -> Html<String> {
    let all = screens.all();
    let content = html! {
        p { "Qui arrivano le notifiche e i messaggi di App IO: nessuno li riceve davvero. " a href="/avvisi" { "Aggiorna" } }
        @if all.is_empty() { p { "Nessun avviso." } }
        ul.cards {
            @for one in &all {
                li.card {
                    h2 { (one.title) }
                    p style="white-space:pre-wrap" { (one.text) }
                    p.hint { (one.on) ", " (moment(one.at)) }
                }
            }
        }
    };
    Html(page("Avvisi di prova", &content).into_string())
}

/// The page's path.
pub(crate) fn router(screens: Screens) -> Router {
    Router::new().route("/avvisi", get(list)).with_state(screens)
}
