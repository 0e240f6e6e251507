//! A top-up that was made: how it stands, and what can be done with it. Shared by the screens that show one.
//!
//! Never says that it is paid before the portal does.

mod acts;
mod card;
mod codes;
mod follow;

#[cfg(test)]
pub mod sample;

use api::topups::TopUpView;
use dioxus::prelude::*;
use domain::NoticeId;

pub use follow::{Follow, Outcome};

/// The answer that made a top-up, on its way from the screen that asked to the one that follows it: only this
/// answer holds the checkout's address and the reason why there is none.
static HANDED: GlobalSignal<Option<TopUpView>> = Signal::global(|| None);

/// Gives it to the screen that comes next.
pub fn hand(topup: TopUpView) {
    *HANDED.write() = Some(topup);
}

/// Takes it, once: whoever comes back to the screen later does not open the checkout again.
pub fn take(id: NoticeId) -> Option<TopUpView> {
    let here = HANDED.peek().as_ref().is_some_and(|topup| topup.id == id);
    if here { HANDED.write().take() } else { None }
}
