//! Pagamenti: every notice of a person, whoever made it, and its papers.
//!
//! A notice is of the person who made it or to whom the office issued it: to anybody else, the other parent of the same
//! child too, it does not exist. Papers are made when they are asked for, outside of any transaction, and never kept.

pub mod document;
pub mod get;
pub mod list;
mod press;
pub mod receipt;
pub mod statement;
pub(crate) mod view;

use crate::http::Routes;
use api::notices::{GetNotice, GetNoticeDocument, GetPaymentReceipt, GetYearStatement, ListNotices};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListNotices, _>(list::handle)
        .operation::<GetNotice, _>(get::handle)
        .operation::<GetNoticeDocument, _>(document::handle)
        .operation::<GetPaymentReceipt, _>(receipt::handle)
        .operation::<GetYearStatement, _>(statement::handle)
}
