//! The few pages that the portal shows by itself, in the browser of an app's login: no script, one style of its own.

use super::words::Words;
use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, html};

/// Colours and type are those of the interface; Titillium is used where the person has it.
const STYLE: &str = include_str!("page.css");

/// `/accesso/pagina.css`.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, STYLE).into_response()
}

/// Sends the browser on, by another request.
pub(super) fn go(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    match HeaderValue::from_str(to) {
        Ok(to) => {
            response.headers_mut().insert(header::LOCATION, to);
            response
        }
        // Unreachable: an address is ASCII.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn frame(title: &str, on: Option<&str>, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                @if let Some(on) = on {
                    // A moment, so that a screen reader says where one is.
                    meta http-equiv="refresh" content={ "1;url=" (on) };
                }
                title { (title) " - Refettorio" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/accesso/pagina.css";
            }
            body {
                header { span.brand { "Refettorio" } }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    };
    Html(page.into_string())
}

/// It worked: on to the app, by itself or by the button; beneath it the number.
pub(super) fn to_app(here: &str, app: &str, wrong: bool) -> Html<String> {
    let title = if wrong {
        "Il numero non è quello"
    } else {
        "Accesso riuscito"
    };
    let content = html! {
        @if !wrong {
            p { "Stiamo tornando all'app. Se non si apre da sola, premi il pulsante." }
        }
        p { a.button id="torna" href=(app) { "Torna all'app" } }
        section {
            h2 id="non-si-apre" { "L'app non si è aperta?" }
            form method="post" action=(here) aria-labelledby="non-si-apre" {
                @if wrong {
                    p.problem id="problema" role="alert" {
                        "Controlla le 4 cifre che vedi nell'app e scrivile di nuovo. Dopo 3 errori devi ricominciare l'accesso."
                    }
                }
                label for="numero" { "Scrivi le 4 cifre che vedi nell'app" }
                input id="numero" name="numero" type="text" inputmode="numeric" autocomplete="off" maxlength="4"
                    pattern="[0-9]{4}" required aria-describedby=(if wrong { "problema nota" } else { "nota" });
                p.hint id="nota" {
                    "Se nell'app non vedi nessun numero, o non hai chiesto tu di entrare, chiudi questa pagina."
                }
                button.button.quiet type="submit" { "Conferma il numero" }
            }
        }
    };
    // Whoever mistyped is reading: no going away by itself.
    frame(title, (!wrong).then_some(app), &content)
}

/// It is done in the app.
pub(super) fn done() -> Html<String> {
    let content = html! {
        p { "Torna all'app: entri tra qualche secondo. Puoi chiudere questa pagina." }
    };
    frame("Fatto", None, &content)
}

/// It did not work.
pub(super) fn ended(words: &Words, app: Option<&str>) -> Html<String> {
    let content = html! {
        p { (words.text) }
        @if let Some(app) = app {
            p { a.button id="torna" href=(app) { "Torna all'app" } }
        }
    };
    frame(words.title, None, &content)
}

/// Nobody knows this login, or not in this browser.
pub(super) fn lost() -> Response {
    let content = html! {
        p { "L'accesso che cercavi è scaduto, è già finito, o è cominciato in un altro browser." }
        p { "Torna all'app, o alla pagina di accesso, e ricomincia." }
        p { a.button href="/accesso" { "Vai alla pagina di accesso" } }
    };
    (
        StatusCode::NOT_FOUND,
        frame("Non troviamo questo accesso", None, &content),
    )
        .into_response()
}
