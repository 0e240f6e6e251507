//! The finished papers, opened and looked into by libraries that had no part in writing them.

mod notice;
mod pdf;
mod receipt;
mod samples;
mod tools;
