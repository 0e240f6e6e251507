//! `list_postings`: a wallet's movements, newest first, page by page.

use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Params},
    operation::read,
};
use api::wallets::{ListPostings, PostingView, PostingsQuery, PostingsView};
use axum::extract::State;
use domain::{Instant, WalletId, people::Actor, time::day_in_rome};
use storage::{
    StorageError, Tx,
    ledger::{self, Posting, PostingFilter},
};

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// Why there are no movements.
#[derive(Debug, thiserror::Error)]
pub enum ListPostingsError {
    /// Not a wallet that this person may see.
    #[error("not this person's wallet")]
    NotFound,
    /// Not 1 to 100.
    #[error("is not 1 to {MAX_LIMIT}")]
    Limit,
    /// Not what `next` said.
    #[error("is not what `next` of the page before said")]
    After,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ListPostingsError> for ApiError {
    fn from(error: ListPostingsError) -> Self {
        match error {
            ListPostingsError::NotFound => Self::not_found(),
            ListPostingsError::Limit => Self::invalid("limit", error),
            ListPostingsError::After => Self::invalid("after", error),
            ListPostingsError::Storage(error) => error.into(),
        }
    }
}

/// A page. The key of a page is the position below which it begins, so that a posting that arrives meanwhile shifts
/// nothing.
pub(crate) fn run(
    tx: &mut dyn Tx,
    actor: Actor,
    now: Instant,
    wallet: WalletId,
    query: &PostingsQuery,
) -> Result<PostingsView, ListPostingsError> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ListPostingsError::Limit);
    }
    let before = query
        .after
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| ListPostingsError::After)?;
    ledger::wallet_of(tx, actor, day_in_rome(now), wallet)?.ok_or(ListPostingsError::NotFound)?;
    // One more than asked for tells whether there is another page.
    let filter = PostingFilter {
        child: query.child,
        from: query.from,
        to: query.to,
        before,
        limit: limit + 1,
    };
    let mut postings = ledger::postings(tx, wallet, &filter)?;
    let more = postings.len() > limit as usize;
    postings.truncate(limit as usize);
    let next = postings
        .last()
        .filter(|_| more)
        .map(|last| last.position.to_string());
    Ok(PostingsView {
        postings: postings.into_iter().map(view).collect(),
        next,
    })
}

fn view(posting: Posting) -> PostingView {
    PostingView {
        id: posting.id,
        kind: posting.kind,
        amount: posting.amount,
        day: posting.day,
        at: posting.at,
        child: posting.child,
        note: posting.note,
    }
}

/// `list_postings`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(wallet): Args<WalletId>,
    Params(query): Params<PostingsQuery>,
) -> ApiResult<PostingsView> {
    read::<ListPostings, _, _>(&app, &caller, move |tx, asking| {
        run(tx, asking.actor, asking.now, wallet, &query)
    })
    .await
}
