//! What families are asked to pay: how much lasts until when, notices that the office issues, the list and its papers.

#![expect(clippy::unwrap_used, reason = "a broken precondition ends the test")]

mod issuing;
mod list;
mod papers;
mod stage;
mod suggestions;
