//! Who may push receipts. In production pagoPA's forwarder shows a client certificate to the reverse proxy, which
//! writes its identity into a header; without that configuration only programs on this machine may, and only to a
//! portal that is itself for this machine alone: behind a proxy everybody seems to be here.

use crate::app::App;
use axum::http::HeaderMap;
use serde::Deserialize;
use std::net::IpAddr;

/// `[pagopa.station]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationSection {
    /// The header in which the reverse proxy writes who showed a valid client certificate.
    pub identity_header: String,
    /// The identities that may push receipts, exactly as the proxy writes them.
    pub identities: Vec<String>,
}

/// Whether that caller may push receipts. `peer` is the other end of the connection itself.
pub(crate) fn may_push(app: &App, peer: IpAddr, headers: &HeaderMap) -> bool {
    let Some(section) = &app.settings.pagopa.station else {
        return !app.settings.is_https()
            && peer.is_loopback()
            && !headers.contains_key("x-forwarded-for")
            && !headers.contains_key("forwarded");
    };
    // Anybody could write the header: it counts only where the proxy wrote it.
    let by_proxy = app.settings.trusted_proxies.contains(&peer);
    let mut shown = headers.get_all(&section.identity_header).iter();
    let identity = shown.next().and_then(|value| value.to_str().ok());
    by_proxy
        && shown.next().is_none()
        && identity.is_some_and(|id| section.identities.iter().any(|known| known == id))
}
