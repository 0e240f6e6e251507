//! Avvisi sul computer: what an app that watches by itself is to show, and the end of a notification on every device.
//!
//! Holds no words of its own: they were made at delivery ([`crate::outbox`]), as the person's preferences allowed then.

mod end;
mod list;

use crate::http::Routes;
use api::notifications::{EndNotification, ListNotifications};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListNotifications, _>(list::handle)
        .operation::<EndNotification, _>(end::handle)
}
