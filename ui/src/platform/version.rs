//! A newer version of the page, in a browser. `start.js` registers the service worker and leaves a mark on the page when
//! one of a newer version has taken over; here that is waited for.

use super::{Later, page::window};
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// The mark, and the event that tells of it.
const MARK: &str = "data-newer";
const EVENT: &str = "refettorio-newer";

/// Waits for the mark.
pub fn newer() -> Later<()> {
    let there = window()
        .and_then(|w| w.document()?.document_element())
        .is_some_and(|root| root.has_attribute(MARK));
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = window().filter(|_| !there) {
            // A page that cannot be told is renewed when it is next opened.
            let _ = window.add_event_listener_with_callback(EVENT, &resolve);
        }
    });
    Box::pin(async move {
        if !there {
            let _ = JsFuture::from(promise).await;
        }
    })
}

/// Opens the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
