//! The daily words.
fn main() {}
