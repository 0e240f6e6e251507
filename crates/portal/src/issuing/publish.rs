//! Issued notices become payable: a few at a time, again and again until pagoPA knows each.

use crate::{
    app::App,
    topups::{gateway::GatewayError, publish::publish},
};
use storage::{
    StorageError,
    bodies::{self, Body},
    notices,
};

/// So many notices of a body are looked at in a round.
const LOOKED_AT: u32 = 100;
/// So many are published in a round.
const PUBLISHED: usize = 25;
/// After so many failures a body's round is over: pagoPA is away, or the settings are wrong.
const FAILURES: usize = 3;

/// Makes the issued notices payable that are not yet, and answers how many were. What fails stays as it is and is tried
/// in the next round; a round begins at another place each time, so that one notice that pagoPA refuses never keeps the
/// others waiting.
pub async fn publish_due(app: &App) -> Result<usize, StorageError> {
    let waiting = app.store.read(|tx| {
        let mut waiting = Vec::new();
        for body in bodies::list(tx)? {
            let notices = notices::to_publish(tx, body.id, LOOKED_AT)?;
            if !notices.is_empty() {
                waiting.push((body, notices));
            }
        }
        Ok::<_, StorageError>(waiting)
    });
    let mut published = 0;
    for (body, notices) in waiting.await? {
        published += round(app, &body, notices).await;
    }
    Ok(published)
}

async fn round(app: &App, body: &Body, mut notices: Vec<notices::Notice>) -> usize {
    let gateway = match app.gateways.of(app, body) {
        Ok(gateway) => gateway,
        // Said by `issue`, `import` and `check-config`; not again every half minute.
        Err(GatewayError::NotOffered) => return 0,
        Err(error) => {
            tracing::warn!(body = body.slug, waiting = notices.len(), %error, "issued notices cannot be published");
            return 0;
        }
    };
    let turn = usize::try_from(app.now().timestamp() / 30).unwrap_or(0);
    let first = turn.wrapping_mul(FAILURES) % notices.len().max(1);
    notices.rotate_left(first);
    let (mut published, mut failures) = (0, 0);
    for mut notice in notices {
        if published == PUBLISHED || failures == FAILURES {
            break;
        }
        match publish(app, &gateway, body, &mut notice).await {
            Ok(Ok(())) => published += 1,
            Ok(Err(problem)) => {
                failures += 1;
                tracing::warn!(notice = %notice.id, ?problem, "an issued notice is not published; it will be tried again");
            }
            Err(error) => {
                failures += 1;
                tracing::error!(notice = %notice.id, detail = error.detail, "an issued notice is not published");
            }
        }
    }
    if published > 0 {
        tracing::info!(body = body.slug, published, "issued notices can be paid");
    }
    published
}
