//! What the portal does by itself: it freezes and charges each day at its cut-off.

use crate::{App, charging};
use std::time::Duration;
use tokio::{sync::watch, time::timeout};

/// The longest nap: a clock that was set by hand, or a day that another portal missed, is noticed within it.
const NAP: Duration = Duration::from_secs(30);
/// The shortest, so that a fault does not become a storm.
const BLINK: Duration = Duration::from_millis(200);

/// Works until `stopped` turns true. Nothing is lost where it is killed: what is due stays due.
pub async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    let stands_still = app.settings.clock_stands_still;
    while !*stopped.borrow_and_update() {
        if let Err(error) = charging::run_due(&app).await {
            tracing::error!(%error, "what is due could not be read; it will be tried again");
        }
        let nap = if stands_still { BLINK } else { until_next(&app).await };
        if timeout(nap, stopped.changed()).await.is_ok_and(|changed| changed.is_err()) {
            return;
        }
    }
}

async fn until_next(app: &App) -> Duration {
    match charging::next_due(app).await {
        Ok(Some(next)) => (next - app.now()).to_std().unwrap_or(BLINK).clamp(BLINK, NAP),
        Ok(None) | Err(_) => NAP,
    }
}
