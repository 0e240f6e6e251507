//! `POST /pagopa/station`: tells by its content what came, and answers in the form that it wants.

use super::{forwarder::may_push, owed, process, receive};
use crate::{app::App, errors::ApiError};
use axum::{
    body::to_bytes,
    extract::{ConnectInfo, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use pagopa::{
    receipts::{Answer, PushedReceipt},
    station::{MAX_BYTES, MessageError, StationRequest, Unreadable},
};
use std::net::SocketAddr;
use storage::receipts::Source;

/// `POST /pagopa/station`.
pub(crate) async fn handle(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    // Before the body is read: a stranger is told nothing, not even what is too large.
    if !may_push(&app, peer.ip().to_canonical(), request.headers()) {
        tracing::warn!(peer = %peer.ip(), "a stranger knocked at the station");
        return ApiError::not_found().into_response();
    }
    let answer = match to_bytes(request.into_body(), MAX_BYTES).await {
        Ok(xml) => match StationRequest::parse(&xml) {
            Ok(StationRequest::Receipt(pushed)) => receipt(&app, *pushed, &xml).await,
            Ok(asked) => owed::answer(&app, asked).await,
            Err(unreadable) => refused(&unreadable),
        },
        Err(_) => refused(&Unreadable {
            operation: None,
            error: MessageError::TooLarge,
        }),
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], answer).into_response()
}

fn refused(unreadable: &Unreadable) -> String {
    tracing::warn!(error = %unreadable, "a message to the station cannot be read");
    unreadable.answer("")
}

/// Kept and answered; processed by itself meanwhile, so that pagoPA never waits for it.
async fn receipt(app: &App, pushed: PushedReceipt, xml: &[u8]) -> String {
    let id = pushed.receipt.receipt_id.clone();
    let answer = receive::keep_read(app, pushed, xml, Source::Push).await;
    if let Answer::Ko(fault) = &answer {
        tracing::warn!(fault = fault.code.as_str(), "a receipt was not taken");
    } else {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = process::now(&app, &id).await {
                tracing::warn!(receipt = id, %error, "a receipt waits for the next round");
            }
        });
    }
    answer.to_xml()
}
