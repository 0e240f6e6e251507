//! What is being paid: a top-up, a notice of the office, several of them at once; how they stand, and what can be done
//! with them. Shared by the screens that show one.
//!
//! Never says that something is paid before the portal does.

mod acts;
mod card;
mod cart;
mod codes;
mod due;
mod follow;
mod open;
mod paper;
mod row;
mod summary;
mod watch;

#[cfg(test)]
pub mod sample;

use api::{notices::CartView, topups::TopUpView};
use dioxus::prelude::*;
use domain::{AttemptId, NoticeId};

pub use acts::{CancelSheet, NotDone};
pub use card::look;
pub use cart::FollowCart;
pub use codes::{Codes, in_fours};
pub use due::{When, due_when};
pub use follow::{Follow, Opening, Outcome};
pub use open::{OpenCart, use_cart};
pub use paper::{Paper, PaperButton, ShareButton};
pub use row::{NoticeRow, for_whom, method_words, notice_words};
pub use summary::{DueSummary, Under};
pub use watch::Watch;

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

/// The answer that opened a cart, on the same way.
static HANDED_CART: GlobalSignal<Option<CartView>> = Signal::global(|| None);

/// Gives it to the screen that comes next.
pub fn hand_cart(cart: CartView) {
    *HANDED_CART.write() = Some(cart);
}

/// Takes it, once.
pub fn take_cart(id: AttemptId) -> Option<CartView> {
    let here = HANDED_CART.peek().as_ref().is_some_and(|cart| cart.id == id);
    if here { HANDED_CART.write().take() } else { None }
}
