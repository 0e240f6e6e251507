//! Delivers what the acts have put into the outbox.
//!
//! A message is taken for some minutes, carried, and marked: a portal that is killed in between takes it again, so none
//! is lost. Each attempt carries the message's own number, by which a channel that keeps numbers tells a repetition.
//! Whether it is the hour to speak is asked again at each attempt.

mod carriers;
mod deliver;
mod inbox;

pub use carriers::{CarriersError, from_settings};
pub use deliver::round;

use crate::App;
use std::time::Duration;
use tokio::{sync::watch, time::timeout};

/// Somebody may be waiting for a code.
const NAP: Duration = Duration::from_secs(1);
const BLINK: Duration = Duration::from_millis(200);

/// Works until `stopped` turns true; what is on its way then is finished first, within the carriers' time-outs.
pub async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    let (carriers, problems) = from_settings(&app.settings);
    for error in problems {
        tracing::error!(%error, "messages wait: the settings of a channel cannot be used");
    }
    let nap = if app.settings.clock_stands_still {
        BLINK
    } else {
        NAP
    };
    while !*stopped.borrow_and_update() {
        if let Err(error) = round(&app, &carriers).await {
            tracing::error!(%error, "messages wait; they will be tried again");
        }
        if timeout(nap, stopped.changed())
            .await
            .is_ok_and(|changed| changed.is_err())
        {
            return;
        }
    }
}
